// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Rust: formatting, lints, and every crate's unit, integration and documentation tests; the fuzz targets' formatting and
//! lints.

use std::path::Path;

use super::ledger::{cargo_test, Group};
use crate::tree::Tree;
use crate::{fuzz, library, tools};

/// The optional parts of `cmetrics`. Its tests turn all of them on; a program has some.
const FEATURES: [&str; 5] = ["testing", "metrics-facade", "prometheus-bridge", "http", "tls"];

/// The packages that may have no Rust test, and what tests them.
const TESTED_ELSEWHERE: [(&str, &str); 3] = [
    ("cmetrics-python", "pytest, on the installed wheel"),
    ("worker-rust-host", "the worker's part"),
    ("migrating", "the small examples, in the documents' part"),
];

pub(super) fn run(tree: &Tree, group: &mut Group) -> Result<(), String> {
    tools::compilers()?;
    group.check("cargo fmt", tree.cargo().args(["fmt", "--all", "--check"]), "run: cargo fmt --all");
    let lint = "mend it; an #[allow] needs its reason beside it";
    // The tests of `cmetrics` turn its features on; a program that depends on it has it without, or with some of them.
    // A later version of the interface is behind a feature, and so is the test that compares it.
    let scopes: [&[&str]; 3] = [
        &["--workspace", "--all-targets"],
        &["--package=cmetrics", "--lib"],
        &["--package=cmetrics-interface", "--all-targets", "--features=draft"],
    ];
    for scope in scopes {
        let mut clippy = tree.cargo();
        clippy.args(["clippy", "--quiet", "--locked"]).args(scope).args(["--", "-D", "warnings"]);
        group.check(&format!("clippy {}", scope.join(" ")), &mut clippy, lint);
    }
    for feature in FEATURES {
        let mut clippy = tree.cargo();
        clippy.args(["clippy", "--quiet", "--locked", "--package=cmetrics", "--lib", "--features", feature]);
        group.check(&format!("clippy of cmetrics with {feature}"), clippy.args(["--", "-D", "warnings"]), lint);
    }
    fuzz_targets(tree, group, lint);
    let mut doc = tree.cargo();
    doc.args(["doc", "--quiet", "--locked", "--no-deps", "-p", "cmetrics", "-p", "cmetrics-interface"]);
    doc.args(["-p", "cmetrics-loader", "--features", &FEATURES.map(|feature| format!("cmetrics/{feature}")).join(",")]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    group.check("rustdoc", &mut doc, "mend the link or the markup that it names");

    let mut plain = tree.cargo();
    plain.args(["build", "--quiet", "--locked", "--profile", "plain", "-p", "cmetrics-impl"]);
    group.check("the library with Cargo's own release profile", &mut plain, "programs that embed it build it so");

    let none = Vec::new();
    let packages = tree.metadata["packages"].as_array().unwrap_or(&none);
    for package in packages.iter().filter_map(|package| package["name"].as_str()) {
        test(tree, group, package, None);
    }
    // The model checker takes the place of the atomics, in a folder of its own: every crate is built for it once more, which
    // takes longer than the models do. So nothing is optimized.
    let mut model = tree.cargo();
    model.args(["test", "--locked", "-p", "cmetrics-impl", "--test", "cells_model"]);
    model.env("RUSTFLAGS", "--cfg loom").env("CARGO_TARGET_DIR", tree.root.join("target/model"));
    model.env("CARGO_PROFILE_DEV_OPT_LEVEL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0");
    group.runner("cargo test -p cmetrics-impl --test cells_model with the model checker", &mut model, cargo_test);
    let mut prefix = crate::freeze::prefix_test(tree);
    group.runner("cargo test -p cmetrics-interface with the draft", &mut prefix, cargo_test);
    // Once more with the library as a file of its own, as most programs meet it.
    let library = library::build(tree)?;
    test(tree, group, "cmetrics", Some(&library.file));
    Ok(())
}

/// The fuzz targets are a workspace of their own, run by `cargo xtask fuzz` alone: here they are kept in step.
fn fuzz_targets(tree: &Tree, group: &mut Group, lint: &str) {
    formatting(tree, group, "fuzz");
    if !fuzz::BUILDS_HERE {
        eprintln!("left out: clippy in fuzz/: the targets build for Linux on x86-64 alone");
        return;
    }
    let mut clippy = tree.cargo();
    clippy.current_dir(tree.root.join("fuzz")).args(["clippy", "--quiet", "--locked", "--target-dir"]);
    clippy.arg(tree.target.join("fuzz/lint")).args(["--", "-D", "warnings"]);
    // Nothing is linked, so that libFuzzer itself, which is in C++, need not be built: its file is only named.
    clippy.env("CUSTOM_LIBFUZZER_PATH", tree.target.join("fuzz/libnone.a"));
    group.check("clippy in fuzz/", &mut clippy, lint);
}

/// The formatting of a workspace of its own.
pub(super) fn formatting(tree: &Tree, group: &mut Group, folder: &str) {
    let mut format = tree.cargo();
    format.current_dir(tree.root.join(folder)).args(["fmt", "--all", "--check"]);
    group.check(&format!("cargo fmt in {folder}/"), &mut format, "run there: cargo fmt --all");
}

fn test(tree: &Tree, group: &mut Group, package: &str, library: Option<&Path>) {
    let mut test = tree.cargo();
    test.args(["test", "--locked", "--no-fail-fast", "-p", package]);
    let mut what = format!("cargo test -p {package}");
    if let Some(library) = library {
        test.env("CMETRICS_LIBRARY", library);
        what.push_str(" with CMETRICS_LIBRARY");
    } else {
        test.env_remove("CMETRICS_LIBRARY");
    }
    if TESTED_ELSEWHERE.iter().any(|(other, _)| *other == package) {
        group.runner_or_nothing(&what, &mut test, cargo_test);
    } else {
        group.runner(&what, &mut test, cargo_test);
    }
}
