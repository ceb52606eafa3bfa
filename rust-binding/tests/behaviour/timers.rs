// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Timers as drop guards.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::thread::sleep;
use std::time::Duration;

use crate::isolated;

const NAP: Duration = Duration::from_millis(5);

#[test]
fn a_timer_adds_the_time_when_it_is_dropped() {
    let latency = isolated().duration_counter("latency").get();
    {
        let _timer = latency.start_timer();
        sleep(NAP);
        assert_eq!(latency.count(), 0);
    }
    assert_eq!(latency.count(), 1);
    assert!(latency.total() >= NAP);
}

#[test]
fn a_stopped_timer_adds_once() {
    let latency = isolated().duration_counter("latency").get();
    let timer = latency.start_timer();
    sleep(NAP);
    let took = timer.stop();
    assert_eq!((latency.total(), latency.count()), (took, 1));
    assert!(took >= NAP);
}

#[test]
fn a_discarded_timer_adds_nothing() {
    let latency = isolated().duration_counter("latency").get();
    let timer = latency.start_timer();
    sleep(NAP);
    assert!(timer.discard() >= NAP);
    assert_eq!(latency.count(), 0);
}

#[test]
fn work_that_panics_is_measured() {
    let latency = isolated().duration_counter("latency").get();
    let result = catch_unwind(AssertUnwindSafe(|| latency.observe_duration(|| panic!("in the work"))));
    assert!(result.is_err());
    assert_eq!(latency.count(), 1);
    assert_eq!(latency.observe_duration(|| 42), 42);
    assert_eq!(latency.count(), 2);
}

#[test]
fn a_timer_outlives_its_registry_and_crosses_threads() {
    let reg = isolated();
    let latency = reg.duration_counter("latency").get();
    let timer = latency.start_timer();
    drop(reg);
    std::thread::spawn(move || drop(timer)).join().unwrap();
    assert_eq!(latency.count(), 1);
}
