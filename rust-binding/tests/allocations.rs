// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is done all the time allocates nothing, on either side of the boundary: the copy that is linked in has the same
//! allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use cmetrics::Registry;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: all is done by the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often this thread allocates while it does something that it did before.
fn again(mut doing: impl FnMut()) -> usize {
    (0..3).for_each(|_| doing());
    let before = ALLOCATIONS.with(Cell::get);
    doing();
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn the_count_sees_allocations() {
    assert!(again(|| drop(std::hint::black_box(vec![1_u8]))) > 0);
}

#[test]
fn members_and_updates_allocate_nothing() {
    let reg = Registry::isolated();
    let http = reg.counter_family("http", ["method", "path", "code"]).get();
    assert_eq!(again(|| http.with(["GET", "/api/v1/some/path/that/is/rather/long", "200"]).inc()), 0);
    let wait = reg.duration_counter("wait").get();
    assert_eq!(again(|| wait.add(Duration::from_micros(20))), 0);
    assert_eq!(again(|| drop(wait.start_timer())), 0);
}

#[test]
fn a_metric_that_is_there_is_found_by_its_name_without_an_allocation() {
    let reg = Registry::isolated();
    let names = |n: usize| ["a", "b", "c", "d", "e"].into_iter().zip(["1", "2", "3", "4", "5"]).take(n);
    for n in 0..=4 {
        assert_eq!(again(|| reg.counter("http").help("Requests").labels(names(n)).get().inc()), 0, "{n} labels");
    }
    assert!(again(|| reg.counter("http").labels(names(5)).get().inc()) > 0, "more labels take memory");
    assert!(again(|| reg.counter(String::from("owned")).get().inc()) > 0, "as do texts that are given away");
}
