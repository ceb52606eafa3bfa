// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::{Arc, Mutex, PoisonError};

use loom::sync::atomic::{AtomicU64, Ordering::Relaxed};
use loom::thread;

use crate::cell::hot::Hot;
use crate::cell::rseq::{move_to, BARRIER};
use crate::model;

/// A counter as the library's: a slot, and a word beside it.
struct Counter {
    hot: Hot,
    cold: AtomicU64,
}

impl Counter {
    fn new() -> Arc<Self> {
        Arc::new(Self { hot: Hot::new(), cold: AtomicU64::new(0) })
    }

    fn add(&self, n: u64) {
        if !self.hot.add(n) {
            self.cold.fetch_add(n, Relaxed);
        }
    }

    fn total(&self) -> u64 {
        self.hot.total(|| self.cold.load(Relaxed))
    }

    fn reset(&self) {
        self.hot.clear(|| self.cold.store(0, Relaxed));
    }
}

fn on(cpu: usize, counter: &Arc<Counter>, what: impl FnOnce(&Counter) + 'static) -> thread::JoinHandle<()> {
    let counter = Arc::clone(counter);
    thread::spawn(move || {
        move_to(cpu);
        what(&counter);
    })
}

/// One after the other: controls turn the barrier off.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn no_addition_is_lost_when_a_cell_gets_hot() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    model(|| {
        let counter = Counter::new();
        let adds = |counter: &Counter| {
            counter.add(1);
            counter.hot.warm();
            counter.add(1);
        };
        let workers = [on(0, &counter, adds), on(1, &counter, adds)];
        let (first, second) = (counter.total(), counter.total());
        assert!(first <= second && second <= 4);
        workers.into_iter().for_each(|worker| worker.join().unwrap());
        assert_eq!(counter.total(), 4);
    });
}

/// A reset takes a slot away while another thread adds; another counter gets it.
fn reset_and_reuse() {
    model(|| {
        let counter = Counter::new();
        counter.hot.warm();
        let worker = on(0, &counter, |counter| counter.add(1));
        move_to(1);
        counter.reset();
        let other = Counter::new();
        other.hot.warm();
        other.add(100);
        worker.join().unwrap();
        assert_eq!(other.total(), 100, "another counter's addition came in");
        assert!(counter.total() <= 1);
    });
}

#[test]
fn a_slot_that_a_reset_takes_away_is_not_added_to_any_more() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    reset_and_reuse();
}

#[test]
fn without_the_barrier_it_is() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    BARRIER.store(false, Relaxed);
    let failed = std::panic::catch_unwind(reset_and_reuse).is_err();
    BARRIER.store(true, Relaxed);
    assert!(failed);
}

#[test]
fn a_reader_never_sees_what_another_counter_has_in_the_slot() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    model(|| {
        let counter = Counter::new();
        counter.hot.warm();
        counter.add(1);
        let reader = on(0, &counter, |counter| assert!(counter.total() <= 1));
        move_to(1);
        counter.reset();
        let other = Counter::new();
        other.hot.warm();
        other.add(100);
        reader.join().unwrap();
    });
}
