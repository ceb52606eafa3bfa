// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What readers look at, so that writers free nothing under them: hazard pointers
//! (<https://doi.org/10.1109/TPDS.2004.8>).
//!
//! A reader pins an address, and then sees whether it is still the one to look at. A writer takes something out of
//! reach first, and looks at the pins then. All four steps are SeqCst: either the reader sees that it came too late, or
//! the writer sees the pin.
//!
//! A thread writes to a line of its own, so that readers do not disturb each other. Pins are given back by any thread.

use std::ptr;

use super::sync::{line, AtomicPtr, Ordering, LINES, SLOTS};

/// Two lines of a cache, since processors fetch them in pairs.
#[repr(align(128))]
pub(crate) struct Line(pub(crate) [AtomicPtr<()>; SLOTS]);

/// The pins of all threads.
pub(crate) struct Pins {
    pub(crate) lines: [Line; LINES],
}

/// An address that is pinned until this is dropped.
pub(crate) struct Pin {
    slot: &'static AtomicPtr<()>,
}

impl Pins {
    /// The line of the n-th thread.
    pub(crate) fn line(&self, thread: usize) -> &Line {
        &self.lines[thread % LINES]
    }

    /// What is pinned now, in order. What was out of reach before this call, and is not among it, is nobody's.
    pub(crate) fn all(&self) -> Vec<*mut ()> {
        let slots = self.lines.iter().flat_map(|Line(slots)| slots);
        let mut all: Vec<_> =
            slots.map(|slot| slot.load(Ordering::SeqCst)).filter(|pinned| !pinned.is_null()).collect();
        all.sort_unstable();
        all
    }
}

#[inline]
fn take(slot: &AtomicPtr<()>, what: *mut ()) -> bool {
    // Relaxed on failure: nothing is read from what another pin is for.
    slot.compare_exchange(ptr::null_mut(), what, Ordering::SeqCst, Ordering::Relaxed).is_ok()
}

/// For who holds several at a time.
#[cold]
fn another(slots: &'static [AtomicPtr<()>], what: *mut ()) -> Option<Pin> {
    slots.iter().find(|slot| take(slot, what)).map(|slot| Pin { slot })
}

impl Pin {
    /// Pins an address, which is not NULL; nothing where this thread's line is full. What is there may be gone already:
    /// see first that it is still reachable.
    #[inline(always)]
    pub(crate) fn new(what: *mut ()) -> Option<Pin> {
        let Line(slots) = line();
        if take(&slots[0], what) {
            return Some(Pin { slot: &slots[0] });
        }
        another(&slots[1..], what)
    }

    /// Pins `what` instead. It is reachable from what was pinned so far, which a writer looks at together with it.
    #[inline]
    pub(crate) fn narrow(&self, what: *mut ()) {
        // Release: what was read of the larger thing was read before.
        self.slot.store(what, Ordering::Release);
    }
}

impl Drop for Pin {
    #[inline]
    fn drop(&mut self) {
        // Release: all use of what was pinned was before.
        self.slot.store(ptr::null_mut(), Ordering::Release);
    }
}
