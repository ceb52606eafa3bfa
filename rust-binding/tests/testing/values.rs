// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Numbers in messages are spelled as in reports.

use cmetrics::testing::Snapshot;
use cmetrics::{assert_metric, CollectedFamily, MetricType, Priority, Registry, ReportOptions, Sample};
use proptest::prelude::*;

use crate::isolated;

proptest! {
    #[test]
    fn a_snapshot_prints_as_the_report(whole in -(1_i64 << 54)..1 << 54, digits in -9999_i32..9999, power in -30_i32..30) {
        let reg = isolated();
        reg.float_gauge("whole").get().set(whole as f64);
        reg.float_gauge("short").get().set(format!("{digits}e{power}").parse().unwrap());
        reg.duration_gauge("age").get().set_nanos(whole);
        reg.counter("requests").priority(Priority::Debug).get().add(whole.unsigned_abs());
        let report = report(&reg);
        let lines: Vec<_> = report.lines().filter(|line| !line.starts_with('#')).collect();
        prop_assert_eq!(Snapshot::of(&reg).to_string(), lines.join("\n"));
    }

    /// Of two shortest forms that are as near to a double, the report may have the other.
    #[test]
    fn any_float_is_spelled_as_long_as_in_the_report(bits: u64) {
        let reg = isolated();
        reg.float_gauge("any").get().set(f64::from_bits(bits));
        let (report, told) = (report(&reg), Snapshot::of(&reg).to_string());
        let line = report.lines().last().unwrap();
        prop_assert_eq!(told.len(), line.len(), "{} {}", told, line);
        let number = |text: &str| text["any ".len()..].parse::<f64>().unwrap();
        prop_assert!(number(&told) == number(line) || number(line).is_nan());
    }
}

fn report(reg: &Registry) -> String {
    reg.render_with(&ReportOptions::new().verbosity(Priority::Debug).no_self()).unwrap()
}

#[test]
fn what_collectors_tell_is_looked_up_by_the_labels_of_its_samples() {
    let reg = isolated();
    reg.collector(|out| {
        out.family(&CollectedFamily::new("rpc_seconds", MetricType::Histogram))?;
        let samples = [Sample::bucket("0.1", 3), Sample::bucket("+Inf", 4), Sample::sum(0.52), Sample::count(4)];
        out.point(&[("method", "get")], &samples)
    })
    .unwrap();
    assert_metric!(reg, "rpc_seconds_bucket", [("le", "0.1")], 3);
    assert_metric!(reg, "rpc_seconds_bucket", [("le", "+Inf"), ("method", "get")], 4);
    assert_metric!(reg, "rpc_seconds_sum", 0.52);
    let text = Snapshot::of(&reg).to_string();
    assert!(text.starts_with("rpc_seconds_bucket{method=\"get\",le=\"0.1\"} 3\n"), "{text}");
}

#[test]
fn lengths_and_durations_are_values() {
    let reg = isolated();
    reg.counter("requests").get().add(2);
    assert_metric!(reg, "requests_total", ["a", "b"].len());
    reg.duration_counter("wait").get().add_nanos(345);
    assert_metric!(reg, "wait_seconds_sum", std::time::Duration::from_nanos(345));
    let labels: &[(&str, &str)] = &[];
    assert_metric!(reg, "wait_seconds_count", labels, 1);
}

#[test]
#[should_panic(expected = "requests_total: expected 3, is 2")]
fn a_failed_assertion_panics_with_its_message() {
    let reg = isolated();
    reg.counter("requests").get().add(2);
    assert_metric!(reg, "requests_total", 3);
}

#[test]
#[should_panic(expected = "the registry was removed")]
fn a_removed_registry_is_no_snapshot() {
    let reg = isolated().child("engine").get();
    reg.remove().unwrap();
    Snapshot::of(&reg);
}
