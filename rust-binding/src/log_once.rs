// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Warnings that are worth one line, not one line for each time.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

/// More distinct warnings than this are not told: a program that makes up names must not fill its memory with them.
const LIMIT: usize = 1024;

static SAID: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Logs the message, unless something was logged for `key` before in this process.
pub(crate) fn warn(key: &str, message: impl FnOnce() -> String) {
    if is_first(key) {
        // Outside the lock: a logger may make metrics of its own.
        log::warn!(target: "cmetrics", "{}", message());
    }
}

fn is_first(key: &str) -> bool {
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    said.len() < LIMIT && said.insert(key.to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_key_is_first_once() {
        assert!(super::is_first("one"));
        assert!(!super::is_first("one"));
        assert!(super::is_first("two"));
    }
}
