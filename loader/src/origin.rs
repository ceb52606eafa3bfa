// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;

/// How a library was found: the steps of the search, in its order.
///
/// ```
/// use cmetrics_loader::Origin;
///
/// assert_eq!(Origin::Beside.to_string(), "beside the module");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// Named by `CMETRICS_LIBRARY`.
    Forced,
    /// Loaded by this process before.
    Loaded,
    /// In the folder of the module that asks, or in its subfolder `lib`.
    Beside,
    /// On the search path of the system.
    System,
    /// Linked into the program: the last resort.
    Embedded,
    /// No library: `CMETRICS_DISABLE` is set, and the no-op table stands in.
    Disabled,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Origin::Forced => "CMETRICS_LIBRARY",
            Origin::Loaded => "already loaded",
            Origin::Beside => "beside the module",
            Origin::System => "system search path",
            Origin::Embedded => "linked into the program",
            Origin::Disabled => "disabled",
        })
    }
}
