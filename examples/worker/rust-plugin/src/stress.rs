// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Many threads that get the same metrics anew and update them, at the same time as other languages do.

use std::time::Duration;

use cmetrics::{Error, Kind, Registry};

use crate::handle::Handle;

/// On each of `threads` threads, `rounds` times: gets each of the metrics 0 .. `metrics` - 1 and updates it once.
///
/// # Errors
///
/// The first creation that failed.
pub fn stress(threads: usize, metrics: u32, rounds: u32) -> Result<(), Error> {
    let client = crate::client()?;
    let root = client.try_root()?;
    let work = |registry: Registry| (0..rounds).try_for_each(|_| (0..metrics).try_for_each(|i| update(&registry, i)));
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let root = root.clone();
                scope.spawn(|| work(root))
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("no step of the work panics"))
    })
}

/// Metric `i`: of kind `i % 7`, in the family `i / 7 % 20` of that kind, with `i` itself as its label. The registry is
/// found anew as well: `stress` is a child of the root for Rust, a part of the name for C++.
fn update(root: &Registry, i: u32) -> Result<(), Error> {
    let stress = root.child("stress").label("shared", "yes").try_get()?;
    let (kind, family) = (Kind::ALL[(i % 7) as usize], i / 7 % 20);
    let metric = stress.metric(kind, format!("{kind}_{family}")).label("series", i.to_string()).try_get()?;
    match Handle::of(metric) {
        Some(Handle::Counter(counter)) => counter.inc(),
        Some(Handle::IntCounter(counter)) => counter.add(3),
        Some(Handle::FloatCounter(counter)) => counter.add(0.5),
        Some(Handle::DurationCounter(counter)) => counter.add(Duration::from_nanos(1001)),
        Some(Handle::IntGauge(gauge)) => gauge.sub(2),
        Some(Handle::FloatGauge(gauge)) => gauge.add(0.25),
        Some(Handle::DurationGauge(gauge)) => gauge.sub_nanos(5),
        None => unreachable!("{kind} is one of the seven"),
    }
    Ok(())
}
