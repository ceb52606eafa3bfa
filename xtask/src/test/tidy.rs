// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The rules of the house, the generated files, and what must hold for a version of the ABI to be frozen.

use super::ledger::Group;
use crate::tree::Tree;
use crate::{freeze, tidy};

pub(super) fn run(tree: &Tree, group: &mut Group) -> Result<(), String> {
    group.verdict("the rules of the house", tidy::run(tree));
    // The first of them is that generated files are fresh.
    for (what, verdict) in freeze::verdicts(tree) {
        group.verdict(&what, verdict);
    }
    Ok(())
}
