// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reports, and writers that fail.

use std::error::Error as _;
use std::io;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::time::Duration;

use cmetrics::{Priority, Registry, ReportOptions};

use crate::{isolated, report, samples};

fn filled() -> Registry {
    let reg = isolated();
    let family = reg.counter_family("requests", ["number"]).help("Requests").get();
    for number in 0..5000 {
        family.with([number.to_string()]).inc();
    }
    reg
}

/// Takes a number of bytes, then fails or panics.
struct Narrow {
    room: usize,
    panics: bool,
    calls_after: usize,
}

impl io::Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room < bytes.len() {
            self.calls_after += 1;
            assert!(!self.panics, "the writer panics");
            return Err(io::Error::other("the pipe is full"));
        }
        self.room -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_in_the_middle_stops_the_report() {
    let reg = filled();
    let before = report(&reg);
    let mut writer = Narrow { room: before.len() / 2, panics: false, calls_after: 0 };
    let err = reg.render_to(&mut writer, &ReportOptions::new()).unwrap_err();
    assert!(err.is_cancelled());
    assert_eq!(err.source().unwrap().to_string(), "the pipe is full");
    assert!(err.to_string().contains("the pipe is full"), "{err}");
    assert_eq!(writer.calls_after, 1, "nothing is written after a failure");
    assert_eq!(report(&reg), before);
}

#[test]
fn a_writer_that_panics_panics_in_its_caller() {
    let reg = filled();
    let before = report(&reg);
    let mut writer = Narrow { room: 0, panics: true, calls_after: 0 };
    let panic = catch_unwind(AssertUnwindSafe(|| reg.render_to(&mut writer, &ReportOptions::new()))).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the writer panics"));
    assert_eq!(report(&reg), before);
}

#[test]
fn a_writer_may_use_the_library() {
    struct Counting(Registry, Vec<u8>);
    impl io::Write for Counting {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.counter("chunks").get().inc();
            self.0.render().map_err(io::Error::other)?;
            self.1.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let reg = filled();
    let mut writer = Counting(reg.clone(), Vec::new());
    reg.render_to(&mut writer, &ReportOptions::new()).unwrap();
    assert!(reg.counter("chunks").get().value() >= 1);
    assert!(String::from_utf8(writer.1).unwrap().contains("requests_total{number=\"4999\"} 1\n"));
}

#[test]
fn verbosity_holds_what_is_at_least_that_important() {
    let reg = isolated();
    let all = [Priority::Critical, Priority::High, Priority::Normal, Priority::Low, Priority::Debug];
    for priority in all {
        reg.int_gauge(format!("of_{priority}")).priority(priority).get();
    }
    for (index, verbosity) in all.into_iter().enumerate() {
        let options = ReportOptions::new().verbosity(verbosity).no_self();
        assert_eq!(reg.snapshot(&options).unwrap().len(), index + 1, "{verbosity}");
        let report = reg.render_with(&options).unwrap();
        assert_eq!(report.matches("# TYPE").count(), index + 1, "{verbosity}");
    }
}

#[test]
fn a_time_that_is_up_cancels() {
    let reg = filled();
    let err = reg.render_with(&ReportOptions::new().timeout(Duration::ZERO)).unwrap_err();
    assert!(err.is_cancelled(), "{err}");
    reg.render_with(&ReportOptions::new().timeout(Duration::MAX)).unwrap();
}

#[test]
fn names_keep_families() {
    let reg = isolated();
    reg.counter("a").get();
    reg.int_counter("b").get();
    reg.counter("c").get();
    let with = |names: &[&str]| {
        let families = reg.snapshot(&ReportOptions::new().names(names.iter().copied())).unwrap();
        families.into_iter().map(|it| it.family.name).collect::<Vec<_>>()
    };
    assert_eq!(with(&["a_total", "b_sum"]), ["a_total", "b"]);
    assert!(with(&["nothing"]).is_empty());
    assert_eq!(with(&[]).len(), 3);
}

#[test]
fn nothing_to_report_is_nothing() {
    assert_eq!(isolated().render().unwrap(), "");
    assert!(samples(&isolated()).is_empty());
}
