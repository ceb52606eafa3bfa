// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A plugin that uses no SDK, and a test double in place of one slot.

use super::{Lab, Row};

pub(super) fn run(_lab: &Lab<'_>, _quick: bool) -> Result<Vec<Row>, String> {
    Ok(Vec::new())
}
