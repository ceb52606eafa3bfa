// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What ran, for how long, and what was found.

use std::time::Duration;

use serde::Serialize;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    Clean,
    /// Something was found, or a test failed.
    Found(String),
    /// What is missing, with the cure.
    NotRun(String),
}

#[derive(Debug, Serialize)]
struct Row {
    suite: &'static str,
    what: String,
    tests: u64,
    seconds: f64,
    verdict: Verdict,
    /// What else is worth knowing: what was accepted, and why.
    note: String,
}

impl Row {
    fn line(&self, width: usize) -> String {
        let Row { suite, what, tests, seconds, verdict, note } = self;
        let word = match verdict {
            Verdict::Clean => "clean".to_owned(),
            Verdict::Found(_) => "FOUND".to_owned(),
            Verdict::NotRun(why) => format!("not run: {why}"),
        };
        let note = if note.is_empty() { String::new() } else { format!(" ({note})") };
        format!("{suite:<10}{what:<width$}{tests:>6}{seconds:>9.1}  {word}{note}")
    }
}

#[derive(Debug, Default)]
pub(super) struct Ledger {
    suite: &'static str,
    rows: Vec<Row>,
}

impl Ledger {
    /// What follows is of this suite.
    pub(super) fn begin(&mut self, suite: &'static str) {
        self.suite = suite;
    }

    pub(super) fn suite(&self) -> &'static str {
        self.suite
    }

    pub(super) fn add(&mut self, what: &str, tests: u64, took: Duration, verdict: Verdict, note: &str) {
        if let Verdict::Found(why) = &verdict {
            eprintln!("\nFOUND: {}: {what}\n{why}\n", self.suite);
        }
        let (what, note) = (what.to_owned(), note.to_owned());
        let row = Row { suite: self.suite, what, tests, seconds: took.as_secs_f64(), verdict, note };
        eprintln!("{}", row.line(0));
        self.rows.push(row);
    }

    /// What could not be made ready, and so found nothing: that is no clean run.
    pub(super) fn failed(&mut self, what: &str, why: &str) {
        self.add(what, 0, Duration::ZERO, Verdict::Found(why.to_owned()), "");
    }

    pub(super) fn not_run(&mut self, what: &str, why: &str) {
        eprintln!("not run: {what}: {why}");
        self.add(what, 0, Duration::ZERO, Verdict::NotRun(why.to_owned()), "");
    }

    /// Nothing was found, and something ran.
    pub(super) fn is_clean(&self) -> bool {
        let found = self.rows.iter().any(|row| matches!(row.verdict, Verdict::Found(_)));
        !found && self.rows.iter().any(|row| row.verdict == Verdict::Clean)
    }

    pub(super) fn json(&self) -> String {
        // Rows of texts and numbers are always JSON.
        serde_json::to_string_pretty(&self.rows).unwrap_or_default() + "\n"
    }

    pub(super) fn table(&self) -> String {
        let width = self.rows.iter().map(|row| row.what.chars().count()).max().unwrap_or(0) + 2;
        let mut text = format!("{:<10}{:<width$}{:>6}{:>9}  \n", "", "", "tests", "seconds").replace("  \n", "\n");
        for row in &self.rows {
            text.push_str(&row.line(width));
            text.push('\n');
        }
        let count = |is: fn(&Verdict) -> bool| self.rows.iter().filter(|row| is(&row.verdict)).count();
        let tests: u64 = self.rows.iter().map(|row| row.tests).sum();
        let seconds: f64 = self.rows.iter().map(|row| row.seconds).sum();
        text.push_str(&format!(
            "{tests} tests in {seconds:.0} s: {} clean, {} found, {} not run\n",
            count(|verdict| *verdict == Verdict::Clean),
            count(|verdict| matches!(verdict, Verdict::Found(_))),
            count(|verdict| matches!(verdict, Verdict::NotRun(_)))
        ));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_clean_if_something_ran_and_nothing_was_found() {
        let mut ledger = Ledger::default();
        ledger.begin("address");
        assert!(!ledger.is_clean());
        ledger.not_run("b", "install it");
        assert!(!ledger.is_clean());
        ledger.add("a", 3, Duration::from_millis(1500), Verdict::Clean, "one accepted");
        assert!(ledger.is_clean());
        let table = ledger.table();
        assert!(table.contains("address   a       3      1.5  clean (one accepted)\n"), "{table}");
        assert!(table.contains("not run: install it\n"), "{table}");
        assert!(table.ends_with("3 tests in 2 s: 1 clean, 0 found, 1 not run\n"), "{table}");
        ledger.failed("preparing", "why");
        assert!(!ledger.is_clean() && ledger.json().contains("\"found\": \"why\""), "{}", ledger.json());
    }
}
