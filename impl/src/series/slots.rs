// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Memory for the metrics of one group, in chunks, so that none ever moves: two of one metric, two of two, two of four, and
//! so on. What was never used is not touched.

use core::ptr::{null_mut, NonNull};
use std::alloc::{alloc, dealloc, handle_alloc_error, Layout};

use crate::metric::Metric;
use crate::sync::{AtomicPtr, AtomicU32, Ordering};

/// Chunks after the first, in two lists, the first of which is small: more metrics than a table can name.
const SOME: usize = 5;
const MORE: usize = 40;

#[derive(Debug)]
pub(super) struct Slots {
    /// How many bytes a metric has with its labels.
    stride: u32,
    /// How many places were ever used.
    pub(super) len: AtomicU32,
    first: AtomicPtr<u8>,
    some: AtomicPtr<[AtomicPtr<u8>; SOME]>,
    more: AtomicPtr<[AtomicPtr<u8>; MORE]>,
}

/// A list of chunks, made if it is not there.
fn list<const N: usize>(list: &AtomicPtr<[AtomicPtr<u8>; N]>) -> &[AtomicPtr<u8>; N] {
    let mut there = list.load(Ordering::Acquire);
    if there.is_null() {
        there = Box::into_raw(Box::new([const { AtomicPtr::new(null_mut()) }; N]));
        // Release: readers see the list.
        list.store(there, Ordering::Release);
    }
    // SAFETY: the list stays until the drop.
    unsafe { &*there }
}

/// The chunks of a list, which may not be there.
fn chunks<const N: usize>(list: &AtomicPtr<[AtomicPtr<u8>; N]>) -> impl Iterator<Item = *mut u8> + '_ {
    // SAFETY: the list stays until the drop. Acquire, twice: list and chunks are seen.
    let list = unsafe { list.load(Ordering::Acquire).as_ref() };
    list.into_iter().flatten().map(|chunk| chunk.load(Ordering::Acquire))
}

/// The chunk of a number, and its place there.
#[inline]
fn place(number: u32) -> (usize, usize) {
    // Chunks 2k and 2k + 1 have 2^k metrics each; before them there are 2 (2^k - 1).
    let from_two = number + 2;
    let k = from_two.ilog2() - 1;
    let offset = from_two - (2 << k);
    ((2 * k + (offset >> k)) as usize, (offset & ((1 << k) - 1)) as usize)
}

/// How many metrics a chunk has, and how many all before it.
fn size(chunk: usize) -> (usize, usize) {
    let k = chunk / 2;
    (1 << k, 2 * ((1 << k) - 1) + (chunk % 2) * (1 << k))
}

impl Slots {
    /// For metrics with so many labels.
    pub(super) fn new(labels: usize) -> Self {
        let beyond = labels.saturating_sub(3) * 4;
        let stride = (size_of::<Metric>() + beyond).next_multiple_of(align_of::<Metric>());
        Self {
            stride: stride as u32,
            len: AtomicU32::new(0),
            first: AtomicPtr::default(),
            some: AtomicPtr::default(),
            more: AtomicPtr::default(),
        }
    }

    fn layout(&self, chunk: usize) -> Layout {
        // A line of the cache for a metric, where it fits into one.
        let align = if size(chunk).0 < 4 { align_of::<Metric>() } else { 64 };
        Layout::from_size_align(self.stride as usize * size(chunk).0, align).unwrap_or(Layout::new::<Metric>())
    }

    /// The place of a number for which there is memory.
    #[inline]
    pub(super) fn at(&self, number: u32) -> NonNull<Metric> {
        let (chunk, index) = place(number);
        // Acquire: who has the number has synchronised with who made the chunk; but numbers are guessed from tables, too.
        // SAFETY: there is memory for the number, so there is the list, which stays until the drop.
        let memory = unsafe {
            match chunk {
                0 => self.first.load(Ordering::Acquire),
                1..=SOME => (*self.some.load(Ordering::Acquire))[chunk - 1].load(Ordering::Acquire),
                _ => (*self.more.load(Ordering::Acquire))[chunk - 1 - SOME].load(Ordering::Acquire),
            }
        };
        // SAFETY: the chunk has this many metrics; it is not NULL, as above.
        unsafe { NonNull::new_unchecked(memory.add(index * self.stride as usize).cast()) }
    }

    /// The number of a metric that lies here.
    pub(super) fn number(&self, metric: NonNull<Metric>) -> Option<u32> {
        let within = |chunk: usize, memory: *mut u8| {
            let bytes = metric.addr().get().checked_sub(memory.addr()).filter(|_| !memory.is_null())?;
            let (here, before) = size(chunk);
            let index = bytes / self.stride as usize;
            (index < here).then_some((before + index) as u32)
        };
        self.all().enumerate().find_map(|(k, memory)| within(k, memory))
    }

    /// Every chunk, as far as there are any.
    fn all(&self) -> impl Iterator<Item = *mut u8> + '_ {
        let first = core::iter::once(self.first.load(Ordering::Acquire));
        let some = self.some.load(Ordering::Acquire);
        // The second list begins where the first one ends, also when there is only the second one's memory.
        let none = if some.is_null() { SOME } else { 0 };
        first.chain(chunks(&self.some)).chain(core::iter::repeat_n(null_mut(), none)).chain(chunks(&self.more))
    }

    /// Under the lock: makes memory for this number, the next one after those that have some.
    pub(super) fn prepare(&self, number: u32) {
        let (chunk, 0) = place(number) else { return };
        let layout = self.layout(chunk);
        // SAFETY: the layout has a size.
        let memory = unsafe { alloc(layout) };
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        // Release: who sees the chunk may look at it.
        match chunk {
            0 => self.first.store(memory, Ordering::Release),
            1..=SOME => list(&self.some)[chunk - 1].store(memory, Ordering::Release),
            _ => list(&self.more)[chunk - 1 - SOME].store(memory, Ordering::Release),
        }
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        for (chunk, memory) in self.all().enumerate().filter(|(_, memory)| !memory.is_null()) {
            // SAFETY: allocated with this layout in `prepare`. The metrics in it are gone: see `Rows::free_group`.
            unsafe { dealloc(memory, self.layout(chunk)) };
        }
        let (some, more) = (self.some.load(Ordering::Relaxed), self.more.load(Ordering::Relaxed));
        // SAFETY: made from boxes in `list`; nobody else frees them.
        unsafe {
            drop((!some.is_null()).then(|| Box::from_raw(some)));
            drop((!more.is_null()).then(|| Box::from_raw(more)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_place_of_its_own() {
        for (labels, stride) in [(0, 64), (3, 64), (4, 80), (7, 80), (8, 96), (64, 320)] {
            let slots = Slots::new(labels);
            assert_eq!(slots.stride, stride);
            let mut seen = std::collections::BTreeSet::new();
            for number in 0..200 {
                slots.prepare(number);
                let at = slots.at(number).addr().get();
                assert_eq!(at % 16, 0);
                assert!((0..number).all(|other| slots.at(other).addr().get().abs_diff(at) >= stride as usize));
                assert!(seen.insert(at));
                assert_eq!(slots.number(slots.at(number)), Some(number));
            }
        }
    }
}
