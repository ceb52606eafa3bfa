// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Processors that this is not written for.

pub(super) fn prepare() {}

#[inline]
pub(super) fn is_on() -> bool {
    false
}

/// # Safety
///
/// None: nobody asks, see [`is_on`].
pub(super) unsafe fn load(_: *mut u64) -> (u64, u64) {
    unreachable!("is_on says so")
}

/// # Safety
///
/// As for [`load`].
pub(super) unsafe fn exchange(_: *mut u64, _: &mut [u64; 2], _: [u64; 2]) -> bool {
    unreachable!("is_on says so")
}
