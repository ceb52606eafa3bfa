// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Two words as one, on processors that can do it: read whole, and changed by an exchange of both. Mixing these with atomic
//! operations on the halves loses nothing: the exchange fails if either has changed.

use crate::sync::{AtomicU64, Ordering::Relaxed};

#[cfg_attr(all(target_arch = "x86_64", target_pointer_width = "64"), path = "x86_64.rs")]
#[cfg_attr(all(target_arch = "aarch64", target_pointer_width = "64"), path = "aarch64.rs")]
#[cfg_attr(
    not(all(target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64"))),
    path = "none.rs"
)]
mod machine;

/// Looks what the processor has.
pub(super) fn prepare() {
    machine::prepare();
}

#[inline]
pub(crate) fn is_on() -> bool {
    machine::is_on()
}

/// Two words that may be used as one.
fn check(words: &[AtomicU64; 2]) -> *mut u64 {
    let place = words[0].as_ptr();
    debug_assert!(place.addr().is_multiple_of(16) && is_on());
    place
}

/// Changes the first and adds 1 to the second, as one. Returns the second as it was, and whether another update came in
/// between. Only where [`is_on`], aligned to 16 bytes.
#[inline]
pub(super) fn update(words: &[AtomicU64; 2], change: impl Fn(u64) -> u64) -> (u64, bool) {
    let place = check(words);
    // Two loads, which may be of two moments: the exchange finds out, and that is no race with another thread.
    let (mut seen, mut raced) = ([words[0].load(Relaxed), words[1].load(Relaxed)], false);
    loop {
        let new = [change(seen[0]), seen[1].wrapping_add(1)];
        // SAFETY: the words outlive the call, are aligned, and may be changed through a shared reference.
        if unsafe { machine::exchange(place, &mut seen, new) } {
            return (seen[1], raced);
        }
        raced = true;
    }
}

/// Both to zero, as one. As [`update`].
pub(super) fn clear(words: &[AtomicU64; 2]) {
    let place = check(words);
    let mut seen = [words[0].load(Relaxed), words[1].load(Relaxed)];
    // SAFETY: as in update.
    while !unsafe { machine::exchange(place, &mut seen, [0, 0]) } {}
}

/// Both, as they were at one moment. As [`update`].
pub(super) fn load(words: &[AtomicU64; 2]) -> (u64, u64) {
    // SAFETY: the words are alive and aligned, and may be changed through a shared reference.
    unsafe { machine::load(check(words)) }
}
