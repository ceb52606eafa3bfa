// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Memory for the metrics of one group, in chunks, so that none ever moves: two of one metric, two of two, two of four, and
//! so on. The first one is the group's own. What was never used is not touched.

use core::ptr::{null_mut, NonNull};
use std::alloc::{alloc, dealloc, handle_alloc_error, Layout};

use crate::metric::Metric;
use crate::sync::{AtomicPtr, AtomicU32, Ordering};

/// Chunks after the first, in two lists, the first of which is small: more metrics than a table can name.
const SOME: usize = 5;
const MORE: usize = 40;

#[derive(Debug)]
#[repr(C)]
pub(super) struct Slots {
    /// How many places were ever used.
    pub(super) len: AtomicU32,
    /// How many bytes a metric has with its labels.
    stride: u16,
    /// How many labels those are.
    labels: u16,
    /// Where the metric with the number `len` will lie, if there is memory for it.
    tail: AtomicPtr<Metric>,
    first: NonNull<Metric>,
    some: AtomicPtr<Lists>,
}

#[derive(Debug, Default)]
struct Lists {
    chunks: [AtomicPtr<u8>; SOME],
    more: AtomicPtr<[AtomicPtr<u8>; MORE]>,
}

/// What is there, made by `make` if it is not.
fn there<T>(place: &AtomicPtr<T>, make: impl FnOnce() -> T) -> &T {
    let mut there = place.load(Ordering::Acquire);
    if there.is_null() {
        there = Box::into_raw(Box::new(make()));
        // Release: readers see what is in it.
        place.store(there, Ordering::Release);
    }
    // SAFETY: it stays until the drop.
    unsafe { &*there }
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

/// How a metric with so many labels lies.
pub(super) fn layout(labels: usize) -> Layout {
    let bytes = size_of::<Metric>() + labels.saturating_sub(3) * 4;
    Layout::from_size_align(bytes, align_of::<Metric>()).map_or(Layout::new::<Metric>(), |layout| layout.pad_to_align())
}

impl Slots {
    /// For metrics with so many labels, the first of which has memory.
    pub(super) fn new(labels: usize, first: NonNull<Metric>) -> Self {
        Self {
            len: AtomicU32::new(0),
            stride: layout(labels).size() as u16,
            labels: labels as u16,
            tail: AtomicPtr::new(first.as_ptr()),
            first,
            some: AtomicPtr::default(),
        }
    }

    #[inline]
    pub(super) fn labels(&self) -> usize {
        usize::from(self.labels)
    }

    fn stride(&self) -> usize {
        usize::from(self.stride)
    }

    fn layout_of(&self, chunk: usize) -> Layout {
        // A line of the cache for a metric, where it fits into one.
        let align = if size(chunk).0 < 4 { align_of::<Metric>() } else { 64 };
        Layout::from_size_align(self.stride() * size(chunk).0, align).unwrap_or(Layout::new::<Metric>())
    }

    /// The place of a number for which there is memory.
    #[inline]
    pub(super) fn at(&self, number: u32) -> NonNull<Metric> {
        let (chunk, index) = place(number);
        // Acquire: who has the number has synchronised with who made the chunk; but numbers are guessed from tables, too.
        // SAFETY: there is memory for the number, so there are the lists, which stay until the drop.
        let memory = unsafe {
            match chunk {
                0 => return self.first,
                1..=SOME => (*self.some.load(Ordering::Acquire)).chunks[chunk - 1].load(Ordering::Acquire),
                _ => {
                    let more = (*self.some.load(Ordering::Acquire)).more.load(Ordering::Acquire);
                    (*more)[chunk - 1 - SOME].load(Ordering::Acquire)
                }
            }
        };
        // SAFETY: the chunk has this many metrics; it is not NULL, as above.
        unsafe { NonNull::new_unchecked(memory.add(index * self.stride()).cast()) }
    }

    /// Asks the processor for the place of the next metric, to be written.
    #[inline]
    pub(super) fn prefetch(&self) {
        let tail = self.tail.load(Ordering::Relaxed);
        #[cfg(target_arch = "x86_64")]
        // SAFETY: reads nothing, wherever it points to.
        unsafe {
            core::arch::x86_64::_mm_prefetch(tail.cast(), core::arch::x86_64::_MM_HINT_ET0);
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = tail;
    }

    /// The number of a metric that lies here.
    pub(super) fn number(&self, metric: NonNull<Metric>) -> Option<u32> {
        if metric == self.first {
            return Some(0);
        }
        let within = |chunk: usize, memory: *mut u8| {
            let bytes = metric.addr().get().checked_sub(memory.addr()).filter(|_| !memory.is_null())?;
            let (here, before) = size(chunk);
            let index = bytes / self.stride();
            (index < here).then_some((before + index) as u32)
        };
        self.chunks().find_map(|(chunk, memory)| within(chunk, memory))
    }

    /// Every chunk but the first, as far as there are any, and its number.
    fn chunks(&self) -> impl Iterator<Item = (usize, *mut u8)> + '_ {
        // SAFETY: the lists stay until the drop. Acquire, in all: lists and chunks are seen.
        let (some, more) = unsafe {
            let some = self.some.load(Ordering::Acquire).as_ref();
            (some, some.and_then(|some| some.more.load(Ordering::Acquire).as_ref()))
        };
        let all = some.into_iter().flat_map(|some| &some.chunks).chain(more.into_iter().flatten());
        all.map(|chunk| chunk.load(Ordering::Acquire)).enumerate().map(|(at, memory)| (at + 1, memory))
    }

    /// Under the lock: the place of this number, the next one after those that have been asked for.
    #[inline]
    pub(super) fn prepare(&self, number: u32) -> NonNull<Metric> {
        let metric = NonNull::new(self.tail.load(Ordering::Relaxed)).unwrap_or_else(|| self.prepare_chunk(number));
        // Does the next number begin a chunk?
        let is_last = place(number + 1).1 == 0;
        // SAFETY: if not, the chunk has one more metric.
        let next = if is_last { null_mut() } else { unsafe { metric.byte_add(self.stride()) }.as_ptr() };
        // Relaxed: a hint to readers.
        self.tail.store(next, Ordering::Relaxed);
        metric
    }

    /// Memory for this number and some that follow.
    #[cold]
    fn prepare_chunk(&self, number: u32) -> NonNull<Metric> {
        let (chunk, _) = place(number);
        let layout = self.layout_of(chunk);
        // SAFETY: the layout has a size.
        let memory = unsafe { alloc(layout) };
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        let some = there(&self.some, Lists::default);
        let place = match some.chunks.get(chunk - 1) {
            Some(place) => place,
            None => &there(&some.more, || [const { AtomicPtr::new(null_mut()) }; MORE])[chunk - 1 - SOME],
        };
        // Release: who sees the chunk may look at it.
        place.store(memory, Ordering::Release);
        self.at(number)
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        for (chunk, memory) in self.chunks().filter(|(_, memory)| !memory.is_null()) {
            // SAFETY: allocated with this layout in `prepare_chunk`. The metrics in it are gone: see `Rows::free_group`.
            unsafe { dealloc(memory, self.layout_of(chunk)) };
        }
        let some = self.some.load(Ordering::Relaxed);
        if !some.is_null() {
            // SAFETY: both were made from boxes in `there`; nobody else frees them.
            unsafe {
                let more = (*some).more.load(Ordering::Relaxed);
                drop((!more.is_null()).then(|| Box::from_raw(more)));
                drop(Box::from_raw(some));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_place_of_its_own() {
        for (labels, stride) in [(0, 64), (3, 64), (4, 80), (7, 80), (8, 96), (64, 320)] {
            let first = NonNull::from(Box::leak(Box::new([0_u128; 20])));
            let slots = Slots::new(labels, first.cast());
            assert_eq!(slots.stride, stride);
            let mut seen = std::collections::BTreeSet::new();
            for number in 0..200 {
                assert_eq!(slots.prepare(number), slots.at(number));
                let at = slots.at(number).addr().get();
                assert_eq!(at % 16, 0);
                assert!((0..number).all(|other| slots.at(other).addr().get().abs_diff(at) >= stride as usize));
                assert!(seen.insert(at));
                assert_eq!(slots.number(slots.at(number)), Some(number));
            }
            drop(slots);
            // SAFETY: leaked above.
            drop(unsafe { Box::from_raw(first.as_ptr()) });
        }
    }
}
