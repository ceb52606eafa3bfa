// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use crate::{Error, ErrorInfo, Status};

/// Errors. Governed by docs/abi/errors.md#the-object, docs/abi/ownership.md#handles.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ErrorV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Adds a reference. NULL is ignored. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub retain: unsafe extern "C" fn(error: *mut Error),
    /// Gives a reference back. NULL is ignored. [any-thread, lock-free, fork-child-ok]
    pub release: unsafe extern "C" fn(error: *mut Error),
    /// Fills `*info` up to its `struct_size`, which the caller sets. Texts are lent until the error is released.
    /// INVALID_ARGUMENT if either is NULL or the size is below 16. See docs/abi/ownership.md#lent. [any-thread,
    /// lock-free, no-alloc, signal-safe, fork-child-ok]
    pub read: unsafe extern "C" fn(error: *const Error, info: *mut ErrorInfo) -> Status,
}

const _: () = assert!(offset_of!(ErrorV1, retain) == 8 && size_of::<ErrorV1>() == 8 + 3 * size_of::<usize>());
