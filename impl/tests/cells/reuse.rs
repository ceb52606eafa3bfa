// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::collections::HashSet;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering::SeqCst};
use std::sync::Barrier;
use std::thread;

use crate::target::{begin, slot, sooner_or_later, Target};

const THREADS: u64 = 6;
const UPDATES: u64 = 4_000;
/// So many cells, and then more until a third of these were hot.
const CELLS: usize = 150;

#[test]
fn nothing_is_lost_while_cells_get_hot_and_slots_of_removed_ones_are_used_again() {
    let (_alone, can_be_hot) = begin();
    let (fresh, spent) = (Barrier::new(THREADS as usize + 1), Barrier::new(THREADS as usize + 1));
    let current = AtomicPtr::<Target>::default();
    let (mut slots, mut hot) = (HashSet::new(), 0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| loop {
                fresh.wait();
                // SAFETY: NULL, or alive until all have met again below.
                let Some(target) = (unsafe { current.load(SeqCst).as_ref() }) else { break };
                (0..UPDATES).for_each(|_| target.bump());
                spent.wait();
            });
        }
        let mut wrong = 0;
        let mut once = |round: usize| {
            let mut target = Target::all().into_iter().nth(round % 3).unwrap();
            current.store(&raw mut target, SeqCst);
            fresh.wait();
            wrong += (0..20).filter(|_| !target.is_whole()).count();
            spent.wait();
            wrong += usize::from(target.count() != Some(THREADS * UPDATES));
            if let Some(slot) = slot(target.cell().unwrap()) {
                hot += 1;
                slots.insert(slot);
            }
            hot
        };
        for round in 0..CELLS {
            once(round);
        }
        let enough = !can_be_hot || sooner_or_later(|| once(0) >= CELLS / 3);
        current.store(null_mut(), SeqCst);
        fresh.wait();
        assert_eq!((wrong, enough), (0, true), "wrong totals, and whether enough cells got hot");
    });
    println!("{hot} cells became hot, in {} slots", slots.len());
    assert!(can_be_hot || hot == 0);
    // A thread holds one at most: the cell's, or one that it gives back since another thread was first.
    assert!(slots.len() <= THREADS as usize, "slots are used again");
}
