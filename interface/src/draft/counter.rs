// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use crate::v1::{Counter, CounterV1};

/// [`CounterV1`] and one slot more.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CounterV2 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 2.
    pub version: u32,
    /// As in version 1. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub inc: unsafe extern "C" fn(counter: *mut Counter),
    /// As in version 1. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub add: unsafe extern "C" fn(counter: *mut Counter, n: u64),
    /// As in version 1. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub value: unsafe extern "C" fn(counter: *mut Counter) -> u64,
    /// Adds two events. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub inc_twice: unsafe extern "C" fn(counter: *mut Counter),
}

const _: () = assert!(offset_of!(CounterV2, inc) == offset_of!(CounterV1, inc));
const _: () = assert!(offset_of!(CounterV2, add) == offset_of!(CounterV1, add));
const _: () = assert!(offset_of!(CounterV2, value) == offset_of!(CounterV1, value));
const _: () = assert!(offset_of!(CounterV2, inc_twice) == size_of::<CounterV1>());
