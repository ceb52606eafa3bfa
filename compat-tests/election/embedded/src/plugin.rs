// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A plugin that comes and goes: `compat-tests/election/plugin.h` in Rust.

use std::sync::{Mutex, PoisonError};

use cmetrics::{Client, CollectedFamily, Collector, Counter, Error, MetricType, Registry, ReportOptions};

struct Open {
    client: Client,
    root: Registry,
    events: Counter,
    _collector: Collector,
}

static OPEN: Mutex<Option<Open>> = Mutex::new(None);

fn open() -> Result<Open, Error> {
    let client = Client::builder("election plugin").open()?;
    let root = client.try_root()?;
    let events = root.counter(crate::EVENTS).help("What the election's tests count").try_get()?;
    let collector = root.collector(|out| {
        out.family(&CollectedFamily::new("election_collected", MetricType::Gauge))?;
        out.value(&[], 42_u64)
    })?;
    Ok(Open { client, root, events, _collector: collector })
}

fn with<T>(what: impl FnOnce(&mut Option<Open>) -> T) -> T {
    what(&mut OPEN.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Opens a client, gets the counter, registers a collector.
#[no_mangle]
pub extern "C" fn plugin_open() -> i32 {
    match open() {
        Ok(opened) => with(|there| *there = Some(opened)),
        Err(err) => {
            eprintln!("{err}");
            return -1;
        }
    }
    0
}

/// Adds `n` events, and visits the root: the visitor must hear of the counter and of the collector's family.
#[no_mangle]
pub extern "C" fn plugin_record(n: u64) -> i32 {
    with(|open| {
        let Some(open) = open else { return -1 };
        for _ in 0..n {
            open.events.inc();
        }
        let Ok(families) = open.root.snapshot(&ReportOptions::new()) else { return -2 };
        let heard = |name: &str| families.iter().any(|it| it.family.name == name);
        if heard("election_events_total") && heard("election_collected") {
            0
        } else {
            -3
        }
    })
}

/// Closes the client and lets go of all that is held: afterwards the plugin can be unloaded.
#[no_mangle]
pub extern "C" fn plugin_close() -> i32 {
    match with(Option::take) {
        Some(open) => {
            open.client.close();
            0
        }
        None => -1,
    }
}
