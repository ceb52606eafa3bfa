// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Rules about any text: the SPDX lines, length, unfinished marks, paths of somebody's machine.

use super::source::{words, Source};
use super::Finding;

const LONGEST: usize = 400;
/// Generated whole by `cargo xtask codegen`, and as long as the interface is.
const GENERATED: [&str; 2] = ["headers/include/cmetrics-1/cmetrics.h", "abi/v1/cmetrics-1/cmetrics.h"];
/// Test data kept as it was given or found.
const DATA: [&str; 3] = ["examples/worker/acceptance/", "fuzz/corpus/", "Cargo.lock"];

const COPYRIGHT: &str = "SPDX-FileCopyrightText: The cmetrics authors";
const LICENCE: &str = "SPDX-License-Identifier: MIT OR Apache-2.0";

// In pieces, so that this file keeps its own rules.
const UNFINISHED: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
const MACHINE: [&str; 4] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

pub(super) fn check(source: &Source, findings: &mut Vec<Finding>) {
    if DATA.iter().any(|data| source.path.starts_with(data)) {
        return;
    }
    let code = is_code(&source.path);
    if code {
        header(source, findings);
    }
    let lines = source.text.lines().count();
    if (code || source.path.ends_with(".md")) && lines > LONGEST && !GENERATED.contains(&source.path.as_str()) {
        let what = format!("{lines} lines; the limit is {LONGEST}");
        findings.push(source.finding(LONGEST + 1, "length", what, "one concept, one file: split it"));
    }
    for (number, line) in source.text.lines().enumerate() {
        for mark in UNFINISHED {
            if words(line, mark).next().is_some() {
                let cure = "finish it, or file an issue and say here what is so today";
                findings.push(source.finding(number + 1, "unfinished", format!("{mark} in the text"), cure));
            }
        }
        for path in MACHINE {
            // Preceded by a name it is a part of some longer path: `target/work/`.
            let there = line.match_indices(path).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric()));
            if there {
                let cure = "say it relative to the checkout, or take it from the environment";
                findings.push(source.finding(number + 1, "machine path", format!("a path below {path}"), cure));
            }
        }
    }
}

fn header(source: &Source, findings: &mut Vec<Finding>) {
    // A first line may be `#!`.
    let top: Vec<&str> = source.text.lines().take(3).collect();
    let at = top.iter().position(|line| line.contains(COPYRIGHT));
    let whole = at.is_some_and(|at| top.get(at + 1).is_some_and(|next| next.contains(LICENCE)));
    if !whole {
        let cure = format!("begin it with two comment lines: {COPYRIGHT} / {LICENCE}");
        findings.push(source.finding(1, "SPDX", "the two SPDX lines are not at the top".to_owned(), &cure));
    }
}

fn is_code(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extensions = ["rs", "py", "pyi", "c", "h", "cc", "cpp", "hpp", "cmake", "toml", "sh", "yml", "yaml"];
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| extensions.contains(&extension)) || name == "CMakeLists.txt" || path == ".ci/run"
}

#[cfg(test)]
mod tests {
    use super::super::rules;
    use super::*;

    fn check_text(path: &str, text: &str, want: &[(usize, &str)]) {
        let mut findings = Vec::new();
        check(&Source::new(path, text.to_owned()), &mut findings);
        assert_eq!(rules(&findings), want, "{path}: {text}");
    }

    fn good(comment: &str) -> String {
        format!("{comment} {COPYRIGHT}\n{comment} {LICENCE}\n")
    }

    #[test]
    fn every_source_begins_with_the_spdx_lines() {
        check_text("a.rs", &good("//"), &[]);
        check_text("a.py", &format!("#!/usr/bin/env python3\n{}", good("#")), &[]);
        check_text("a.h", &format!("/* {COPYRIGHT}\n * {LICENCE} */\n"), &[]);
        check_text("a/CMakeLists.txt", "project(a)\n", &[(1, "SPDX")]);
        check_text("a.rs", &format!("// {COPYRIGHT}\n\n// {LICENCE}\n"), &[(1, "SPDX")]);
        check_text("a.rs", &format!("//! A.\n\n\n{}", good("//")), &[(1, "SPDX")]);
        check_text("a.md", "no source\n", &[]);
        check_text("examples/worker/acceptance/compare.py", "kept as it is\n", &[]);
    }

    #[test]
    fn no_file_is_longer_than_the_limit_but_the_generated_one() {
        let long = |lines: usize| good("//") + &"x\n".repeat(lines - 2);
        check_text("a.rs", &long(400), &[]);
        check_text("a.rs", &long(401), &[(401, "length")]);
        check_text(GENERATED[0], &long(2000), &[]);
        check_text("a.csv", &"1,2\n".repeat(9000), &[]);
    }

    #[test]
    fn nothing_is_left_unfinished() {
        for mark in UNFINISHED {
            check_text("a.md", &format!("fine\n({mark}: later)\n"), &[(2, "unfinished")]);
            check_text("a.md", &format!("mktemp {mark}{mark} and {}\n", mark.to_lowercase()), &[]);
        }
    }

    #[test]
    fn no_path_is_of_one_machine() {
        for path in MACHINE {
            check_text("a.md", &format!("see {path}x\n"), &[(1, "machine path")]);
            check_text("a.md", &format!("see target{path}x\n"), &[]);
        }
        check_text("a.md", "install to /usr/local/lib or /opt/x\n", &[]);
    }
}
