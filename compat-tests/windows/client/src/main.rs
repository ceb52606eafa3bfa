// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A client in Rust: client [load FILE | folder FOLDER | plugin FILE]...: as ../../client.c, and before it asks it has
//! plugins with a copy of their own record three events.

#![cfg(windows)]

use std::ffi::{c_char, c_void};
use std::os::windows::ffi::OsStrExt;

use cmetrics::{Priority, ReportOptions};

#[link(name = "kernel32")]
extern "system" {
    fn LoadLibraryW(path: *const u16) -> *mut c_void;
    fn AddDllDirectory(path: *const u16) -> *mut c_void;
    fn GetProcAddress(module: *mut c_void, name: *const c_char) -> *const c_void;
}

fn main() {
    let mut args = std::env::args_os().skip(1);
    let mut roots = Vec::new();
    while let (Some(what), Some(path)) = (args.next(), args.next()) {
        let wide: Vec<u16> = path.encode_wide().chain([0]).collect();
        // SAFETY: `wide` ends in a NUL; what is loaded is of these tests.
        let done = unsafe {
            if what == "folder" {
                AddDllDirectory(wide.as_ptr())
            } else {
                LoadLibraryW(wide.as_ptr())
            }
        };
        assert!(!done.is_null(), "cannot {what:?} {path:?}");
        if what == "plugin" {
            roots.push(record(done));
        }
    }
    let found = cmetrics::library();
    let root = cmetrics::root();
    let events = root.counter("election_events").help("What the election's tests count").get();
    events.add(4);
    match found {
        Ok(library) => println!("status 0\npath {}\nevents {}", library.path, events.value()),
        Err(error) => println!("status 1\npath \nevents {}\n{error}", events.value()),
    }
    let report = root.render_with(&ReportOptions::new().verbosity(Priority::Debug)).expect("a report");
    let copies = report.lines().find(|line| line.starts_with("cmetrics_copies "));
    println!("{}\none root {}", copies.unwrap_or("no copies"), roots.iter().all(|id| *id == root.id()));
}

/// Has a plugin (election/embedded) record three events. Returns its root.
fn record(plugin: *mut c_void) -> u64 {
    // SAFETY: the plugin exports both functions, of these types.
    unsafe {
        let record = GetProcAddress(plugin, c"embedded_record".as_ptr());
        let root = GetProcAddress(plugin, c"embedded_root".as_ptr());
        assert!(!record.is_null() && !root.is_null(), "the plugin lacks its functions");
        let record: extern "C" fn(u64) -> u64 = std::mem::transmute(record);
        let root: extern "C" fn() -> u64 = std::mem::transmute(root);
        record(3);
        root()
    }
}
