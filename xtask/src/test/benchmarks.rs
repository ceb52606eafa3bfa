// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The benchmarks: that they build without peers, their own tests, and what the hot paths take in instructions, against
//! a budget. Times are no test. Without valgrind nothing is counted, and that is said.

use super::ledger::{cargo_test, Group};
use super::rust::formatting;
use crate::bench::instructions::{count, verdicts, Outcome};
use crate::tools;
use crate::tree::Tree;

pub(super) fn run(tree: &Tree, group: &mut Group) -> Result<(), String> {
    tools::compilers()?;
    let folder = tree.root.join("benchmarks");
    formatting(tree, group, "benchmarks");
    let mut test = tree.cargo();
    test.current_dir(&folder).args(["test", "--locked", "-p", "cmetrics-benchmarks", "--no-default-features"]);
    test.arg("--target-dir").arg(tree.target.join("bench/build")).env_remove("CMETRICS_LIBRARY");
    group.runner("cargo test -p cmetrics-benchmarks without peers", &mut test, cargo_test);
    // What is written for Linux alone.
    if cfg!(target_os = "linux") {
        compiles(tree, group, "CC", "cc", "-std=c11", "c/updates.c");
        compiles(tree, group, "CXX", "c++", "-std=c++17", "cpp/updates.cpp");
    }
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        compiles(tree, group, "CXX", "c++", "-std=c++17", "inline/loops.cpp");
        compiles(tree, group, "CXX", "c++", "-std=c++17", "inline/hazards.cpp");
    }
    match count(tree)? {
        Outcome::LeftOut(why) => eprintln!("left out: instruction budgets: {why}"),
        Outcome::Counted(counts) => {
            for (what, verdict) in verdicts(tree, &counts)? {
                group.verdict(&what, verdict);
            }
        }
    }
    Ok(())
}

/// A program of the benchmarks, without a warning.
fn compiles(tree: &Tree, group: &mut Group, variable: &str, usual: &str, standard: &str, source: &str) {
    let mut compiler = tree.command(std::env::var(variable).unwrap_or_else(|_| usual.to_owned()));
    compiler.args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-DWITHOUT_PROMETHEUS_CPP"]);
    compiler.args(["-I", "headers/include", "-fsyntax-only"]).arg(format!("benchmarks/{source}"));
    group.check(&format!("compiling benchmarks/{source}"), &mut compiler, "");
}
