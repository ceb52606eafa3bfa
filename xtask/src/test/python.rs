// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Python: style, types, and the tests of the wheel as it is installed.

use super::ledger::{pytest, Group};
use crate::tree::Tree;
use crate::worker::Ground;

const FOLDER: &str = "python-binding";

pub(super) fn run(tree: &Tree, group: &mut Group) -> Result<(), String> {
    let ground = Ground::ready(tree)?;
    ground.venv.install_requirements(tree)?;
    let python = |arguments: &[&str]| {
        let mut command = ground.venv.command(tree, "python");
        command.arg("-m").args(arguments).current_dir(tree.root.join(FOLDER));
        command
    };
    group.check("ruff check", &mut python(&["ruff", "check", "."]), "run there: ruff check --fix .");
    group.check("ruff format", &mut python(&["ruff", "format", "--check", "."]), "run there: ruff format .");
    group.check("mypy --strict", &mut python(&["mypy", "--strict", "python/cmetrics"]), "mend the types that it names");
    group.runner("pytest", &mut python(&["pytest", "-q"]), pytest);
    Ok(())
}
