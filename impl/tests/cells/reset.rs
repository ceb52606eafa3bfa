// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::Barrier;
use std::thread;

use crate::cell::Cell;
use crate::target::{begin, slot, sooner_or_later, warm, End, Target, AMOUNT};

#[test]
fn after_a_reset_every_update_counts_from_zero() {
    const THREADS: u64 = 4;
    let (_alone, _) = begin();
    for target in Target::all() {
        let cell = target.cell().unwrap();
        let (go, done) = (Barrier::new(THREADS as usize + 1), Barrier::new(THREADS as usize + 1));
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for _ in 0..100 {
                        go.wait();
                        (0..500).for_each(|_| target.bump());
                        done.wait();
                    }
                });
            }
            for round in 0..100 {
                if round % 3 != 0 {
                    warm(cell);
                }
                go.wait();
                done.wait();
                assert_eq!(target.count(), Some(THREADS * 500));
                cell.reset();
                assert_eq!((target.count(), slot(cell)), (Some(0), None));
            }
        });
    }
}

/// A cell is reset while others add to it, and its slot becomes another cell's at once.
#[test]
fn a_slot_taken_away_by_a_reset_gets_nothing_that_was_meant_for_its_cell() {
    let (_alone, can_be_hot) = begin();
    let target = Target::Pair(Cell::new());
    let cell = target.cell().unwrap();
    let (over, reads) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut again = 0;
    thread::scope(|scope| {
        let _end = End(&over);
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(SeqCst) {
                    (0..100).for_each(|_| target.bump());
                }
            });
        }
        scope.spawn(|| {
            while !over.load(SeqCst) {
                // A part of what was there, perhaps, but nothing of the other cell, and no half of an update.
                assert!(target.is_whole());
                reads.fetch_add(1, SeqCst);
            }
        });
        while reads.load(SeqCst) == 0 {
            thread::yield_now();
        }
        let mut once = || {
            warm(cell);
            let mine = slot(cell);
            (0..50).for_each(|_| target.bump());
            cell.reset();
            let other = Cell::new();
            warm(&other);
            again += usize::from(mine.is_some() && slot(&other) == mine);
            (0..50).for_each(|_| other.add_pair(AMOUNT + 1000));
            assert_eq!(other.pair(), (50 * (AMOUNT + 1000), 50));
            again
        };
        for _ in 0..50_000 {
            once();
        }
        // Mostly it is; but an adder may make the cell hot again in between, and gets the slot.
        assert!(!can_be_hot || sooner_or_later(|| once() > 1000), "the slot is not used again");
    });
}
