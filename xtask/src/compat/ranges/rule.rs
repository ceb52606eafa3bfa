// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is promised of every pair, by a rule that shares no line with the loaders.

use std::fmt;

/// The newest version of the mocks.
pub(super) const NEWEST: u32 = 3;

/// ABI versions, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) oldest: u32,
    pub(super) newest: u32,
}

impl Range {
    /// As a report tells it.
    pub(super) fn told(self) -> String {
        if self.oldest == self.newest {
            format!("ABI version {}", self.oldest)
        } else {
            format!("ABI versions {} to {}", self.oldest, self.newest)
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.oldest == self.newest {
            write!(f, "{}", self.oldest)
        } else {
            write!(f, "{}-{}", self.oldest, self.newest)
        }
    }
}

/// Every range of versions up to [`NEWEST`].
pub(super) fn ranges() -> Vec<Range> {
    (1..=NEWEST).flat_map(|oldest| (oldest..=NEWEST).map(move |newest| Range { oldest, newest })).collect()
}

/// What a mock is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// A copy that serves a range, with tables as long as version 1's or longer.
    Serves(Range),
    /// A copy that serves a range, and whose tables end early.
    Short(Range),
    /// Not of ours: what is wrong, as a word of the matrix.
    Stranger(&'static str),
    /// Its constructor ends the process.
    Crashes,
}

/// What must come of a client that asks for a range.
pub(super) fn promised(asked: Range, shape: &Shape, completes: bool) -> String {
    let (served, short) = match shape {
        Shape::Serves(served) => (*served, false),
        Shape::Short(served) => (*served, true),
        Shape::Stranger(word) => return format!("stranger: {word}"),
        Shape::Crashes => return "crash".to_owned(),
    };
    let common = (served.oldest..=served.newest).filter(|version| (asked.oldest..=asked.newest).contains(version));
    match (common.max(), short, completes) {
        (None, _, _) if served.newest < asked.oldest => "too old".to_owned(),
        (None, _, _) => "too new".to_owned(),
        (Some(version), false, _) => format!("v{version}"),
        (Some(version), true, true) => format!("v{version} with stubs"),
        (Some(_), true, false) => "too short".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_as_the_documents_say() {
        let range = |oldest, newest| Range { oldest, newest };
        assert_eq!(ranges().len(), 6);
        for (asked, served, expected) in [
            (range(1, 1), range(1, 3), "v1"),
            (range(1, 3), range(1, 2), "v2"),
            (range(2, 3), range(1, 1), "too old"),
            (range(1, 2), range(3, 3), "too new"),
        ] {
            assert_eq!(promised(asked, &Shape::Serves(served), false), expected);
        }
        assert_eq!(promised(range(1, 2), &Shape::Short(range(1, 1)), false), "too short");
        assert_eq!(promised(range(1, 2), &Shape::Short(range(1, 1)), true), "v1 with stubs");
        assert_eq!(promised(range(2, 2), &Shape::Short(range(1, 1)), true), "too old");
    }
}
