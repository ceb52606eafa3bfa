// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;

use cmetrics_interface::{Status, UNAVAILABLE, UNSUPPORTED};

use crate::negotiate::{Mismatch, Range};
use crate::reason::Reason;
use crate::search::Os;
use crate::{Asker, Origin};

/// What became of a step of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// Its copy is the one that was found.
    Used,
    /// Something is there, and it cannot be used.
    Refused,
    /// Nothing is there.
    Nothing,
    /// Nobody looked: the search had ended before.
    NotTried,
}

/// One step of a search: where, which file, and what came of it.
///
/// ```
/// use cmetrics_loader::{load, Asker};
///
/// // Nobody serves this version.
/// let error = load(&Asker { oldest: 900, newest: 900, ..Asker::new("my-plugin") }).unwrap_err();
/// for step in error.steps() {
///     println!("{}: {} {}", step.origin(), step.path().unwrap_or("-"), step.outcome());
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    origin: Origin,
    path: Option<String>,
    reason: Reason,
}

impl Step {
    pub(crate) fn new(origin: Origin, path: Option<String>, reason: Reason) -> Step {
        Step { origin, path, reason }
    }

    /// Which step of the search it was.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The file that was tried (for the system's search path its bare name), or none if the step had no candidate.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// What came of it, in words: `no such file`, for instance.
    pub fn outcome(&self) -> String {
        self.reason.to_string()
    }

    /// What came of it, for a program to tell apart.
    pub fn verdict(&self) -> Verdict {
        match self.reason {
            Reason::Used { .. } | Reason::Disabled => Verdict::Used,
            Reason::NotTried => Verdict::NotTried,
            Reason::NotSet | Reason::NoneLoaded | Reason::NoFolder | Reason::RelativeFolder | Reason::NoSuchFile => {
                Verdict::Nothing
            }
            _ => Verdict::Refused,
        }
    }
}

impl fmt::Display for Step {
    /// As one line: `beside the module: /opt/app/libcmetrics.so.1: no such file`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.origin)?;
        if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        write!(f, "{}", self.reason)
    }
}

/// Why no library could be used. It displays as the whole report: who asked for what, one line for each step, and what
/// to do about it.
///
/// ```
/// use cmetrics_loader::{load, Asker};
///
/// // Nobody serves this version.
/// let asker = Asker { version: "2.1", oldest: 900, newest: 900, ..Asker::new("my-plugin") };
/// let error = load(&asker).unwrap_err();
/// let report = error.to_string();
/// assert!(report.starts_with("no usable libcmetrics for my-plugin 2.1 (rust), which can use ABI version 900\n"));
/// assert!(report.ends_with(&format!("\nhint: {}", error.hint())));
/// for step in error.steps() {
///     assert!(report.contains(&step.outcome()));
/// }
/// ```
#[derive(Clone, Debug)]
pub struct LoadError(Box<Report>);

#[derive(Clone, Debug)]
struct Report {
    asker: String,
    asked: Range,
    steps: Vec<Step>,
    hint: String,
}

impl LoadError {
    pub(crate) fn new(asker: &Asker<'_>, mut steps: Vec<Step>) -> LoadError {
        steps.retain(|step| step.reason != Reason::NotTried);
        steps.sort_by_key(|step| step.origin as u8);
        let (who, asked) = (asker.to_string(), asker.asked());
        let hint = hint(&who, asked, &steps);
        LoadError(Box::new(Report { asker: who, asked, steps, hint }))
    }

    /// `UNSUPPORTED` if a library was found and no version of it fits the asker, otherwise `UNAVAILABLE`.
    pub fn status(&self) -> Status {
        if self.steps().iter().any(|step| matches!(step.reason, Reason::Versions { .. } | Reason::NoSatellite { .. })) {
            UNSUPPORTED
        } else {
            UNAVAILABLE
        }
    }

    /// What to do about it, in one sentence.
    pub fn hint(&self) -> &str {
        &self.0.hint
    }

    /// What came of every step, in the order of the search.
    pub fn steps(&self) -> &[Step] {
        &self.0.steps
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { asker, asked, steps, hint } = &*self.0;
        writeln!(f, "no usable libcmetrics for {asker}, which can use {asked}")?;
        for step in steps {
            writeln!(f, "  {step}")?;
        }
        write!(f, "hint: {hint}")
    }
}

impl std::error::Error for LoadError {}

/// The cure for what stands in the way most.
fn hint(asker: &str, asked: Range, steps: &[Step]) -> String {
    let name = Os::HERE.names()[0];
    for step in steps {
        if let Reason::NoSatellite { winner, .. } = &step.reason {
            let newer = step.path.as_deref().unwrap_or("the newer file");
            return format!(
                "set CMETRICS_LIBRARY to {newer} before the process starts, or replace {winner} with a libcmetrics that \
                 serves {asked}"
            );
        }
    }
    for step in steps {
        match &step.reason {
            Reason::Versions { why: Mismatch::Older, found, provider, .. } => {
                let file = provider
                    .as_ref()
                    .or(found.as_ref())
                    .or(step.path.as_ref())
                    .map_or("the linked copy", String::as_str);
                return format!("replace {file} with a libcmetrics that serves {asked}, or use an older {asker}");
            }
            Reason::Versions { why: Mismatch::Newer, .. } => {
                return format!("update {asker}, or install a libcmetrics that still serves {asked}");
            }
            Reason::Versions { why: Mismatch::Invalid, .. } => {
                return format!(
                    "correct the ABI versions that {asker} asks for: oldest is at least 1, newest not below"
                );
            }
            Reason::Lost { winner } => {
                return format!(
                    "unset CMETRICS_LIBRARY, or start the process so that {winner} is not used before the file that it names"
                );
            }
            _ if step.origin == Origin::Forced && step.reason != Reason::NotSet => {
                return format!("set CMETRICS_LIBRARY to the absolute path of a {name} for this machine, or unset it");
            }
            _ => {}
        }
    }
    format!("install cmetrics, or set CMETRICS_LIBRARY to the absolute path of a {name}")
}
