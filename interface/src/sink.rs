// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_void;
use core::mem::{offset_of, size_of};

use crate::Status;

/// Takes one chunk of a report: `len` bytes, never zero, lent for the call. Chunks are split anywhere. Returns 0 to go
/// on; anything else stops the report, which then returns `CMETRICS_CANCELLED` with that number in the error's subject.
/// See docs/abi/threads.md#callbacks.
pub type SinkWriteFn = unsafe extern "C" fn(user: *mut c_void, bytes: *const u8, len: u64) -> Status;

/// Where a report goes. Called on the thread that asked for the report, with no lock held; it may call back into the
/// library. See docs/abi/ownership.md#callbacks.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Sink {
    /// The `sizeof` of this struct.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// Required.
    pub write: Option<SinkWriteFn>,
    /// Passed to `write` untouched.
    pub user: *mut c_void,
}

const _: () = assert!(offset_of!(Sink, write) == 8 && size_of::<Sink>() == 8 + 2 * size_of::<usize>());
