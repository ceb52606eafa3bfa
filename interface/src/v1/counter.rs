// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

/// A count of events that only grows. A `cmetrics_metric` of kind COUNTER.
pub struct Counter {
    _private: [u8; 0],
}

/// Counts of events. Borrow the counter, cannot fail; NULL is ignored. Governed by docs/abi/threads.md#updates.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CounterV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Adds one event. Wraps at 2^64. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub inc: unsafe extern "C" fn(counter: *mut Counter),
    /// Adds `n` events. Wraps at 2^64. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub add: unsafe extern "C" fn(counter: *mut Counter, n: u64),
    /// The events so far. 0 for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub value: unsafe extern "C" fn(counter: *mut Counter) -> u64,
}

const _: () = assert!(offset_of!(CounterV1, inc) == 8 && size_of::<CounterV1>() == 8 + 3 * size_of::<usize>());
