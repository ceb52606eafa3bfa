// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the tables of recorders note, and for whom: the slots of a table are functions without a context, so that they
//! find it here, by the number of the metric.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, RwLock};

use super::event::Noted;
use super::{Event, Operation};
use crate::SampleValue;

/// The updates of one recorder, in order.
#[derive(Debug, Default)]
pub(super) struct Log(Mutex<Vec<Event>>);

impl Log {
    pub(super) fn lock(&self) -> MutexGuard<'_, Vec<Event>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Notes {
    /// The registries of recorders, by their numbers.
    registries: HashMap<u64, Arc<Log>>,
    /// The metrics that were made in them, by theirs.
    metrics: HashMap<u64, (Arc<Log>, Arc<Noted>)>,
}

static NOTES: LazyLock<RwLock<Notes>> = LazyLock::new(RwLock::default);

/// How many recorders there are: without one, nothing is looked up.
static RECORDERS: AtomicUsize = AtomicUsize::new(0);

fn read<R>(look: impl FnOnce(&Notes) -> R) -> R {
    look(&NOTES.read().unwrap_or_else(PoisonError::into_inner))
}

fn write<R>(change: impl FnOnce(&mut Notes) -> R) -> R {
    change(&mut NOTES.write().unwrap_or_else(PoisonError::into_inner))
}

pub(super) fn begin(root: u64, log: &Arc<Log>) {
    write(|notes| notes.registries.insert(root, Arc::clone(log)));
    // Release: who sees the recorder sees its registry. The lock does as much; the count spares others the lock.
    RECORDERS.fetch_add(1, Ordering::Release);
}

pub(super) fn end(log: &Arc<Log>) {
    RECORDERS.fetch_sub(1, Ordering::Release);
    write(|notes| {
        notes.registries.retain(|_, other| !Arc::ptr_eq(other, log));
        notes.metrics.retain(|_, (other, _)| !Arc::ptr_eq(other, log));
    });
}

pub(super) fn nobody_records() -> bool {
    RECORDERS.load(Ordering::Acquire) == 0
}

pub(super) fn is_recorded(registry: u64) -> bool {
    read(|notes| notes.registries.contains_key(&registry))
}

/// A child is recorded where its parent is.
pub(super) fn add_registry(parent: u64, child: u64) {
    write(|notes| {
        if let Some(log) = notes.registries.get(&parent).cloned() {
            notes.registries.insert(child, log);
        }
    });
}

/// Remembers what metric it is, unless that is known.
pub(super) fn add_metric(registry: u64, metric: u64, describe: impl FnOnce() -> Option<Noted>) {
    if read(|notes| notes.metrics.contains_key(&metric)) {
        return;
    }
    // Outside the lock: it asks the library.
    let Some(noted) = describe() else { return };
    write(|notes| {
        if let Some(log) = notes.registries.get(&registry).cloned() {
            notes.metrics.entry(metric).or_insert((log, Arc::new(noted)));
        }
    });
}

/// Notes an update. One of a metric whose recorder is gone is nobody's.
pub(super) fn note(metric: u64, operation: Operation, amount: SampleValue) {
    let Some((log, metric)) = read(|notes| notes.metrics.get(&metric).cloned()) else { return };
    log.lock().push(Event { metric, operation, amount });
}
