// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! x86-64 processors that have AVX. On those, Intel and AMD promise, an aligned load or store of 16 bytes is one access.

use core::arch::asm;
use core::arch::x86_64::__m128i;

use crate::sync::{AtomicBool, Ordering::Relaxed};

/// On a cache line on which nothing is written later: cold updates read it.
#[repr(align(64))]
struct On(AtomicBool);

// `used`: else the optimizer puts other words on its line.
#[used]
static ON: On = On(AtomicBool::new(false));

pub(super) fn prepare() {
    // Relaxed: who does not see it yet takes the halves one by one, which loses nothing either.
    ON.0.store(std::is_x86_feature_detected!("avx") && std::is_x86_feature_detected!("cmpxchg16b"), Relaxed);
}

#[inline]
pub(super) fn is_on() -> bool {
    ON.0.load(Relaxed)
}

/// Both, as they were at one moment.
///
/// # Safety
///
/// `place` is two words, aligned to 16 bytes, and [`is_on`].
#[inline]
pub(super) unsafe fn load(place: *mut u64) -> (u64, u64) {
    let both: __m128i;
    // SAFETY: as promised by the caller; with AVX the load is one access.
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
/// `place` is two words, aligned to 16 bytes, that may be changed. [`is_on`]: the processor has cmpxchg16b.
#[inline]
pub(super) unsafe fn exchange(place: *mut u64, seen: &mut [u64; 2], new: [u64; 2]) -> bool {
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
