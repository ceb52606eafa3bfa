// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! aarch64. Exclusive loads and stores of two words are in every processor; what they read is whole if the store succeeds.

use core::arch::asm;

pub(super) fn prepare() {}

#[inline]
pub(super) fn is_on() -> bool {
    true
}

/// Both, as they were at one moment.
///
/// # Safety
///
/// `place` is two words, aligned to 16 bytes, that may be changed.
#[inline]
pub(super) unsafe fn load(place: *mut u64) -> (u64, u64) {
    let (total, count);
    if std::arch::is_aarch64_feature_detected!("lse2") {
        // SAFETY: as promised by the caller; with LSE2 an aligned load of two words is one access.
        unsafe {
            asm!("ldp {total}, {count}, [{place}]", place = in(reg) place, total = out(reg) total,
                count = out(reg) count, options(nostack, readonly, preserves_flags));
        }
    } else {
        // SAFETY: as promised by the caller. What is stored is what was there.
        unsafe {
            asm!(
                "2: ldxp {total}, {count}, [{place}]",
                "stxp {failed:w}, {total}, {count}, [{place}]",
                "cbnz {failed:w}, 2b",
                place = in(reg) place,
                total = out(reg) total,
                count = out(reg) count,
                failed = out(reg) _,
                options(nostack, preserves_flags)
            );
        }
    }
    (total, count)
}

/// Sets both to `new` if they are `seen`; else makes `seen` what they are, or what each was a moment ago. Returns whether
/// they were.
///
/// # Safety
///
/// `place` is two words, aligned to 16 bytes, that may be changed.
#[inline]
pub(super) unsafe fn exchange(place: *mut u64, seen: &mut [u64; 2], new: [u64; 2]) -> bool {
    let (failed, total, count): (u64, u64, u64);
    // SAFETY: as promised by the caller. Between the exclusive load and its store there is no other access.
    unsafe {
        asm!(
            "2: mov {failed}, #1",
            "ldxp {total}, {count}, [{place}]",
            "cmp {total}, {seen_total}",
            "ccmp {count}, {seen_count}, #0, eq",
            "b.ne 3f",
            "stxp {failed:w}, {new_total}, {new_count}, [{place}]",
            "cbnz {failed:w}, 2b",
            "3: clrex",
            place = in(reg) place,
            seen_total = in(reg) seen[0],
            seen_count = in(reg) seen[1],
            new_total = in(reg) new[0],
            new_count = in(reg) new[1],
            failed = out(reg) failed,
            total = out(reg) total,
            count = out(reg) count,
            options(nostack)
        );
    }
    *seen = [total, count];
    failed == 0
}
