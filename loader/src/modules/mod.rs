// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is loaded into this process: asked of the system, nothing loaded or opened.

#[cfg(all(unix, not(target_vendor = "apple")))]
mod elf;
#[cfg(target_vendor = "apple")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(all(unix, not(target_vendor = "apple")))]
use elf as system;
#[cfg(target_vendor = "apple")]
use macos as system;
#[cfg(windows)]
use windows as system;

use std::ffi::{c_void, OsString};
use std::path::PathBuf;

/// The files of all modules, in load order.
pub(crate) fn files() -> Vec<OsString> {
    system::files()
}

/// The file of the module that holds `address`.
pub(crate) fn file_of(address: *const c_void) -> Option<PathBuf> {
    system::file_of(address)
}

/// How many bytes from `address` on are constants, data or code of one loaded module, as far as the system tells:
/// 0 for an address outside of all modules, `usize::MAX` if it does not tell.
pub(crate) fn readable(address: *const c_void) -> usize {
    system::readable(address)
}
