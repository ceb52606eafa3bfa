// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! In place of `hot.rs` on systems without the sequences of `rseq.rs`: cells are always cold.

#[derive(Debug)]
pub(crate) struct Hot;

pub(super) fn prepare(_: impl FnOnce() -> bool) {}

pub(crate) fn reserve() {}

impl Hot {
    pub(super) fn new() -> Self {
        Self
    }

    #[inline]
    pub(super) fn add(&self, _: u64) -> bool {
        false
    }

    #[inline]
    pub(super) fn add_pair(&self, _: u64) -> bool {
        false
    }

    #[inline]
    pub(super) fn add_float_pair(&self, _: f64) -> bool {
        false
    }

    #[inline]
    pub(super) fn tick(&self) {}

    #[inline]
    pub(super) fn beat(&self) {}

    pub(super) fn total(&self, cold: impl Fn() -> u64) -> u64 {
        cold()
    }

    pub(super) fn pair(&self, cold: impl Fn() -> (u64, u64)) -> (u64, u64) {
        cold()
    }

    pub(super) fn float_pair(&self, cold: impl Fn() -> (u64, u64)) -> (u64, u64) {
        cold()
    }

    pub(super) fn clear(&self, cold: impl FnOnce()) {
        cold();
    }
}
