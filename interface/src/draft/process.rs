// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use super::ApiV2;

/// A vtable that version 1 does not have.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ProcessV2 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 2.
    pub version: u32,
    /// The ABI version of the table that it is called on.
    /// [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub generation: unsafe extern "C" fn(self_: *const ApiV2) -> u32,
}
