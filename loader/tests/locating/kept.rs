// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is remembered, and what stays loaded.

use std::collections::HashSet;
use std::ffi::CString;
use std::fmt::Write;
use std::path::Path;

use cmetrics_interface::v1::ApiV1;
use cmetrics_loader::{load, Asker};

use crate::case::Case;
use crate::child::tell;
use crate::files::{folder, mock};

/// A library that turns up later is found, and once found it is kept, whatever becomes of the variables and files.
pub(crate) fn later(asker: &Asker<'_>) -> String {
    let place = asker.module.unwrap().parent().unwrap().join("libcmetrics.so.1");
    assert!(load(asker).is_err());
    std::fs::rename(place.with_extension("later"), &place).unwrap();
    let first = load(asker).unwrap();
    std::fs::remove_file(place).unwrap();
    // SAFETY: no other thread of this process reads variables now.
    unsafe { std::env::set_var("CMETRICS_DISABLE", "1") };
    let second = load(&Asker::new("another")).unwrap();
    assert!(std::ptr::eq(first.api(), second.api()));
    tell(&Ok(second))
}

#[test]
fn absence_is_not_remembered_and_success_is() {
    let temp = folder();
    mock(temp.path(), "libcmetrics.so.later", &[]);
    Case::beside(temp.path()).set("CASE_DO", "later").run().found("beside the module", "the mock");
}

/// Who opened it before closes it more often than it was opened.
pub(crate) fn close(asker: &Asker<'_>) -> String {
    let file = asker.module.unwrap().parent().unwrap().join("libcmetrics.so.1");
    let loaded = load(asker);
    let path = CString::new(file.to_str().unwrap()).unwrap();
    for _ in 0..8 {
        // SAFETY: a module that is pinned may be closed too often.
        unsafe {
            let handle = libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_NOLOAD);
            assert!(!handle.is_null(), "it is not loaded any more");
            libc::dlclose(handle);
            libc::dlclose(handle);
        }
    }
    tell(&loaded)
}

#[test]
fn a_library_that_is_used_is_never_unloaded() {
    let temp = folder();
    let notes = temp.path().join("notes");
    let file = mock(temp.path(), "libcmetrics.so.1", &["-DNOTES"]);
    let case = || Case::beside(temp.path()).set("CASE_DO", "close").set("MOCK_NOTES", &notes);
    case().run().found("beside the module", "the mock");
    // Destructors run at the end of the process all the same.
    assert_eq!(std::fs::read_to_string(&notes).unwrap(), "+-");
    std::fs::remove_file(&notes).unwrap();
    case().set("CASE_OPEN", &file).run().found("already loaded", "the mock");
    assert_eq!(std::fs::read_to_string(&notes).unwrap(), "+-");
}

/// Threads that search at once come to one table.
pub(crate) fn threads(asker: &Asker<'_>) -> String {
    let barrier = std::sync::Barrier::new(16);
    let tables: HashSet<usize> = std::thread::scope(|scope| {
        let ask = || {
            barrier.wait();
            std::ptr::from_ref::<ApiV1>(load(asker).unwrap().api()) as usize
        };
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(tables.len(), 1);
    tell(&load(asker))
}

#[test]
fn threads_that_search_at_once_come_to_one_table() {
    let temp = folder();
    // A table that is completed is a copy: two would be told apart.
    mock(temp.path(), "libcmetrics.so.1", &["-DNULL_REGISTRY", "-Wno-unused"]);
    let told = Case::beside(temp.path()).set("CASE_DO", "threads").run();
    // A thread may see as loaded what another is just loading, and be done before it.
    assert!(["beside the module", "already loaded"].contains(&told.get("origin")), "{told:?}");
    assert_eq!(told.get("path"), "the mock");
}

/// Clients of several versions in one process: each its own table, one library.
pub(crate) fn versions(asker: &Asker<'_>) -> String {
    let mut told = String::new();
    for (oldest, newest) in [(1, 1), (1, 2), (2, 9), (1, 1), (4, 9)] {
        match load(&Asker { oldest, newest, ..*asker }) {
            Ok(loaded) => {
                let table = loaded.api().version;
                assert_eq!(table, loaded.version());
                writeln!(told, "{oldest}-{newest} {table} of {}", loaded.path()).unwrap();
            }
            Err(error) => writeln!(told, "{oldest}-{newest} none\n\n{error}").unwrap(),
        }
    }
    told
}

#[test]
fn every_client_gets_the_table_of_its_version() {
    let temp = folder();
    mock(temp.path(), "libcmetrics.so.1", &["-DNEWEST=3"]);
    let told = Case::beside(temp.path()).set("CASE_DO", "versions").run();
    let expected = [("1-1", "1"), ("1-2", "2"), ("2-9", "3"), ("1-1", "1")];
    for (line, (asked, version)) in told.lines.iter().zip(expected) {
        assert_eq!((line.0.as_str(), line.1.as_str()), (asked, &*format!("{version} of the mock")));
    }
    assert_eq!(told.lines[4], ("4-9".to_owned(), "none".to_owned()));
    assert!(told.report.contains("libcmetrics.so.1: is cmetrics 0.0.7"), "{}", told.report);
    assert!(Path::new(temp.path()).exists());
}
