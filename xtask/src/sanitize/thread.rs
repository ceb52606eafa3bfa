// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! ThreadSanitizer: the library with the standard library, and hosts in Rust, C, C++ and Python.
//!
//! Each test of the library runs twice, and so do the hosts in C and C++. Without restartable sequences all that orders
//! threads is an atomic operation that the runtime sees, and nothing is suppressed. With them (what programs run) a part of
//! it is a plain store of machine code that the runtime does not see: what waits for it looks like a race, and that alone
//! is suppressed (`thread.txt`).

use std::path::PathBuf;

use super::build::Instrumented;
use super::headers::{self, Headers};
use super::python;
use super::watched::{one, Watch};
use super::Bench;
use crate::soak;
use crate::step;
use crate::test::cargo_test;

/// Forked children start threads here, as the library promises that they may.
const OPTIONS: &str = "die_after_fork=0:history_size=4";
const SUPPRESSIONS: &str = "xtask/src/sanitize/thread.txt";
/// What would be found is what they are for, or runs in the other row.
const LEFT_OUT: [(&str, &str); 3] = [
    ("the_same_without_restarts_loses_updates", "a control: it races, and shows that the test beside it would see it"),
    ("without_the_barrier_they_are_not_ordered", "a control: watched stores are too slow to overtake each other"),
    ("again::", "the same tests without sequences, which are in a row of their own, controls and all"),
];
/// What starts threads: the headers' tests of one thread prove nothing here.
const TARGETS: [&str; 4] = ["c_collectors", "c_fork", "c_lifetime", "cpp_members"];

pub(super) fn run(bench: &mut Bench<'_>) -> Result<(), String> {
    let rust = match Instrumented::thread(bench) {
        Ok(rust) => rust,
        Err(why) => {
            bench.ledger.not_run("everything", &why);
            return Ok(());
        }
    };
    let suppressions: PathBuf = bench.tree.root.join(SUPPRESSIONS);
    let without = Watch { tunables: "glibc.pthread.rseq=0", ..Watch::all(OPTIONS) };
    let sequences = Watch { suppressions: Some(suppressions), tunables: "glibc.pthread.rseq=1", ..Watch::all(OPTIONS) };
    let both = [("without sequences", &without), ("with sequences", &sequences)];
    let tests = ["-p", "cmetrics-impl", "--lib", "--test", "abi", "--test", "cells"];
    let mut cargo = rust.cargo(bench.tree, "test");
    rust.make("building the library's tests and the standard library", cargo.args(tests).arg("--no-run"))?;
    for (how, watch) in both {
        let mut cargo = rust.cargo(bench.tree, "test");
        // Chance finds no race: few cases of what one thread does.
        cargo.args(tests).args(["--no-fail-fast", "--"]).env("PROPTEST_CASES", "8");
        for (test, _) in LEFT_OUT {
            cargo.args(["--skip", test]);
        }
        bench.watch(&format!("Rust: the library's tests, {how}"), &mut cargo, watch, cargo_test);
    }

    let library = rust.library(bench.tree)?;
    let shim = shim(bench)?;
    let headers = Headers {
        sanitizer: Some("thread"),
        library: &library,
        targets: &TARGETS,
        tests: "^(c collectors|c fork|c lifetime|cpp members)$",
        preload: Some(&shim),
    };
    for (how, watch) in both {
        headers::run(bench, &format!("C and C++: the headers' tests with threads, {how}"), &headers, watch)?;
    }
    let program = soak::compile(bench.tree, &bench.folder.join("soak-thread"), &["-O1", "-fsanitize=thread"])?;
    for (how, watch) in both {
        let mut soak = bench.tree.command(&program);
        soak.args(["--seconds", "30", "--lanes", "3"]).env("CMETRICS_LIBRARY", &library).env("LD_PRELOAD", &shim);
        bench.watch(&format!("C++: everything comes and goes, 30 s, {how}"), &mut soak, watch, one);
    }
    python::threads(bench, &library, &shim, &sequences)
}

/// What gcc's runtime lacks of what rustc's code calls, in a library for the dynamic linker to load first.
fn shim(bench: &Bench<'_>) -> Result<PathBuf, String> {
    let file = bench.folder.join("libtsan-newer.so");
    let mut compiler = bench.tree.command(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
    compiler.args(["-O1", "-fPIC", "-shared", "-fno-builtin", "xtask/src/sanitize/newer.c", "-o"]).arg(&file);
    step::must("compiling what gcc's runtime lacks", &mut compiler, "")?;
    Ok(file)
}
