// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! One update of each kind, on one thread.

#![allow(missing_docs, reason = "criterion_main makes what it does not document")]

use std::hint::black_box;

use cmetrics_benchmarks_ours::registry;
use criterion::{criterion_group, criterion_main, Criterion};

fn update(c: &mut Criterion) {
    let registry = registry();
    let counter = registry.counter("counter").get();
    let int = registry.int_counter("int").get();
    let float = registry.float_counter("float").get();
    let duration = registry.duration_counter("duration").get();
    let int_gauge = registry.int_gauge("int_gauge").get();
    let float_gauge = registry.float_gauge("float_gauge").get();
    c.bench_function("counter inc", |b| b.iter(|| black_box(&counter).inc()));
    c.bench_function("int counter add", |b| b.iter(|| black_box(&int).add(black_box(3))));
    c.bench_function("float counter add", |b| b.iter(|| black_box(&float).add(black_box(1.5))));
    c.bench_function("duration counter add", |b| b.iter(|| black_box(&duration).add_nanos(black_box(3))));
    c.bench_function("duration counter timer", |b| b.iter(|| black_box(&duration).start_timer().stop()));
    c.bench_function("int gauge set", |b| b.iter(|| black_box(&int_gauge).set(black_box(3))));
    c.bench_function("int gauge add", |b| b.iter(|| black_box(&int_gauge).add(black_box(3))));
    c.bench_function("float gauge set", |b| b.iter(|| black_box(&float_gauge).set(black_box(1.5))));
    c.bench_function("float gauge add", |b| b.iter(|| black_box(&float_gauge).add(black_box(1.5))));
}

criterion_group!(benches, update);
criterion_main!(benches);
