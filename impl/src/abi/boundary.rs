// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where Rust ends: no panic passes, and a failure becomes a status with an error object.

use std::any::Any;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use cmetrics_interface as abi;

use super::cast;
use crate::error::{Fault, Result};

/// Runs `call`; `*error` is NULL on success and the error on failure. `error` may be NULL.
pub(super) fn boundary(error: *mut *mut abi::Error, call: impl FnOnce() -> Result<()>) -> abi::Status {
    if !error.is_null() && !error.is_aligned() {
        return abi::INVALID_ARGUMENT;
    }
    let fault = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => None,
        Ok(Err(fault)) => Some(fault),
        Err(panic) => Some(internal(&*panic)),
    };
    let status = fault.as_ref().map_or(abi::OK, Fault::code);
    if !error.is_null() {
        let object = fault.map_or(core::ptr::null_mut(), |fault| cast::error_out(Arc::new(fault.into_story())));
        // SAFETY: the caller promises that a non-NULL `error` points to a pointer that may be written (interface, Errors);
        // it is aligned as checked above.
        unsafe { error.write(object) };
    }
    status
}

/// Runs something that has no status. After a panic, what `T` is by default.
pub(super) fn quietly<T: Default>(call: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_default()
}

/// Runs something that has a status but no error object.
pub(super) fn status(call: impl FnOnce() -> core::result::Result<(), abi::Status>) -> abi::Status {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => abi::OK,
        Ok(Err(status)) => status,
        Err(_) => abi::INTERNAL,
    }
}

fn internal(panic: &(dyn Any + Send)) -> Fault {
    let what = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let what = what.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned());
    Fault::new(abi::INTERNAL, abi::CATEGORY_REPORT_BUG, format!("the library failed inside: {what}"))
        .hint("this is a fault of libcmetrics; please report it with what led to it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_internal() {
        let mut error = core::ptr::null_mut();
        let status = boundary(&raw mut error, || panic!("on purpose"));
        assert_eq!(status, abi::INTERNAL);
        // SAFETY: the error was made above and is borrowed until it is released below.
        let story = unsafe { cast::error(error) }.unwrap();
        assert!(story.message.contains("on purpose"));
        // SAFETY: the one reference is given back.
        unsafe { cast::error_release(error) };
    }

    #[test]
    fn success_clears_the_error() {
        let mut error = core::ptr::dangling_mut();
        assert_eq!(boundary(&raw mut error, || Ok(())), abi::OK);
        assert!(error.is_null());
    }
}
