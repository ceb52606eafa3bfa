// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Python: style, types, and the tests of the wheel as it is installed.

use std::process::Command;

use super::ledger::{pytest, Group};
use crate::tree::Tree;
use crate::worker::Ground;

const FOLDER: &str = "python-binding";

/// The oldest pytest that the wheel's plugin is for, and its tests.
const OLD_PYTEST: &str = "pytest==8.0.0";
const PLUGIN_TESTS: &str = "tests/testing/test_pytest_plugin.py";

/// Runs pytest, if it is the one that is named first.
const RUN_PYTEST: &str = "\
import sys, pytest
pin = sys.argv.pop(1)
assert pin == f'pytest=={pytest.__version__}', f'{pytest.__file__} is {pytest.__version__}, not {pin}'
sys.exit(pytest.main())";

/// For what is no part of the package: examples and tools.
const RULES: &str = "B,C4,E,F,PIE,SIM,UP,W";

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
    group.check("ruff check, elsewhere", &mut elsewhere(tree, &ground, &["check", "--select", RULES]), "");
    group.check("ruff format, elsewhere", &mut elsewhere(tree, &ground, &["format", "--check"]), "");
    group.check("mypy --strict", &mut python(&["mypy", "--strict", "python"]), "mend the types that it names");
    group.runner("pytest", &mut python(&["pytest", "-q"]), pytest);
    let aside = ground.venv.install_aside(tree, OLD_PYTEST)?;
    let mut old = ground.venv.command(tree, "python");
    old.args(["-c", RUN_PYTEST, OLD_PYTEST, "-q", "-p", "no:cacheprovider", PLUGIN_TESTS]);
    old.env("PYTHONPATH", aside).current_dir(tree.root.join(FOLDER));
    group.runner(&format!("the plugin in {OLD_PYTEST}"), &mut old, pytest);
    Ok(())
}

/// Ruff on the Python outside of the package, but for the acceptance data, which is kept as it was given.
fn elsewhere(tree: &Tree, ground: &Ground, arguments: &[&str]) -> Command {
    let mut ruff = ground.venv.command(tree, "ruff");
    ruff.args(arguments).args(["--isolated", "--target-version", "py39", "--config", "line-length = 120"]);
    ruff.args(["--config", "lint.pycodestyle.max-line-length = 130"]);
    ruff.args(["--exclude", FOLDER, "--exclude", "examples/worker/acceptance", "."]);
    ruff
}
