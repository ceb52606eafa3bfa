// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! AddressSanitizer, and LeakSanitizer in it: the library, the Rust crates around it, programs in C and C++, and Python,
//! all of it built for it but for Python itself.

use super::build::Instrumented;
use super::headers::{self, Headers};
use super::python::{self, Python};
use super::watched::{one, Watch};
use super::Bench;
use crate::soak;
use crate::test::cargo_test;

/// Everything that the runtime can look at.
const OPTIONS: &str = "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1";
/// Where copies are looked for: the walk over the notes of a module reads what lies between two of them, which is padding to
/// a linker and a red zone here. The unit tests of that walk are watched with all options.
const NO_GLOBALS: &str = "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:report_globals=0";

/// Tests that run all tests once more in another way, and controls that lose what they are to lose: minutes, and no memory
/// that the others do not touch.
const AGAIN: [&str; 6] =
    ["--skip", "again::", "--skip", "the_same_without_restarts", "--skip", "without_the_barrier_they_are_not_ordered"];
const SUPPRESSIONS: &str = "xtask/src/sanitize/address.txt";

pub(super) fn run(bench: &mut Bench<'_>) -> Result<(), String> {
    let rust = Instrumented::address(bench)?;
    let suppressions = bench.tree.root.join(SUPPRESSIONS);
    let watch = |options: &str| Watch { suppressions: Some(suppressions.clone()), ..Watch::all(options) };
    // The loader's tests on real files are left out: they build the library once more, and run a process for each case.
    let tests: [(&str, &[&str], &str); 4] = [
        ("Rust: the library's unit tests and its cells", &["-p", "cmetrics-impl", "--lib", "--test", "cells"], OPTIONS),
        ("Rust: the library through its tables", &["-p", "cmetrics-impl", "--test", "abi"], NO_GLOBALS),
        ("Rust: the loader", &["-p", "cmetrics-loader", "--lib", "--test", "noop"], NO_GLOBALS),
        ("Rust: the SDK", &["-p", "cmetrics", "--tests"], NO_GLOBALS),
    ];
    for (what, arguments, options) in tests {
        let mut cargo = rust.cargo(bench.tree, "test");
        rust.make(&format!("building {what}"), cargo.args(arguments).arg("--no-run"))?;
        let mut cargo = rust.cargo(bench.tree, "test");
        cargo.args(arguments).args(["--no-fail-fast", "--"]).args(AGAIN);
        bench.watch(what, &mut cargo, &watch(options), cargo_test);
    }

    let library = rust.library(bench.tree)?;
    let watch = Watch::all(NO_GLOBALS);
    let headers = Headers { sanitizer: Some("address"), library: &library, targets: &[], tests: "", preload: None };
    headers::run(bench, "C and C++: the headers' tests", &headers, &watch)?;
    let program = soak::compile(bench.tree, &bench.folder.join("soak-address"), &["-O1", "-fsanitize=address"])?;
    let mut soak = bench.tree.command(program);
    soak.args(["--seconds", "30", "--lanes", "3"]).env("CMETRICS_LIBRARY", &library);
    bench.watch("C++: everything comes and goes, 30 s", &mut soak, &watch, one);

    let python = Python::ready(bench, &rust, NO_GLOBALS)?;
    python::hosts(bench, &python)?;
    python::tests(bench, &python);
    Ok(())
}
