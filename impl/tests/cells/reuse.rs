// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::collections::HashSet;
use std::sync::atomic::{AtomicPtr, Ordering::SeqCst};
use std::sync::Barrier;
use std::thread;

use crate::target::{begin, Target};

const THREADS: u64 = 6;
const UPDATES: u64 = 4_000;
const CELLS: usize = 150;

#[test]
fn nothing_is_lost_while_cells_get_hot_and_slots_of_removed_ones_are_used_again() {
    let (_alone, can_be_hot) = begin();
    let (fresh, spent) = (Barrier::new(THREADS as usize + 1), Barrier::new(THREADS as usize + 1));
    let current = AtomicPtr::<Target>::default();
    let (mut slots, mut hot) = (HashSet::new(), 0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..CELLS {
                    fresh.wait();
                    // SAFETY: alive until all have met again below.
                    let target = unsafe { &*current.load(SeqCst) };
                    (0..UPDATES).for_each(|_| target.bump());
                    spent.wait();
                }
            });
        }
        for round in 0..CELLS {
            let mut target = Target::all().into_iter().nth(round % 3).unwrap();
            current.store(&raw mut target, SeqCst);
            fresh.wait();
            let whole = (0..20).all(|_| target.count().is_some());
            spent.wait();
            assert!(whole, "a total without its count");
            assert_eq!(target.count(), Some(THREADS * UPDATES));
            if let Some(slot) = target.cell().unwrap().slot() {
                hot += 1;
                slots.insert(slot);
            }
        }
    });
    println!("{hot} of {CELLS} cells became hot, in {} slots", slots.len());
    assert!(!can_be_hot && hot == 0 || hot > CELLS / 2);
    assert!(slots.len() <= 4, "slots are used again");
}
