// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A text that is told once, in one word: most families have no unit, and there may be a million families.

use core::ptr::null_mut;

use crate::sync::{AtomicPtr, Ordering};

/// Empty until it is told.
#[derive(Debug, Default)]
pub(crate) struct OnceText(AtomicPtr<Box<str>>);

impl OnceText {
    pub(crate) fn get(&self) -> &str {
        // Acquire: the text is seen.
        let text = self.0.load(Ordering::Acquire);
        // SAFETY: a box that was put there, and stays until the drop.
        unsafe { text.as_ref() }.map_or("", |text| text)
    }

    /// The first text that is not empty stays.
    pub(crate) fn learn(&self, text: &str) {
        if text.is_empty() || !self.0.load(Ordering::Relaxed).is_null() {
            return;
        }
        let own = Box::into_raw(Box::new(Box::from(text)));
        // Release: who sees it sees the text.
        if self.0.compare_exchange(null_mut(), own, Ordering::Release, Ordering::Relaxed).is_err() {
            // SAFETY: made above, and nobody knows it.
            drop(unsafe { Box::from_raw(own) });
        }
    }
}

impl Drop for OnceText {
    fn drop(&mut self) {
        let text = self.0.load(Ordering::Relaxed);
        if !text.is_null() {
            // SAFETY: made from a box in `learn`.
            drop(unsafe { Box::from_raw(text) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_text_that_says_something_stays() {
        let text = OnceText::default();
        text.learn("");
        assert_eq!(text.get(), "");
        text.learn("first");
        text.learn("second");
        assert_eq!(text.get(), "first");
    }
}
