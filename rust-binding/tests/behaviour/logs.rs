// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is logged, and how often.

use std::sync::{Mutex, Once};

use crate::isolated;

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        LINES.lock().unwrap().push(format!("{} {} {}", record.level(), record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// Makes things, and gives the lines that were logged meanwhile and name `about`.
fn lines_about(about: &str, make: impl FnOnce()) -> Vec<String> {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        log::set_logger(&Logger).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
    make();
    LINES.lock().unwrap().iter().filter(|line| line.contains(about)).cloned().collect()
}

#[test]
fn a_refused_metric_is_logged_once_for_each_name_and_reason() {
    let lines = lines_about("logs test refused", || {
        let reg = isolated();
        for _ in 0..3 {
            reg.counter("logs test refused").get().inc();
            reg.int_gauge("logs test refused").get().inc();
        }
    });
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("WARN cmetrics "), "{}", lines[0]);

    let lines = lines_about("logs_test_conflict", || {
        let reg = isolated();
        reg.int_gauge("logs_test_conflict").get();
        reg.counter("logs_test_conflict").get();
        reg.counter("logs_test_conflict").get();
        reg.int_gauge("logs_test_conflict").label("le", "1").get();
    });
    assert_eq!(lines.len(), 2, "{lines:?}");
}

#[test]
fn the_hint_is_logged() {
    let lines = lines_about("logs_test_ms", || {
        let reg = isolated();
        let err = reg.duration_counter("logs_test_ms").try_get().unwrap_err();
        reg.duration_counter("logs_test_ms").get();
        assert!(lines_about(err.hint().unwrap(), || ()).iter().any(|line| line.contains("logs_test_ms")));
    });
    assert_eq!(lines.len(), 1, "{lines:?}");
}

#[test]
fn the_labels_that_prometheus_sets_are_warned_of_once() {
    for key in ["job", "instance"] {
        let lines = lines_about(&format!("label {key:?}"), || {
            let reg = isolated();
            for n in 0..3 {
                reg.counter("logs_test_reserved").label(key, n.to_string()).try_get().unwrap();
                reg.child("a").label(key, n.to_string()).try_get().unwrap();
                reg.counter_family("logs_test_reserved", [key]).try_get().unwrap().with(["v"]);
            }
        });
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains(&format!("exported_{key}")), "{}", lines[0]);
    }
}

#[test]
fn a_collector_that_goes_on_failing_is_logged_once() {
    let lines = lines_about("logs_test_collector", || {
        let reg = isolated();
        reg.collector(|_out| Err("logs_test_collector is away")).unwrap();
        for _ in 0..3 {
            reg.render().unwrap();
        }
    });
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("WARN cmetrics "), "{}", lines[0]);
}
