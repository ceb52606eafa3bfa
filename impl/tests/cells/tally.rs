// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The order of additions to a tally and of other stores and loads: each of two threads stores, and looks for what the
//! other has stored. With a barrier one of them at least finds it; without, both may be too early.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::{hint, thread};

use crate::cell::tally::{barrier, Tally};
use crate::disturb::unregister;
use crate::target::{begin, no_control, sooner_or_later};

fn wait_for(so: impl Fn() -> bool) {
    for turn in 1.. {
        if so() {
            return;
        }
        hint::spin_loop();
        // The other may wait for this CPU.
        if turn % 1000 == 0 {
            thread::yield_now();
        }
    }
}

/// How often both were too early, of so many rounds; and how many rounds there were.
fn both_too_early(tally: &Tally, rounds: u64, between: impl Fn()) -> (u64, u64) {
    let [go, told, flag] = [const { AtomicU64::new(0) }; 3];
    // Not on the cache line of the others.
    let flag = Box::new(flag);
    let (before, mut early) = (tally.sum(), 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 1..=rounds {
                wait_for(|| go.load(SeqCst) == round);
                (0..round % 64).for_each(|_| hint::spin_loop());
                tally.add();
                let saw = flag.load(Relaxed) == round;
                told.store(round * 2 + u64::from(saw), SeqCst);
            }
        });
        for round in 1..=rounds {
            go.store(round, SeqCst);
            (0..round / 64 % 64).for_each(|_| hint::spin_loop());
            flag.store(round, Relaxed);
            between();
            let counted = tally.sum() == before + round;
            wait_for(|| told.load(SeqCst) / 2 == round);
            early += u64::from(!counted && told.load(SeqCst) == round * 2);
        }
    });
    (early, rounds)
}

#[test]
fn a_barrier_orders_plain_additions() {
    let (_alone, _) = begin();
    let tally = Tally::new();
    assert_eq!(both_too_early(&tally, 10_000, || assert!(barrier())), (0, 10_000));
}

#[test]
fn without_the_barrier_they_are_not_ordered() {
    let (_alone, _) = begin();
    let alone = (thread::available_parallelism().map_or(1, usize::from) == 1).then_some("one CPU keeps all in order");
    if let Some(why) = no_control().or(alone) {
        return println!("left out: {why}");
    }
    let tally = Tally::new();
    let early = || both_too_early(&tally, 10_000, || {}).0 > 0;
    assert!(sooner_or_later(early), "the test above finds nothing where there is something to find");
}

#[test]
fn threads_without_rseq_are_counted_and_ordered_too() {
    const THREADS: u64 = 8;
    let (_alone, can_be_hot) = begin();
    let tally = &Tally::new();
    thread::scope(|scope| {
        for worker in 0..THREADS {
            scope.spawn(move || {
                if can_be_hot && worker % 2 == 0 && !unregister() {
                    println!("left out: the kernel does not let a thread leave rseq");
                }
                (0..100_000).for_each(|_| tally.add());
            });
        }
    });
    assert!(barrier());
    assert_eq!(tally.sum(), THREADS * 100_000);
}

#[test]
fn a_forked_child_clears_what_others_had_begun() {
    let (_alone, _) = begin();
    let tally = Tally::new();
    (0..10).for_each(|_| tally.add());
    // SAFETY: the child uses a tally, which calls nothing but the kernel, and leaves by _exit.
    let child = unsafe { libc::fork() };
    if child == 0 {
        tally.clear();
        let cleared = tally.sum();
        tally.add();
        let good = barrier() && (cleared, tally.sum()) == (0, 1);
        // SAFETY: ends the child.
        unsafe { libc::_exit(i32::from(!good)) };
    }
    let mut status = 0;
    // SAFETY: the child is ours.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!((status, tally.sum()), (0, 10));
}
