// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Keeps panics of a program's code from unwinding into the library.

use std::any::Any;
use std::mem;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// Runs `code`; if it panics, says what the panic says.
pub(crate) fn caught<R>(code: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|payload| {
        let message = message_of(&*payload);
        dispose(payload);
        message
    })
}

/// Drops what a panic carries, which may panic again, with something that may panic when it is dropped.
fn dispose(mut payload: Box<dyn Any + Send>) {
    for _ in 0..8 {
        match catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            Ok(()) => return,
            Err(again) => payload = again,
        }
    }
    mem::forget(payload);
}

fn message_of(payload: &(dyn Any + Send)) -> String {
    match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_owned(),
        (_, Some(text)) => text.clone(),
        _ => "with no message".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::panic::panic_any;

    use super::*;

    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("a payload that panics when it is dropped");
        }
    }

    #[test]
    fn a_panic_is_told_by_its_message() {
        assert_eq!(caught(|| 42), Ok(42));
        assert_eq!(caught(|| -> () { panic!("plain") }), Err("plain".to_owned()));
        assert_eq!(caught(|| -> () { panic!("with {}", 1) }), Err("with 1".to_owned()));
        assert_eq!(caught(|| -> () { panic_any(7) }), Err("with no message".to_owned()));
        assert_eq!(caught(|| -> () { panic_any(Bomb) }), Err("with no message".to_owned()));
    }
}
