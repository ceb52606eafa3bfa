// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A thread's root for the length of a test.

use crate::isolated;

#[test]
fn a_scope_is_this_threads_root_and_nests() {
    let root = cmetrics::root();
    let (outer, inner) = (isolated(), isolated());
    {
        let _outer = outer.child("a").get().enter();
        assert_eq!(cmetrics::root(), outer, "the root of the registry that was entered");
        {
            let _inner = inner.enter();
            assert_eq!(cmetrics::root(), inner);
            assert_eq!(std::thread::spawn(cmetrics::root).join().unwrap(), root, "other threads are not in it");
        }
        assert_eq!(cmetrics::root(), outer);
    }
    assert_eq!(cmetrics::root(), root);
}

#[test]
fn a_scope_keeps_its_root_alive() {
    let scope = isolated().enter();
    cmetrics::root().counter("requests").get().inc();
    assert!(cmetrics::render().contains("requests_total 1\n"));
    drop(scope);
}

#[test]
fn a_scope_ends_when_its_test_panics() {
    let root = cmetrics::root();
    let panicked = std::panic::catch_unwind(|| {
        let _scope = isolated().enter();
        panic!("a test fails");
    });
    assert!(panicked.is_err());
    assert_eq!(cmetrics::root(), root);
}
