// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Roots for the length of a test.

use cmetrics::assert_metric;
use cmetrics::testing::{noop, ScopedRoot, Snapshot};

#[test]
fn a_scoped_root_is_restored_even_by_a_panic() {
    let root = cmetrics::root();
    let panicked = std::panic::catch_unwind(|| {
        let scoped = ScopedRoot::new();
        assert_eq!(cmetrics::root(), *scoped);
        assert_metric!(scoped, "requests_total", 1);
    });
    let message = panicked.unwrap_err().downcast::<String>().unwrap();
    assert_eq!(*message, "requests_total: no such metric\n  the registry is empty");
    assert_eq!(cmetrics::root(), root);
}

#[test]
fn scoped_roots_nest() {
    let outer = ScopedRoot::new();
    {
        let inner = ScopedRoot::new();
        cmetrics::root().counter("inner").get().inc();
        assert_metric!(inner, "inner_total", 1);
    }
    cmetrics::root().counter("outer").get().inc();
    assert_eq!(Snapshot::of(&outer).to_string(), "outer_total 1");
}

#[test]
fn a_noop_takes_everything_and_keeps_nothing() {
    let reg = noop();
    reg.child("engine").get().int_gauge_family("depth", ["queue"]).get().with(["in"]).set(3);
    assert!(Snapshot::of(&reg).samples().is_empty());
}
