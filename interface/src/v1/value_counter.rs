// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

/// Total and count of integer amounts. A `cmetrics_metric` of kind INT_COUNTER.
pub struct IntCounter {
    _private: [u8; 0],
}

/// Total and count of amounts that are doubles. A `cmetrics_metric` of kind FLOAT_COUNTER.
pub struct FloatCounter {
    _private: [u8; 0],
}

/// Total and count of durations. A `cmetrics_metric` of kind DURATION_COUNTER.
pub struct DurationCounter {
    _private: [u8; 0],
}

/// Increment-by-value counters of integers. Borrow the counter, cannot fail; NULL is ignored. Governed by
/// docs/abi/threads.md#updates.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct IntCounterV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Adds `amount` to the total and 1 to the count. Both wrap at 2^64. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub add: unsafe extern "C" fn(counter: *mut IntCounter, amount: u64),
    /// Reads total and count; either pointer may be NULL. They differ by at most the updates in flight. Zeros for
    /// NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub read: unsafe extern "C" fn(counter: *mut IntCounter, total: *mut u64, count: *mut u64),
}

/// Increment-by-value counters of doubles. Borrow the counter, cannot fail; NULL is ignored. Governed by
/// docs/abi/threads.md#updates.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct FloatCounterV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Adds `amount` to the total and 1 to the count. A negative, NaN or infinite amount is dropped and counted in
    /// `cmetrics_refused_updates_total{reason}`; -0.0 is zero. See docs/abi/errors.md#what-is-counted. [any-thread,
    /// lock-free, no-alloc, signal-safe, fork-child-ok]
    pub add: unsafe extern "C" fn(counter: *mut FloatCounter, amount: f64),
    /// Reads total and count; either pointer may be NULL. They differ by at most the updates in flight. Zeros for
    /// NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub read: unsafe extern "C" fn(counter: *mut FloatCounter, total: *mut f64, count: *mut u64),
}

/// Increment-by-value counters of durations in nanoseconds. Borrow the counter, cannot fail; NULL is ignored. Governed
/// by docs/abi/threads.md#updates.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct DurationCounterV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Adds `ns` nanoseconds to the total and 1 to the count. The total wraps at 2^64. A negative amount is dropped and
    /// counted in `cmetrics_refused_updates_total{reason}`. See docs/abi/errors.md#what-is-counted. [any-thread,
    /// lock-free, no-alloc, signal-safe, fork-child-ok]
    pub add: unsafe extern "C" fn(counter: *mut DurationCounter, ns: i64),
    /// Reads the total in nanoseconds and the count; either pointer may be NULL. They differ by at most the updates in
    /// flight. Zeros for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub read: unsafe extern "C" fn(counter: *mut DurationCounter, total_ns: *mut u64, count: *mut u64),
}

const _: () = assert!(offset_of!(IntCounterV1, add) == 8 && size_of::<IntCounterV1>() == 8 + 2 * size_of::<usize>());
const _: () =
    assert!(offset_of!(FloatCounterV1, add) == 8 && size_of::<FloatCounterV1>() == 8 + 2 * size_of::<usize>());
const _: () =
    assert!(offset_of!(DurationCounterV1, add) == 8 && size_of::<DurationCounterV1>() == 8 + 2 * size_of::<usize>());
