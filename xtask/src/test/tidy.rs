// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The rules of the house, and the generated files.

use super::ledger::Group;
use crate::tree::Tree;
use crate::{codegen, tidy};

pub(super) fn run(tree: &Tree, group: &mut Group) -> Result<(), String> {
    group.verdict("the rules of the house", tidy::run(tree));
    group.verdict("generated files are fresh", codegen::run(&tree.root, true));
    Ok(())
}
