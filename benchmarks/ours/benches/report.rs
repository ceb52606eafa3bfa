// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A report of a thousand and of ten thousand counters with three labels, into a writer that drops it.

#![allow(missing_docs, reason = "criterion_main makes what it does not document")]

use cmetrics::ReportOptions;
use cmetrics_benchmarks_ours::{family, registry};
use criterion::{criterion_group, criterion_main, Criterion, Throughput};

fn report(c: &mut Criterion) {
    let mut group = c.benchmark_group("report");
    for families in [1_u64, 10] {
        let registry = registry();
        for n in 0..families {
            family(&registry, &format!("family_{n}"));
        }
        group.throughput(Throughput::Elements(families * 1000));
        group.bench_function(format!("{} series", families * 1000), |b| {
            b.iter(|| registry.render_to(&mut std::io::sink(), &ReportOptions::new()));
        });
    }
}

criterion_group!(benches, report);
criterion_main!(benches);
