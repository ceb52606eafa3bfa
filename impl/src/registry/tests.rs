// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::Arc;

use cmetrics_interface as abi;

use super::*;
use crate::metric::{counter, MetricRef};
use crate::render::{render, Sink};
use crate::report::{Options, Stop};

struct Chunks(Vec<u8>);

impl Sink for Chunks {
    fn write(&mut self, chunk: &[u8]) -> std::result::Result<(), Stop> {
        assert!(!chunk.is_empty());
        self.0.extend_from_slice(chunk);
        Ok(())
    }
}

pub(super) fn report(registry: &Registry) -> String {
    let options = Options { verbosity: abi::PRIORITY_DEBUG, no_self: true, ..Options::default() };
    let mut sink = Chunks(Vec::new());
    render(registry, &options, &mut sink).unwrap();
    String::from_utf8(sink.0).unwrap()
}

pub(super) fn wanted<'a>(kind: Kind, name: &'a str, labels: &'a [(&'a str, &'a str)]) -> Wanted<'a> {
    let (help, unit) = ("", "");
    Wanted { kind, total_only: false, verbatim: false, priority: 0, name, help, unit, labels, owner: None }
}

pub(super) fn lend(labels: &[(&str, &str)]) -> Vec<abi::Label> {
    labels.iter().map(|(key, value)| abi::Label { key: abi::Text::lend(key), value: abi::Text::lend(value) }).collect()
}

fn create(registry: &Registry, kind: Kind, name: &str) -> MetricRef {
    registry.metric(&wanted(kind, name, &[]), None).unwrap()
}

fn code(result: Result<MetricRef>) -> i32 {
    result.unwrap_err().code()
}

#[test]
fn one_metric_by_every_spelling_and_path() {
    let root = Root::isolated(None);
    let child = root.top.child("a", &[("k", "v")], false, None).unwrap();
    let one = create(&child, Kind::Counter, "b");
    let spelled = root.top.metric(&wanted(Kind::Counter, "a_b_total", &[("k", "v")]), None).unwrap();
    assert!(one == spelled);
    assert!(Arc::ptr_eq(&child, &root.top.child("a", &[("k", "v"), ("e", "")], false, None).unwrap()));
    counter::add(&one, 7);
    assert_eq!(report(&root.top), "# HELP a_b_total \n# TYPE a_b_total counter\na_b_total{k=\"v\"} 7\n");
}

#[test]
fn clashes_name_both_sides() {
    let check = |first: (Kind, &str), second: (Kind, &str)| {
        let root = Root::isolated(None);
        create(&root.top, first.0, first.1);
        let story = root.top.metric(&wanted(second.0, second.1, &[]), None).unwrap_err().into_story();
        assert_eq!(story.code, abi::CONFLICT, "{first:?} {second:?}");
        assert!(story.existing.contains(first.0.name()) && story.requested.contains(second.0.name()), "{story:?}");
    };
    check((Kind::Counter, "x"), (Kind::IntGauge, "x"));
    check((Kind::IntGauge, "x"), (Kind::Counter, "x"));
    check((Kind::IntGauge, "x_count"), (Kind::IntCounter, "x"));
    check((Kind::IntCounter, "x"), (Kind::IntGauge, "x_sum"));
    check((Kind::IntCounter, "x"), (Kind::FloatCounter, "x"));
    check((Kind::Counter, "x"), (Kind::IntGauge, "x_created"));
    check((Kind::DurationCounter, "x"), (Kind::IntGauge, "x_seconds_sum"));
}

#[test]
fn a_metric_leaves_with_the_last_registry_that_made_it() {
    let root = Root::isolated(None);
    let child = root.top.child("a", &[], false, None).unwrap();
    let metric = create(&child, Kind::Counter, "b");
    create(&root.top, Kind::Counter, "a_b");
    child.remove_metric(&metric).unwrap();
    assert!(metric.attached() && report(&child).is_empty() && report(&root.top).contains("a_b_total 0"));
    assert_eq!(child.remove_metric(&metric).unwrap_err().code(), abi::NOT_FOUND);
    root.top.remove_metric(&metric).unwrap();
    assert!(!metric.attached() && report(&root.top).is_empty());
    let again = create(&root.top, Kind::IntGauge, "a_b");
    assert_ne!(again.id(), metric.id());
}

#[test]
fn a_removed_registry_is_gone_with_all_below() {
    let root = Root::isolated(None);
    let child = root.top.child("a", &[], false, None).unwrap();
    let below = child.child("b", &[], false, None).unwrap();
    let metric = create(&below, Kind::Counter, "c");
    child.remove().unwrap();
    assert!(!metric.attached());
    assert_eq!(code(below.metric(&wanted(Kind::Counter, "c", &[]), None)), abi::GONE);
    assert_eq!(child.remove().unwrap_err().code(), abi::GONE);
    assert_eq!(root.top.remove().unwrap_err().code(), abi::INVALID_ARGUMENT);
    assert_ne!(root.top.child("a", &[], false, None).unwrap().id, child.id);
}

