// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A list of free slots, last in first out. No lock: a signal handler may come in between, and a forked child finds it
//! whole. Each slot's link lies where the caller says, and may be read while somebody else uses the slot.

use crate::sync::{AtomicU64, Ordering};

/// The slot on top, plus one, below; above, how often the list has changed: a slot that was taken and given back in
/// between is not mistaken for one that stayed. (That would need 2^32 changes during one call.)
#[derive(Debug)]
pub(crate) struct FreeList {
    pub(crate) head: AtomicU64,
}

const CHANGE: u64 = 1 << 32;

impl FreeList {
    /// Gives a slot back, which nobody else uses.
    pub(crate) fn push<'a>(&self, slot: u32, link: impl Fn(u32) -> &'a AtomicU64) {
        let mut head = self.head.load(Ordering::Relaxed);
        loop {
            // Release: a reader of a cell that had the slot before, and who sees this, sees that it was taken away
            // (`Hot::read`).
            link(slot).store(head % CHANGE, Ordering::Release);
            let new = (head - head % CHANGE).wrapping_add(CHANGE) | u64::from(slot + 1);
            // Release: who takes the slot sees its link and its zeros.
            match self.head.compare_exchange_weak(head, new, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    /// Takes a slot.
    pub(crate) fn pop<'a>(&self, link: impl Fn(u32) -> &'a AtomicU64) -> Option<u32> {
        // Acquire: the link of the slot on top is seen.
        let mut head = self.head.load(Ordering::Acquire);
        loop {
            let slot = u32::try_from(head % CHANGE).ok()?.checked_sub(1)?;
            // Anything, if somebody else has taken the slot meanwhile: then the exchange fails.
            let next = link(slot).load(Ordering::Relaxed) % CHANGE;
            let new = (head - head % CHANGE).wrapping_add(CHANGE) | next;
            // Acquire on both ends: as above, of the list as it was or is. Release is not needed for slots below: their
            // links were published by those who pushed them, and a chain of exchanges continues what they released.
            match self.head.compare_exchange_weak(head, new, Ordering::Acquire, Ordering::Acquire) {
                Ok(_) => return Some(slot),
                Err(now) => head = now,
            }
        }
    }
}
