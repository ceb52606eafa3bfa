// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The numbers that many threads change. No update takes a lock, allocates, calls the system or fails, so that all are
//! fit for signal handlers and forked children. `docs/decisions/0006-cells.md` says why they are as they are.
//!
//! A cell is one pair of words, changed by atomic operations ([`cold`]). A counter that is added to often gets a slot as
//! well ([`hot`]): 16 bytes for each CPU ([`stripe`]), added to without a lock prefix in a sequence that the kernel
//! restarts when it is disturbed ([`rseq`]). Nothing ever moves from one to the other: an update lands in exactly one
//! place, and a reader sums all of them. So it does not matter when a cell becomes hot, or which updates cannot use its
//! slot: those of threads without rseq, on CPUs beyond the stripes, on systems where there is nothing of this.
//!
//! Orderings are relaxed where nothing else is said: a number publishes nothing but itself, and a reader who must see an
//! update has synchronised with the updater by other means, which orders the words too.

mod cold;
#[cfg(striped)]
mod free;
#[cfg(striped)]
mod heat;
#[cfg(striped)]
pub(crate) mod hot;
#[cfg(not(striped))]
#[path = "never_hot.rs"]
pub(crate) mod hot;
#[cfg(striped)]
pub(crate) mod rseq;
#[cfg(striped)]
pub(crate) mod stripe;
pub(crate) mod tally;
pub(crate) mod wide;

use cold::Cold;
use hot::Hot;

/// What was added to a pair: 1024 updates, or a race that was lost.
const BEAT: u64 = 1024;

/// A number of any kind. The kind that a metric was created with decides which operations are used on it; any other
/// gives a wrong number, never a fault.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Cell {
    // First, away from the words that cold updates write.
    hot: Hot,
    cold: Cold,
}

/// Looks once what this system has. `stays` says whether the module of this code stays loaded until the process ends: a
/// thread keeps a pointer to its last sequence, which the kernel follows later. May be called again.
pub(crate) fn prepare(stays: impl FnOnce() -> bool) {
    hot::prepare(stays);
}

/// Sees to it that cells find slots when they become hot. Not for updates: it may ask the system for memory.
pub(crate) fn reserve() {
    hot::reserve();
}

impl Cell {
    /// Zero. Reserves slots for when it becomes hot.
    pub(crate) fn new() -> Self {
        reserve();
        Self { hot: Hot::new(), cold: Cold::new() }
    }

    /// Adds 1 to a counter.
    #[inline]
    pub(crate) fn inc(&self) {
        if !self.hot.inc() {
            // A counter of single events tells by itself when there were 1024 more; amounts are counted.
            self.inc_cold();
        }
    }

    /// Adds to a counter.
    #[inline]
    pub(crate) fn add(&self, n: u64) {
        if !self.hot.add(n) {
            self.add_cold(n);
        }
    }

    // These are out of line and of C's kind, so that a hot update is one straight line, without a frame, that ends in `ret`.
    #[cfg_attr(striped, cold, inline(never))]
    extern "C" fn inc_cold(&self) {
        if self.cold.add(1) % BEAT == BEAT - 1 {
            self.hot.beat();
        }
    }

    #[cfg_attr(striped, cold, inline(never))]
    extern "C" fn add_cold(&self, n: u64) {
        self.cold.add(n);
        self.hot.tick();
    }

    /// Adds an integer amount, and 1 to the count.
    #[inline]
    pub(crate) fn add_pair(&self, amount: u64) {
        if !self.hot.add_pair(amount) {
            self.add_cold_pair(amount);
        }
    }

    #[cfg_attr(striped, cold, inline(never))]
    extern "C" fn add_cold_pair(&self, amount: u64) {
        self.beat_pair(self.cold.add_pair(amount));
    }

    /// Adds an amount that is an f64, and 1 to the count.
    #[inline]
    pub(crate) fn add_float_pair(&self, amount: f64) {
        if !self.hot.add_float_pair(amount) {
            self.add_cold_float_pair(amount);
        }
    }

    #[cfg_attr(striped, cold, inline(never))]
    extern "C" fn add_cold_float_pair(&self, amount: f64) {
        self.beat_pair(self.cold.add_float_pair(amount));
    }

    #[inline]
    fn beat_pair(&self, (before, raced): (u64, bool)) {
        if raced || before % BEAT == BEAT - 1 {
            self.hot.beat();
        }
    }

    /// Adds to a gauge, which is never hot: a [`set`](Self::set) has to come before or after each addition.
    #[inline]
    pub(crate) fn shift(&self, n: u64) {
        self.cold.add(n);
    }

    /// Adds to a gauge that is an f64.
    #[inline]
    pub(crate) fn shift_float(&self, amount: f64) {
        self.cold.shift_float(amount);
    }

    /// Sets a gauge.
    #[inline]
    pub(crate) fn set(&self, bits: u64) {
        self.cold.set(bits);
    }

    /// A counter's number, or a gauge's bits.
    pub(crate) fn total(&self) -> u64 {
        self.hot.total(|| self.cold.total())
    }

    /// Total and count of integers. Whole where the machine can; else they differ by at most the updates in flight.
    pub(crate) fn pair(&self) -> (u64, u64) {
        self.hot.pair(|| self.cold.pair())
    }

    /// As [`pair`](Self::pair), where the total is the bits of an f64.
    pub(crate) fn float_pair(&self) -> (u64, u64) {
        self.hot.float_pair(|| self.cold.pair())
    }

    /// The slot of a hot cell, for tests.
    #[cfg(all(test, striped))]
    pub(crate) fn slot(&self) -> Option<usize> {
        self.hot.slot()
    }

    /// Makes it hot now, if it can be, for tests.
    #[cfg(all(test, striped))]
    pub(crate) fn warm(&self) {
        self.hot.warm();
    }

    /// Zero again, and cold. An update in flight comes before or after it; a reader at this moment may see a part of what
    /// was there. Not for signal handlers.
    pub(crate) fn reset(&self) {
        self.hot.clear(|| self.cold.clear());
    }
}

#[cfg(test)]
mod tests;
