// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Snapshots and descriptions: the report as data.

use cmetrics::{Kind, MetricType, Priority, ReportOptions, SampleValue};

use crate::isolated;

#[test]
fn a_snapshot_holds_what_the_report_holds() {
    let reg = isolated();
    reg.counter("requests").help("Requests").label("model", "b").get().add(2);
    reg.counter("requests").label("model", "a").get().inc();
    reg.float_gauge("load").priority(Priority::Low).get().set(0.5);
    reg.duration_counter("wait").unit("seconds").get().add_nanos(7);

    let normal = reg.snapshot(&ReportOptions::new()).unwrap();
    let names: Vec<_> = normal.iter().map(|it| it.family.name.as_str()).collect();
    assert_eq!(names, ["requests_total", "wait_seconds"]);

    let requests = &normal[0];
    assert_eq!(requests.family.help, "Requests");
    assert_eq!((requests.family.kind, requests.family.metric_type), (Some(Kind::Counter), MetricType::Counter));
    let points: Vec<_> =
        requests.points.iter().map(|point| (point.labels[0].1.as_str(), point.values[0].value)).collect();
    assert_eq!(points, [("a", SampleValue::U64(1)), ("b", SampleValue::U64(2))]);

    let wait = &normal[1];
    assert_eq!(wait.family.unit, "seconds");
    let values: Vec<_> = wait.points[0].values.iter().map(|it| (it.suffix.as_str(), it.value)).collect();
    assert_eq!(values, [("_sum", SampleValue::U64Nanos(7)), ("_count", SampleValue::U64(1))]);

    let all = reg.snapshot(&ReportOptions::new().verbosity(Priority::Debug).no_self().names(["load"])).unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].family.priority, Priority::Low);
    assert_eq!(all[0].points[0].values[0].value, SampleValue::F64(0.5));
}

#[test]
fn a_description_has_the_inherited_labels_in_order() {
    let engine = isolated().child("engine").label("z", "1").label("a", "2").get();
    let metric = engine.int_gauge("depth").label("m", "3").get();
    metric.set(-4);
    let info = metric.describe().unwrap();
    assert_eq!(info.family.name, "engine_depth");
    let keys: Vec<_> = info.labels.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["a", "m", "z"]);
    assert_eq!(info.values[0].value, SampleValue::I64(-4));
    assert_eq!(info.to_string(), r#"engine_depth{a="2",m="3",z="1"} -4"#);
}

#[test]
fn a_snapshot_of_what_is_gone_is_an_error() {
    let child = isolated().child("a").get();
    child.remove().unwrap();
    assert!(child.snapshot(&ReportOptions::new()).unwrap_err().is_gone());
}
