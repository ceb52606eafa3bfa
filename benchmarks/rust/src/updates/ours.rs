// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Ours, through the Rust SDK and the library that it loads.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

use cmetrics::Registry;

use super::case::*;
use crate::rounds::Contestant;

const WHO: &str = "cmetrics";
/// Cold metrics that a batch goes round.
const COLD: usize = 64;
/// A fresh one gets this many updates in a batch.
const EACH: usize = 16;
/// Sets of fresh metrics, for as many batches.
const SETS: usize = 64;

pub(super) fn contestants() -> Vec<Contestant> {
    let registry = Registry::isolated();
    let counter = registry.counter("counter").label("a", "x").get();
    let int = registry.int_counter("int").label("a", "x").get();
    let duration = registry.duration_counter("duration").label("a", "x").get();
    let float = registry.float_counter("float").label("a", "x").get();
    let int_gauge = registry.int_gauge("int_gauge").label("a", "x").get();
    let int_gauge_add = registry.int_gauge("int_gauge_add").label("a", "x").get();
    let float_gauge = registry.float_gauge("float_gauge").label("a", "x").get();
    let float_gauge_add = registry.float_gauge("float_gauge_add").label("a", "x").get();
    let mut all = vec![
        Contestant::new(COUNTER, WHO, move |n| repeat(n, || black_box(&counter).inc())),
        Contestant::new(INT_PAIR, WHO, move |n| repeat(n, || black_box(&int).add(black_box(3)))),
        Contestant::new(DURATION_PAIR, WHO, move |n| repeat(n, || black_box(&duration).add_nanos(black_box(3)))),
        Contestant::new(FLOAT, WHO, move |n| repeat(n, || black_box(&float).add(black_box(1.5)))),
        Contestant::new(INT_GAUGE_SET, WHO, move |n| repeat(n, || black_box(&int_gauge).set(black_box(3)))),
        Contestant::new(INT_GAUGE_ADD, WHO, move |n| repeat(n, || black_box(&int_gauge_add).add(black_box(3)))),
        Contestant::new(FLOAT_GAUGE_SET, WHO, move |n| {
            repeat(n, || black_box(&float_gauge).set(black_box(1.5)));
        }),
        Contestant::new(FLOAT_GAUGE_ADD, WHO, move |n| {
            repeat(n, || black_box(&float_gauge_add).add(black_box(1.5)));
        }),
    ];
    all.extend(colds(&registry));
    all.extend(look_ups(&registry));
    all
}

fn colds(registry: &Registry) -> [Contestant; 4] {
    let number = |n: usize| [n.to_string()];
    let ints = registry.int_counter_family("cold_int", ["n"]).get();
    let durations = registry.duration_counter_family("cold_duration", ["n"]).get();
    let floats = registry.float_counter_family("cold_float", ["n"]).get();
    let fresh = registry.float_counter_family("fresh_float", ["n"]).get();
    [
        cold(COLD_INT, true, |n| ints.with(number(n)).clone(), |one| black_box(one).add(black_box(3))),
        cold(COLD_DURATION, true, |n| durations.with(number(n)).clone(), |one| black_box(one).add_nanos(black_box(3))),
        cold(COLD_FLOAT, true, |n| floats.with(number(n)).clone(), |one| black_box(one).add(black_box(1.5))),
        cold(FRESH_FLOAT, false, |n| fresh.with(number(n)).clone(), |one| black_box(one).add(black_box(1.5))),
    ]
}

/// Every batch takes the next set of metrics that nobody has updated before. With `cached` each is updated once before the
/// clock starts: what is measured then is a cold cell, not a cold cache.
fn cold<M: Send + Sync + 'static>(
    case: &'static str,
    cached: bool,
    make: impl Fn(usize) -> M,
    add: impl Fn(&M) + Send + Sync + 'static,
) -> Contestant {
    let sets: Vec<Vec<M>> = (0..SETS).map(|set| (0..COLD).map(|n| make(set * COLD + n)).collect()).collect();
    let next = AtomicUsize::new(0);
    Contestant::new(case, WHO, move |n| {
        // Relaxed: one thread alone is here.
        let begun = next.load(Ordering::Relaxed) + usize::from(n == 0);
        next.store(begun, Ordering::Relaxed);
        let set = &sets[begun % SETS];
        for _ in 0..if n == 0 { usize::from(cached) } else { EACH } {
            set.iter().for_each(&add);
        }
    })
    .cold((COLD * EACH) as u64)
}

fn look_ups(registry: &Registry) -> [Contestant; 2] {
    let family = registry.counter_family("family", KEYS).get();
    (0..1000).for_each(|n| family.with(values(n)).inc());
    let registry = registry.clone();
    [
        Contestant::new(LOOK_UP, WHO, move |n| repeat(n, || black_box(&family).with(black_box(VALUES)).inc())),
        Contestant::new(FIND, WHO, move |n| {
            for _ in 0..n {
                let labels = KEYS.into_iter().zip(black_box(VALUES));
                black_box(&registry).counter(black_box("family")).labels(labels).get().inc();
            }
        }),
    ]
}
