// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! One case: a child process with its surroundings, and what it told.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use cmetrics_interface::Status;

/// The surroundings of a child.
pub(crate) struct Case {
    program: PathBuf,
    folder: Option<PathBuf>,
    variables: Vec<(&'static str, OsString)>,
}

/// What the child told.
#[derive(Debug)]
pub(crate) struct Told {
    /// `key value` lines, in order.
    pub(crate) lines: Vec<(String, String)>,
    /// The report of a failure, or an empty text.
    pub(crate) report: String,
}

impl Case {
    /// A search without variables, beside `module`, a file in a folder.
    pub(crate) fn beside(folder: &Path) -> Case {
        Case::new().set("CASE_MODULE", folder.join("module.so"))
    }

    /// A search without variables, beside a module in a folder where nothing is.
    pub(crate) fn new() -> Case {
        let case = Case { program: std::env::current_exe().unwrap(), folder: None, variables: Vec::new() };
        case.set("CASE_MODULE", "/nowhere/module.so")
    }

    /// Sets a variable: one of the search, or one that `child.rs` names.
    pub(crate) fn set(mut self, name: &'static str, value: impl AsRef<OsStr>) -> Case {
        self.variables.push((name, value.as_ref().to_owned()));
        self
    }

    /// What the client can use.
    pub(crate) fn asks(self, oldest: u32, newest: u32) -> Case {
        self.set("CASE_OLDEST", oldest.to_string()).set("CASE_NEWEST", newest.to_string())
    }

    /// Runs a copy of the program in another folder, which asks for itself.
    pub(crate) fn program_in(mut self, folder: &Path) -> Case {
        std::fs::create_dir_all(folder).unwrap();
        let copy = folder.join("program");
        std::fs::copy(&self.program, &copy).unwrap();
        self.program = copy;
        self.variables.retain(|(name, _)| *name != "CASE_MODULE");
        self
    }

    /// Starts it in this folder.
    pub(crate) fn standing_in(mut self, folder: &Path) -> Case {
        self.folder = Some(folder.to_owned());
        self
    }

    pub(crate) fn run(self) -> Told {
        let out = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new(&self.program);
        for name in ["CMETRICS_LIBRARY", "CMETRICS_DISABLE", "LD_LIBRARY_PATH", "LD_PRELOAD"] {
            command.env_remove(name);
        }
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let output = command
            .args(["--ignored", "--exact", "child::child", "--test-threads=1"])
            .env("CASE_OUT", out.path())
            .envs(self.variables)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the child failed: {}\n{said}", output.status);
        let text = std::fs::read_to_string(out.path()).unwrap();
        assert!(!text.is_empty(), "the child said nothing: {said}");
        let (lines, report) = text.split_once("\n\n").unwrap();
        let line = |line: &str| line.split_once(' ').map(|(key, value)| (key.to_owned(), value.to_owned()));
        Told { lines: lines.lines().filter_map(line).collect(), report: report.to_owned() }
    }
}

impl Told {
    /// The value of a line, which must be there.
    #[track_caller]
    pub(crate) fn get(&self, key: &str) -> &str {
        let line = self.lines.iter().find(|(name, _)| name == key);
        &line.unwrap_or_else(|| panic!("no {key} in {self:#?}")).1
    }

    /// Found by this step, and provided by this file.
    #[track_caller]
    pub(crate) fn found(&self, origin: &str, path: impl AsRef<Path>) {
        assert_eq!((self.get("origin"), Path::new(self.get("path"))), (origin, path.as_ref()), "{}", self.report);
    }

    /// Found nothing, for this status; every part stands in one line of the report, in this order.
    #[track_caller]
    pub(crate) fn failed(&self, status: Status, parts: &[&str]) {
        assert_eq!(self.get("status"), status.to_string(), "{}", self.report);
        let mut rest = &self.report[..];
        for part in parts {
            let at = rest.find(part).unwrap_or_else(|| panic!("no `{part}` (any more) in\n{}", self.report));
            rest = &rest[at + part.len()..];
        }
    }
}
