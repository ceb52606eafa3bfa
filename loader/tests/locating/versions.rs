// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Which version is agreed on, and with which copy.

use cmetrics_interface::{UNAVAILABLE, UNSUPPORTED};

use crate::case::Case;
use crate::files::{folder, mock};

/// A client of versions `asked` on a library of versions `served` gets `version`.
#[track_caller]
fn check(asked: (u32, u32), served: (u32, u32), version: &str) {
    let temp = folder();
    mock(temp.path(), "libcmetrics.so.1", &[&format!("-DOLDEST={}", served.0), &format!("-DNEWEST={}", served.1)]);
    let told = Case::beside(temp.path()).asks(asked.0, asked.1).run();
    told.found("beside the module", "the mock");
    assert_eq!(told.get("version"), version);
}

#[test]
fn the_newest_common_version_is_used() {
    check((1, 1), (1, 1), "1");
    check((1, 1), (1, 4), "1");
    check((1, 4), (1, 1), "1");
    check((2, 4), (1, 3), "3");
}

#[test]
fn a_library_that_is_too_old_is_named_with_the_cure() {
    let temp = folder();
    let file = mock(temp.path(), "libcmetrics.so.1", &[]);
    let told = Case::beside(temp.path()).asks(2, 3).run();
    let line = format!("beside the module: {}: is cmetrics 0.0.7 (older than this client's ", file.display());
    let hint = format!("hint: replace {} with a libcmetrics that serves ABI versions 2 to 3", file.display());
    told.failed(
        UNSUPPORTED,
        &[
            "for the-case 2.5 (rust, tests/child), which can use ABI versions 2 to 3",
            &line,
            "which serves ABI version 1: too old for ABI versions 2 to 3",
            "system search path",
            &hint,
        ],
    );
}

#[test]
fn a_library_that_is_too_new_is_named_with_the_cure() {
    let temp = folder();
    let file = mock(temp.path(), "any.so", &["-DOLDEST=3", "-DNEWEST=5", "-DSEMVER=\"9.1.0\""]);
    let told = Case::new().set("CMETRICS_LIBRARY", &file).asks(1, 2).run();
    let line = format!("CMETRICS_LIBRARY: {}: is cmetrics 9.1.0 (newer than this client's ", file.display());
    told.failed(
        UNSUPPORTED,
        &[
            &line,
            "which serves ABI versions 3 to 5: too new for ABI versions 1 to 2",
            "hint: update the-case 2.5 (rust, tests/child), or install a libcmetrics that still serves ABI versions 1 to 2",
        ],
    );
    assert_eq!(told.get("steps"), "1");
}

#[test]
fn a_client_without_versions_is_told_so() {
    let temp = folder();
    mock(temp.path(), "libcmetrics.so.1", &[]);
    for (oldest, newest) in [(2, 1), (0, 1)] {
        let told = Case::beside(temp.path()).asks(oldest, newest).run();
        told.failed(UNSUPPORTED, &["not to be matched", "hint: correct the ABI versions that the-case 2.5"]);
    }
}

#[test]
fn a_copy_without_a_common_version_is_passed_over() {
    let temp = folder();
    mock(temp.path(), "libcmetrics.so.1", &[]);
    mock(&temp.path().join("lib"), "libcmetrics.so.1", &["-DNEWEST=3", "-DSEMVER=\"0.3.0\""]);
    let told = Case::beside(temp.path()).asks(2, 3).run();
    assert_eq!((told.get("version"), told.get("semver")), ("3", "0.3.0"));
}

#[test]
fn a_copy_that_is_passed_over_is_closed_again() {
    let temp = folder();
    let notes = temp.path().join("notes");
    mock(temp.path(), "libcmetrics.so.1", &["-DNOTES"]);
    let told = Case::beside(temp.path()).asks(2, 3).set("MOCK_NOTES", &notes).run();
    told.failed(UNSUPPORTED, &["too old"]);
    assert_eq!(std::fs::read_to_string(notes).unwrap(), "+-");
}

#[test]
fn the_copy_that_provides_already_decides() {
    let temp = folder();
    // It serves 1 to 2, the winner 1 to 3; the mock's own entry gives the winner's tables.
    mock(temp.path(), "libcmetrics.so.1", &["-DNEWEST=2", "-DWINNER_NEWEST=3"]);
    let told = Case::beside(temp.path()).asks(1, 2).run();
    told.found("beside the module", "/the/winner");
    assert_eq!((told.get("version"), told.get("semver")), ("2", "0.0.9"));
}

#[test]
fn a_newer_copy_serves_beside_a_winner_that_is_too_old() {
    let temp = folder();
    mock(temp.path(), "libcmetrics.so.1", &["-DNEWEST=3", "-DWINNER_NEWEST=1", "-DSATELLITE"]);
    let told = Case::beside(temp.path()).asks(2, 3).run();
    told.found("beside the module", "the mock");
    assert_eq!(told.get("version"), "3");
    // Who can use what the winner serves uses that.
    let told = Case::beside(temp.path()).asks(1, 3).run();
    told.found("beside the module", "/the/winner");
    assert_eq!(told.get("version"), "1");
}

#[test]
fn where_none_can_serve_beside_the_winner_the_error_names_both() {
    let temp = folder();
    let file = mock(temp.path(), "libcmetrics.so.1", &["-DNEWEST=3", "-DWINNER_NEWEST=1"]);
    mock(&temp.path().join("lib"), "libcmetrics.so.1", &["-DNEWEST=3", "-DWINNER_NEWEST=1"]);
    let told = Case::beside(temp.path()).asks(2, 3).run();
    told.failed(
        UNSUPPORTED,
        &[
            "libcmetrics.so.1: is cmetrics 0.0.7, which serves ABI versions 2 to 3 too, but /the/winner provides",
            "that is cmetrics 0.0.9, which serves ABI version 1: too old",
            "lib/libcmetrics.so.1: is cmetrics",
            &format!("hint: set CMETRICS_LIBRARY to {} before the process starts", file.display()),
            "or replace /the/winner with a libcmetrics that serves ABI versions 2 to 3",
        ],
    );
}

#[test]
fn a_forced_copy_wins_or_fails() {
    let temp = folder();
    let file = mock(temp.path(), "libcmetrics.so.1", &["-DWINNER_NEWEST=1"]);
    Case::beside(temp.path()).run().found("beside the module", "/the/winner");
    let told = Case::new().set("CMETRICS_LIBRARY", &file).run();
    let line = format!("{}: is loaded, but /the/winner provides for this process already", file.display());
    told.failed(UNAVAILABLE, &[&line, "hint: unset CMETRICS_LIBRARY, or start the process so that /the/winner is not"]);
}
