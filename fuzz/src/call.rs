// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The library's table, and its errors.

use std::mem::size_of;

use cmetrics_interface::v1::ApiV1;
use cmetrics_interface::*;

/// The table of ABI version 1.
pub fn api() -> &'static ApiV1 {
    // SAFETY: version 1 is served, and its table lives for ever.
    unsafe { &*cmetrics::get_api(1).cast::<ApiV1>() }
}

/// Calls a slot of the table.
#[macro_export]
macro_rules! call {
    ($vtable:ident . $slot:ident ( $($arg:expr),* $(,)? )) => {
        // SAFETY: the target passes what the slot's contract asks for, or what it must refuse.
        unsafe { ((*$crate::call::api().$vtable).$slot)($($arg),*) }
    };
}

/// What an error object said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// What the call returned.
    pub status: Status,
    /// Who can mend it.
    pub category: i32,
    /// What was wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// The offender.
    pub subject: String,
    /// In a conflict, who was there.
    pub existing: String,
    /// In a conflict, who asked.
    pub requested: String,
}

/// A text that the library lends. It must be UTF-8.
pub fn string(text: Text) -> String {
    if text.len == 0 {
        return String::new();
    }
    // SAFETY: the library lends the text.
    let bytes = unsafe { std::slice::from_raw_parts(text.data.cast::<u8>(), text.len as usize) };
    std::str::from_utf8(bytes).expect("what the library tells is UTF-8").to_owned()
}

/// Makes a call with a place for an error. The status must agree with the error, the error must be well formed, and the
/// library must not have failed inside.
pub fn attempt(call: impl FnOnce(*mut *mut Error) -> Status) -> Result<(), Told> {
    let mut error = std::ptr::dangling_mut::<Error>();
    let status = call(&raw mut error);
    if status == OK {
        assert!(error.is_null(), "a call that did what it says leaves no error");
        return Ok(());
    }
    if status == NOT_FOUND && error.is_null() {
        return Err(Told { status, ..Told::default() });
    }
    assert!(!error.is_null(), "status {status} without an error");
    let told = read(error);
    call!(error.release(error));
    assert_eq!(told.status, status, "{told:?}");
    assert_ne!(status, INTERNAL, "{told:?}");
    assert!((CATEGORY_FIX_CALL..=CATEGORY_RETRY).contains(&told.category), "{told:?}");
    assert!(!told.message.is_empty() && told.message.len() < 64 << 10, "{told:?}");
    if status == CONFLICT {
        assert!(!told.existing.is_empty() && !told.requested.is_empty() && !told.subject.is_empty(), "{told:?}");
    }
    if matches!(status, INVALID_ARGUMENT | CONFLICT | LIMIT | UNSUPPORTED | GONE) {
        assert!(!told.hint.is_empty(), "an error says what to do: {told:?}");
    }
    Err(told)
}

fn read(error: *mut Error) -> Told {
    let absent = Text::ABSENT;
    let mut info = ErrorInfo {
        struct_size: size_of::<ErrorInfo>() as u32,
        flags: 0,
        code: 0,
        category: 0,
        message: absent,
        hint: absent,
        subject: absent,
        existing: absent,
        requested: absent,
    };
    assert_eq!(call!(error.read(error, &raw mut info)), OK);
    Told {
        status: info.code,
        category: info.category,
        message: string(info.message),
        hint: string(info.hint),
        subject: string(info.subject),
        existing: string(info.existing),
        requested: string(info.requested),
    }
}
