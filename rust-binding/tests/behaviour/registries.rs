// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The tree of prefixes and default labels.

use std::collections::HashSet;

use crate::{isolated, samples};

#[test]
fn prefixes_join_with_an_underscore_unless_they_end_in_one_or_a_colon() {
    let reg = isolated();
    for (prefix, name) in [("plain", "plain_it"), ("under_", "under_it"), ("vllm:", "vllm:it"), ("", "it")] {
        let child = reg.child(prefix).get();
        let gauge = child.int_gauge("it").get();
        assert_eq!(gauge.describe().unwrap().family.name, name);
    }
    let deep = reg.child("a").get().child("").get().child("b:").get().child("c").get();
    assert_eq!(deep.describe().unwrap().prefix, "a_b:c");
}

#[test]
fn a_child_is_one_for_its_prefix_and_labels() {
    let reg = isolated();
    let one = reg.child("a").label("x", "1").label("y", "2").get();
    assert_eq!(one, reg.child("a").labels([("y", "2"), ("x", "1")]).get());
    assert_ne!(one, reg.child("a").get());
    assert_ne!(one, reg.child("a").label("x", "1").label("y", "2").locked().get());
    let all: HashSet<_> = [one.clone(), one.clone(), reg.child("a").label("x", "1").label("y", "2").get()].into();
    assert_eq!(all.len(), 1);
    assert!(format!("{one:?}").contains(r#"prefix: "a""#), "{one:?}");
}

#[test]
fn the_more_specific_label_wins_unless_the_registry_is_locked() {
    let reg = isolated();
    let open = reg.child("").label("k", "registry").get();
    open.int_gauge("open").label("k", "metric").get();
    open.child("").label("k", "child").get().int_gauge("nested").get();
    let locked = reg.child("").label("k", "registry").locked().get();
    locked.int_gauge("locked").label("k", "metric").get();
    locked.child("").label("k", "child").get().int_gauge("locked_nested").get();
    let expected = [
        r#"locked{k="registry"} 0"#,
        r#"locked_nested{k="registry"} 0"#,
        r#"nested{k="child"} 0"#,
        r#"open{k="metric"} 0"#,
    ];
    assert_eq!(samples(&reg), expected);
}

#[test]
fn a_registry_reports_itself_and_what_is_below_with_full_names() {
    let reg = isolated();
    reg.counter("outside").get();
    let child = reg.child("a").label("k", "v").get();
    child.counter("it").get();
    child.child("b").get().counter("it").get();
    assert_eq!(samples(&child), [r#"a_b_it_total{k="v"} 0"#, r#"a_it_total{k="v"} 0"#]);
    assert_eq!(samples(&reg).len(), 3);
}

#[test]
fn a_reset_sets_to_zero_what_is_below() {
    let reg = isolated();
    let (outside, inside) = (reg.counter("outside").get(), reg.child("a").get().int_counter("it").get());
    outside.inc();
    inside.add(5);
    reg.child("a").get().reset().unwrap();
    assert_eq!((outside.value(), inside.read()), (1, (0, 0)));
}

#[test]
fn the_root_of_the_process_is_one() {
    let root = cmetrics::root();
    assert_eq!(root, cmetrics::try_root().unwrap());
    assert_eq!(root, std::thread::spawn(cmetrics::root).join().unwrap());
    assert_ne!(root, isolated());
    root.counter("registries_test_starts").get().inc();
    assert!(cmetrics::render().contains("registries_test_starts_total 1\n"));
}

#[test]
fn the_library_tells_where_it_is() {
    let library = cmetrics::library().unwrap();
    assert_eq!(library.abi_version, 1);
    assert!(!library.semver.is_empty());
}
