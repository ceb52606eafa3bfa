// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Memory of which every CPU has its own stripe. A chunk is one reservation, a stripe of 64 KiB for each CPU; a slot is 16
//! bytes at one place in every stripe of a chunk, and is named by its address in the first.
//!
//! Updates take slots, and so nothing here may allocate, wait or call the system but [`reserve`], which runs when metrics
//! are created and reports are made. Where no slot is left, a cell stays cold. Memory that was reserved and never touched
//! costs nothing, and what was reserved stays: a reader may look at a slot that was given back.

use core::ptr::null_mut;

use super::free::FreeList;
use super::{rseq, wide};
use crate::sync::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

/// The distance between the stripes of two CPUs, in powers of two.
pub(super) const STRIDE: u32 = 16;
const SLOT: usize = 16;
const SLOTS: u32 = (1 << STRIDE) / SLOT as u32;
/// Chunks there can be: slots for four million hot metrics.
const CHUNKS: usize = 1024;

static CHUNK: [AtomicPtr<u8>; CHUNKS] = [const { AtomicPtr::new(null_mut()) }; CHUNKS];
/// Slots that were ever taken.
static TAKEN: AtomicU32 = AtomicU32::new(0);
static FREE: FreeList = FreeList { head: AtomicU64::new(0) };

/// Sees to it that at least half a chunk of slots is left, if there are stripes at all. Not for updates.
pub(super) fn reserve() {
    let stripes = rseq::stripes() as usize;
    // Relaxed: an estimate.
    let ahead = (TAKEN.load(Ordering::Relaxed) + SLOTS / 2) / SLOTS;
    let Some(chunk) = CHUNK.get(ahead as usize) else { return };
    // Relaxed: the memory is not looked at.
    if stripes == 0 || !chunk.load(Ordering::Relaxed).is_null() {
        return;
    }
    let bytes = stripes << STRIDE;
    let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: new memory, which nobody else knows.
    let memory = unsafe { libc::mmap(null_mut(), bytes, access, kind | libc::MAP_NORESERVE, -1, 0) };
    if memory == libc::MAP_FAILED {
        return;
    }
    // SAFETY: as above. Without huge pages, a slot that one CPU touches costs 4 KiB at most; a refusal changes nothing.
    unsafe { libc::madvise(memory, bytes, libc::MADV_NOHUGEPAGE) };
    // Release: who sees the chunk sees the number of stripes that it was made for.
    if chunk.compare_exchange(null_mut(), memory.cast(), Ordering::Release, Ordering::Relaxed).is_err() {
        // SAFETY: the memory reserved above; another thread was first, and nobody knows this one.
        unsafe { libc::munmap(memory, bytes) };
    }
}

/// Takes a slot, all zeros, or nothing where none is left.
pub(super) fn take() -> Option<*mut u8> {
    if let Some(slot) = FREE.pop(link) {
        // Relaxed: published with the slot.
        link(slot).store(0, Ordering::Relaxed);
        return Some(address(slot));
    }
    let mut taken = TAKEN.load(Ordering::Relaxed);
    loop {
        // Acquire: see reserve.
        if CHUNK.get((taken / SLOTS) as usize)?.load(Ordering::Acquire).is_null() {
            return None;
        }
        // Relaxed: each number is given once, and new memory is zero.
        match TAKEN.compare_exchange_weak(taken, taken + 1, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return Some(address(taken)),
            Err(now) => taken = now,
        }
    }
}

/// Takes a slot, if there is one, for a place that has none yet.
pub(super) fn take_for(place: &AtomicPtr<u8>) {
    let Some(slot) = take() else { return };
    // SeqCst: see tally::barrier.
    if place.compare_exchange(null_mut(), slot, Ordering::SeqCst, Ordering::Relaxed).is_err() {
        // SAFETY: taken above; another thread was first, and nobody knows this one.
        unsafe { give(slot) };
    }
}

/// Gives a slot back.
///
/// # Safety
///
/// [`take`] gave it, and nobody will add to it again.
pub(super) unsafe fn give(slot: *mut u8) {
    clear(slot);
    let in_chunk = |base: &AtomicPtr<u8>| slot.addr().checked_sub(base.load(Ordering::Relaxed).addr());
    let number = (0..).zip(&CHUNK).find_map(|(chunk, base)| {
        let within = in_chunk(base).filter(|within| within >> STRIDE == 0)?;
        Some(chunk * SLOTS + (within / SLOT) as u32)
    });
    if let Some(number) = number {
        FREE.push(number, link);
    }
}

/// Zeros in all stripes. Additions at this moment may be lost.
pub(super) fn clear(slot: *mut u8) {
    for stripe in 0..rseq::stripes() {
        for word in words(slot, stripe) {
            // Looked at first, so that memory which was never touched stays so.
            if word.load(Ordering::Relaxed) != 0 {
                word.store(0, Ordering::Relaxed);
            }
        }
    }
}

/// The sum over all stripes.
pub(super) fn total(slot: *mut u8) -> u64 {
    (0..rseq::stripes()).fold(0, |sum, stripe| sum.wrapping_add(words(slot, stripe)[0].load(Ordering::Relaxed)))
}

/// Total and count of each stripe, each read whole.
pub(super) fn pairs(slot: *mut u8) -> impl Iterator<Item = (u64, u64)> {
    (0..rseq::stripes()).map(move |stripe| wide::load(words(slot, stripe)))
}

/// A slot's words in one stripe.
fn words(slot: *mut u8, stripe: u32) -> &'static [AtomicU64; 2] {
    // SAFETY: `take` gave the slot, so that it lies in a chunk, which has this stripe and is never unmapped. It is aligned
    // to 16 bytes, and changed by atomic operations and sequences alone.
    unsafe { &*slot.add((stripe as usize) << STRIDE).cast() }
}

fn address(number: u32) -> *mut u8 {
    // Acquire: see reserve.
    let chunk = CHUNK[(number / SLOTS) as usize].load(Ordering::Acquire);
    // SAFETY: the number was given by `take`, for a place in the chunk.
    unsafe { chunk.add((number % SLOTS) as usize * SLOT) }
}

fn link(number: u32) -> &'static AtomicU64 {
    &words(address(number), 0)[0]
}
