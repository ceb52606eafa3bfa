// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use crate::v1::Registry;

/// The name of the extension that gives a [`Host`], for `bootstrap->extension`.
pub const HOST_EXTENSION: &str = "cmetrics.host";

/// What the provider offers to another copy of the library that becomes its satellite. Constant, and lives for ever.
/// Governed by docs/abi/entry.md#extensions, docs/abi/one-root.md#satellites.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Host {
    /// The `sizeof` of this struct in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// The root of this process, whatever scope the calling thread has entered. The reference is the caller's. NULL
    /// only where the library has failed inside. [any-thread, may-block, fork-child-ok]
    pub process_root: unsafe extern "C" fn() -> *mut Registry,
}

const _: () = assert!(offset_of!(Host, process_root) == 8 && size_of::<Host>() == 8 + size_of::<usize>());
