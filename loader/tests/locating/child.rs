// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a case's process does. Variables say what:
//!
//! - `CASE_OUT`: the file to tell it to;
//! - `CASE_MODULE`, `CASE_OLDEST`, `CASE_NEWEST`: the asker;
//! - `CASE_EMBEDDED`: a library whose entry stands for one that is linked in;
//! - `CASE_OPEN`: libraries, split at `:`, that somebody else opens before;
//! - `CASE_DO`: what to do, one of the functions below; without it, `found` or `failed` is told.

use std::ffi::{c_void, CString};
use std::fmt::Write;
use std::path::PathBuf;

use cmetrics_interface::{GetApi, GET_API_SYMBOL};
use cmetrics_loader::{load, Asker, LoadError, Loaded};

use crate::{kept, real, shortened, survey};

#[test]
#[ignore = "the other tests run it, in processes of its own"]
fn child() {
    let variable = |name| std::env::var(name).ok();
    let number = |name| variable(name).map(|text| text.parse().unwrap());
    for path in variable("CASE_OPEN").iter().flat_map(|list| list.split(':')) {
        assert!(!open(path).is_null(), "{path} cannot be opened");
    }
    let module = std::env::var_os("CASE_MODULE").map(PathBuf::from);
    let mut asker = Asker { version: "2.5", file: "tests/child", module: module.as_deref(), ..Asker::new("the-case") };
    asker.oldest = number("CASE_OLDEST").unwrap_or(asker.oldest);
    asker.newest = number("CASE_NEWEST").unwrap_or(asker.newest);
    asker.embedded = variable("CASE_EMBEDDED").map(|path| entry(&path));
    let told = match variable("CASE_DO").as_deref() {
        None => tell(&load(&asker)),
        Some("later") => kept::later(&asker),
        Some("close") => kept::close(&asker),
        Some("threads") => kept::threads(&asker),
        Some("versions") => kept::versions(&asker),
        Some("slots") => shortened::slots(&asker),
        Some("survey") => survey::tell(&asker),
        Some("count") => real::count(&asker),
        Some(other) => panic!("CASE_DO={other} is unknown"),
    };
    std::fs::write(std::env::var_os("CASE_OUT").unwrap(), told).unwrap();
}

/// As `case::Told` reads it.
pub(crate) fn tell(result: &Result<Loaded, LoadError>) -> String {
    let mut told = String::new();
    match result {
        Ok(loaded) => {
            writeln!(told, "origin {}\npath {}", loaded.origin(), loaded.path()).unwrap();
            writeln!(told, "version {}\nsemver {}\n", loaded.version(), loaded.semver()).unwrap();
        }
        Err(error) => {
            writeln!(told, "status {}\nsteps {}\n\n{error}", error.status(), error.steps().len()).unwrap();
        }
    }
    told
}

/// Opens a library as somebody else in the process would.
pub(crate) fn open(path: &str) -> *mut c_void {
    let path = CString::new(path).unwrap();
    // SAFETY: the libraries of these tests may be opened.
    unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) }
}

/// The entry of a library as a program has it that links the library.
fn entry(path: &str) -> GetApi {
    let library = open(path);
    assert!(!library.is_null(), "{path} cannot be opened");
    // SAFETY: the libraries of these tests have an entry of that type.
    unsafe {
        let entry = libc::dlsym(library, GET_API_SYMBOL.as_ptr().cast());
        assert!(!entry.is_null());
        std::mem::transmute::<*mut c_void, GetApi>(entry)
    }
}
