// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Memory for the metrics of one group: chunk `k` has 2^k of them, so that none ever moves. What was never used is not
//! touched.

use core::ptr::{null_mut, NonNull};
use std::alloc::{alloc, dealloc, handle_alloc_error, Layout};

use crate::metric::Metric;
use crate::sync::{AtomicPtr, Ordering};

/// Chunks after the first: more metrics than a table can name.
const MORE: usize = 24;

#[derive(Debug)]
pub(super) struct Slots {
    /// How many bytes a metric has with its labels.
    stride: u32,
    first: AtomicPtr<u8>,
    more: AtomicPtr<[AtomicPtr<u8>; MORE]>,
}

/// The chunk of a number, and its place there.
fn place(number: u32) -> (usize, usize) {
    let chunk = (number + 1).ilog2();
    (chunk as usize, (number + 1 - (1 << chunk)) as usize)
}

impl Slots {
    /// For metrics with so many labels.
    pub(super) fn new(labels: usize) -> Self {
        let beyond = labels.saturating_sub(3) * 4;
        let stride = (size_of::<Metric>() + beyond).next_multiple_of(align_of::<Metric>());
        Self { stride: stride as u32, first: AtomicPtr::new(null_mut()), more: AtomicPtr::new(null_mut()) }
    }

    fn layout(&self, chunk: usize) -> Layout {
        // A line of the cache for a metric, where it fits into one.
        let align = if chunk < 2 { align_of::<Metric>() } else { 64 };
        Layout::from_size_align((self.stride as usize) << chunk, align).unwrap_or(Layout::new::<Metric>())
    }

    /// The place of a number for which there is memory.
    #[inline]
    pub(super) fn at(&self, number: u32) -> NonNull<Metric> {
        let (chunk, index) = place(number);
        // Acquire: who has the number has synchronised with who made the chunk; but numbers are guessed from tables, too.
        let memory = if chunk == 0 {
            self.first.load(Ordering::Acquire)
        } else {
            // SAFETY: there is memory for the number, so there is the list, which stays until the drop.
            unsafe { (*self.more.load(Ordering::Acquire))[chunk - 1].load(Ordering::Acquire) }
        };
        // SAFETY: the chunk has this many metrics; it is not NULL, as above.
        unsafe { NonNull::new_unchecked(memory.add(index * self.stride as usize).cast()) }
    }

    /// The number of a metric that lies here.
    pub(super) fn number(&self, metric: NonNull<Metric>) -> Option<u32> {
        let within = |chunk: usize, memory: *mut u8| {
            let bytes = metric.addr().get().checked_sub(memory.addr()).filter(|_| !memory.is_null())?;
            (bytes < (self.stride as usize) << chunk)
                .then_some((1 << chunk) - 1 + (bytes / self.stride as usize) as u32)
        };
        let more = self.more.load(Ordering::Acquire);
        // SAFETY: the list stays until the drop.
        let more = unsafe { more.as_ref() }.into_iter().flatten().map(|memory| memory.load(Ordering::Acquire));
        (1..)
            .zip(more)
            .find_map(|(k, memory)| within(k, memory))
            .or_else(|| within(0, self.first.load(Ordering::Acquire)))
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
        if chunk == 0 {
            return self.first.store(memory, Ordering::Release);
        }
        let mut more = self.more.load(Ordering::Acquire);
        if more.is_null() {
            more = Box::into_raw(Box::new([const { AtomicPtr::new(null_mut()) }; MORE]));
            // Release: readers see the list.
            self.more.store(more, Ordering::Release);
        }
        // SAFETY: the list stays until the drop.
        let more = unsafe { &*more };
        more[chunk - 1].store(memory, Ordering::Release);
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        let free = |chunk: usize, memory: *mut u8| {
            if !memory.is_null() {
                // SAFETY: allocated with this layout in `prepare`. The metrics in it are gone: see `Group`.
                unsafe { dealloc(memory, self.layout(chunk)) };
            }
        };
        free(0, self.first.load(Ordering::Relaxed));
        let more = self.more.load(Ordering::Relaxed);
        if !more.is_null() {
            // SAFETY: made in `prepare` of a box; nobody else frees it.
            let more = unsafe { Box::from_raw(more) };
            for (chunk, memory) in (1..).zip(&*more) {
                free(chunk, memory.load(Ordering::Relaxed));
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
