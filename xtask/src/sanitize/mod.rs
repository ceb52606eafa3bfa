// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask sanitize`: the tests once more, with every access to memory, every pair of threads or every allocation
//! watched, in programs of all languages.
//!
//! What a runtime tells is read from files that it writes, so that no process is missed: a test may start others, and look
//! at what they print.

mod address;
mod build;
mod headers;
mod leak;
mod ledger;
mod python;
mod reports;
mod thread;
mod valgrind;
mod watched;

use std::path::PathBuf;

use clap::ValueEnum;
use ledger::Ledger;

use crate::tree::Tree;

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// AddressSanitizer, and what is left behind where a program ends
    Address,
    /// ThreadSanitizer, the standard library included
    Thread,
    /// LeakSanitizer on the library as it is released, and what remains when everything was released
    Leak,
    /// Memcheck on the examples and the headers' tests
    Valgrind,
}

/// Run the tests under sanitizers and valgrind, in Rust, C, C++ and Python hosts
///
/// Exits 1 if anything is found. The table on standard output says what ran and for how long; target/sanitize/report.json holds the same. Linux only.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these suites, with commas between them
    #[arg(long, value_enum, value_delimiter = ',', value_name = "SUITE")]
    only: Vec<Suite>,
}

/// What every suite needs.
struct Bench<'a> {
    tree: &'a Tree,
    /// `target/sanitize`.
    folder: PathBuf,
    ledger: Ledger,
}

type Run = fn(&mut Bench<'_>) -> Result<(), String>;

pub(crate) fn run(tree: &Tree, args: &Args) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err("the sanitizers are set up for Linux: run this there".to_owned());
    }
    crate::tools::compilers()?;
    let folder = tree.target.join("sanitize");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut bench = Bench { tree, folder, ledger: Ledger::default() };
    for suite in Suite::value_variants() {
        if !args.only.is_empty() && !args.only.contains(suite) {
            continue;
        }
        let (name, run): (&str, Run) = match suite {
            Suite::Address => ("address", address::run),
            Suite::Thread => ("thread", thread::run),
            Suite::Leak => ("leak", leak::run),
            Suite::Valgrind => ("valgrind", valgrind::run),
        };
        eprintln!("\n== {name}");
        bench.ledger.begin(name);
        if let Err(why) = run(&mut bench) {
            bench.ledger.failed("preparing", &why);
        }
    }
    let file = bench.folder.join("report.json");
    std::fs::write(&file, bench.ledger.json()).map_err(|e| format!("{}: {e}", file.display()))?;
    print!("{}", bench.ledger.table());
    if bench.ledger.is_clean() {
        Ok(())
    } else {
        Err(String::new())
    }
}
