// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What documents say is there: the commands that they quote, and the files and headings that they link to.

use clap::Parser;

use super::anchors::Documents;
use super::source::Source;
use super::Finding;
use crate::cli::Cli;

pub(super) fn check(
    source: &Source,
    documents: &Documents,
    exists: &dyn Fn(&str) -> bool,
    findings: &mut Vec<Finding>,
) {
    if !source.path.ends_with(".md") {
        return;
    }
    for (number, line) in source.text.lines().enumerate() {
        for command in commands(line) {
            if let Err(error) = Cli::try_parse_from(command.split_whitespace()) {
                // What clap prints for --help is an "error" that is none.
                if error.use_stderr() {
                    let why = error.to_string();
                    let why = why.lines().next().unwrap_or_default().trim_start_matches("error: ");
                    let what = format!("`cargo {command}`: {why}");
                    findings.push(source.finding(number + 1, "command", what, "quote a command that exists"));
                }
            }
        }
        for link in links(line) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { source.path.clone() } else { join(&source.path, file) };
            if !exists(&file) {
                let what = format!("the link to {link} leads to {file}, which is not there");
                findings.push(source.finding(number + 1, "link", what, "link to a file of the checkout"));
            } else if let (true, Some(flaw)) = (file.ends_with(".md"), documents.lacks(&format!("{file}#{heading}"))) {
                findings.push(source.finding(number + 1, "link", flaw, "link to a heading of that document"));
            }
        }
    }
}

/// The commands `xtask …` that a line quotes, from the word after `cargo`.
fn commands(line: &str) -> Vec<&str> {
    let starts = line.match_indices("cargo xtask ").map(|(at, _)| at + "cargo ".len());
    let ends = ['`', '>', '|', '#', ';', '&', '(', ')'];
    let commands = starts.map(|at| line[at..].split(ends).next().unwrap_or_default().trim());
    // `cargo xtask COMMAND` stands for any.
    commands.filter(|command| command.split(' ').nth(1).is_some_and(|word| word != "COMMAND")).collect()
}

/// The targets of a line's links that are files, or headings of files.
fn links(line: &str) -> Vec<&str> {
    let targets = line.match_indices("](").filter_map(|(at, _)| line[at + 2..].split(')').next());
    targets.filter(|target| !target.is_empty() && !target.contains(':') && !target.contains(' ')).collect()
}

/// `link` as seen from the folder of `path`, without `..`.
fn join(path: &str, link: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::super::rules;
    use super::*;

    fn check_text(text: &str, want: &[(usize, &str)]) {
        let mut findings = Vec::new();
        let source = Source::new("docs/abi/errors.md", text.to_owned());
        let others = ["docs/abi/there.md", "README.md"].map(|path| Source::new(path, "# A part\n".to_owned()));
        let here = Source::new(&source.path, "# Here\n".to_owned());
        let documents = Documents::of(&others.into_iter().chain([here]).collect::<Vec<_>>());
        let exists = |path: &str| documents.lacks(path).is_none() || path == "xtask/Cargo.toml";
        check(&source, &documents, &exists, &mut findings);
        assert_eq!(rules(&findings), want, "{text}: {findings:?}");
    }

    #[test]
    fn a_command_that_is_quoted_must_parse() {
        check_text("run `cargo xtask tidy`, or `cargo xtask codegen --check`.", &[]);
        check_text("    cargo xtask demo --host cpp > report.txt   # a report", &[]);
        check_text("`cargo xtask help demo`, `cargo xtask COMMAND`, `cargo xtask`", &[]);
        check_text("\nrun `cargo xtask demmo`", &[(2, "command")]);
        check_text("`cargo xtask demo --hosts cpp`", &[(1, "command")]);
        check_text("`cargo xtask demo --host fortran` and `cargo xtask tidy`", &[(1, "command")]);
    }

    #[test]
    fn a_link_must_lead_somewhere() {
        check_text("see [a](there.md), [b](../../README.md#a-part), [c](#here), [d](https://prometheus.io/docs)", &[]);
        check_text("see [a](there.md) and [b](gone.md)", &[(1, "link")]);
        check_text("see [a](../../xtask/Cargo.toml#L3)", &[]);
        check_text("see [a](there.md#part)", &[(1, "link")]);
        check_text("see [a](#there)", &[(1, "link")]);
    }
}
