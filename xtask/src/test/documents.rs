// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! README.md's examples, run as they stand there, and the small programs in examples/.

use std::path::Path;
use std::process::Command;

use super::ledger::{pytest, Group};
use crate::tree::{executable, Tree};
use crate::worker::Ground;
use crate::{step, tools};

const DOCUMENT: &str = "README.md";

/// A fenced example and the line that it begins on.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    language: String,
    line: usize,
    text: String,
}

pub(super) fn run(tree: &Tree, group: &mut Group) -> Result<(), String> {
    let text = std::fs::read_to_string(tree.root.join(DOCUMENT)).map_err(|e| format!("{DOCUMENT}: {e}"))?;
    let examples = examples(&text);
    let ground = Ground::ready(tree)?;
    ground.venv.install_requirements(tree)?;
    let mut small = ground.venv.command(tree, "python");
    small.args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "examples/tests"]);
    group.runner("the small examples", &mut small, pytest);
    let folder = tree.target.join("readme");
    let shown: Vec<&str> = examples.iter().filter(|it| it.language == "text").flat_map(|it| it.text.lines()).collect();
    for language in ["python", "rust", "cpp"] {
        let mut there = examples.iter().filter(|example| example.language == language).peekable();
        if there.peek().is_none() {
            group.fail(language, &format!("{DOCUMENT} has no example in {language}"));
        }
        for example in there {
            let what = format!("{DOCUMENT}:{} in {language}", example.line);
            let at = folder.join(format!("line-{}", example.line));
            let ran = prepare(tree, &ground, &at, example).and_then(|mut command| {
                let (name, value) = tools::linker_path(&[&ground.library.folder]);
                step::must(&what, command.env(name, value), "the example as README.md shows it")
            });
            group.verdict(&what, ran.and_then(|done| judge(&String::from_utf8_lossy(&done.stdout), &shown)));
        }
    }
    Ok(())
}

/// An example's report holds the lines that the document shows, but for the numbers: those depend on who runs.
fn judge(report: &str, shown: &[&str]) -> Result<(), String> {
    if shown.is_empty() {
        return Err(format!("{DOCUMENT} shows no report"));
    }
    let series = |line: &str| match line.rsplit_once(' ') {
        Some((series, _)) if !line.starts_with('#') => series.to_owned(),
        _ => line.to_owned(),
    };
    let there: Vec<String> = report.lines().map(series).collect();
    match shown.iter().find(|line| !there.contains(&series(line))) {
        None => Ok(()),
        Some(line) => Err(format!("it prints no such line as {DOCUMENT} shows: {line}\nit prints:\n{report}")),
    }
}

/// Lays an example into a folder and makes it a program. The command that runs it.
fn prepare(tree: &Tree, ground: &Ground, at: &Path, example: &Example) -> Result<Command, String> {
    match example.language.as_str() {
        "python" => {
            let file = at.join("example.py");
            write(&file, &example.text)?;
            let mut python = ground.venv.command(tree, "python");
            python.arg(file);
            Ok(python)
        }
        "cpp" => {
            let (source, program) = (at.join("example.cpp"), at.join(executable("example")));
            write(&source, &example.text)?;
            let mut compile = tree.command(std::env::var_os("CXX").unwrap_or_else(|| "c++".into()));
            compile.args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-I", "headers/include"]).arg(&source);
            compile.arg("-o").arg(&program).args(["-pthread", "-ldl"]);
            step::must("compiling README.md's C++", &mut compile, "its example must compile")?;
            Ok(tree.command(program))
        }
        _ => {
            write(&at.join("src/main.rs"), &example.text)?;
            write(&at.join("Cargo.toml"), &manifest(&tree.root))?;
            // The versions that the checkout was tested with.
            let lock = at.join("Cargo.lock");
            std::fs::copy(tree.root.join("Cargo.lock"), &lock).map_err(|e| format!("{}: {e}", lock.display()))?;
            let mut cargo = tree.cargo();
            cargo.args(["run", "--quiet", "--manifest-path"]).arg(at.join("Cargo.toml"));
            cargo.arg("--target-dir").arg(tree.target.join("readme").join("cargo"));
            Ok(cargo)
        }
    }
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()))
}

/// A package of its own, as a user's would be.
fn manifest(root: &Path) -> String {
    let path = root.join("rust-binding").display().to_string().replace('\\', "/");
    format!(
        "[package]\nname = \"readme-example\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
         [dependencies]\ncmetrics = {{ path = \"{path}\" }}\n\n[workspace]\n"
    )
}

/// The fenced blocks that name a language.
fn examples(text: &str) -> Vec<Example> {
    let mut all: Vec<Example> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if let Some(language) = line.strip_prefix("```") {
            if !inside {
                all.push(Example { language: language.to_owned(), line: number + 1, text: String::new() });
            }
            inside = !inside;
        } else if inside {
            if let Some(example) = all.last_mut() {
                example.text.push_str(line);
                example.text.push('\n');
            }
        }
    }
    all.retain(|example| !example.language.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fenced_blocks_with_a_language_are_examples() {
        let text = "a\n```python\nx = 1\n\ny = 2\n```\nb\n```\nplain\n```\n```rust\nfn main() {}\n```\n";
        let example = |language: &str, line, text: &str| Example { language: language.into(), line, text: text.into() };
        let want = [example("python", 2, "x = 1\n\ny = 2\n"), example("rust", 11, "fn main() {}\n")];
        assert_eq!(examples(text), want);
    }

    #[test]
    fn a_report_without_a_line_that_the_document_shows_has_failed() {
        let shown = ["# TYPE a counter", "a{b=\"c\"} 3"];
        assert_eq!(judge("# TYPE a counter\na{b=\"c\"} 1\nmore 1\n", &shown), Ok(()));
        assert!(judge("# TYPE a gauge\na{b=\"c\"} 1\n", &shown).is_err());
        assert!(judge("# TYPE a counter\na{b=\"d\"} 1\n", &shown).is_err());
        assert!(judge("", &shown).is_err() && judge("a 1\n", &[]).is_err());
    }
}
