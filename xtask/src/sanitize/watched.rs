// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! One run under a sanitizer's runtime: what its tests said, and what the runtime wrote.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::ledger::Verdict;
use super::reports::{self, Told};
use super::Bench;
use crate::step;
use crate::test::Count;

/// Under a sanitizer a program takes ten times as long, on a machine that does other things too.
const LIMIT: Duration = Duration::from_secs(40 * 60);
/// Modules and functions of every frame, so that a report can be judged.
const FORMAT: &str = "stack_trace_format='    #%n [%m] in %f %S'";
/// What of a report is shown.
const SHOWN: usize = 6000;

/// How a run is watched.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    /// The runtime's options, with colons between them.
    pub(super) options: String,
    /// What is not told, each line with its reason.
    pub(super) suppressions: Option<PathBuf>,
    /// What the C library is told (`GLIBC_TUNABLES`); empty is nothing.
    pub(super) tunables: &'static str,
    /// Which reports are ours. Others are counted and accepted.
    pub(super) is_ours: fn(&Told) -> bool,
    /// What the others are.
    pub(super) others: &'static str,
}

impl Watch {
    /// Every report is a finding.
    pub(super) fn all(options: &str) -> Watch {
        Watch { options: options.to_owned(), suppressions: None, tunables: "", is_ours: |_| true, others: "" }
    }

    /// What its runtime reads. Of the other runtimes nobody asks.
    fn apply(&self, command: &mut Command, folder: &Path) {
        let at = folder.join("report");
        let mut options = format!("{}:{FORMAT}:log_path={}", self.options, at.display());
        let mut leaks = "print_suppressions=0".to_owned();
        if let Some(file) = &self.suppressions {
            options.push_str(&format!(":suppressions={}", file.display()));
            leaks.push_str(&format!(":suppressions={}", file.display()));
        }
        // AddressSanitizer has another kind of suppressions: LeakSanitizer's are for leaks.
        let address = format!("{}:{FORMAT}:log_path={}", self.options, at.display());
        command.env("ASAN_OPTIONS", address).env("TSAN_OPTIONS", &options);
        command.env("LSAN_OPTIONS", format!("{leaks}:{FORMAT}:log_path={}", at.display()));
        if !self.tunables.is_empty() {
            command.env("GLIBC_TUNABLES", self.tunables);
        }
    }
}

impl Bench<'_> {
    /// Runs a test runner. Clean is: all passed, some ran, and the runtime told of nothing that is ours.
    pub(super) fn watch(&mut self, what: &str, command: &mut Command, watch: &Watch, count: fn(&str) -> Count) {
        let folder = match self.reports(what) {
            Ok(folder) => folder,
            Err(why) => return self.ledger.failed(what, &why),
        };
        watch.apply(command, &folder);
        let started = Instant::now();
        let done = match step::attempt_within(LIMIT, what, command) {
            Ok(done) => done,
            Err(why) => return self.ledger.failed(what, &why),
        };
        let took = started.elapsed();
        let count = count(&done.text());
        let (ours, others): (Vec<Told>, Vec<Told>) =
            reports::read(&folder).into_iter().partition(|told| (watch.is_ours)(told));
        let mut why = String::new();
        if !done.ok || count.failed > 0 {
            why = done.story("");
        } else if count.passed == 0 {
            why = done.story("it ran no test, which proves nothing");
        }
        for told in &ours {
            let end = told.text.char_indices().nth(SHOWN).map_or(told.text.len(), |(at, _)| at);
            why.push_str(&format!("\n{}\n{}", told.title, &told.text[..end]));
        }
        let note = if others.is_empty() { String::new() } else { format!("{} {}", others.len(), watch.others) };
        let verdict = if why.is_empty() { Verdict::Clean } else { Verdict::Found(why) };
        self.ledger.add(what, count.passed + count.failed, took, verdict, &note);
    }

    /// An empty folder for the reports of a run.
    pub(super) fn reports(&self, what: &str) -> Result<PathBuf, String> {
        let name: String = what.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let folder = self.folder.join("reports").join(self.ledger.suite()).join(name);
        let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(failed)?;
        }
        std::fs::create_dir_all(&folder).map_err(failed)?;
        Ok(folder)
    }
}

/// A program that is one test by itself: it exits 0.
pub(super) fn one(_: &str) -> Count {
    Count { passed: 1, failed: 0 }
}
