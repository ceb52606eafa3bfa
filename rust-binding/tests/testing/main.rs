// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The test kit.

mod golden;
mod messages;
mod recorder;
mod scopes;
mod values;

use cmetrics::Registry;

/// A root of this test's own.
fn isolated() -> Registry {
    Registry::try_isolated().expect("the library is linked into the tests")
}
