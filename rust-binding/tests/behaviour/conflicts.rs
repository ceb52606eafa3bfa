// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Names that stand for something else already: refused, the error naming both sides and who made them.

use cmetrics::{Client, Error, Priority, Registry};

use crate::{isolated, samples};

fn check(
    what: &str,
    first: impl FnOnce(&Registry) -> Result<(), Error>,
    second: impl FnOnce(&Registry) -> Result<(), Error>,
) {
    let root = Client::builder("first-client").get().isolated();
    first(&root).unwrap_or_else(|err| panic!("{what}: {err}"));
    let before = samples(&root);
    let err = second(&root).expect_err(what);
    assert!(err.is_conflict(), "{what}: {err}");
    let (existing, requested) = (err.existing().expect(what), err.requested().expect(what));
    assert!(existing.contains("first-client"), "{what}: existing: {existing}");
    assert_ne!(existing, requested, "{what}");
    assert_eq!(samples(&root), before, "{what}");
}

#[test]
fn another_kind() {
    check(
        "a gauge where a counter is",
        |reg| reg.counter("it").try_get().map(drop),
        |reg| reg.int_gauge("it").try_get().map(drop),
    );
    check(
        "a float where an integer is",
        |reg| reg.int_gauge("it").try_get().map(drop),
        |reg| reg.float_gauge("it").try_get().map(drop),
    );
    check(
        "a counter where a total is",
        |reg| reg.int_counter("it").total_only().try_get().map(drop),
        |reg| reg.counter("it").try_get().map(drop),
    );
    check(
        "a total where a summary is",
        |reg| reg.int_counter("it").try_get().map(drop),
        |reg| reg.int_counter("it").total_only().try_get().map(drop),
    );
    check(
        "another kind with other labels",
        |reg| reg.int_gauge("it").label("a", "1").try_get().map(drop),
        |reg| reg.float_gauge("it").label("b", "2").try_get().map(drop),
    );
    check(
        "another kind by another path",
        |reg| reg.int_gauge("a_b").try_get().map(drop),
        |reg| reg.child("a").get().float_gauge("b").try_get().map(drop),
    );
}

#[test]
fn a_sample_of_another_family() {
    check(
        "a summary beside a gauge it_count",
        |reg| reg.int_gauge("it_count").try_get().map(drop),
        |reg| reg.int_counter("it").try_get().map(drop),
    );
    check(
        "a gauge it_sum beside a summary",
        |reg| reg.float_counter("it").try_get().map(drop),
        |reg| reg.float_gauge("it_sum").try_get().map(drop),
    );
    check(
        "a gauge it_created beside a counter",
        |reg| reg.counter("it").try_get().map(drop),
        |reg| reg.float_gauge("it_created").try_get().map(drop),
    );
}

#[test]
fn both_clients_are_named_where_there_are_two() {
    let (engine, plugin) = (Client::builder("engine").get(), Client::builder("plugin").version("1.2").get());
    engine.root().int_gauge("conflicts_test_depth").get();
    let err = plugin.root().counter("conflicts_test_depth").try_get().unwrap_err();
    assert!(err.existing().unwrap().contains("engine"), "{err:?}");
    assert!(err.requested().unwrap().contains("plugin"), "{err:?}");
    assert!(err.to_string().contains("conflicts_test_depth"), "{err}");
}

#[test]
fn a_look_up_of_another_kind_is_a_conflict_too() {
    let reg = isolated();
    reg.int_gauge("it").get();
    assert!(reg.float_gauge("it").find().unwrap_err().is_conflict());
    assert_eq!(reg.int_gauge("it").label("a", "1").find().unwrap(), None);
}

#[test]
fn what_may_differ_within_a_family_does() {
    let reg = isolated();
    reg.counter("it").label("a", "1").help("first").priority(Priority::Low).get();
    reg.counter("it").label("b", "2").help("second").priority(Priority::High).get();
    let family = reg.counter("it").label("a", "1").get().describe().unwrap().family;
    assert_eq!((family.help.as_str(), family.priority), ("first", Priority::High));
    assert_eq!(samples(&reg), [r#"it_total{a="1"} 0"#, r#"it_total{b="2"} 0"#]);
}
