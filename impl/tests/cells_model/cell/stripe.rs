// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Two slots on two CPUs, kept as the library keeps them.

use super::free::FreeList;
use crate::sync::{AtomicU32, AtomicU64, Ordering};

pub(crate) const CPUS: usize = 2;
const SLOTS: u32 = 2;

pub(super) struct Stripes(pub(super) [AtomicU64; CPUS]);

struct Memory {
    slots: [Stripes; SLOTS as usize],
    taken: AtomicU32,
    free: FreeList,
}

loom::lazy_static! {
    static ref MEMORY: Memory = Memory {
        slots: [0, 1].map(|_| Stripes([0, 1].map(|_| AtomicU64::new(0)))),
        taken: AtomicU32::new(0),
        free: FreeList { head: AtomicU64::new(0) },
    };
}

impl Stripes {
    pub(super) fn of(slot: *mut u8) -> &'static Stripes {
        // A slot is named by its number plus one.
        &MEMORY.slots[slot.addr() - 1]
    }
}

fn name(number: u32) -> *mut u8 {
    core::ptr::without_provenance_mut(number as usize + 1)
}

fn link(number: u32) -> &'static AtomicU64 {
    &Stripes::of(name(number)).0[0]
}

pub(super) fn reserve() {}

pub(super) fn take() -> Option<*mut u8> {
    if let Some(slot) = MEMORY.free.pop(link) {
        link(slot).store(0, Ordering::Relaxed);
        return Some(name(slot));
    }
    let slot = MEMORY.taken.fetch_add(1, Ordering::Relaxed);
    (slot < SLOTS).then(|| name(slot))
}

pub(super) unsafe fn give(slot: *mut u8) {
    Stripes::of(slot).0.iter().for_each(|word| word.store(0, Ordering::Relaxed));
    MEMORY.free.push(slot.addr() as u32 - 1, link);
}

pub(super) fn total(slot: *mut u8) -> u64 {
    Stripes::of(slot).0.iter().map(|word| word.load(Ordering::Relaxed)).sum()
}

pub(super) fn pairs(slot: *mut u8) -> impl Iterator<Item = (u64, u64)> {
    Stripes::of(slot).0.iter().map(|word| (word.load(Ordering::Relaxed), 0))
}
