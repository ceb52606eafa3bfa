// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How often a cell is updated. Exact counts do not matter here, so that threads may overwrite each other's.

use crate::sync::{AtomicU32, Ordering::Relaxed};

/// Beats within one unit of time that make a cell hot.
const HOT: u32 = 8;
const TICKS: u32 = 1024;
/// 8.4 ms, in powers of two of a nanosecond. The clock is read once per beat, and is the coarse one.
const UNIT: u32 = 23;

/// From below: 10 bits of ticks, 6 bits of beats in the unit of time whose number is in the other 16.
#[derive(Debug)]
pub(super) struct Heat(AtomicU32);

impl Heat {
    pub(super) fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    /// Notes an update; true for each 1024th.
    #[inline]
    pub(super) fn tick(&self) -> bool {
        let seen = self.0.load(Relaxed);
        let ticks = (seen + 1) % TICKS;
        self.0.store(seen - seen % TICKS + ticks, Relaxed);
        ticks == 0
    }

    /// Notes 1024 updates, or a race, at this moment; true if they follow each other closely.
    pub(super) fn beat(&self) -> bool {
        self.beat_at(now())
    }

    fn beat_at(&self, now: u16) -> bool {
        let seen = self.0.load(Relaxed);
        let beats = seen / TICKS % 64;
        let beats = if seen >> 16 == u32::from(now) { (beats + 1).min(HOT) } else { 1 };
        self.0.store((u32::from(now) << 16) + beats * TICKS + seen % TICKS, Relaxed);
        beats >= HOT
    }
}

/// The number of the present unit of time.
fn now() -> u16 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the place is ours. Fit for signal handlers (POSIX), and with this clock no system call.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC_COARSE, &raw mut time) };
    let ns = time.tv_sec.wrapping_mul(1_000_000_000).wrapping_add(time.tv_nsec);
    (ns >> UNIT) as u16
}

// (A model checker has no use for them.)
#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn beats_that_follow_closely_make_hot_and_scattered_ones_never() {
        let heat = Heat::new();
        assert!((0..1000).all(|unit| (0..7).all(|_| !heat.beat_at(unit))));
        assert!((0..7).all(|_| !heat.beat_at(7)));
        assert!(heat.beat_at(7) && heat.beat_at(7));
        assert!(!heat.beat_at(8));
    }

    #[test]
    fn every_1024th_tick_is_told_and_beats_are_kept_apart() {
        let heat = Heat::new();
        assert!((0..7).all(|_| !heat.beat_at(65535)));
        assert_eq!((0..10 * TICKS).filter(|_| heat.tick()).count(), 10);
        assert!(heat.beat_at(65535));
    }
}
