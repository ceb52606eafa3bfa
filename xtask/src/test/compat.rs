// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Clients of every age on libraries of every age: each cell of the matrix is a check.

use super::ledger::Group;
use crate::compat;
use crate::tree::Tree;

pub(super) fn run(tree: &Tree, group: &mut Group) -> Result<(), String> {
    let expected = compat::expected(&tree.root)?;
    for outcome in compat::outcomes(tree, &compat::here(), true) {
        for (what, verdict) in compat::verdicts(&outcome, &expected) {
            group.verdict(&what, verdict);
        }
    }
    Ok(())
}
