// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is found, and by which step.

use std::fs;
use std::path::Path;

use cmetrics_interface::UNAVAILABLE;

use crate::case::Case;
use crate::files::{folder, mock};

const MOCK: &str = "the mock";

/// What a mock of this semver is found by.
#[track_caller]
fn check(case: Case, origin: &str, semver: &str) {
    let told = case.run();
    told.found(origin, MOCK);
    assert_eq!(told.get("semver"), semver);
}

fn named(folder: &Path, name: &str, semver: &str) -> std::path::PathBuf {
    mock(folder, name, &[&format!("-DSEMVER=\"{semver}\"")])
}

#[test]
fn every_step_comes_before_the_next() {
    let (temp, system, elsewhere) = (folder(), folder(), folder());
    let beside = named(temp.path(), "libcmetrics.so.1", "0.0.1");
    let link = named(temp.path(), "libcmetrics.so", "0.0.2");
    let below = named(&temp.path().join("lib"), "libcmetrics.so.1", "0.0.3");
    let below_link = named(&temp.path().join("lib"), "libcmetrics.so", "0.0.4");
    named(system.path(), "libcmetrics.so.1", "0.0.5");
    let loaded = named(elsewhere.path(), "libcmetrics.so.1.9", "0.0.6");
    let forced = named(elsewhere.path(), "any name.so", "0.0.8");
    let embedded = named(elsewhere.path(), "linked.so", "0.0.9");
    let case = || Case::beside(temp.path()).set("LD_LIBRARY_PATH", system.path()).set("CASE_EMBEDDED", &embedded);

    check(case().set("CASE_OPEN", &loaded).set("CMETRICS_LIBRARY", &forced), "CMETRICS_LIBRARY", "0.0.8");
    check(case().set("CASE_OPEN", &loaded), "already loaded", "0.0.6");
    check(case().set("LD_PRELOAD", &loaded), "already loaded", "0.0.6");
    for (file, semver) in [(beside, "0.0.1"), (link, "0.0.2"), (below, "0.0.3"), (below_link, "0.0.4")] {
        check(case(), "beside the module", semver);
        fs::remove_file(file).unwrap();
    }
    check(case(), "system search path", "0.0.5");
    check(Case::beside(temp.path()).set("CASE_EMBEDDED", &embedded), "linked into the program", "0.0.9");
}

#[test]
fn the_first_loaded_copy_that_is_ours_is_taken() {
    let (a, b, c) = (folder(), folder(), folder());
    let stranger = mock(a.path(), "libcmetrics.so.1", &["-DSTRANGER"]);
    let first = named(b.path(), "libcmetrics.so.1", "0.0.1");
    let second = named(c.path(), "libcmetrics.so.1", "0.0.2");
    let all = [&stranger, &first, &second].map(|path| path.to_str().unwrap()).join(":");
    check(Case::new().set("CASE_OPEN", all), "already loaded", "0.0.1");
}

#[test]
fn a_copy_is_found_beside_the_program() {
    let temp = folder();
    for name in ["plain", "with spaces", "métriques 計測"] {
        let place = temp.path().join(name);
        named(&place, "libcmetrics.so.1", "0.0.3");
        check(Case::new().program_in(&place), "beside the module", "0.0.3");
        check(Case::new().set("CMETRICS_LIBRARY", place.join("libcmetrics.so.1")), "CMETRICS_LIBRARY", "0.0.3");
    }
}

#[test]
fn a_symbolic_link_is_followed() {
    let temp = folder();
    let file = named(temp.path(), "libmetrics-1.4.2.so", "0.0.3");
    std::os::unix::fs::symlink(file, temp.path().join("libcmetrics.so.1")).unwrap();
    check(Case::beside(temp.path()), "beside the module", "0.0.3");
}

#[test]
fn either_kind_of_hash_table_is_read() {
    for style in ["-Wl,--hash-style=sysv", "-Wl,--hash-style=gnu", "-Wl,--hash-style=both"] {
        let temp = folder();
        mock(temp.path(), "libcmetrics.so.1", &[style]);
        check(Case::beside(temp.path()), "beside the module", "0.0.7");
    }
}

#[test]
fn a_variable_without_meaning_changes_nothing() {
    let temp = folder();
    named(temp.path(), "libcmetrics.so.1", "0.0.3");
    for (name, value) in [("CMETRICS_LIBRARY", ""), ("CMETRICS_DISABLE", ""), ("CMETRICS_DISABLE", "0")] {
        check(Case::beside(temp.path()).set(name, value), "beside the module", "0.0.3");
    }
}

#[test]
fn nothing_is_looked_for_when_disabled() {
    let temp = folder();
    let bomb = mock(temp.path(), "libcmetrics.so.1", &["-DABORT"]);
    for library in [bomb.to_str().unwrap(), "not even absolute"] {
        let told = Case::beside(temp.path()).set("CMETRICS_LIBRARY", library).set("CMETRICS_DISABLE", "1").run();
        told.found("disabled", "");
        assert_eq!((told.get("version"), told.get("semver")), ("1", ""));
    }
}

#[test]
fn the_current_folder_is_not_searched() {
    let temp = folder();
    mock(temp.path(), "libcmetrics.so.1", &["-DABORT"]);
    mock(&temp.path().join("lib"), "libcmetrics.so.1", &["-DABORT"]);
    let told = Case::new().set("CASE_MODULE", "module.so").standing_in(temp.path()).run();
    told.failed(UNAVAILABLE, &["beside the module: not searched: the folder is not an absolute path", "system search"]);
}

#[test]
fn every_step_is_reported_when_nothing_is_found() {
    let temp = folder();
    let told = Case::beside(temp.path()).run();
    let beside = |name: &str| format!("\n  beside the module: {}: no such file", temp.path().join(name).display());
    told.failed(
        UNAVAILABLE,
        &[
            "no usable libcmetrics for the-case 2.5 (rust, tests/child), which can use ABI version 1",
            "\n  CMETRICS_LIBRARY: not set",
            "\n  already loaded: no copy in this process",
            &beside("libcmetrics.so.1"),
            &beside("libcmetrics.so"),
            &beside("lib/libcmetrics.so.1"),
            &beside("lib/libcmetrics.so"),
            "\n  system search path: libcmetrics.so.1: cannot be loaded: libcmetrics.so.1: cannot open shared object file",
            "\nhint: install cmetrics, or set CMETRICS_LIBRARY to the absolute path of a libcmetrics.so.1",
        ],
    );
    assert_eq!(told.get("steps"), "7");
}
