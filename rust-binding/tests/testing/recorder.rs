// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The double that notes updates.

use std::time::Duration;

use cmetrics::assert_metric;
use cmetrics::testing::Recorder;
use cmetrics::{Client, Registry};

fn taken(recorder: &Recorder) -> Vec<String> {
    recorder.take().iter().map(ToString::to_string).collect()
}

#[test]
fn every_update_of_every_kind_is_noted_in_order() {
    let recorder = Recorder::new();
    let reg = recorder.registry();
    let counter = reg.counter("events").get();
    counter.inc();
    counter.add(2);
    reg.int_counter("bytes").get().add(1500);
    reg.float_counter("joules").get().add(1.5);
    let latency = reg.duration_counter("latency").get();
    latency.add(Duration::from_millis(250));
    let depth = reg.int_gauge("depth").get();
    depth.set(3);
    depth.add(4);
    depth.sub(5);
    depth.inc();
    depth.dec();
    let load = reg.float_gauge("load").get();
    load.set(0.5);
    load.add(0.25);
    load.sub(0.125);
    load.inc();
    load.dec();
    let age = reg.duration_gauge("age").get();
    age.set_nanos(5);
    age.add_nanos(6);
    age.sub_nanos(7);
    age.inc();
    age.dec();
    let expected = [
        "inc events_total 1",
        "add events_total 2",
        "add bytes 1500",
        "add joules 1.5",
        "add latency_seconds 0.25",
        "set depth 3",
        "add depth 4",
        "sub depth 5",
        "inc depth 1",
        "dec depth 1",
        "set load 0.5",
        "add load 0.25",
        "sub load 0.125",
        "inc load 1",
        "dec load 1",
        "set age_seconds 0.000000005",
        "add age_seconds 0.000000006",
        "sub age_seconds 0.000000007",
        "inc age_seconds 1",
        "dec age_seconds 1",
    ];
    assert_eq!(taken(&recorder), expected);
    // What was noted was passed on.
    assert_metric!(recorder, "events_total", 3);
    assert_metric!(recorder, "depth", 2);
    assert_metric!(recorder, "load", 0.625);
    assert_metric!(recorder, "age_seconds", Duration::from_nanos(4));
}

#[test]
fn children_families_clones_and_finds_are_noted() {
    let recorder = Recorder::new();
    let engine = recorder.registry().child("vllm:").label("engine", "0").get();
    let errors = engine.child("deep").get().counter_family("errors", ["type"]).get();
    errors.with(["io"]).inc();
    errors.with(["io"]).clone().inc();
    engine.counter("steps").get();
    engine.counter("steps").find().unwrap().unwrap().inc();
    let expected = [
        r#"inc vllm:deep_errors_total{engine="0",type="io"} 1"#,
        r#"inc vllm:deep_errors_total{engine="0",type="io"} 1"#,
        r#"inc vllm:steps_total{engine="0"} 1"#,
    ];
    assert_eq!(taken(&recorder), expected);
}

#[test]
fn the_root_of_a_scope_is_noted_whoever_asks() {
    let recorder = Recorder::new();
    let root = cmetrics::root();
    {
        let _scope = recorder.registry().enter();
        assert_eq!(cmetrics::root(), *recorder.registry());
        cmetrics::root().counter("requests").get().inc();
        Client::builder("plugin").get().root().counter("steps").get().inc();
        let _inner = Registry::isolated().enter();
        cmetrics::root().counter("unseen").get().inc();
    }
    assert_eq!(cmetrics::root(), root);
    assert_eq!(taken(&recorder), ["inc requests_total 1", "inc steps_total 1"]);
}

#[test]
fn recorders_do_not_hear_of_each_other() {
    let (first, second) = (Recorder::new(), Recorder::new());
    first.registry().counter("requests").get().inc();
    second.registry().counter("requests").get().add(2);
    Registry::isolated().counter("requests").get().add(3);
    assert_eq!(taken(&first), ["inc requests_total 1"]);
    assert_eq!(taken(&second), ["add requests_total 2"]);
}

#[test]
fn handles_outlive_their_recorder() {
    let recorder = Recorder::new();
    let (registry, counter) = (recorder.registry().clone(), recorder.registry().counter("requests").get());
    counter.inc();
    drop(recorder.clone());
    assert_eq!(taken(&recorder), ["inc requests_total 1"]);
    drop(recorder);
    counter.inc();
    registry.counter("late").get().inc();
    assert_metric!(registry, "requests_total", 2);
    assert_metric!(registry, "late_total", 1);
}

#[test]
fn a_detached_handle_is_noted_too() {
    let recorder = Recorder::new();
    let depth = recorder.registry().int_gauge("depth").get();
    let odd = recorder.registry().float_gauge("depth").get();
    depth.set(1);
    odd.set(0.5);
    assert!(!odd.is_attached());
    assert_eq!(taken(&recorder), ["set depth 1", "set depth 0.5"]);
}

#[test]
fn threads_lose_nothing() {
    let recorder = Recorder::new();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let recorder = &recorder;
            scope.spawn(move || {
                let _scope = recorder.registry().enter();
                let counter = cmetrics::root().counter("requests").label("thread", thread.to_string()).get();
                (0..500).for_each(|_| counter.inc());
            });
        }
    });
    assert_eq!(recorder.events().len(), 2000);
    let of_one = recorder.take().iter().filter(|event| event.labels()[0].1 == "2").count();
    assert_eq!(of_one, 500);
}

#[test]
fn amounts_that_the_library_refuses_are_noted_and_do_not_count() {
    let recorder = Recorder::new();
    let energy = recorder.registry().float_counter("joules").get();
    energy.add(-1.0);
    assert_eq!((taken(&recorder), energy.count()), (vec!["add joules -1".to_owned()], 0));
}
