// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! In place of `hot.rs` on systems without the sequences of `rseq.rs`: cells are always cold.

/// As large as where it is used: metrics lie in memory in one way on all systems, without crossing cache lines.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Hot([u64; 2]);

use super::wide;

pub(crate) fn prepare(_: impl FnOnce() -> bool) {
    wide::prepare();
}

pub(crate) fn reserve() {}

impl Hot {
    pub(crate) fn new() -> Self {
        Self([0; 2])
    }

    #[inline]
    pub(crate) fn inc(&self) -> bool {
        false
    }

    #[inline]
    pub(crate) fn add(&self, _: u64) -> bool {
        false
    }

    #[inline]
    pub(crate) fn add_pair(&self, _: u64) -> bool {
        false
    }

    #[inline]
    pub(crate) fn add_float_pair(&self, _: f64) -> bool {
        false
    }

    #[inline]
    pub(crate) fn tick(&self) {}

    #[inline]
    pub(crate) fn beat(&self) {}

    pub(crate) fn total(&self, cold: impl Fn() -> u64) -> u64 {
        cold()
    }

    pub(crate) fn pair(&self, cold: impl Fn() -> (u64, u64)) -> (u64, u64) {
        cold()
    }

    pub(crate) fn float_pair(&self, cold: impl Fn() -> (u64, u64)) -> (u64, u64) {
        cold()
    }

    pub(crate) fn clear(&self, cold: impl FnOnce()) {
        cold();
    }
}
