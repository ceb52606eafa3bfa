// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A series is told once, whether its labels are the point's or the sample's own.

use core::ptr::null_mut;
use std::sync::atomic::AtomicU32;

use cmetrics_interface::*;

use crate::collectors::{add_to_stay, tell_family, tell_point, value};
use crate::tool::*;

const PLAIN: (&str, &str) = ("", "");

/// A point's labels, its sample's own label, and what comes of telling it.
type Telling = (&'static [(&'static str, &'static str)], (&'static str, &'static str), Status);

/// What comes of each point, and the report's lines.
fn check(points: &'static [Telling], lines: &[&str]) {
    let root = isolated();
    let drops = AtomicU32::new(0);
    add_to_stay(root, null_mut(), &drops, |into| {
        tell_family(into, TYPE_GAUGE, "x");
        for (labels, extra, expected) in points {
            let labels: Vec<Label> = labels.iter().map(|(key, text)| label(key, text)).collect();
            assert_eq!(tell_point(into, &labels, &[value("", *extra, 1)]), *expected, "{labels:?} {extra:?}");
        }
        OK
    });
    let text = report(root);
    assert_eq!(text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>(), lines);
    call!(registry.release(root));
}

#[test]
fn a_samples_own_label_is_like_one_of_its_point() {
    check(&[(&[], ("a", "1"), OK), (&[("a", "1")], PLAIN, INVALID_ARGUMENT)], &["x{a=\"1\"} 1"]);
    check(&[(&[("a", "1")], PLAIN, OK), (&[], ("a", "1"), INVALID_ARGUMENT)], &["x{a=\"1\"} 1"]);
    check(&[(&[("a", "1")], ("b", "2"), OK), (&[("b", "2")], ("a", "1"), INVALID_ARGUMENT)], &["x{a=\"1\",b=\"2\"} 1"]);
    check(&[(&[], ("a", "1"), OK), (&[("a", "2")], PLAIN, OK)], &["x{a=\"1\"} 1", "x{a=\"2\"} 1"]);
    check(&[(&[], ("le", "1"), OK), (&[("a", "1")], ("le", "1"), OK)], &["x{le=\"1\"} 1", "x{a=\"1\",le=\"1\"} 1"]);
}

#[test]
fn a_samples_own_label_of_no_value_is_none() {
    check(&[(&[("a", "1")], ("a", ""), OK)], &["x{a=\"1\"} 1"]);
    check(&[(&[], ("b c", ""), INVALID_ARGUMENT)], &[]);
    let root = isolated();
    let drops = AtomicU32::new(0);
    add_to_stay(root, null_mut(), &drops, |into| {
        tell_family(into, TYPE_GAUGE, "x");
        let twice = [value("", ("a", ""), 1), value("", PLAIN, 2)];
        assert_eq!(tell_point(into, &[], &twice), INVALID_ARGUMENT);
        OK
    });
    assert_eq!(report(root), "");
    call!(registry.release(root));
}

#[test]
fn metrics_and_other_collectors_come_first() {
    let root = isolated();
    let drops = AtomicU32::new(0);
    let made = create(root, &metric_desc(KIND_INT_GAUGE, "x", &[label("a", "1")])).unwrap();
    for extra in [("a", "1"), ("b", "2"), ("b", "2")] {
        add_to_stay(root, null_mut(), &drops, move |into| {
            tell_family(into, TYPE_GAUGE, "x");
            let labels = [label("c", "3")];
            tell_point(into, if extra.0 == "a" { &[] } else { &labels }, &[value("", extra, 9)])
        });
    }
    add_to_stay(root, null_mut(), &drops, |into| {
        tell_family(into, TYPE_GAUGE, "x");
        tell_point(into, &[label("b", "2"), label("c", "3")], &[value("", PLAIN, 8)])
    });
    let text = report(root);
    assert!(text.ends_with("gauge\nx{a=\"1\"} 0\nx{c=\"3\",b=\"2\"} 9\n"), "{text}");
    call!(metric.release(made));
    call!(registry.release(root));
}
