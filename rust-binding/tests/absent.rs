// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Processes without a library: each case runs in a child process of its own.

use std::env;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use cmetrics::{Kind, Origin, Priority, Registry, ReportOptions};

const CHILD: &str = "CMETRICS_TEST_CHILD";

/// Runs `body` in a child process with these environment variables. `test` is the calling test's name.
fn in_child(test: &str, vars: &[(&str, &str)], body: impl FnOnce()) {
    if env::var_os(CHILD).is_some_and(|child| child == test) {
        return body();
    }
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(CHILD, test);
    command.env_remove("CMETRICS_LIBRARY").env_remove("CMETRICS_DISABLE");
    let output = command.envs(vars.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{test}: {}\n{text}", output.status);
    assert!(text.contains("1 passed"), "{test} did not run in the child:\n{text}");
}

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        LINES.lock().unwrap().push(format!("{} {}", record.level(), record.args()));
    }

    fn flush(&self) {}
}

fn start_logging() {
    log::set_logger(&Logger).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
}

/// Everything that a program does, where nothing is kept.
fn use_everything(reg: &Registry) {
    let child = reg.child("a").label("k", "v").get();
    child.counter("requests").help("Requests").get().inc();
    child.int_counter("bytes").get().add(1);
    child.float_counter("energy").get().add(0.5);
    let wait = child.duration_counter("wait").get();
    wait.add(Duration::MAX);
    drop(wait.start_timer());
    child.int_gauge("depth").get().set(-3);
    child.float_gauge("load").get().set_to_current_time();
    child.duration_gauge("age").get().sub(Duration::from_secs(1));
    let errors = child.counter_family("errors", ["type"]).get();
    errors.with(["io"]).inc();
    assert_eq!(errors.with(["io"]).value(), 0);
    for kind in Kind::ALL {
        let metric = child.metric(kind, "it").get();
        assert_eq!((metric.kind(), metric.id(), metric.is_attached()), (kind, 0, false));
        assert!(metric.describe().unwrap_err().is_unavailable());
        assert!(format!("{metric:?}").contains("no-op"));
        assert_eq!(metric, metric.clone());
    }
    child.collector(|_out| Ok::<(), cmetrics::Error>(())).unwrap().remove().unwrap();
    let scope = child.enter();
    drop(scope);
    child.reset().unwrap();
    assert_eq!((reg.id(), child.render().unwrap().as_str(), cmetrics::render().as_str()), (0, "", ""));
    assert!(reg.snapshot(&ReportOptions::new()).unwrap().is_empty());
    assert_eq!(cmetrics::content_type(), "text/plain; version=0.0.4; charset=utf-8");
}

#[test]
fn a_disabled_process_keeps_nothing() {
    in_child("a_disabled_process_keeps_nothing", &[("CMETRICS_DISABLE", "1")], || {
        start_logging();
        assert_eq!(cmetrics::library().unwrap().origin, Origin::Disabled);
        use_everything(&cmetrics::try_root().unwrap());
        use_everything(&Registry::try_isolated().unwrap());
        use_everything(&cmetrics::Client::builder("plugin").open().unwrap().root());
        assert!(LINES.lock().unwrap().is_empty(), "what was asked for is no warning: {:?}", LINES.lock().unwrap());
    });
}

/// `CMETRICS_LIBRARY=path`: an error that names it, never another copy, and no-ops meanwhile.
fn check_wrong(test: &str, path: &str) {
    in_child(test, &[("CMETRICS_LIBRARY", path)], || {
        let err = cmetrics::try_root().unwrap_err();
        assert!(err.is_unavailable() || err.is_unsupported(), "{err:?}");
        assert!(err.to_string().contains(path), "{err}");
        assert!(err.to_string().contains("CMETRICS_LIBRARY"), "{err}");
        assert!(err.hint().is_some(), "{err:?}");
        assert!(std::error::Error::source(&err).is_some());
        assert!(cmetrics::library().is_err());
        assert!(Registry::try_isolated().is_err());
        assert!(cmetrics::Client::builder("plugin").open().is_err());
        use_everything(&cmetrics::root());
        use_everything(&Registry::isolated());
        use_everything(&cmetrics::Client::builder("plugin").get().root());
    });
}

#[test]
fn a_library_that_is_not_there() {
    check_wrong("a_library_that_is_not_there", "/nowhere/libcmetrics.so.1");
}

#[test]
fn a_library_that_is_a_directory() {
    check_wrong("a_library_that_is_a_directory", env!("CARGO_MANIFEST_DIR"));
}

#[test]
fn a_library_that_is_a_text_file() {
    check_wrong("a_library_that_is_a_text_file", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
}

#[test]
fn a_library_by_a_relative_path() {
    check_wrong("a_library_by_a_relative_path", "./libcmetrics.so.1");
}

#[test]
fn absence_is_never_remembered_and_handles_made_meanwhile_are_counted() {
    let test = "absence_is_never_remembered_and_handles_made_meanwhile_are_counted";
    in_child(test, &[("CMETRICS_LIBRARY", "/nowhere/libcmetrics.so.1")], || {
        start_logging();
        let early = cmetrics::root();
        assert_eq!(early, cmetrics::root());
        let lost = early.counter("early").get();
        let family = early.counter_family("early_errors", ["type"]).get();
        for _ in 0..10 {
            family.with(["io"]).inc();
        }
        lost.inc();

        // SAFETY: no other thread of this process reads or writes variables now: the one that began the test waits for it.
        unsafe { env::remove_var("CMETRICS_LIBRARY") };
        let root = cmetrics::try_root().unwrap();
        assert_ne!(root, early);
        root.counter("late").get().inc();
        lost.inc();
        let report = root.render_with(&ReportOptions::new().verbosity(Priority::Debug)).unwrap();
        assert!(report.contains("\nlate_total 1\n"), "{report}");
        assert!(!report.contains("early"), "{report}");
        assert!(report.contains("\ncmetrics_noop_handles_total 2\n"), "{report}");
        drop(cmetrics::root());

        let lines = LINES.lock().unwrap();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].starts_with("WARN ") && lines[0].contains("/nowhere/libcmetrics.so.1"), "{}", lines[0]);
        assert!(lines[1].starts_with("WARN 2 metrics were made before"), "{}", lines[1]);
    });
}
