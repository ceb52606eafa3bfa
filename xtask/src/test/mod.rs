// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask test`: every check of every language, a table of how many ran, and one line that sums them up.
//!
//! A group that fails does not stop the others. A check that ran no test has failed.

mod articles;
mod benchmarks;
mod c;
mod compat;
mod documents;
mod example;
mod ledger;
mod python;
mod quote;
mod rust;
mod tidy;
mod worker;

use std::time::Instant;

use clap::ValueEnum;
pub(crate) use ledger::{cargo_test, ctest, pytest, Count};
use ledger::{Group, Ledger};

use crate::tree::Tree;

/// A part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Formatting, clippy, unit, integration and documentation tests, crate by crate
    Rust,
    /// The headers in every dialect, their tests, and what the library exports
    C,
    /// Ruff, mypy and pytest, on the installed wheel
    Python,
    /// The worker example: three hosts against the expectation, and what they have in common
    Worker,
    /// Clients of every age on libraries of every age
    Compat,
    /// The benchmarks' own tests, and what the hot paths take in instructions, where valgrind is
    Benchmarks,
    /// The examples that README.md and docs show, run, and the site
    Documents,
    /// The rules of the house, and whether the generated files are fresh
    Tidy,
}

/// Run every test of every language, and say how many ran
///
/// Exits 1 if any failed, and runs the others all the same. The table on standard output says how many ran, passed and failed per part, and its last line sums them up.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these parts, with commas between them
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART")]
    only: Vec<Part>,
}

pub(crate) fn run(tree: &Tree, args: &Args) -> Result<(), String> {
    type Run = fn(&Tree, &mut Group) -> Result<(), String>;
    let mut ledger = Ledger::default();
    for part in Part::value_variants() {
        if !args.only.is_empty() && !args.only.contains(part) {
            continue;
        }
        let (name, run): (&str, Run) = match part {
            Part::Rust => ("Rust", rust::run),
            Part::C => ("C and C++", c::run),
            Part::Python => ("Python", python::run),
            Part::Worker => ("worker", worker::run),
            Part::Compat => ("compat", compat::run),
            Part::Benchmarks => ("benchmarks", benchmarks::run),
            Part::Documents => ("documents", documents::run),
            Part::Tidy => ("tidy", tidy::run),
        };
        eprintln!("\n== {name}");
        let started = Instant::now();
        let mut group = Group::new(name);
        if let Err(why) = run(tree, &mut group) {
            // What the part stands on could not be made: it counts as one failure, whatever did not run for it.
            group.fail("preparing", &why);
        }
        group.took = started.elapsed();
        ledger.groups.push(group);
    }
    print!("{}", ledger.table());
    if ledger.failed() == 0 {
        Ok(())
    } else {
        Err(String::new())
    }
}
