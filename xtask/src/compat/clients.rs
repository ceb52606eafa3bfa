// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The frozen clients of each version on the libraries of today and of later.

use super::{Lab, Row};

pub(super) fn run(_lab: &Lab<'_>, _quick: bool) -> Result<Vec<Row>, String> {
    Ok(Vec::new())
}
