// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use crate::{Status, Text};

/// An error with its story: opaque, counted, immutable. Read it with `error->read`, give it back with `error->release`.
pub struct Error {
    _private: [u8; 0],
}

/// The call is wrong: change the arguments.
pub const CATEGORY_FIX_CALL: i32 = 1;
/// The call is right and its surroundings are not: another library version, a file, a limit, another plugin.
pub const CATEGORY_FIX_ENVIRONMENT: i32 = 2;
/// The same call may succeed later.
pub const CATEGORY_RETRY: i32 = 3;
/// The library is wrong.
pub const CATEGORY_REPORT_BUG: i32 = 4;

/// What an error says. The caller sets `struct_size`; the library fills what fits. Texts are lent until the error is
/// released. See docs/abi/errors.md#the-object.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ErrorInfo {
    /// Set by the caller to its `sizeof`.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// The status that the failing call returned.
    pub code: Status,
    /// Who can mend it: one of `CMETRICS_CATEGORY_…`. An open set.
    pub category: i32,
    /// What was wrong, in one sentence that names the offender.
    pub message: Text,
    /// What to do about it. May be absent.
    pub hint: Text,
    /// The offending name, label or number by itself. May be absent.
    pub subject: Text,
    /// In a conflict, what was there before and who made it. Otherwise absent.
    pub existing: Text,
    /// In a conflict, what was asked for and by whom. Otherwise absent.
    pub requested: Text,
}

const _: () = assert!(offset_of!(ErrorInfo, message) == 16 && size_of::<ErrorInfo>() == 16 + 5 * size_of::<Text>());
