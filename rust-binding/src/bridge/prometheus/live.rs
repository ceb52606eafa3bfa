// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Which bridges there are, and which of them run on this thread: what keeps a report from going round in circles.
//!
//! The registries of the crate `prometheus` cannot be compared. So each bridge leaves a mark in the registry that it
//! stands in, a collector of nothing with a name of its own, and who wants to know whether two registries are one tries to
//! register the mark of the other.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;

/// The attachments that an exposure must not show, for its registry has their families already.
pub(super) type Skips = Arc<Mutex<HashSet<u64>>>;

#[derive(Default)]
struct Live {
    attached: HashSet<u64>,
    exposed: HashMap<u64, Skips>,
}

static LIVE: LazyLock<Mutex<Live>> = LazyLock::new(Mutex::default);

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A collector of nothing. It reserves a name.
pub(super) struct Mark(Desc);

impl Mark {
    pub(super) fn new(name: String) -> prometheus::Result<Mark> {
        let help = "Reserved by cmetrics".to_owned();
        Ok(Mark(Desc::new(name, help, Vec::new(), HashMap::new())?))
    }

    /// The mark of the bridge of this number.
    pub(super) fn of(bridge: u64) -> prometheus::Result<Box<Mark>> {
        Mark::new(format!("cmetrics_bridge_{bridge}")).map(Box::new)
    }
}

impl Collector for Mark {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.0]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        Vec::new()
    }
}

/// A number for a new bridge.
pub(super) fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    // Relaxed: the number publishes nothing but itself.
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Whether the bridge of this number stands in `registry`.
fn stands_in(bridge: u64, registry: &prometheus::Registry) -> bool {
    let Ok(mark) = Mark::of(bridge) else { return false };
    let taken = registry.register(mark).is_err();
    if let (false, Ok(mark)) = (taken, Mark::of(bridge)) {
        let _was_there = registry.unregister(mark);
    }
    taken
}

/// Marks `registry` as attached, and tells the exposures that stand in it.
pub(super) fn attached(bridge: u64, registry: &prometheus::Registry) -> prometheus::Result<()> {
    let mut live = lock(&LIVE);
    registry.register(Mark::of(bridge)?)?;
    live.attached.insert(bridge);
    for (_, skips) in live.exposed.iter().filter(|(other, _)| stands_in(**other, registry)) {
        lock(skips).insert(bridge);
    }
    Ok(())
}

pub(super) fn detached(bridge: u64, registry: &prometheus::Registry) {
    let mut live = lock(&LIVE);
    live.attached.remove(&bridge);
    for skips in live.exposed.values() {
        lock(skips).remove(&bridge);
    }
    if let Ok(mark) = Mark::of(bridge) {
        let _was_there = registry.unregister(mark);
    }
}

/// Registers `collector`, which has the mark of this bridge as its name, and learns what is attached of the registry.
pub(super) fn exposed(
    bridge: u64,
    registry: &prometheus::Registry,
    collector: Box<dyn Collector>,
    skips: &Skips,
) -> prometheus::Result<()> {
    let mut live = lock(&LIVE);
    registry.register(collector)?;
    lock(skips).extend(live.attached.iter().filter(|other| stands_in(**other, registry)));
    live.exposed.insert(bridge, Arc::clone(skips));
    Ok(())
}

/// Takes the collector out by its mark.
pub(super) fn hidden(bridge: u64, registry: &prometheus::Registry) {
    lock(&LIVE).exposed.remove(&bridge);
    if let Ok(mark) = Mark::of(bridge) {
        let _was_there = registry.unregister(mark);
    }
}

thread_local! {
    /// Whether an attached registry is being gathered: what is exposed in it would go back to where it came from.
    static GATHERING: Cell<bool> = const { Cell::new(false) };
    /// The attachments that the exposure which runs must not show.
    static SKIPPED: RefCell<HashSet<u64>> = RefCell::default();
}

/// Gathers a registry without what is exposed in it.
pub(super) fn gather(registry: &prometheus::Registry) -> Vec<MetricFamily> {
    struct Restore(bool);

    impl Drop for Restore {
        fn drop(&mut self) {
            GATHERING.set(self.0);
        }
    }

    let _restore = Restore(GATHERING.replace(true));
    registry.gather()
}

pub(super) fn is_gathering() -> bool {
    GATHERING.get()
}

/// Runs `work` without the attachments `skips`.
pub(super) fn skipping<R>(skips: &Skips, work: impl FnOnce() -> R) -> R {
    struct Restore(HashSet<u64>);

    impl Drop for Restore {
        fn drop(&mut self) {
            SKIPPED.set(std::mem::take(&mut self.0));
        }
    }

    let _restore = Restore(SKIPPED.replace(lock(skips).clone()));
    work()
}

pub(super) fn is_skipped(bridge: u64) -> bool {
    SKIPPED.with_borrow(|skipped| skipped.contains(&bridge))
}
