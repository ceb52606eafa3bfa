// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The library itself, found in every way.

use std::ffi::c_void;
use std::fmt::Write;
use std::ptr::{null, null_mut};

use cmetrics_interface::v1::{Metric, MetricDesc};
use cmetrics_interface::{ReportOptions, Sink, Status, Text, KIND_COUNTER, OK, REPORT_NO_SELF};
use cmetrics_loader::{load, Asker};

use crate::case::{Case, Told};
use crate::files::{copy_of_real, folder, mock, real};

/// Counts to 3 and tells the report.
pub(crate) fn count(asker: &Asker<'_>) -> String {
    let loaded = load(asker).unwrap();
    let api = loaded.api();
    let desc = MetricDesc {
        struct_size: size_of::<MetricDesc>() as u32,
        flags: 0,
        kind: KIND_COUNTER,
        priority: 0,
        name: Text::lend("found"),
        help: Text::lend("By the loader"),
        unit: Text::ABSENT,
        labels: null(),
        n_labels: 0,
        owner: null_mut(),
    };
    let options = ReportOptions {
        struct_size: size_of::<ReportOptions>() as u32,
        flags: REPORT_NO_SELF,
        format: 0,
        verbosity: 0,
        names: null(),
        n_names: 0,
        timeout_ns: 0,
    };
    let mut report: Vec<u8> = Vec::new();
    let user: *mut Vec<u8> = &mut report;
    let sink = Sink { struct_size: size_of::<Sink>() as u32, flags: 0, write: Some(append), user: user.cast() };
    // SAFETY: the table's own handles; everything lent lives for its call.
    unsafe {
        let registry = &*api.registry;
        let root = (registry.root)(api);
        let mut metric: *mut Metric = null_mut();
        assert_eq!((registry.metric)(root, &desc, &mut metric, null_mut()), OK);
        assert_eq!(((*api.metric).kind)(metric), KIND_COUNTER);
        ((*api.counter).inc)(metric.cast());
        ((*api.counter).add)(metric.cast(), 2);
        ((*api.metric).release)(metric);
        assert_eq!((registry.render)(root, &options, &sink, null_mut()), OK);
        (registry.release)(root);
    }
    let mut told = String::new();
    writeln!(told, "origin {}\npath {}\nversion {}", loaded.origin(), loaded.path(), loaded.version()).unwrap();
    writeln!(told, "semver {}\n\n{}", loaded.semver(), String::from_utf8(report).unwrap()).unwrap();
    told
}

unsafe extern "C" fn append(user: *mut c_void, bytes: *const u8, len: u64) -> Status {
    // SAFETY: `count` lends its Vec as `user`, the library `len` bytes.
    unsafe { (*user.cast::<Vec<u8>>()).extend_from_slice(std::slice::from_raw_parts(bytes, len as usize)) };
    OK
}

#[track_caller]
fn counted(case: Case) -> Told {
    let told = case.set("CASE_DO", "count").run();
    assert_eq!(told.report.trim_end(), "# HELP found_total By the loader\n# TYPE found_total counter\nfound_total 3");
    assert_eq!(told.get("version"), "1");
    assert_eq!(told.get("semver"), env!("CARGO_PKG_VERSION"));
    told
}

#[test]
fn forced() {
    counted(Case::new().set("CMETRICS_LIBRARY", real())).found("CMETRICS_LIBRARY", real());
}

#[test]
fn loaded_already_by_another_path() {
    let (a, b) = (folder(), folder());
    let there = copy_of_real(a.path(), "libcmetrics.so.1");
    copy_of_real(b.path(), "libcmetrics.so.1");
    counted(Case::beside(b.path()).set("CASE_OPEN", &there)).found("already loaded", &there);
    counted(Case::beside(b.path()).set("LD_PRELOAD", &there)).found("already loaded", &there);
}

#[test]
fn loaded_already_by_a_module_that_links_it() {
    let temp = folder();
    let there = copy_of_real(temp.path(), "libcmetrics.so.1");
    let (search, rpath) = (format!("-L{}", temp.path().display()), format!("-Wl,-rpath,{}", temp.path().display()));
    let link = ["-DSTRANGER", "-Wl,--no-as-needed", &search, &rpath, "-l:libcmetrics.so.1"];
    let plugin = mock(temp.path(), "plugin.so", &link);
    counted(Case::new().set("CASE_OPEN", plugin)).found("already loaded", there);
}

#[test]
fn loaded_already_under_another_name() {
    // Its SONAME is still the one that the system's search asks for.
    let temp = folder();
    let there = copy_of_real(temp.path(), "metrics under test.so");
    counted(Case::new().set("CASE_OPEN", &there)).found("system search path", &there);
}

#[test]
fn beside_the_program_and_below_it() {
    for below in [".", "lib"] {
        let temp = folder();
        let file = copy_of_real(&temp.path().join(below), "libcmetrics.so.1");
        let file = file.canonicalize().unwrap();
        counted(Case::new().program_in(temp.path())).found("beside the module", file);
    }
}

#[test]
fn on_the_search_path() {
    let temp = folder();
    let file = copy_of_real(temp.path(), "libcmetrics.so.1");
    counted(Case::new().set("LD_LIBRARY_PATH", temp.path())).found("system search path", file);
}

#[test]
fn linked_into_the_program() {
    let temp = folder();
    let file = copy_of_real(temp.path(), "linked.so");
    // Under its SONAME the system's search would find it: the name is taken away.
    let stranger =
        mock(&temp.path().join("other"), "libcmetrics.so.1", &["-DSTRANGER", "-Wl,-soname,libcmetrics.so.1"]);
    let case = Case::new().set("LD_PRELOAD", stranger).set("CASE_EMBEDDED", &file);
    counted(case).found("linked into the program", file);
}

#[test]
fn past_a_stranger() {
    let temp = folder();
    mock(temp.path(), "libcmetrics.so.1", &["-DSTRANGER", "-DABORT"]);
    let file = copy_of_real(&temp.path().join("lib"), "libcmetrics.so.1");
    counted(Case::beside(temp.path())).found("beside the module", file);
}
