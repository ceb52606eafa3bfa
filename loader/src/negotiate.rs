// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Which ABI version to use: pure. `compat-tests/locating/versions.txt` holds the cases.

use std::fmt;

/// ABI versions, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) oldest: u32,
    pub(crate) newest: u32,
}

impl Range {
    /// Versions begin at 1, and no range is empty.
    pub(crate) fn is_valid(self) -> bool {
        1 <= self.oldest && self.oldest <= self.newest
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.oldest == self.newest {
            write!(f, "ABI version {}", self.oldest)
        } else {
            write!(f, "ABI versions {} to {}", self.oldest, self.newest)
        }
    }
}

/// Why there is no common version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// The library serves nothing as new as the client needs.
    Older,
    /// The library serves nothing as old as the client can use.
    Newer,
    /// One of the ranges is none.
    Invalid,
}

/// The newest version that both know.
pub(crate) fn negotiate(asked: Range, offered: Range) -> Result<u32, Mismatch> {
    if !asked.is_valid() || !offered.is_valid() {
        return Err(Mismatch::Invalid);
    }
    if offered.newest < asked.oldest {
        return Err(Mismatch::Older);
    }
    if asked.newest < offered.oldest {
        return Err(Mismatch::Newer);
    }
    Ok(asked.newest.min(offered.newest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_one_version_is_told_as_one() {
        assert_eq!(Range { oldest: 1, newest: 1 }.to_string(), "ABI version 1");
        assert_eq!(Range { oldest: 1, newest: 3 }.to_string(), "ABI versions 1 to 3");
    }
}
