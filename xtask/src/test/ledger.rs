// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Counts what ran, passed and failed.

use std::process::Command;
use std::time::Duration;

use crate::step;

/// What a test runner says it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

/// One language's or part's results.
pub(super) struct Group {
    name: &'static str,
    count: Count,
    failures: Vec<String>,
    pub(super) took: Duration,
}

impl Group {
    pub(super) fn new(name: &'static str) -> Group {
        Group { name, count: Count::default(), failures: Vec::new(), took: Duration::ZERO }
    }

    pub(super) fn pass(&mut self) {
        self.count.passed += 1;
    }

    /// Counts one failure and tells it at once.
    pub(super) fn fail(&mut self, what: &str, why: &str) {
        self.failed(what, 1, why);
    }

    fn failed(&mut self, what: &str, tests: u64, why: &str) {
        self.count.failed += tests;
        self.failures.push(what.to_owned());
        eprintln!("\nFAILED: {}: {what}\n{why}\n", self.name);
    }

    /// One check that is decided here.
    pub(super) fn verdict(&mut self, what: &str, verdict: Result<(), String>) {
        match verdict {
            Ok(()) => self.pass(),
            Err(why) => self.fail(what, &why),
        }
    }

    /// One check: the program exits 0. What it printed, if it did.
    pub(super) fn check(&mut self, what: &str, command: &mut Command, cure: &str) -> Option<step::Done> {
        match step::must(what, command, cure) {
            Ok(done) => {
                self.pass();
                Some(done)
            }
            Err(why) => {
                self.fail(what, &why);
                None
            }
        }
    }

    /// A test runner: as many checks as it says. None at all is a failure.
    pub(super) fn runner(&mut self, what: &str, command: &mut Command, count: fn(&str) -> Count) {
        let (passed, failed) = (self.count.passed, self.count.failed);
        if let Some(done) = self.runner_or_nothing(what, command, count) {
            if (self.count.passed, self.count.failed) == (passed, failed) {
                self.fail(what, &done.story("it ran no test, which proves nothing"));
            }
        }
    }

    /// A test runner that may have nothing to run. What it did, if it could be started.
    pub(super) fn runner_or_nothing(
        &mut self,
        what: &str,
        command: &mut Command,
        count: fn(&str) -> Count,
    ) -> Option<step::Done> {
        let done = match step::attempt(what, command) {
            Ok(done) => done,
            Err(why) => {
                self.fail(what, &why);
                return None;
            }
        };
        let count = count(&done.text());
        self.count.passed += count.passed;
        if !done.ok || count.failed > 0 {
            self.failed(what, count.failed.max(1), &done.story(""));
        }
        Some(done)
    }
}

/// All groups.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) groups: Vec<Group>,
}

impl Ledger {
    pub(super) fn failed(&self) -> u64 {
        self.groups.iter().map(|group| group.count.failed).sum()
    }

    /// The table, what failed, and the line that sums up.
    pub(super) fn table(&self) -> String {
        let mut text = format!("{:<12}{:>8}{:>8}{:>8}{:>9}\n", "", "ran", "passed", "failed", "seconds");
        for group in &self.groups {
            let Count { passed, failed } = group.count;
            let seconds = group.took.as_secs();
            text.push_str(&format!("{:<12}{:>8}{passed:>8}{failed:>8}{seconds:>9}\n", group.name, passed + failed));
        }
        for group in &self.groups {
            for failure in &group.failures {
                text.push_str(&format!("FAILED: {}: {failure}\n", group.name));
            }
        }
        let passed: u64 = self.groups.iter().map(|group| group.count.passed).sum();
        text.push_str(&format!("{passed} passed, {} failed\n", self.failed()));
        text
    }
}

/// The lines `test result: ok. 3 passed; 0 failed; …` of cargo test, summed.
pub(crate) fn cargo_test(text: &str) -> Count {
    let mut sum = Count::default();
    for line in text.lines().filter(|line| line.starts_with("test result: ")) {
        sum.passed += before(line, " passed").unwrap_or(0);
        sum.failed += before(line, " failed").unwrap_or(0);
    }
    sum
}

/// The last line of pytest: `== 1 failed, 3 passed, 1 skipped, 2 errors in 0.12s ==`.
pub(crate) fn pytest(text: &str) -> Count {
    let last = text.lines().rev().find(|line| line.contains(" in ") && line.contains(|c: char| c.is_ascii_digit()));
    let last = last.unwrap_or_default();
    let errors = before(last, " error").unwrap_or(0);
    Count { passed: before(last, " passed").unwrap_or(0), failed: before(last, " failed").unwrap_or(0) + errors }
}

/// The line `90% tests passed, 2 tests failed out of 20` of CTest.
pub(crate) fn ctest(text: &str) -> Count {
    let line = text.lines().rev().find(|line| line.contains("tests passed, ")).unwrap_or_default();
    let failed = before(line, " tests failed").or(before(line, " test failed")).unwrap_or(0);
    let all = line.rsplit("out of ").next().and_then(|all| all.trim().parse().ok()).unwrap_or(0);
    Count { passed: u64::saturating_sub(all, failed), failed }
}

/// The number that stands before `word`.
fn before(line: &str, word: &str) -> Option<u64> {
    let head = &line[..line.find(word)?];
    let digits = head.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    head[digits..].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(passed: u64, failed: u64) -> Count {
        Count { passed, failed }
    }

    #[test]
    fn runners_are_understood() {
        let cargo = "test a ... ok\ntest result: ok. 3 passed; 0 failed; 1 ignored\n\
                     test result: FAILED. 1 passed; 2 failed; 0 ignored\n";
        assert_eq!(cargo_test(cargo), count(4, 2));
        assert_eq!(pytest("..\n=== 1 failed, 3 passed, 1 skipped, 2 errors in 0.12s ===\n"), count(3, 3));
        assert_eq!(pytest("12 passed in 3.20s\n"), count(12, 0));
        assert_eq!(pytest("=== 2 passed, 1 error in 0.1s ===\nsome warning\n"), count(2, 1));
        assert_eq!(ctest("\n100% tests passed, 0 tests failed out of 23\n\nTotal Test time\n"), count(23, 0));
        assert_eq!(ctest("90% tests passed, 2 tests failed out of 20\n"), count(18, 2));
        assert_eq!(ctest("No tests were found!!!\n"), count(0, 0));
    }

    #[test]
    #[cfg(unix)]
    fn a_runner_that_ran_nothing_or_crashed_has_failed() {
        let run = |script: &str| {
            let mut group = Group::new("test");
            group.runner("it", Command::new("sh").args(["-c", script]), cargo_test);
            group.count
        };
        assert_eq!(run("echo 'test result: ok. 3 passed; 0 failed;'"), count(3, 0));
        assert_eq!(run("true"), count(0, 1));
        assert_eq!(run("echo 'test result: ok. 3 passed; 0 failed;'; exit 101"), count(3, 1));
        assert_eq!(run("echo 'test result: FAILED. 3 passed; 2 failed;'; exit 101"), count(3, 2));
    }

    #[test]
    fn the_table_ends_in_the_sum() {
        let mut group = Group::new("Rust");
        group.pass();
        group.fail("clippy", "why");
        let table = Ledger { groups: vec![group] }.table();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(
            lines[1..],
            ["Rust               2       1       1        0", "FAILED: Rust: clippy", "1 passed, 1 failed"]
        );
    }
}
