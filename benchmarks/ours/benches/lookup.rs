// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Finding a series, and making one.

#![allow(missing_docs, reason = "criterion_main makes what it does not document")]

use std::hint::black_box;

use cmetrics_benchmarks_ours::{family, registry, KEYS, VALUES};
use criterion::{criterion_group, criterion_main, Criterion};

fn lookup(c: &mut Criterion) {
    let registry = registry();
    let family = family(&registry, "family");
    c.bench_function("3 labels with the family in hand", |b| {
        b.iter(|| black_box(&family).with(black_box(VALUES)).inc());
    });
    c.bench_function("name and 3 labels", |b| {
        b.iter(|| black_box(&registry).counter("family").labels(KEYS.into_iter().zip(VALUES)).get().inc());
    });
    let fresh = registry.counter_family("fresh", ["n"]).get();
    let mut next = 0_u64;
    c.bench_function("make, add, remove", |b| {
        b.iter(|| {
            next += 1;
            let value = [next.to_string()];
            fresh.with(value.each_ref()).inc();
            fresh.remove(value)
        });
    });
}

criterion_group!(benches, lookup);
criterion_main!(benches);
