// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What came of the trial: a table of artifacts and checks on standard output, the same in `target/dist/tried.json`.

use serde::Serialize;

use super::super::manifest::Manifest;
use crate::tree::Tree;

/// What came of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// With what was seen.
    Passed(String),
    /// With the reason, and the cure if there is one.
    NotRun(String),
    /// With the story.
    Failed(String),
}

/// One check of one artifact.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    artifact: String,
    check: String,
    outcome: Outcome,
}

impl Row {
    /// Runs the check, and keeps what came of it. An error is a failure.
    pub(crate) fn of(artifact: &str, check: &str, run: impl FnOnce() -> Result<Outcome, String>) -> Row {
        let outcome = run().unwrap_or_else(Outcome::Failed);
        if let Outcome::Failed(story) = &outcome {
            eprintln!("\n{artifact}, {check}: {story}\n");
        }
        Row { artifact: artifact.to_owned(), check: check.to_owned(), outcome }
    }
}

/// Says in a few words what was seen.
pub(crate) fn passed(seen: impl Into<String>) -> Result<Outcome, String> {
    Ok(Outcome::Passed(seen.into()))
}

/// Prints and writes the table. Fails if a check did.
pub(super) fn tell(tree: &Tree, manifest: &Manifest, rows: &[Row]) -> Result<(), String> {
    print!("{}", table(rows));
    let file = tree.target.join("dist/tried.json");
    let all = serde_json::json!({ "version": manifest.version, "revision": manifest.revision, "rows": rows });
    let text = serde_json::to_string_pretty(&all).map_err(|e| format!("{}: {e}", file.display()))?;
    std::fs::write(&file, text + "\n").map_err(|e| format!("{}: {e}", file.display()))?;
    let count = |wanted: fn(&Outcome) -> bool| rows.iter().filter(|row| wanted(&row.outcome)).count();
    let (ran, failed) = (
        count(|outcome| matches!(outcome, Outcome::Passed(_))),
        count(|outcome| matches!(outcome, Outcome::Failed(_))),
    );
    println!("\n{ran} passed, {failed} failed, {} not run here", rows.len() - ran - failed);
    match (failed, ran) {
        (0, 0) => Err("nothing was tried".to_owned()),
        (0, _) => Ok(()),
        _ => Err(format!("{failed} of the checks failed: their stories are above")),
    }
}

/// A line per check, by artifact in the order in which they were tried.
fn table(rows: &[Row]) -> String {
    let wide = rows.iter().map(|row| row.check.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    let mut before = "";
    for row in rows {
        if row.artifact != before {
            text.push_str(&format!("\n{}\n", row.artifact));
            before = &row.artifact;
        }
        let (verdict, seen) = match &row.outcome {
            Outcome::Passed(seen) => ("passed ", seen.as_str()),
            Outcome::NotRun(why) => ("not run", why.as_str()),
            Outcome::Failed(story) => ("FAILED ", story.lines().next().unwrap_or_default()),
        };
        let pad = " ".repeat(wide - row.check.chars().count());
        text.push_str(&format!("  {}{pad}  {verdict}  {seen}\n", row.check));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_a_failure_and_every_verdict_has_its_word() {
        let rows = [
            Row::of("a", "one", || passed("seen")),
            Row::of("a", "longer", || Ok(Outcome::NotRun("needs wine".into()))),
            Row::of("b", "one", || Err("first line\nmore".into())),
        ];
        assert_eq!(
            table(&rows),
            "\na\n  one     passed   seen\n  longer  not run  needs wine\n\nb\n  one     FAILED   first line\n"
        );
    }
}
