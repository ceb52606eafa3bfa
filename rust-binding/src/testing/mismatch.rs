// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;

/// What was expected of metrics and is not so: its text names what there is instead.
///
/// ```
/// let err = cmetrics::testing::check_metric(&cmetrics::Registry::isolated(), "requests_total", &[], 1).unwrap_err();
/// assert_eq!(err.to_string(), "requests_total: no such metric\n  the registry is empty");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Mismatch(String);

impl Mismatch {
    pub(super) fn new(message: String) -> Mismatch {
        Mismatch(message)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// As `Display`: it is what `unwrap` shows.
impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}
