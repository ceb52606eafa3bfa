// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Replays a case with one part per language.

use std::path::Path;
use std::sync::Barrier;

use worker_rust_plugin::abi::CaseSize;
use worker_rust_plugin::load::Loaded;
use worker_rust_plugin::replay::Failure;

/// Progress, on standard error.
pub(crate) fn say(text: &str) {
    eprintln!("worker: {text}");
}

/// The whole case, each row by exactly one part: the body on `threads` threads per part, all at once, then the tail in
/// order.
pub(crate) fn replay(parts: &[Loaded], folder: &Path, threads: u16) -> Result<(), Failure> {
    let size = open(parts, folder)?;
    let languages = parts.len();
    say(&format!(
        "{} metrics; {} updates on {threads} threads in each of {languages} languages",
        size.metrics, size.tail
    ));

    let replayed = run_body(parts, threads)?;
    let shares = parts.iter().zip(&replayed).map(|(part, rows)| format!("{} {rows}", part.language()));
    let shares = shares.collect::<Vec<_>>().join(", ");
    let sum: i64 = replayed.iter().sum();
    if sum != size.tail {
        return Err(Failure::Failed(format!("of {} updates {sum} were made: {shares}", size.tail)));
    }
    say(&format!("all made: {shares}"));

    for row in size.tail..size.rows {
        let mut owners = 0;
        for part in parts {
            owners += usize::from(part.tail_row(row)?);
        }
        if owners != 1 {
            return Err(Failure::Failed(format!("row {row} was replayed by {owners} parts")));
        }
    }
    say(&format!("{} more in order, across languages", size.rows - size.tail));
    parts.iter().for_each(|part| part.close());
    Ok(())
}

fn open(parts: &[Loaded], folder: &Path) -> Result<CaseSize, Failure> {
    let sizes = parts.iter().map(|part| part.open(folder)).collect::<Result<Vec<_>, _>>()?;
    match sizes.split_first() {
        Some((first, others)) if others.iter().all(|other| other == first) => Ok(*first),
        _ => Err(Failure::Failed(format!("the parts read different cases: {sizes:?}"))),
    }
}

/// The rows that each part replayed.
fn run_body(parts: &[Loaded], threads: u16) -> Result<Vec<i64>, Failure> {
    let together = Barrier::new(parts.len());
    let work = |part: Loaded| {
        together.wait();
        part.run_body(i32::from(threads))
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = parts.iter().map(|part| scope.spawn(|| work(*part))).collect();
        let panicked = || Failure::Failed("a part's thread panicked".to_owned());
        running.into_iter().map(|thread| thread.join().map_err(|_| panicked())?).collect()
    })
}
