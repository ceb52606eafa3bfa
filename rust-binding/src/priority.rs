// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;
use std::str::FromStr;

use cmetrics_interface as abi;

use crate::{Error, ErrorCode};

/// How important a family is, and how much a report holds: a report of one verbosity has the families that are at least
/// that important. `Critical` compares as the least.
///
/// ```
/// use cmetrics::{Priority, Registry, ReportOptions};
///
/// let reg = Registry::isolated();
/// reg.counter("cache_probes").priority(Priority::Debug).get().inc();
///
/// assert_eq!(reg.render()?, "");
/// let all = reg.render_with(&ReportOptions::new().verbosity(Priority::Debug).no_self())?;
/// assert!(all.contains("cache_probes_total 1\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Priority {
    /// Reported at every verbosity.
    Critical,
    /// More important than usual.
    High,
    /// The default, of metrics and of reports.
    #[default]
    Normal,
    /// Left out of a report unless asked for.
    Low,
    /// Left out of a report unless everything is asked for.
    Debug,
}

const ALL: [(Priority, i32, &str); 5] = [
    (Priority::Critical, abi::PRIORITY_CRITICAL, "critical"),
    (Priority::High, abi::PRIORITY_HIGH, "high"),
    (Priority::Normal, abi::PRIORITY_NORMAL, "normal"),
    (Priority::Low, abi::PRIORITY_LOW, "low"),
    (Priority::Debug, abi::PRIORITY_DEBUG, "debug"),
];

impl Priority {
    /// Its name, as `Display` writes it and `FromStr` reads it.
    ///
    /// ```
    /// assert_eq!(cmetrics::Priority::High.as_str(), "high");
    /// ```
    pub fn as_str(self) -> &'static str {
        ALL[self as usize].2
    }

    pub(crate) fn as_raw(self) -> i32 {
        ALL[self as usize].1
    }

    /// The known priority of a number, or the next less important one.
    pub(crate) fn from_raw(raw: i32) -> Priority {
        ALL.iter().find(|(_, number, _)| raw <= *number).map_or(Priority::Debug, |(priority, ..)| *priority)
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Priority {
    type Err = Error;

    fn from_str(name: &str) -> Result<Priority, Error> {
        ALL.iter().find(|(.., known)| *known == name).map(|(priority, ..)| *priority).ok_or_else(|| {
            Error::new(ErrorCode::InvalidArgument, format!("{name:?} is no priority"))
                .with_subject(name)
                .with_hint("use critical, high, normal, low or debug")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_priority_is_found_by_its_number_and_its_name() {
        for (index, (priority, raw, name)) in ALL.into_iter().enumerate() {
            assert_eq!(priority as usize, index);
            assert_eq!(Priority::from_raw(raw), priority);
            assert_eq!(name.parse::<Priority>().unwrap(), priority);
            assert_eq!(priority.to_string(), name);
        }
        assert_eq!(Priority::from_raw(1), Priority::Low);
        assert_eq!(Priority::from_raw(i32::MAX), Priority::Debug);
        assert!("NORMAL".parse::<Priority>().unwrap_err().is_invalid_argument());
    }
}
