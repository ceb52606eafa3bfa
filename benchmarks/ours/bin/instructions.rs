// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Runs for callgrind, through the Rust SDK: what `benchmarks/instructions/lap.h` is for C.

use std::hint::black_box;
use std::process::ExitCode;

use cmetrics_benchmarks_ours::{family, registry, KEYS, VALUES};

/// A multiple of how often a counter looks whether it is hot.
const RUN: u64 = 2048;

/// Callgrind writes down and forgets its counts whenever this is entered.
#[inline(never)]
fn instructions_mark() {
    black_box(());
}

/// Both runs of `once`.
#[inline(always)]
fn lap(name: &str, once: impl Fn()) {
    once();
    for operations in [RUN, 2 * RUN] {
        instructions_mark();
        for _ in 0..operations {
            once();
        }
        instructions_mark();
        println!("{operations} {name}");
    }
}

fn main() -> ExitCode {
    if let Err(error) = cmetrics::library() {
        eprintln!("there is nothing to measure: {error}");
        return ExitCode::FAILURE;
    }
    let own = registry();
    let counter = own.counter("counter").get();
    let int = own.int_counter("int").get();
    let duration = own.duration_counter("duration").get();
    let float = own.float_counter("float").get();
    let gauge = own.int_gauge("gauge").get();
    let family = family(&own, "family");
    lap("counter inc", || black_box(&counter).inc());
    lap("int counter add", || black_box(&int).add(black_box(3)));
    lap("duration counter add", || black_box(&duration).add_nanos(black_box(3)));
    lap("float counter add", || black_box(&float).add(black_box(1.5)));
    lap("int gauge set", || black_box(&gauge).set(black_box(3)));
    lap("3 labels with the family in hand, inc", || black_box(&family).with(black_box(VALUES)).inc());
    lap("name and 3 labels, inc", || {
        black_box(&own).counter(black_box("family")).labels(KEYS.into_iter().zip(black_box(VALUES))).get().inc();
    });
    ExitCode::SUCCESS
}
