// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Whether a report disturbs updates: the slowest of a thousand, with and without a report under way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::Report;
use crate::record::Record;

const UPDATES: usize = 200_000;

/// In turns: updates alone, and updates while another thread makes one report after the other.
pub fn measure(mut report: Report, series: usize, rounds: usize) -> Vec<Record> {
    let counter = cmetrics::Registry::isolated().counter("updated").get();
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        alone.push(slow(&counter));
        let stop = AtomicBool::new(false);
        let begun = AtomicBool::new(false);
        report = std::thread::scope(|scope| {
            let reporter = scope.spawn(|| {
                let mut report = report;
                // Relaxed: they tell when to begin and to stop, and publish nothing.
                while !stop.load(Ordering::Relaxed) {
                    begun.store(true, Ordering::Relaxed);
                    report();
                }
                report
            });
            while !begun.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
            beside.push(slow(&counter));
            stop.store(true, Ordering::Relaxed);
            reporter.join().expect("a report panicked")
        });
    }
    let record = |who: &str, rounds| Record {
        case: "update p99.9".to_owned(),
        who: who.to_owned(),
        at: series as u64,
        unit: "ns",
        rounds,
    };
    vec![record("cmetrics, no report", alone), record("cmetrics, during a report", beside)]
}

/// Longer than this takes one update of a thousand, the clock's own cost included.
fn slow(counter: &cmetrics::Counter) -> f64 {
    let mut times: Vec<u64> = (0..UPDATES)
        .map(|_| {
            let start = Instant::now();
            counter.inc();
            start.elapsed().as_nanos() as u64
        })
        .collect();
    times.sort_unstable();
    times[UPDATES - UPDATES / 1000] as f64
}
