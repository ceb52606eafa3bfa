// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A search that tells every step.

use std::fmt::Write;
use std::path::Path;

use cmetrics_loader::{survey, Asker, LoadError};

use crate::case::Case;
use crate::files::{copy_of_real, folder, mock};

/// What the child does: tells the survey, and that an error of it is the error of a search without one.
pub(crate) fn tell(asker: &Asker<'_>) -> String {
    let survey = survey(asker);
    let mut told = String::new();
    writeln!(told, "served {:?}", survey.served()).unwrap();
    for copy in survey.copies() {
        writeln!(told, "copy {} {} {}", copy.winner, copy.semver, copy.path).unwrap();
    }
    let end = survey.result().map_or_else(LoadError::to_string, |loaded| format!("{} is used", loaded.path()));
    writeln!(told, "\n{end}").unwrap();
    for step in survey.steps() {
        writeln!(told, "{:?} {step}", step.verdict()).unwrap();
    }
    let again = cmetrics_loader::load(asker);
    assert_eq!(again.is_ok(), survey.result().is_ok(), "a survey and a search differ: {again:?}");
    told
}

/// The steps that the case tells, and everything else.
#[track_caller]
fn check(case: Case, end: &str, steps: &[&str]) {
    let told = case.set("CASE_DO", "survey").run();
    let (shown, first) = (told.report.trim_end(), ["Used ", "Refused ", "Nothing ", "NotTried "]);
    let told: Vec<&str> = shown.lines().filter(|line| first.iter().any(|verdict| line.starts_with(verdict))).collect();
    assert_eq!(told, steps, "{shown}");
    assert!(shown.starts_with(end), "{end} does not begin\n{shown}");
}

fn show(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_search_that_succeeds_tells_what_failed_before_and_what_nobody_tried() {
    let temp = folder();
    let stranger = show(&mock(temp.path(), "libcmetrics.so.1", &["-DSTRANGER"]));
    let ours = show(&copy_of_real(temp.path(), "libcmetrics.so"));
    let at = show(temp.path());
    check(
        Case::beside(temp.path()),
        &format!("{ours} is used"),
        &[
            "Nothing CMETRICS_LIBRARY: not set",
            "Nothing already loaded: no copy in this process",
            &format!(
                "Refused beside the module: {stranger}: is another project's library: it does not export cmetrics_get_api"
            ),
            &format!("Used beside the module: {ours}: is used"),
            &format!("NotTried beside the module: {at}/lib/libcmetrics.so.1: not tried"),
            &format!("NotTried beside the module: {at}/lib/libcmetrics.so: not tried"),
            "NotTried system search path: libcmetrics.so.1: not tried",
        ],
    );
}

#[test]
fn the_system_s_copy_is_told_with_its_file() {
    let temp = folder();
    let ours = show(&copy_of_real(temp.path(), "libcmetrics.so.1"));
    let told = Case::new().set("LD_LIBRARY_PATH", temp.path()).set("CASE_DO", "survey").run();
    let line = format!("Used system search path: libcmetrics.so.1: is used, found as {ours}");
    assert_eq!(told.report.lines().last(), Some(&*line), "{}", told.report);
    assert_eq!(told.get("copy"), format!("true {} {ours}", env!("CARGO_PKG_VERSION")));
    assert!(told.get("served").starts_with("Some(1..="), "{told:?}");
}

#[test]
fn a_forced_file_that_is_wrong_is_the_one_step_taken() {
    let error = "no usable libcmetrics for the-case 2.5 (rust, tests/child), which can use ABI version";
    let cases = [("Nothing", "/nowhere/x.so", "no such file"), ("Refused", "x.so", "is not an absolute path")];
    for (verdict, path, outcome) in cases {
        check(
            Case::new().set("CMETRICS_LIBRARY", path),
            error,
            &[
                &format!("{verdict} CMETRICS_LIBRARY: {path}: {outcome}"),
                "NotTried already loaded: not tried",
                "NotTried beside the module: not tried",
                "NotTried system search path: not tried",
            ],
        );
    }
}

#[test]
fn a_disabled_process_searches_nothing() {
    let case = Case::new().set("CMETRICS_DISABLE", "1");
    check(case, " is used", &["Used disabled: CMETRICS_DISABLE is set: nothing is looked for"]);
}
