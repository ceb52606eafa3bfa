// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How many reports are made at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

/// So many and no more. A child of a fork begins with all of them free: those who took them are its parent's threads.
#[derive(Debug)]
pub(super) struct Slots {
    most: u32,
    /// The process that counts, and how many are taken there.
    state: AtomicU64,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    process: u32,
}

impl Slots {
    pub(super) fn new(most: usize) -> Arc<Slots> {
        Arc::new(Slots { most: u32::try_from(most).unwrap_or(u32::MAX), state: AtomicU64::new(0) })
    }

    pub(super) fn most(&self) -> u32 {
        self.most
    }

    /// One of them, unless all are taken.
    pub(super) fn take(self: &Arc<Slots>) -> Option<Slot> {
        let process = std::process::id();
        let taken = |state| if owner(state) == process { count(state) } else { 0 };
        let next = |state| (taken(state) < self.most).then(|| u64::from(process) << 32 | u64::from(taken(state) + 1));
        // Relaxed: the count publishes nothing but itself.
        self.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok()?;
        Some(Slot { slots: Arc::clone(self), process })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let next = |state| (owner(state) == self.process && count(state) > 0).then(|| state - 1);
        // Relaxed: as above. Nothing to change is a slot of another process.
        let _ = self.slots.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    }
}

fn owner(state: u64) -> u32 {
    (state >> 32) as u32
}

fn count(state: u64) -> u32 {
    state as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_and_no_more() {
        let slots = Slots::new(2);
        let (first, second) = (slots.take(), slots.take());
        assert!(first.is_some() && second.is_some() && slots.take().is_none());
        drop(first);
        let third = slots.take();
        assert!(third.is_some() && slots.take().is_none());
        drop((second, third));
        assert_eq!(count(slots.state.load(Ordering::Relaxed)), 0);
    }

    #[test]
    fn what_another_process_took_is_free_here() {
        let slots = Slots::new(1);
        let parents = Slot { slots: Arc::clone(&slots), process: std::process::id().wrapping_add(1) };
        slots.state.store(u64::from(parents.process) << 32 | 1, Ordering::Relaxed);
        let ours = slots.take();
        assert!(ours.is_some() && slots.take().is_none());
        drop(parents);
        assert!(slots.take().is_none(), "a slot of the parent's frees none of ours");
    }
}
