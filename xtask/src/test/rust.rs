// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Rust: formatting, lints, and every crate's unit, integration and documentation tests.

use super::ledger::{cargo_test, Group};
use crate::tree::Tree;
use crate::{library, tools};

pub(super) fn run(tree: &Tree, group: &mut Group) -> Result<(), String> {
    tools::compilers()?;
    group.check("cargo fmt", tree.cargo().args(["fmt", "--all", "--check"]), "run: cargo fmt --all");
    let lint = "mend it; an #[allow] needs its reason beside it";
    for scope in [["--workspace"].as_slice(), &["-p", "cmetrics", "--features", "embedded"]] {
        let mut clippy = tree.cargo();
        clippy.args(["clippy", "--quiet", "--locked", "--all-targets"]).args(scope).args(["--", "-D", "warnings"]);
        group.check(&format!("clippy {}", scope.join(" ")), &mut clippy, lint);
    }
    let mut doc = tree.cargo();
    doc.args(["doc", "--quiet", "--locked", "--no-deps", "-p", "cmetrics", "-p", "cmetrics-interface"]);
    doc.args(["-p", "cmetrics-loader"]).env("RUSTDOCFLAGS", "-D warnings");
    group.check("rustdoc", &mut doc, "mend the link or the markup that it names");

    // The crates that load a library get the one of this checkout.
    let library = library::build(tree)?;
    for arguments in [
        ["-p", "cmetrics-interface"].as_slice(),
        &["-p", "cmetrics-impl"],
        &["-p", "cmetrics-loader"],
        &["-p", "cmetrics"],
        &["-p", "cmetrics", "--features", "embedded"],
        &["-p", "worker-rust-plugin"],
        &["-p", "xtask"],
    ] {
        let mut test = tree.cargo();
        test.args(["test", "--locked", "--no-fail-fast"]).args(arguments);
        test.env("CMETRICS_LIBRARY", &library.file);
        group.runner(&format!("cargo test {}", arguments.join(" ")), &mut test, cargo_test);
    }
    Ok(())
}
