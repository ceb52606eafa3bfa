// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! README.md's examples and those of docs, run as they stand there, the site, and the small programs in examples/.

use super::articles;
use super::example::examples;
use super::ledger::{pytest, Group};
use crate::step;
use crate::tree::Tree;
use crate::worker::Ground;

const DOCUMENT: &str = "README.md";

pub(super) fn run(tree: &Tree, group: &mut Group) -> Result<(), String> {
    let text = std::fs::read_to_string(tree.root.join(DOCUMENT)).map_err(|e| format!("{DOCUMENT}: {e}"))?;
    let examples = examples(&text);
    let ground = Ground::ready(tree)?;
    ground.venv.install_requirements(tree)?;
    let mut small = ground.venv.command(tree, "python");
    small.args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "examples/tests"]);
    let mut cargo = tree.cargo();
    cargo.args(["build", "--locked", "-p", "migrating"]);
    step::must("building the services of examples/migrating/rust", &mut cargo, "")?;
    small.env("MIGRATING_RUST", tree.target.join("debug"));
    group.runner("the small examples", &mut small, pytest);
    let folder = tree.target.join("documents").join("readme");
    let shown: Vec<&str> = examples.iter().filter(|it| it.language == "text").flat_map(|it| it.text.lines()).collect();
    for language in ["python", "rust", "cpp"] {
        let mut there = examples.iter().filter(|example| example.language == language).peekable();
        if there.peek().is_none() {
            group.fail(language, &format!("{DOCUMENT} has no example in {language}"));
        }
        for example in there {
            let what = format!("{DOCUMENT}:{} in {language}", example.line);
            let at = folder.join(format!("line-{}", example.line));
            group.verdict(&what, example.run(tree, &ground, &at, &what).and_then(|report| judge(&report, &shown)));
        }
    }
    articles::run(tree, &ground, group)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_without_a_line_that_the_document_shows_has_failed() {
        let shown = ["# TYPE a counter", "a{b=\"c\"} 3"];
        assert_eq!(judge("# TYPE a counter\na{b=\"c\"} 1\nmore 1\n", &shown), Ok(()));
        assert!(judge("# TYPE a gauge\na{b=\"c\"} 1\n", &shown).is_err());
        assert!(judge("# TYPE a counter\na{b=\"d\"} 1\n", &shown).is_err());
        assert!(judge("", &shown).is_err() && judge("a 1\n", &[]).is_err());
    }
}
