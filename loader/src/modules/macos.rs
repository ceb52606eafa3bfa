// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! By the dynamic linker's list of images. Written from its documentation and not verified on a machine.

use std::ffi::{c_char, c_void, CStr, OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

extern "C" {
    fn _dyld_image_count() -> u32;
    fn _dyld_get_image_name(index: u32) -> *const c_char;
}

pub(super) fn files() -> Vec<OsString> {
    // SAFETY: callable at any time. An image that goes meanwhile makes the later indexes give NULL.
    let count = unsafe { _dyld_image_count() };
    (0..count).filter_map(name).collect()
}

fn name(index: u32) -> Option<OsString> {
    // SAFETY: any index may be asked for; the name is NUL-terminated.
    let name = unsafe { _dyld_get_image_name(index) };
    text(name)
}

pub(super) fn file_of(address: *const c_void) -> Option<PathBuf> {
    let mut info = std::mem::MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: any address may be asked about, and `info` is there to be written.
    if unsafe { libc::dladdr(address, info.as_mut_ptr()) } == 0 {
        return None;
    }
    // SAFETY: all zero is a Dl_info, and dladdr filled it.
    text(unsafe { info.assume_init() }.dli_fname).map(PathBuf::from)
}

/// The system does not tell without a walk through the image's load commands.
pub(super) fn readable(address: *const c_void) -> usize {
    if address.is_null() {
        0
    } else {
        usize::MAX
    }
}

fn text(name: *const c_char) -> Option<OsString> {
    if name.is_null() {
        return None;
    }
    // SAFETY: not NULL, and the dynamic linker's names are NUL-terminated.
    Some(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes()).to_owned())
}
