// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::Barrier;
use std::thread;

use crate::cell::Cell;
use crate::target::begin;

const ADDERS: u64 = 3;
const LAST: u64 = 100_000;
const AFTER: u64 = 50_000;

/// Sets 1, 2, … in the upper half, while others add 1 to the lower half; then they add a known number of times.
fn mixed(set: impl Fn(u64) + Sync, add: impl Fn() + Sync, read: impl Fn() -> u64 + Sync) {
    let (settled, all) = (AtomicBool::new(false), Barrier::new(ADDERS as usize + 1));
    thread::scope(|scope| {
        for _ in 0..ADDERS {
            scope.spawn(|| {
                while !settled.load(SeqCst) {
                    (0..10).for_each(|_| add());
                }
                all.wait();
                all.wait();
                (0..AFTER).for_each(|_| add());
            });
        }
        for value in 1..=LAST {
            set(value << 32);
            assert_eq!(read() >> 32, value, "what was set stays, whatever is added meanwhile");
        }
        settled.store(true, SeqCst);
        all.wait();
        set(LAST << 32);
        all.wait();
    });
    assert_eq!(read(), (LAST << 32) + ADDERS * AFTER);
}

#[test]
fn set_and_add_on_one_gauge_lose_neither() {
    let (_alone, _) = begin();
    let gauge = Cell::new();
    mixed(|value| gauge.set(value), || gauge.shift(1), || gauge.total());
    // Integers below 2^53 are exact.
    let gauge = Cell::new();
    let read = || f64::from_bits(gauge.total()) as u64;
    mixed(|value| gauge.set((value as f64).to_bits()), || gauge.shift_float(1.0), read);
}
