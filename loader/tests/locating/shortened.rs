// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Tables that have less than this crate knows.

use std::fmt::Write;
use std::mem::offset_of;
use std::ptr::null_mut;

use cmetrics_interface::v1::{ApiV1, ClientV1, CounterV1, RegistryV1};
use cmetrics_interface::{Error, Text, OK, UNSUPPORTED};
use cmetrics_loader::{load, Asker};

use crate::case::Case;
use crate::files::{folder, mock};

/// Calls a slot that the mock has, and stubs in every other vtable.
pub(crate) fn slots(asker: &Asker<'_>) -> String {
    let loaded = load(asker).unwrap();
    let api = loaded.api();
    let mut told = String::new();
    // SAFETY: a completed table; the mock's registries are only handed to the mock, and the stubs take anything.
    unsafe {
        let registry = &*api.registry;
        let root = (registry.root)(api);
        writeln!(told, "root {}\nid {}", u8::from(!root.is_null()), (registry.id)(root)).unwrap();
        let mut error: *mut Error = null_mut::<u8>().wrapping_add(1).cast();
        let mut client = null_mut::<u8>().wrapping_add(1).cast();
        assert_eq!(((*api.client).open)(api, std::ptr::null(), &mut client, &mut error), UNSUPPORTED);
        assert!(client.is_null() && error.is_null());
        assert_eq!((registry.render)(root, std::ptr::null(), std::ptr::null(), null_mut()), UNSUPPORTED);
        let mut text = Text::lend("before");
        assert_eq!((registry.content_type)(api, 0, &mut text), UNSUPPORTED);
        assert_eq!(text.len, 0);
        ((*api.counter).inc)(null_mut());
        assert_eq!(((*api.counter).value)(null_mut()), 0);
        assert_ne!(((*api.error).read)(std::ptr::null(), null_mut()), OK);
    }
    let provides = |name: &str, vtable, slot| format!("{name} {}\n", loaded.provides(vtable, slot));
    told += &provides("has-root", offset_of!(ApiV1, registry), offset_of!(RegistryV1, root));
    told += &provides("has-id", offset_of!(ApiV1, registry), offset_of!(RegistryV1, id));
    told += &provides("has-open", offset_of!(ApiV1, client), offset_of!(ClientV1, open));
    told += &provides("has-inc", offset_of!(ApiV1, counter), offset_of!(CounterV1, inc));
    for (vtable, slot) in
        [(0, 8), (8, 0), (9, 8), (8, 9), (4096, 8), (8, 4096), (usize::MAX - 7, 8), (8, usize::MAX - 7)]
    {
        assert!(!loaded.provides(vtable, slot), "{vtable} {slot}");
    }
    told + "\n"
}

/// What is there of `root` and `id` of a mock with these options.
#[track_caller]
fn check(options: &[&str], root: &str, id: &str) {
    let temp = folder();
    mock(temp.path(), "libcmetrics.so.1", &[options, &["-Wno-unused"]].concat());
    let told = Case::beside(temp.path()).set("CASE_DO", "slots").run();
    assert_eq!((told.get("has-root"), told.get("has-id")), (root, id));
    assert_eq!((told.get("has-open"), told.get("has-inc")), ("false", "false"));
    let (root, id) = (root == "true", root == "true" && id == "true");
    assert_eq!((told.get("root"), told.get("id")), (if root { "1" } else { "0" }, if id { "4711" } else { "0" }));
}

#[test]
fn vtables_that_are_not_there_are_stubs() {
    check(&[], "true", "true");
    check(&["-DNULL_REGISTRY"], "false", "false");
}

#[test]
fn a_short_table_is_completed() {
    // Up to and including `client`; up to `registry`; `registry` cut in half.
    check(&["-DTABLE_SIZE=16"], "false", "false");
    check(&["-DTABLE_SIZE=24"], "true", "true");
    check(&["-DTABLE_SIZE=20"], "false", "false");
    check(&["-DTABLE_SIZE=8"], "false", "false");
}

#[test]
fn a_short_vtable_is_completed() {
    // Up to and including `root`, the third slot; `root` cut in half; nothing.
    check(&["-DREGISTRY_SIZE=32"], "true", "false");
    check(&["-DREGISTRY_SIZE=28"], "false", "false");
    check(&["-DREGISTRY_SIZE=8"], "false", "false");
    check(&["-DREGISTRY_SIZE=0"], "false", "false");
}

#[test]
fn a_slot_that_is_null_is_a_stub() {
    check(&["-DNULL_SLOT"], "false", "true");
}

#[test]
fn a_longer_table_is_used_as_it_is() {
    check(&["-DTABLE_SIZE=400", "-DREGISTRY_SIZE=400"], "true", "true");
}
