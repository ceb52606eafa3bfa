// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The other tests again, in processes that have no rseq, or stripes for fewer CPUs than there are.

use std::process::Command;

use crate::target::{begin, STRIPES};

const TUNABLE: (&str, &str) = ("GLIBC_TUNABLES", "glibc.pthread.rseq=0");

/// Runs the tests of this program but these, and those of the sources, which begin in their own way.
fn run_again(variable: (&str, &str)) {
    let program = std::env::current_exe().unwrap();
    let tests = Command::new(program)
        .args(["--skip", "again::", "--skip", "cell::"])
        .env(variable.0, variable.1)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&tests.stdout);
    assert!(tests.status.success() && !told.contains(" 0 passed"), "{variable:?}\n{told}");
}

#[test]
fn without_rseq_the_same_holds() {
    run_again(TUNABLE);
}

#[test]
fn on_cpus_beyond_the_stripes_the_same_holds() {
    run_again((STRIPES, "1"));
}

#[test]
fn no_cell_is_hot_without_rseq() {
    let (_alone, can_be_hot) = begin();
    if std::env::var(TUNABLE.0).is_ok_and(|value| value == TUNABLE.1) {
        assert!(!can_be_hot);
    } else if !can_be_hot {
        println!("left out: this system has no rseq (glibc 2.35, Linux 5.10, AVX), and cells stay cold");
    }
}
