// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How often something happened, on all threads, where one of them asks rarely and wants the order kept: the begins and
//! ends of what readers do, for whoever waits until they have done it.

#[cfg(striped)]
use core::ptr::null_mut;

#[cfg(striped)]
use super::{rseq, stripe};
#[cfg(striped)]
use crate::sync::AtomicPtr;
use crate::sync::{fence, AtomicU64, Ordering};

/// A count for the process's life. Threads that can add 1 to a slot of their CPU, in a plain store; the others to one word,
/// in a SeqCst addition. The slot is taken at the first use after [`prepare`](super::prepare), and never given back.
///
/// After [`barrier`], plain stores too are ordered as if they were SeqCst. An addition that comes before a store of the
/// same thread is never seen after it; one that comes after a load never before it.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Tally {
    /// NULL before there is one. Never NULL again.
    #[cfg(striped)]
    slot: AtomicPtr<u8>,
    word: Word,
}

/// Away from the slot's address, which every addition loads.
#[derive(Debug)]
#[repr(align(64))]
struct Word(AtomicU64);

impl Tally {
    pub(crate) const fn new() -> Self {
        Self {
            #[cfg(striped)]
            slot: AtomicPtr::new(null_mut()),
            word: Word(AtomicU64::new(0)),
        }
    }

    /// Adds 1. Fit for signal handlers.
    #[inline]
    pub(crate) fn add(&self) {
        #[cfg(striped)]
        if rseq::inc(&self.slot) {
            // The compiler moves no access of memory across the sequence; what the processor moves is `barrier`'s.
            return;
        }
        self.add_to_word();
    }

    #[cfg_attr(striped, cold, inline(never))]
    fn add_to_word(&self) {
        // SeqCst: see barrier.
        self.word.0.fetch_add(1, Ordering::SeqCst);
        // For the next addition. Relaxed: a hint.
        #[cfg(striped)]
        if rseq::stripes() != 0 && self.slot.load(Ordering::Relaxed).is_null() {
            stripe::take_for(&self.slot);
        }
    }

    /// How often [`add`](Self::add) was called. What a thread did before an addition that is in it is seen; additions at
    /// this moment may or may not be in it.
    pub(crate) fn sum(&self) -> u64 {
        // SeqCst: see barrier.
        let sum = self.word.0.load(Ordering::SeqCst);
        #[cfg(striped)]
        let sum = match self.slot.load(Ordering::Acquire) {
            slot if slot.is_null() => sum,
            slot => sum.wrapping_add(stripe::total(slot)),
        };
        // Acquire: what was done before the plain stores is seen. (On x86-64 they are releases.)
        fence(Ordering::Acquire);
        sum
    }

    /// Zero again. Only where no other thread uses it: in a forked child.
    #[cfg_attr(not(unix), allow(dead_code, reason = "there are no forks"))]
    pub(crate) fn clear(&self) {
        self.word.0.store(0, Ordering::SeqCst);
        #[cfg(striped)]
        match self.slot.load(Ordering::Acquire) {
            slot if slot.is_null() => {}
            slot => stripe::clear(slot),
        }
    }
}

/// Puts every addition of every thread in order with this: one that came before it is in a [`Tally::sum`] taken after it,
/// and what follows one that came after it sees all that this thread stored before it. False if the kernel refuses; then
/// nothing of that can be relied on. Not for updates: it waits for all CPUs, for some microseconds.
pub(crate) fn barrier() -> bool {
    // Enough for additions to words.
    fence(Ordering::SeqCst);
    // If there are no stripes yet, whoever adds to a slot will have taken it after the fence, in a SeqCst exchange, and sees
    // what was stored before it.
    #[cfg(striped)]
    if rseq::stripes() != 0 {
        let passed = rseq::fence_all();
        fence(Ordering::SeqCst);
        return passed;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(tally: &Tally) {
        const THREADS: u64 = 4;
        let before = tally.sum();
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| (0..10_000).for_each(|_| tally.add()));
            }
        });
        assert!(barrier());
        assert_eq!(tally.sum(), before + 10_000 * THREADS);
    }

    #[test]
    fn additions_are_counted_with_a_slot_and_without() {
        let tally = Tally::new();
        count(&tally);
        super::super::prepare(|| true);
        count(&tally);
        #[cfg(striped)]
        assert_eq!(!tally.slot.load(Ordering::SeqCst).is_null(), rseq::stripes() != 0);
        count(&tally);
        tally.clear();
        assert_eq!(tally.sum(), 0);
        count(&tally);
    }

    #[test]
    fn tallies_in_a_row_share_no_cache_line() {
        assert_eq!((align_of::<Tally>(), size_of::<Tally>() % 64), (64, 0));
    }
}
