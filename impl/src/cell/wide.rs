// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Two words as one, on x86-64 processors that have AVX. On those, Intel and AMD promise, an aligned load or store of 16
//! bytes is one access. Mixing these with atomic operations on the halves loses nothing: all of them lock the line.

use core::arch::asm;
use core::arch::x86_64::__m128i;

use crate::sync::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// On a cache line on which nothing is written later: cold updates read it.
#[repr(align(64))]
struct On(AtomicBool);

// `used`: else the optimizer puts other words on its line.
#[used]
static ON: On = On(AtomicBool::new(false));

/// Looks what the processor has.
pub(super) fn prepare() {
    // Relaxed: who does not see it yet takes the halves one by one, which loses nothing either.
    ON.0.store(std::is_x86_feature_detected!("avx") && std::is_x86_feature_detected!("cmpxchg16b"), Relaxed);
}

#[inline]
pub(super) fn is_on() -> bool {
    ON.0.load(Relaxed)
}

/// Two words that may be used as one.
fn check(words: &[AtomicU64; 2]) -> *mut u64 {
    let place = words[0].as_ptr();
    debug_assert!(place.cast::<__m128i>().is_aligned() && is_on());
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
        if unsafe { exchange(place, &mut seen, new) } {
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
    while !unsafe { exchange(place, &mut seen, [0, 0]) } {}
}

/// Both, as they were at one moment. As [`update`].
pub(super) fn load(words: &[AtomicU64; 2]) -> (u64, u64) {
    let place = check(words);
    let both: __m128i;
    // SAFETY: the words are alive and aligned, and the processor has AVX: the load is one access.
    unsafe {
        asm!("movdqa ({place}), {both}", place = in(reg) place, both = out(xmm_reg) both,
            options(att_syntax, nostack, readonly, preserves_flags));
        let [total, count]: [u64; 2] = core::mem::transmute(both);
        (total, count)
    }
}

/// Sets both to `new` if they are `seen`; else makes `seen` what they are. Returns whether they were.
///
/// # Safety
///
/// `place` is two words, aligned to 16 bytes, that may be changed. The processor has cmpxchg16b.
#[inline]
unsafe fn exchange(place: *mut u64, seen: &mut [u64; 2], new: [u64; 2]) -> bool {
    let done: u8;
    // SAFETY: as promised by the caller. The instruction wants rbx, which the compiler does not lend by name, so that it is
    // borrowed; the registers are named so that none of them is rbx by chance.
    unsafe {
        asm!(
            "xchgq %rsi, %rbx",
            "lock cmpxchg16b (%rdi)",
            "sete %r8b",
            "movq %rsi, %rbx",
            inout("rsi") new[0] => _,
            in("rdi") place,
            out("r8b") done,
            in("rcx") new[1],
            inout("rax") seen[0],
            inout("rdx") seen[1],
            options(att_syntax, nostack)
        );
    }
    done != 0
}
