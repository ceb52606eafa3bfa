// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate `metrics` on a registry.

use std::sync::{LazyLock, Mutex};

use cmetrics::assert_metric;
use cmetrics::facade::Recorder;
use cmetrics::testing::Snapshot;
use cmetrics::{Priority, Registry, ReportOptions};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram, Level, Unit};

fn recorded(work: impl FnOnce()) -> Registry {
    let reg = Registry::try_isolated().expect("the library is linked into the tests");
    metrics::with_local_recorder(&Recorder::new(&reg), work);
    reg
}

#[test]
fn all_kinds_land_in_the_registry() {
    let reg = recorded(|| {
        counter!("jobs", "queue" => "in").increment(3);
        counter!("jobs_total", "queue" => "in").increment(1);
        gauge!("depth").set(7.0);
        gauge!("depth").increment(1.5);
        gauge!("depth").decrement(0.5);
        histogram!("job_seconds").record(0.25);
        histogram!("job_seconds").record_many(0.5, 2);
        histogram!("job_seconds").record(std::time::Duration::from_millis(750));
    });
    let expected = "\
depth 8
job_seconds_sum 2
job_seconds_count 4
jobs_total{queue=\"in\"} 4";
    assert_eq!(Snapshot::of(&reg).to_string(), expected);
}

#[test]
fn a_counter_is_raised_never_lowered() {
    let reg = recorded(|| {
        let bytes = counter!("bytes");
        bytes.absolute(10);
        bytes.absolute(7);
        bytes.increment(2);
        bytes.absolute(20);
        bytes.absolute(20);
    });
    assert_metric!(reg, "bytes_total", 20);
}

#[test]
fn threads_that_raise_one_counter_do_not_add_up() {
    let reg = Registry::isolated();
    let recorder = Recorder::new(&reg);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                metrics::with_local_recorder(&recorder, || {
                    (1..=1000).for_each(|n| counter!("bytes").absolute(n));
                });
            });
        }
    });
    assert_metric!(reg, "bytes_total", 1000);
}

#[test]
fn descriptions_and_units_are_taken_before_and_after() {
    let reg = recorded(|| {
        describe_counter!("bytes", Unit::Bytes, "Bytes that were sent");
        counter!("bytes").increment(1);
        gauge!("depth", "queue" => "in").set(1.0);
        describe_gauge!("depth", Unit::Count, "Jobs that wait");
        histogram!("latency").record(1.0);
        describe_histogram!("latency", Unit::Seconds, "How long jobs took");
    });
    let families = reg.snapshot(&ReportOptions::new()).unwrap();
    let told: Vec<_> = families
        .iter()
        .map(|family| (family.family.name.as_str(), family.family.unit.as_str(), family.family.help.as_str()))
        .collect();
    let expected = [
        ("bytes_total", "bytes", "Bytes that were sent"),
        ("depth", "count", "Jobs that wait"),
        ("latency", "seconds", "How long jobs took"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn levels_are_priorities() {
    let reg = recorded(|| {
        counter!(level: Level::TRACE, "trace").increment(1);
        counter!("info").increment(1);
        counter!(level: Level::ERROR, "error").increment(1);
    });
    let names = |verbosity| -> Vec<String> {
        let families = reg.snapshot(&ReportOptions::new().verbosity(verbosity).no_self()).unwrap();
        families.into_iter().map(|family| family.family.name).collect()
    };
    assert_eq!(names(Priority::Critical), ["error_total"]);
    assert_eq!(names(Priority::Normal), ["error_total", "info_total"]);
    assert_eq!(names(Priority::Debug), ["error_total", "info_total", "trace_total"]);
}

#[test]
fn names_and_labels_become_what_prometheus_takes() {
    let reg = recorded(|| {
        counter!("http.requests", "status.code" => "200", "path" => "/größe \"x\"").increment(1);
        counter!("http.requests", "code" => "first", "code" => "last").increment(1);
        let path = String::from("/computed");
        counter!(format!("http.{}", "requests"), "path" => path).increment(1);
        gauge!("odd_total").set(1.0);
        gauge!("wait_ms").set(2.0);
    });
    assert_metric!(reg, "http_requests_total", [("status_code", "200"), ("path", "/größe \"x\"")], 1);
    assert_metric!(reg, "http_requests_total", [("code", "last")], 1);
    assert_metric!(reg, "http_requests_total", [("path", "/computed")], 1);
    assert_metric!(reg, "odd_total", 1);
    assert_metric!(reg, "wait_ms", 2);
}

#[test]
fn a_handle_is_the_same_metric_however_it_was_asked_for() {
    let reg = recorded(|| {
        let kept = counter!("jobs", "a" => "1", "b" => "2");
        for _ in 0..10 {
            kept.increment(1);
            counter!("jobs", "b" => "2", "a" => "1").increment(1);
        }
    });
    assert_metric!(reg, "jobs_total", [("a", "1"), ("b", "2")], 20);
}

static WARNINGS: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);

struct Log;

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        // A logger that counts what it logs, as some do.
        counter!("log_lines").increment(1);
        WARNINGS.lock().unwrap().push(record.args().to_string());
    }

    fn flush(&self) {}
}

#[test]
fn a_clash_is_told_once_and_breaks_nothing() {
    let _first = log::set_logger(&Log).map(|()| log::set_max_level(log::LevelFilter::Warn));
    let reg = recorded(|| {
        gauge!("clashing").set(1.0);
        for n in 0..5 {
            histogram!("clashing", "n" => n.to_string()).record(1.0);
        }
        histogram!("clashing").record(1.0);
        counter!("").increment(1);
        counter!("clashing_le", "le" => "1").increment(1);
    });
    let text = Snapshot::of(&reg).to_string();
    assert!(text.starts_with("clashing 1\nlog_lines_total "), "{text}");
    let warnings = WARNINGS.lock().unwrap();
    let of_it = |name: &str| warnings.iter().filter(|line| line.contains(name)).count();
    assert_eq!((of_it("\"clashing\""), of_it("\"clashing_le\""), of_it("\"\"")), (1, 1, 1), "{warnings:?}");
}

#[test]
fn refused_amounts_do_not_count() {
    let reg = recorded(|| {
        histogram!("size").record(-1.0);
        histogram!("size").record(f64::NAN);
        histogram!("size").record(2.0);
    });
    assert_metric!(reg, "size_count", 1);
}
