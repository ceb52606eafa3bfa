// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Two words that all threads share.

use crate::sync::{AtomicU64, Ordering::Relaxed};

use super::wide;

/// Total and count. The total is a u64, an i64 in two's complement, or the bits of an f64; the count is how many amounts
/// are in it, where the kind counts them. Aligned so that both can be one word of the machine.
#[derive(Debug)]
#[repr(C, align(16))]
pub(super) struct Cold([AtomicU64; 2]);

impl Cold {
    pub(super) fn new() -> Self {
        Self([AtomicU64::new(0), AtomicU64::new(0)])
    }

    /// Returns what was there before.
    #[inline]
    pub(super) fn add(&self, n: u64) -> u64 {
        self.0[0].fetch_add(n, Relaxed)
    }

    /// Returns the count before, and whether another update came in between.
    #[inline]
    pub(super) fn add_pair(&self, amount: u64) -> (u64, bool) {
        if wide::is_on() {
            return wide::update(&self.0, |total| total.wrapping_add(amount));
        }
        self.0[0].fetch_add(amount, Relaxed);
        (self.0[1].fetch_add(1, Relaxed), false)
    }

    /// As [`add_pair`](Self::add_pair).
    #[inline]
    pub(super) fn add_float_pair(&self, amount: f64) -> (u64, bool) {
        if wide::is_on() {
            return wide::update(&self.0, |total| (f64::from_bits(total) + amount).to_bits());
        }
        let raced = self.shift_float(amount);
        (self.0[1].fetch_add(1, Relaxed), raced)
    }

    /// Adds to a total that is an f64. Returns whether another update came in between.
    #[inline]
    pub(super) fn shift_float(&self, amount: f64) -> bool {
        let mut raced = false;
        let mut seen = self.0[0].load(Relaxed);
        loop {
            let sum = (f64::from_bits(seen) + amount).to_bits();
            match self.0[0].compare_exchange_weak(seen, sum, Relaxed, Relaxed) {
                Ok(_) => return raced,
                Err(now) => seen = now,
            }
            raced = true;
        }
    }

    #[inline]
    pub(super) fn set(&self, bits: u64) {
        self.0[0].store(bits, Relaxed);
    }

    pub(super) fn total(&self) -> u64 {
        self.0[0].load(Relaxed)
    }

    pub(super) fn pair(&self) -> (u64, u64) {
        if wide::is_on() {
            return wide::load(&self.0);
        }
        (self.0[0].load(Relaxed), self.0[1].load(Relaxed))
    }

    pub(super) fn clear(&self) {
        if wide::is_on() {
            return wide::clear(&self.0);
        }
        self.0[0].store(0, Relaxed);
        self.0[1].store(0, Relaxed);
    }
}
