// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is told once, in one word: most families have nothing of that, and there may be a million families.

use core::ptr::null_mut;
use core::slice;
use std::alloc::{alloc, dealloc, handle_alloc_error, Layout};

use crate::sync::{AtomicPtr, Ordering};

/// Empty until it is told.
#[derive(Debug, Default)]
pub(crate) struct OnceText(AtomicPtr<u32>);

/// The length, and the bytes behind it.
fn layout(length: usize) -> Layout {
    let bytes = Layout::array::<u8>(length).unwrap_or(Layout::new::<u32>());
    Layout::new::<u32>().extend(bytes).map_or(Layout::new::<u32>(), |(layout, _)| layout)
}

impl OnceText {
    pub(crate) fn get(&self) -> &str {
        // Acquire: the text is seen.
        let text = self.0.load(Ordering::Acquire);
        if text.is_null() {
            return "";
        }
        // SAFETY: written so by `learn`, of a str, and not changed before the drop.
        unsafe { str::from_utf8_unchecked(slice::from_raw_parts(text.add(1).cast(), *text as usize)) }
    }

    /// The first text that is not empty stays.
    pub(crate) fn learn(&self, text: &str) {
        if text.is_empty() || !self.0.load(Ordering::Relaxed).is_null() {
            return;
        }
        let Ok(length) = u32::try_from(text.len()) else { return };
        let layout = layout(text.len());
        // SAFETY: the layout has a size; what is written fits into it.
        let own = unsafe {
            let own = alloc(layout).cast::<u32>();
            if own.is_null() {
                handle_alloc_error(layout);
            }
            own.write(length);
            own.add(1).cast::<u8>().copy_from_nonoverlapping(text.as_ptr(), text.len());
            own
        };
        // Release: who sees it sees the text.
        if self.0.compare_exchange(null_mut(), own, Ordering::Release, Ordering::Relaxed).is_err() {
            // SAFETY: made above, and nobody knows it.
            unsafe { dealloc(own.cast(), layout) };
        }
    }
}

impl Drop for OnceText {
    fn drop(&mut self) {
        let length = self.get().len();
        if length > 0 {
            // SAFETY: made by `learn` with this layout.
            unsafe { dealloc(self.0.load(Ordering::Relaxed).cast(), layout(length)) };
        }
    }
}

/// Nothing until it is asked for.
#[derive(Debug)]
pub(crate) struct OnceBox<T>(AtomicPtr<T>);

impl<T> Default for OnceBox<T> {
    fn default() -> Self {
        Self(AtomicPtr::new(null_mut()))
    }
}

impl<T: Default> OnceBox<T> {
    pub(crate) fn get(&self) -> Option<&T> {
        // SAFETY: what is there came from a box, and stays until the drop. Acquire: it is seen.
        unsafe { self.0.load(Ordering::Acquire).as_ref() }
    }

    pub(crate) fn get_or_make(&self) -> &T {
        self.get().unwrap_or_else(|| {
            let own = Box::into_raw(Box::<T>::default());
            // Release: who sees it sees what it is.
            match self.0.compare_exchange(null_mut(), own, Ordering::Release, Ordering::Acquire) {
                // SAFETY: it stays until the drop.
                Ok(_) => unsafe { &*own },
                // SAFETY: `own` was made above, and nobody knows it; the other one is there, as in `get`.
                Err(there) => unsafe {
                    drop(Box::from_raw(own));
                    &*there
                },
            }
        })
    }
}

impl<T> Drop for OnceBox<T> {
    fn drop(&mut self) {
        let there = self.0.load(Ordering::Relaxed);
        // SAFETY: it came from a box, and nobody else has it.
        drop((!there.is_null()).then(|| unsafe { Box::from_raw(there) }));
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

    #[test]
    fn a_box_is_made_when_it_is_asked_for() {
        let texts = OnceBox::<[OnceText; 2]>::default();
        assert!(texts.get().is_none());
        texts.get_or_make()[1].learn("second");
        assert_eq!(texts.get_or_make().each_ref().map(OnceText::get), ["", "second"]);
        assert_eq!(texts.get().map(|texts| texts[1].get()), Some("second"));
    }
}
