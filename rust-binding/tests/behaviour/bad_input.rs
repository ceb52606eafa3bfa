// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Bad names, labels and texts: each refused with an error that names the offender, nothing lost.

use cmetrics::{Category, Error, ErrorCode, Registry};

use crate::{isolated, report, samples};

/// `make` is refused as invalid, the message names `offender`, and nothing was made.
fn check(what: &str, offender: &str, make: impl FnOnce(&Registry) -> Result<(), Error>) {
    let reg = isolated();
    reg.counter("before").get().inc();
    let err = make(&reg).expect_err(what);
    assert_eq!(err.code(), ErrorCode::InvalidArgument, "{what}: {err}");
    assert_eq!(err.category(), Category::FixCall, "{what}: {err}");
    assert!(err.to_string().contains(offender), "{what}: {err} does not name {offender:?}");
    assert_eq!(err.subject().is_some(), !offender.is_empty(), "{what}: {err:?}");
    assert_eq!(samples(&reg), ["before_total 1"], "{what}");
}

fn counter(reg: &Registry, name: &str) -> Result<(), Error> {
    reg.counter(name).try_get().map(drop)
}

fn label(reg: &Registry, key: &str, value: &str) -> Result<(), Error> {
    reg.counter("it").label(key, value).try_get().map(drop)
}

#[test]
fn names() {
    for name in ["", "9lives", "with space", "dash-ed", "ünicode", "new\nline", "nul\0", "{braces}"] {
        check(&format!("the name {name:?}"), name.split(['\n', '\0']).next().unwrap(), |reg| counter(reg, name));
    }
    check("a name of 513 bytes", "512", |reg| counter(reg, &"x".repeat(513)));
    check("a reserved name", "cmetrics_mine", |reg| counter(reg, "cmetrics_mine"));
    let reg = isolated();
    for name in ["_", ":", "a:b", "A9_", &"x".repeat(500)] {
        reg.int_gauge(name).try_get().unwrap();
    }
}

#[test]
fn prefixes() {
    for prefix in ["9", "with space", "ü"] {
        check(&format!("the prefix {prefix:?}"), prefix, |reg| reg.child(prefix).try_get().map(drop));
    }
    check("a prefix of 513 bytes", "512", |reg| reg.child("x".repeat(513)).try_get().map(drop));
    check("a name too long with its prefix", "512", |reg| counter(&reg.child("x".repeat(300)).get(), &"y".repeat(300)));
}

#[test]
fn label_names() {
    for key in ["", "9", "with space", "a:b", "ü", "__reserved", "le", "quantile"] {
        check(&format!("the label {key:?}"), key, |reg| label(reg, key, "value"));
        check(&format!("the registry's label {key:?}"), key, |reg| {
            reg.child("").label(key, "value").try_get().map(drop)
        });
        check(&format!("the family's label {key:?}"), key, |reg| reg.counter_family("it", [key]).try_get().map(drop));
    }
    check("a label name of 257 bytes", "256", |reg| label(reg, &"k".repeat(257), "value"));
    check("a label twice", "twice", |reg| {
        reg.counter("it").label("twice", "a").label("twice", "b").try_get().map(drop)
    });
    check("a family's label twice", "twice", |reg| reg.counter_family("it", ["twice", "twice"]).try_get().map(drop));
    check("65 labels", "64", |reg| {
        reg.counter("it").labels((0..65).map(|n| (format!("k{n}"), "v"))).try_get().map(drop)
    });
    let reg = isolated();
    reg.counter("it").labels((0..64).map(|n| (format!("k{n}"), "v"))).try_get().unwrap();
}

#[test]
fn texts() {
    check("a label value of 4097 bytes", "4096", |reg| label(reg, "key", &"v".repeat(4097)));
    check("a help of 8193 bytes", "8192", |reg| reg.counter("it").help("h".repeat(8193)).try_get().map(drop));
    check("a unit of 65 bytes", "64", |reg| reg.counter("it").unit("u".repeat(65)).try_get().map(drop));
    check("a unit that is no name", "per cent", |reg| reg.counter("it").unit("per cent").try_get().map(drop));
    let reg = isolated();
    let most = reg.counter("it").label("key", "v".repeat(4096)).help("h".repeat(8192)).unit("u".repeat(64));
    most.try_get().unwrap();
}

#[test]
fn suffixes() {
    for name in ["it_total", "total_total"] {
        check(&format!("{name} as a gauge"), name, |reg| reg.int_gauge(name).try_get().map(drop));
        check(&format!("{name} as a summary"), name, |reg| reg.int_counter(name).try_get().map(drop));
    }
    for name in ["it_ms", "it_us", "it_minutes", "it_milliseconds"] {
        check(&format!("{name} as a duration"), name, |reg| reg.duration_counter(name).try_get().map(drop));
        check(&format!("{name} as a verbatim duration"), name, |reg| {
            reg.duration_gauge(name).verbatim().try_get().map(drop)
        });
    }
    let reg = isolated();
    reg.int_counter("it_total").total_only().try_get().unwrap();
    reg.int_gauge("verbatim_total").verbatim().try_get().unwrap();
    reg.int_counter("it_ms").try_get().unwrap();
    reg.duration_counter("it_seconds").try_get().unwrap();
}

#[test]
fn a_refused_metric_is_detached_where_it_must_not_fail() {
    let reg = isolated();
    let odd = reg.int_counter("not a name").get();
    assert!(!odd.is_attached());
    odd.add(3);
    assert_eq!(odd.read(), (3, 1), "a detached metric keeps what it is told");
    let child = reg.child("not a prefix").get();
    child.counter("requests").get().inc();
    assert_eq!(report(&reg), "");
}
