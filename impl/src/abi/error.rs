// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use cmetrics_interface as abi;
use cmetrics_interface::v1::ErrorV1;
use cmetrics_interface::{ErrorInfo, Text};

use super::boundary::{quietly, status};
use super::cast;

pub(super) static ERROR: ErrorV1 =
    ErrorV1 { struct_size: size_of::<ErrorV1>() as u32, version: 1, retain, release, read };

unsafe extern "C" fn retain(error: *mut abi::Error) {
    // SAFETY: a handle of the caller's (interface, Ownership).
    unsafe { cast::error_retain(error) }
}

unsafe extern "C" fn release(error: *mut abi::Error) {
    // SAFETY: a reference that the caller gives back.
    quietly(|| unsafe { cast::error_release(error) });
}

unsafe extern "C" fn read(error: *const abi::Error, info: *mut ErrorInfo) -> abi::Status {
    status(|| {
        // Before the cast, which tells NULL in words: nothing is allocated here.
        if error.is_null() {
            return Err(abi::INVALID_ARGUMENT);
        }
        // SAFETY: a handle of the caller's.
        let story = unsafe { cast::error(error) }.map_err(|fault| fault.code())?;
        if info.is_null() || !info.is_aligned() {
            return Err(abi::INVALID_ARGUMENT);
        }
        // SAFETY: the caller lends a struct that begins with its size.
        let size = unsafe { info.cast::<u32>().read() };
        if (size as usize) < offset_of!(ErrorInfo, message) {
            return Err(abi::INVALID_ARGUMENT);
        }
        let told = ErrorInfo {
            struct_size: size,
            flags: 0,
            code: story.code,
            category: story.category,
            message: Text::lend(&story.message),
            hint: Text::lend(&story.hint),
            subject: Text::lend(&story.subject),
            existing: Text::lend(&story.existing),
            requested: Text::lend(&story.requested),
        };
        let n = (size as usize).min(size_of::<ErrorInfo>());
        // SAFETY: the caller lends `size` writable bytes; no more than that is written.
        unsafe { core::ptr::copy_nonoverlapping((&raw const told).cast::<u8>(), info.cast::<u8>(), n) };
        Ok(())
    })
}
