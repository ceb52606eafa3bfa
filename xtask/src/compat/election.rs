// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Several copies of the library in one process.

use super::{Lab, Row};

pub(super) fn run(_lab: &Lab<'_>, _quick: bool) -> Result<Vec<Row>, String> {
    Ok(Vec::new())
}
