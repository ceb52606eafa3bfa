// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Handles outlive what they point to, in any order.

use core::ffi::c_void;
use core::ptr::null_mut;

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

use crate::tool::*;

#[test]
fn a_metric_outlives_its_root() {
    let root = isolated();
    let below = child(root, "a");
    let metric = counter(below, "x");
    call!(registry.release(root));
    assert_eq!(call!(metric.attached(metric.cast())), 1, "the child keeps the root alive");
    call!(registry.release(below));
    assert_eq!(call!(metric.attached(metric.cast())), 0);
    call!(counter.inc(metric));
    assert_eq!(call!(counter.value(metric)), 1);
    call!(metric.release(metric.cast()));
}

#[test]
fn handles_are_counted_and_equal_for_the_same_thing() {
    let root = isolated();
    let (one, two) = (child(root, "a"), child(root, "a"));
    assert_eq!((one, call!(registry.id(one))), (two, call!(registry.id(two))));
    call!(registry.retain(one));
    for _ in 0..3 {
        call!(registry.release(one));
    }
    let (one, two) = (counter(root, "x"), counter(root, "x_total"));
    assert_eq!(one, two);
    call!(metric.retain(one.cast()));
    for _ in 0..3 {
        call!(metric.release(one.cast()));
    }
    assert!(report(root).contains("x_total 0"), "releasing removes nothing");
    call!(registry.release(root));
}

#[test]
fn a_removed_registry_takes_calls_and_releases() {
    let root = isolated();
    let below = child(root, "a");
    let metric = counter(below, "x");
    attempt(|error| call!(registry.remove(below, error))).unwrap();
    let gone = |told: Result<(), Box<Told>>| assert_eq!(told.unwrap_err().code, GONE);
    let desc = metric_desc(KIND_COUNTER, "x", &[]);
    gone(create(below, &desc).map(|_| ()));
    gone(render(below, &options()).map(|_| ()));
    gone(attempt(|error| call!(registry.remove(below, error))));
    gone(attempt(|error| call!(registry.reset(below, error))));
    gone(attempt(|error| call!(registry.scope_enter(api(), below, error))));
    let mut other = null_mut();
    let child_desc = registry_desc("b", &[]);
    gone(attempt(|error| call!(registry.child(below, &raw const child_desc, &raw mut other, error))));
    let mut found = null_mut();
    gone(attempt(|error| call!(registry.find(below, &raw const desc, &raw mut found, error))));
    call!(counter.inc(metric));
    call!(metric.release(metric.cast()));
    call!(registry.release(below));
    call!(registry.release(root));
}

#[test]
fn find_makes_no_error_for_what_is_not_there() {
    let root = isolated();
    let mut found = null_mut();
    let desc = MetricDesc { kind: 0, ..metric_desc(0, "x", &[]) };
    let find = |found: *mut *mut Metric| attempt(|error| call!(registry.find(root, &raw const desc, found, error)));
    assert_eq!(*find(&raw mut found).unwrap_err(), Told::default());
    let made = counter(root, "x");
    find(&raw mut found).unwrap();
    assert_eq!(found, made.cast());
    release(made);
    release(found);
    call!(registry.release(root));
}

unsafe extern "C" fn hear(user: *mut c_void, desc: *const RegistryDesc) -> Status {
    // SAFETY: user is the text below, and the description is lent.
    unsafe {
        let labels = core::slice::from_raw_parts((*desc).labels, (*desc).n_labels as usize);
        let labels: Vec<_> =
            labels.iter().map(|label| format!("{}={}", string(label.key), string(label.value))).collect();
        *user.cast::<String>() = format!("{} {}", string((*desc).prefix), labels.join(","));
    }
    9
}

#[test]
fn a_registry_tells_its_full_prefix_and_merged_labels() {
    let root = isolated();
    let labels = [label("z", "1"), label("a", "1")];
    let desc = RegistryDesc { flags: REGISTRY_LOCKED, ..registry_desc("vllm:", &labels) };
    let mut locked = null_mut();
    attempt(|error| call!(registry.child(root, &raw const desc, &raw mut locked, error))).unwrap();
    let own = [label("a", "2"), label("m", "2")];
    let desc = registry_desc("engine", &own);
    let mut below = null_mut();
    attempt(|error| call!(registry.child(locked, &raw const desc, &raw mut below, error))).unwrap();
    let mut told = String::new();
    assert_eq!(call!(registry.describe(below, Some(hear), core::ptr::from_mut(&mut told).cast())), 9);
    assert_eq!(told, "vllm:engine a=1,m=2,z=1");
    for registry in [below, locked, root] {
        call!(registry.release(registry));
    }
}

#[test]
fn scopes_nest_on_one_thread_and_keep_their_root() {
    let process = call!(registry.root(api()));
    let (outer, inner) = (isolated(), isolated());
    let here = || {
        let root = call!(registry.root(api()));
        let id = call!(registry.id(root));
        call!(registry.release(root));
        id
    };
    let ids = [outer, inner].map(|root| call!(registry.id(root)));
    attempt(|error| call!(registry.scope_enter(api(), outer, error))).unwrap();
    attempt(|error| call!(registry.scope_enter(api(), inner, error))).unwrap();
    call!(registry.release(inner));
    assert_eq!(here(), ids[1]);
    let address = process as usize;
    std::thread::spawn(move || {
        let root = call!(registry.root(api()));
        assert_eq!(root as usize, address, "other threads see the process's root");
        call!(registry.release(root));
    })
    .join()
    .unwrap();
    call!(registry.scope_leave(api()));
    assert_eq!(here(), ids[0]);
    call!(registry.scope_leave(api()));
    call!(registry.scope_leave(api()));
    assert_eq!(here(), call!(registry.id(process)));
    call!(registry.release(outer));
    call!(registry.release(process));
}
