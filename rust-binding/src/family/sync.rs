// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the readers of families share: their pins.

use std::cell::Cell;
use std::ptr;
pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
pub(crate) use std::sync::{Mutex, MutexGuard, TryLockError};

use super::pins::{Line, Pins};

/// Threads that have a line of pins of their own; beyond it, they share lines.
pub(crate) const LINES: usize = 64;
/// What one line can pin at a time.
pub(crate) const SLOTS: usize = 8;

static PINS: Pins = Pins { lines: [const { Line([const { AtomicPtr::new(ptr::null_mut()) }; SLOTS]) }; LINES] };

#[inline]
pub(crate) fn pins() -> &'static Pins {
    &PINS
}

/// The line of the calling thread's pins.
#[inline(always)]
pub(crate) fn line() -> &'static Line {
    thread_local! {
        // Neither made nor dropped by code: reading it is one load, and a plugin can be unloaded.
        static MINE: Cell<Option<&'static Line>> = const { Cell::new(None) };
    }
    MINE.with(|mine| mine.get().unwrap_or_else(|| first_line(mine)))
}

#[cold]
fn first_line(mine: &Cell<Option<&'static Line>>) -> &'static Line {
    static THREADS: AtomicU64 = AtomicU64::new(0);
    // Relaxed: the number publishes nothing but itself.
    let line = PINS.line(THREADS.fetch_add(1, Ordering::Relaxed) as usize);
    mine.set(Some(line));
    line
}
