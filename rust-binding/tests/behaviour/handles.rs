// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Identity, clones, threads, descriptions and releases of handles.

use std::collections::HashSet;

use cmetrics::{
    Client, Collector, Counter, DurationCounter, DurationGauge, Error, Family, FloatCounter, FloatGauge, IntCounter,
    IntGauge, Metric, Registry, Timer,
};

use crate::{isolated, samples};

#[test]
fn handles_cross_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    fn sent<T: Send + Sync + 'static>() {}
    shared::<Client>();
    shared::<Registry>();
    shared::<Counter>();
    shared::<IntCounter>();
    shared::<FloatCounter>();
    shared::<DurationCounter>();
    shared::<IntGauge>();
    shared::<FloatGauge>();
    shared::<DurationGauge>();
    shared::<Metric>();
    shared::<Family<Counter>>();
    shared::<Family<Counter, 2>>();
    shared::<Error>();
    sent::<Collector>();
    sent::<Timer>();
}

#[test]
fn an_updating_handle_is_three_words() {
    assert_eq!(size_of::<Counter>(), 3 * size_of::<usize>());
    assert_eq!(size_of::<DurationGauge>(), 3 * size_of::<usize>());
}

#[test]
fn one_metric_is_equal_however_it_was_reached() {
    let reg = isolated();
    let one = reg.counter("a_b").label("x", "1").label("y", "2").get();
    let spelled = reg.counter("a_b_total").label("y", "2").label("x", "1").label("z", "").get();
    let by_path = reg.child("a").label("x", "1").get().counter("b").label("y", "2").get();
    let at_run_time = reg.metric(cmetrics::Kind::Counter, "a_b").labels([("x", "1"), ("y", "2")]).get();
    assert_eq!(one, spelled);
    assert_eq!(one, by_path);
    assert_eq!(one.as_metric(), at_run_time);
    assert_eq!([one.id(), spelled.id(), by_path.id()], [at_run_time.id(); 3]);

    let all: HashSet<Counter> = [one.clone(), spelled, by_path, at_run_time.into_counter().unwrap()].into();
    assert_eq!(all.len(), 1);
    assert!(all.contains(&one.clone()));
    assert_ne!(one, reg.counter("a_b").label("x", "2").get());
}

#[test]
fn a_handle_prints_as_its_line_in_the_report() {
    let reg = isolated();
    let requests = reg.counter("requests").label("model", "a\"b").get();
    requests.add(3);
    assert_eq!(format!("{requests:?}"), r#"Counter(requests_total{model="a\"b"} 3)"#);
    let wait = reg.duration_counter("wait").get();
    wait.add_nanos(1_500_000_000);
    assert_eq!(format!("{wait:?}"), "DurationCounter(wait_seconds sum 1.5 count 1)");
    assert_eq!(format!("{:?}", reg.int_gauge("depth").get().as_metric()), "Metric(depth 0)");
}

#[test]
fn handles_outlive_their_root_in_any_order() {
    let reg = isolated();
    let child = reg.child("a").get();
    let (counter, gauge) = (child.counter("b").get(), reg.float_gauge("c").get());
    let clone = counter.clone();
    drop(reg);
    assert!(counter.is_attached(), "a child keeps its root alive");
    drop(child);
    assert!(!counter.is_attached() && !gauge.is_attached());
    counter.inc();
    drop(counter);
    clone.inc();
    gauge.set(1.0);
    assert_eq!((clone.value(), gauge.value()), (2, 1.0));
    assert!(clone.describe().is_ok());
}

#[test]
fn releasing_a_handle_removes_nothing() {
    let reg = isolated();
    drop(reg.child("a").get().counter("b").get());
    assert_eq!(samples(&reg), ["a_b_total 0"]);
}
