// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Timers as drop guards.

use std::future::Future as _;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
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

#[test]
fn a_future_is_timed_from_its_first_poll_until_it_is_done_or_dropped() {
    let latency = isolated().duration_counter("latency").get();
    let mut context = Context::from_waker(Waker::noop());

    let done = latency.observe_duration_async(async { 7 });
    drop(done);
    assert_eq!(latency.count(), 0, "it was never polled");

    let mut done = pin!(latency.observe_duration_async(async { 7 }));
    assert_eq!(done.as_mut().poll(&mut context), Poll::Ready(7));
    assert_eq!(latency.count(), 1);

    let mut endless = Box::pin(latency.observe_duration_async(std::future::pending::<()>()));
    assert_eq!(endless.as_mut().poll(&mut context), Poll::Pending);
    assert_eq!(latency.count(), 1);
    drop(endless);
    assert_eq!(latency.count(), 2, "it was cancelled");
}

#[test]
fn guards_are_for_tasks_that_move_between_threads() {
    fn send<T: Send + 'static>(it: T) -> T {
        it
    }
    let reg = isolated();
    let (latency, running) = (reg.duration_counter("latency").get(), reg.int_gauge("running").get());
    drop(send(latency.observe_duration_async(async {})));
    drop((send(latency.start_timer()), send(running.track_inprogress())));
    assert_eq!((latency.count(), running.value()), (1, 0));
}

#[test]
fn work_in_progress_that_panics_is_no_more_in_progress() {
    let reg = isolated();
    let (running, load) = (reg.int_gauge("running").get(), reg.float_gauge("load").get());
    let panicked = std::panic::catch_unwind(|| {
        let _running = (running.track_inprogress(), load.track_inprogress());
        assert_eq!((running.value(), load.value()), (1, 1.0));
        panic!("the work fails");
    });
    assert!(panicked.is_err());
    assert_eq!((running.value(), load.value()), (0, 0.0));
}