#[test]
fn an_isolated_root_ends_with_its_handles() {
    let root = Root::isolated(None);
    let metric = create(&root.top, Kind::Counter, "c");
    assert!(metric.attached());
    drop(root);
    assert!(!metric.attached());
}

#[test]
fn limits_hold_per_family() {
    let root = Root::isolated(None);
    root.top.limit_series(2).unwrap();
    let make = |value: &str| root.top.metric(&wanted(Kind::Counter, "c", &[("k", value)]), None);
    make("1").unwrap();
    make("2").unwrap();
    assert_eq!(code(make("3")), abi::LIMIT);
    make("1").unwrap();
    create(&root.top, Kind::Counter, "other");
    assert!(root.top.child("a", &[], false, None).unwrap().limit_series(1).is_err());
}

#[test]
fn a_subtree_reports_itself_and_what_is_below() {
    let root = Root::isolated(None);
    let a = root.top.child("a", &[("x", "1")], false, None).unwrap();
    let b = a.child("", &[("y", "2")], false, None).unwrap();
    create(&root.top, Kind::Counter, "top");
    create(&b, Kind::IntGauge, "deep");
    assert_eq!(report(&a), "# HELP a_deep \n# TYPE a_deep gauge\na_deep{x=\"1\",y=\"2\"} 0\n");
    assert!(report(&root.top).contains("top_total 0"));
}

#[test]
fn reports_longer_than_a_batch_hold_everything_once_and_in_order() {
    let root = Root::isolated(None);
    for family in 0..7 {
        for i in 0..400 {
            let value = format!("{i:04}");
            root.top.metric(&wanted(Kind::IntCounter, &format!("f{family}"), &[("i", &value)]), None).unwrap();
        }
    }
    let report = report(&root.top);
    let lines: Vec<_> = report.lines().filter(|line| line.contains("_sum{")).collect();
    assert_eq!(lines.len(), 7 * 400);
    assert!(lines.is_sorted());
    assert_eq!(report.matches("# TYPE").count(), 7);
}

#[test]
fn families_learn_help_and_priority() {
    let root = Root::isolated(None);
    let debug = Wanted { priority: abi::PRIORITY_DEBUG, ..wanted(Kind::Counter, "c", &[("k", "1")]) };
    root.top.metric(&debug, None).unwrap();
    root.top.metric(&Wanted { help: "first", ..wanted(Kind::Counter, "c", &[("k", "2")]) }, None).unwrap();
    let metric = root.top.metric(&Wanted { help: "second", ..debug.clone() }, None).unwrap();
    assert_eq!((metric.family().help(), metric.family().priority()), ("first", abi::PRIORITY_NORMAL));
    assert_eq!(code(root.top.metric(&Wanted { priority: 7, ..debug }, None)), abi::UNSUPPORTED);
}

#[test]
fn find_takes_any_spelling() {
    let root = Root::isolated(None);
    let metric = create(&root.top, Kind::DurationCounter, "wait");
    let find =
        |kind, name, any| root.top.find(&wanted(kind, name, &[]), any).map(|found| found.map(|metric| metric.id()));
    assert_eq!(find(Kind::DurationCounter, "wait_seconds", false).unwrap(), Some(metric.id()));
    assert_eq!(find(Kind::Counter, "wait", true).unwrap(), Some(metric.id()));
    assert_eq!(find(Kind::Counter, "weight", true).unwrap(), None);
    for (kind, name) in [(Kind::IntGauge, "wait_seconds"), (Kind::IntGauge, "wait_seconds_sum")] {
        assert_eq!(find(kind, name, false).unwrap_err().code(), abi::CONFLICT, "as creating it would be");
    }
}

#[test]
fn threads_that_create_the_same_get_the_same() {
    let root = Root::isolated(None);
    let ids: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| create(&root.top, Kind::Counter, "same").id())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[test]
fn a_metric_of_another_root_is_not_found_here() {
    let (here, there) = (Root::isolated(None), Root::isolated(None));
    // Sets of registries that this root never had.
    let of_many = (0..5).map(|i| {
        let child = there.top.child("", &[("locked", &i.to_string())], true, None).unwrap();
        (create(&child, Kind::Counter, "x"), child)
    });
    for (metric, child) in of_many.collect::<Vec<_>>() {
        assert_eq!(here.top.remove_metric(&metric).unwrap_err().code(), abi::NOT_FOUND);
        assert!(metric.attached());
        child.remove_metric(&metric).unwrap();
        assert_eq!(here.top.remove_metric(&metric).unwrap_err().code(), abi::NOT_FOUND);
    }
}
