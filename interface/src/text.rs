// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_char;
use core::mem::{offset_of, size_of};

/// UTF-8 text of a known length. `len == 0` means absent, and `data` is not read then. Unsized: never changes. See
/// docs/abi/strings.md#the-text.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// The first byte. No terminator is needed or read.
    pub data: *const c_char,
    /// The number of bytes.
    pub len: u64,
}

impl Text {
    /// No text.
    pub const ABSENT: Text = Text { data: core::ptr::null(), len: 0 };

    /// Lends `text` across the boundary. The caller keeps it alive as long as the contract of the receiving slot says.
    pub const fn lend(text: &str) -> Text {
        Text { data: text.as_ptr().cast(), len: text.len() as u64 }
    }
}

// SAFETY: a Text is a length and an address; who may read it, and when, is the contract of the slot that carries it.
unsafe impl Sync for Text {}
// SAFETY: as for Sync.
unsafe impl Send for Text {}

const _: () = assert!(size_of::<Text>() == 8 + size_of::<usize>() && offset_of!(Text, len) == size_of::<usize>());
