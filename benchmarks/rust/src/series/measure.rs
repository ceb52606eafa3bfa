// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Measures one contestant on one plan.

use std::fmt;
use std::hint::black_box;
use std::io;
use std::time::Instant;

use super::limits::Cached;
use super::plan::Plan;
use super::Build;
use crate::memory;
use crate::record::Record;

/// A writer that counts and drops.
#[derive(Debug, Default)]
pub struct Dropped {
    /// How many.
    pub bytes: usize,
}

impl io::Write for Dropped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Write for Dropped {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes += text.len();
        Ok(())
    }
}

/// Makes the series, then reports them `rounds` times, in turns with the limits. `label` ends the name of each case.
pub fn measure(who: &str, build: Build, plan: &Plan, label: &str, rounds: usize) -> Vec<Record> {
    let series = plan.series() as f64;
    let before = memory::resident();
    let start = Instant::now();
    let mut report = build(plan);
    let made = start.elapsed().as_nanos() as f64 / series;
    let held = (memory::resident() - before) / series;

    let mut bytes = 0;
    let first = time(series, || bytes = report());
    let lines = plan.series();
    assert!(bytes > lines * 50, "{who}: {bytes} bytes are no report of {lines} series");
    let settled = (memory::resident() - before) / series;
    memory::forget_peak();
    let now = memory::resident();
    report();
    let extra = (memory::peak() - now).max(0.0);

    let mut cached = Cached::new(plan);
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..rounds {
        times[0].push(time(series, &mut report));
        times[1].push(time(series, || cached.write()));
        times[2].push(time(series, || cached.copy()));
    }
    let [reports, limits, copies] = times;
    let record = |case: &str, who: &str, unit, rounds| Record {
        case: format!("{case}{label}"),
        who: who.to_owned(),
        at: plan.series() as u64,
        unit,
        rounds,
    };
    vec![
        record("create + first add", who, "ns/series", vec![made]),
        record("resident", who, "B/series", vec![held]),
        record("resident after a report", who, "B/series", vec![settled]),
        record("first report", who, "ns/series", vec![first]),
        record("extra memory of a report", who, "B", vec![extra]),
        record("report", who, "ns/series", reports),
        record("report", "cached prefix", "ns/series", limits),
        record("report", "memcpy", "ns/series", copies),
    ]
}

fn time<R>(series: f64, work: impl FnOnce() -> R) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_nanos() as f64 / series
}
