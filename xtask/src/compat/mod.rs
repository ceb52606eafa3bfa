// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask compat`: clients of every kind and age on libraries of every kind and age, as one matrix that is held
//! against `compat-tests/expected/matrix.txt`.
//!
//! One file per part. A part gives rows; `matrix` prints and compares them; `lab` builds what several parts stand on.

mod child;
mod clients;
mod compile;
mod election;
mod history;
mod lab;
mod layout;
mod matrix;
mod newer;
mod ranges;
mod releases;
mod satellites;
mod sdk;
mod third_parties;
mod windows;

use std::path::Path;
use std::time::Instant;

use clap::ValueEnum;

use crate::tree::Tree;
pub(crate) use lab::Lab;
pub(crate) use matrix::Row;

const EXPECTED: &str = "compat-tests/expected/matrix.txt";

/// A part of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Every range of versions that a client can ask for, on every range that a library can serve, and on strangers
    Ranges,
    /// The frozen clients of each version on the libraries of today and of later
    Clients,
    /// The SDKs of today on the libraries of earlier releases
    Releases,
    /// A plugin that uses no SDK, and a test double in place of one slot
    ThirdParties,
    /// A client whose own copy is not the one that provides, and is of another age
    Satellites,
    /// Several copies of the library in one process
    Election,
    /// The library, the search and the headers' tests on Windows, under Wine; not part of cargo xtask test
    Windows,
}

/// Run clients of every age on libraries of every age, and compare what comes of it with what is promised
///
/// Prints the matrix. Exits 1 if a cell differs from compat-tests/expected/matrix.txt, or if an error message lacks a fact that it owes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these parts, with commas between them
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART")]
    only: Vec<Part>,
    /// Fewer runs of what is run many times; the matrix stays the same
    #[arg(long)]
    quick: bool,
    /// Write what was seen to compat-tests/expected/matrix.txt, to be read before it is committed
    #[arg(long)]
    bless: bool,
}

/// What came of one part.
pub(crate) struct Outcome {
    /// The part's name, as in the matrix.
    pub(crate) part: String,
    /// Its rows, or why there are none.
    pub(crate) rows: Result<Vec<Row>, String>,
}

/// Runs the parts, and tells of each on standard error.
pub(crate) fn outcomes(tree: &Tree, only: &[Part], quick: bool) -> Vec<Outcome> {
    outcomes_in(&Lab::new(tree), only, quick)
}

/// What Windows says of a DLL that was built elsewhere, in place of this tree's own.
pub(crate) fn of_windows(tree: &Tree, dll: &Path) -> Vec<Outcome> {
    let mut lab = Lab::new(tree);
    lab.dll = Some(dll.to_path_buf());
    outcomes_in(&lab, &[Part::Windows], true)
}

fn outcomes_in(lab: &Lab<'_>, only: &[Part], quick: bool) -> Vec<Outcome> {
    type Run = fn(&Lab<'_>, bool) -> Result<Vec<Row>, String>;
    let parts = Part::value_variants().iter().filter(|part| only.is_empty() || only.contains(part));
    parts
        .map(|part| {
            let run: Run = match part {
                Part::Ranges => ranges::run,
                Part::Clients => clients::run,
                Part::Releases => releases::run,
                Part::ThirdParties => third_parties::run,
                Part::Satellites => satellites::run,
                Part::Election => election::run,
                Part::Windows => windows::run,
            };
            let name = part.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
            let started = Instant::now();
            let rows = run(lab, quick);
            eprintln!("{name}: {:.1} s", started.elapsed().as_secs_f64());
            Outcome { part: name, rows }
        })
        .collect()
}

/// The parts that `cargo xtask test` runs: those that need no other system.
pub(crate) fn here() -> Vec<Part> {
    Part::value_variants().iter().copied().filter(|part| *part != Part::Windows).collect()
}

/// What is written in `matrix.txt`.
pub(crate) fn expected(root: &Path) -> Result<String, String> {
    std::fs::read_to_string(root.join(EXPECTED)).map_err(|e| format!("{EXPECTED}: {e}"))
}

pub(crate) fn run(tree: &Tree, args: &Args) -> Result<(), String> {
    let outcomes = outcomes(tree, &args.only, args.quick);
    let text = matrix::text(&outcomes);
    print!("{text}");
    let expected = expected(&tree.root)?;
    if args.bless {
        let path = tree.root.join(EXPECTED);
        std::fs::write(&path, matrix::blessed(&expected, &outcomes)).map_err(|e| format!("{EXPECTED}: {e}"))?;
    }
    let expected = if args.bless { text } else { expected };
    let mut wrong = Vec::new();
    for outcome in &outcomes {
        wrong.extend(
            verdicts(outcome, &expected)
                .into_iter()
                .filter_map(|(what, done)| Some(format!("{what}: {}", done.err()?))),
        );
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}\n{} of the matrix's cells are wrong\n--> mend what the cell names. Only a cell that is meant to change is \
         written anew, with cargo xtask compat --bless",
        wrong.join("\n"),
        wrong.len()
    ))
}

/// Each check of a part by name, and why it failed.
pub(crate) fn verdicts(outcome: &Outcome, expected: &str) -> Vec<(String, Result<(), String>)> {
    match &outcome.rows {
        Ok(rows) => matrix::verdicts(&outcome.part, rows, expected),
        Err(why) => vec![(outcome.part.clone(), Err(why.clone()))],
    }
}
