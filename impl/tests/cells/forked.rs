// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

use crate::target::{begin, warm, End, Target};

const THREADS: u64 = 3;
const UPDATES: u64 = 20_000;

/// In a child: adds on threads of its own, and counts from what was there.
fn goes_on(target: &Target) -> bool {
    let Some(before) = target.count() else { return false };
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..UPDATES).for_each(|_| target.bump()));
        }
    });
    target.count() == Some(before + THREADS * UPDATES)
}

#[test]
fn children_forked_while_a_cell_is_hot_or_gets_hot_go_on_from_it() {
    let (_alone, _) = begin();
    for round in 0..90 {
        // Every third kind, and some are hot before the fork.
        let target = Target::all().into_iter().nth(round % 3).unwrap();
        if round % 2 == 0 {
            warm(target.cell().unwrap());
        }
        let (over, mut expected) = (AtomicBool::new(false), 0);
        thread::scope(|scope| {
            let end = End(&over);
            let worker = || {
                let mut n = 0;
                while !over.load(SeqCst) {
                    (0..100).for_each(|_| target.bump());
                    n += 100;
                }
                n
            };
            let workers = [scope.spawn(worker), scope.spawn(worker)];
            thread::sleep(std::time::Duration::from_micros(200 * round as u64));
            // SAFETY: the child uses cells and threads, which glibc lets it, and leaves by _exit.
            let child = unsafe { libc::fork() };
            if child == 0 {
                let good = goes_on(&target);
                // SAFETY: ends the child.
                unsafe { libc::_exit(i32::from(!good)) };
            }
            let mut status = 0;
            // SAFETY: the child is ours. Nothing interrupts: the signals of other tests are over.
            assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
            drop(end);
            expected = workers.into_iter().map(|worker| worker.join().unwrap()).sum();
            assert_eq!(status, 0, "round {round}");
        });
        assert_eq!(target.count(), Some(expected), "the child's updates are its own");
    }
}
