// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The numbers that many threads change. Correct and simple: one or two words, changed by atomic operations. No
//! operation takes a lock, allocates or fails, so that all are fit for signal handlers and forked children.
//!
//! Every ordering is relaxed: a number publishes nothing but itself, and a reader who must see an update has
//! synchronised with the updater by other means, which orders the words too.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A number of any kind. The kind that a metric was created with decides which operations are used on it; any other
/// gives a wrong number, never a fault.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    /// u64, i64 in two's complement, or the bits of an f64.
    total: AtomicU64,
    /// How many amounts are in `total`, where the kind counts them.
    count: AtomicU64,
}

impl Cell {
    #[inline]
    pub(crate) fn add(&self, n: u64) {
        self.total.fetch_add(n, Relaxed);
    }

    #[inline]
    pub(crate) fn add_pair(&self, amount: u64) {
        self.total.fetch_add(amount, Relaxed);
        self.count.fetch_add(1, Relaxed);
    }

    #[inline]
    pub(crate) fn add_float(&self, amount: f64) {
        let mut seen = self.total.load(Relaxed);
        loop {
            let sum = (f64::from_bits(seen) + amount).to_bits();
            match self.total.compare_exchange_weak(seen, sum, Relaxed, Relaxed) {
                Ok(_) => return,
                Err(now) => seen = now,
            }
        }
    }

    #[inline]
    pub(crate) fn add_float_pair(&self, amount: f64) {
        self.add_float(amount);
        self.count.fetch_add(1, Relaxed);
    }

    #[inline]
    pub(crate) fn set(&self, bits: u64) {
        self.total.store(bits, Relaxed);
    }

    #[inline]
    pub(crate) fn total(&self) -> u64 {
        self.total.load(Relaxed)
    }

    /// Total and count. They differ by at most the updates in flight.
    #[inline]
    pub(crate) fn pair(&self) -> (u64, u64) {
        (self.total.load(Relaxed), self.count.load(Relaxed))
    }

    pub(crate) fn reset(&self) {
        self.total.store(0, Relaxed);
        self.count.store(0, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_update_is_lost_between_threads() {
        let (whole, pair, float) = (Cell::default(), Cell::default(), Cell::default());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50_000 {
                        whole.add(3);
                        pair.add_pair(5);
                        float.add_float_pair(0.25);
                    }
                });
            }
        });
        assert_eq!(whole.total(), 600_000);
        assert_eq!(pair.pair(), (1_000_000, 200_000));
        let (total, count) = float.pair();
        assert_eq!((f64::from_bits(total), count), (50_000.0, 200_000));
    }

    #[test]
    fn totals_wrap() {
        let cell = Cell::default();
        cell.add(u64::MAX);
        cell.add(3);
        assert_eq!(cell.total(), 2);
    }
}
