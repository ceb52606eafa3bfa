// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a client said of a library, and whether a message of failure has every fact that it owes: who asked, for which
//! versions, which file answered, how it was found, what it serves, and what to do.

use std::process::Command;

use super::mocks::{Mock, SEMVER};
use super::rule::{Range, Shape};
use crate::compat::child::Ran;

/// A way to find the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Forced,
    Loaded,
    Beside,
    System,
}

impl Origin {
    /// As a report tells it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Origin::Forced => "CMETRICS_LIBRARY",
            Origin::Loaded => "already loaded",
            Origin::Beside => "beside the module",
            Origin::System => "system search path",
        }
    }

    /// Leads a client to the library this way. A client that takes a range takes the module after it.
    pub(super) fn lead(self, command: &mut Command, mock: &Mock) {
        match self {
            Origin::Forced => command.env("CMETRICS_LIBRARY", &mock.file),
            Origin::Loaded => command.env("LD_PRELOAD", &mock.file),
            Origin::Beside => command.arg(mock.folder.join("plugin.so")),
            Origin::System => command.env("LD_LIBRARY_PATH", &mock.folder),
        };
    }

    /// The line of a report that tells of this library begins so. The system's path is searched by name.
    fn line(self, mock: &Mock) -> String {
        let file = match self {
            Origin::System => "libcmetrics.so.1".to_owned(),
            _ => mock.file.display().to_string(),
        };
        format!("{}: {file}: ", self.name())
    }
}

/// Words of a report, and what they are called in the matrix.
const WORDS: [(&str, &str); 6] = [
    (": too old for ", "too old"),
    (": too new for ", "too new"),
    ("does not export cmetrics_get_api", "stranger: no entry"),
    ("a bootstrap table of another magic", "stranger: magic"),
    ("gives no bootstrap table", "stranger: no card"),
    ("that is too short", "too short"),
];

/// What a client printed.
pub(super) struct Heard {
    /// A word of the matrix.
    pub(super) outcome: String,
    /// The report, empty if the library could be used.
    report: String,
    /// The line of the report that tells of the library.
    line: String,
}

impl Heard {
    pub(super) fn of(ran: &Ran, origin: Origin, mock: &Mock) -> Heard {
        let field = |name: &str| {
            let line = ran.stdout.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|number| number.trim().parse::<i32>().ok())
        };
        let report: String = ran.stdout.lines().skip(4).flat_map(|line| [line, "\n"]).collect();
        let line = report.lines().find_map(|line| line.trim_start().strip_prefix(&origin.line(mock)));
        let line = line.unwrap_or_default().to_owned();
        let outcome = match (ran.code, field("status "), field("version "), field("counts "), field("whole ")) {
            (None, _, _, _, _) => "crash".to_owned(),
            (Some(0), Some(0), Some(version), Some(1), Some(1)) => format!("v{version}"),
            (Some(0), Some(0), Some(version), Some(1), Some(0)) => format!("v{version} with stubs"),
            (Some(0), Some(0), Some(version), _, _) => format!("v{version}, and counts nothing"),
            (Some(0), Some(_), _, _, _) => {
                let word = WORDS.iter().find(|(words, _)| line.contains(words));
                word.map_or("not understood", |(_, word)| word).to_owned()
            }
            _ => "failed".to_owned(),
        };
        Heard { outcome, report, line }
    }

    /// What is wrong, if anything is: with the outcome, with the status, or with the message.
    pub(super) fn check(
        &self,
        ran: &Ran,
        promised: &str,
        origin: Origin,
        asker: &str,
        asked: Range,
        mock: &Mock,
    ) -> Result<(), String> {
        if self.outcome != promised {
            return Err(format!("is \"{}\", promised is \"{promised}\"", self.outcome));
        }
        let looked_at_first = matches!(origin, Origin::Forced | Origin::Beside);
        if looked_at_first && ran.stderr.contains("constructor ran") {
            return Err("a stranger was loaded: its constructor ran".to_owned());
        }
        if promised == "crash" || promised.starts_with('v') {
            return Ok(());
        }
        let mismatch = promised == "too old" || promised == "too new";
        let status = if mismatch { "status 7\n" } else { "status 11\n" };
        let first = self.report.lines().next().unwrap_or_default();
        let last = self.report.trim_end().lines().last().unwrap_or_default();
        let mut owed = vec![
            ("the right status", ran.stdout.starts_with(status)),
            ("who asked", first.contains(asker)),
            ("for which versions", first.contains(&asked.told())),
            ("which file answered, and how it was found", !self.line.is_empty()),
            ("what to do", last.split("hint: ").nth(1).is_some_and(|hint| hint.len() > 20)),
        ];
        if let (true, Shape::Serves(served) | Shape::Short(served)) = (mismatch, &mock.shape) {
            owed.push(("what it serves", self.line.contains(&format!("serves {}", served.told()))));
            owed.push(("the package version of the library", self.line.contains(SEMVER)));
            owed.push(("the versions that the cure is about", last.contains(&asked.told())));
        }
        let lacks: Vec<&str> = owed.iter().filter(|(_, there)| !there).map(|(fact, _)| *fact).collect();
        if lacks.is_empty() {
            Ok(())
        } else {
            Err(format!("the message does not tell {}", lacks.join(", ")))
        }
    }
}
