// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is made, and what comes of using it.

use std::cell::Cell;
use std::collections::HashSet;
use std::ffi::c_void;
use std::ptr::{null, null_mut};

use cmetrics_interface::v1::{ApiV1, ClientDesc, CollectorDesc, RegistryDesc};
use cmetrics_interface::{
    ErrorInfo, ReportOptions, Status, Text, Visitor, INVALID_ARGUMENT, KIND_COUNTER, KIND_DURATION_GAUGE, NOT_FOUND,
    OK, UNSUPPORTED,
};
use cmetrics_loader::noop;

use crate::{desc, metric, registry, root, untouched};

#[test]
fn the_table_is_whole() {
    let api = noop();
    assert_eq!((api.struct_size as usize, api.version), (size_of::<ApiV1>(), 1));
    // SAFETY: every table begins with its size and version, and has pointers alone from there.
    unsafe {
        let vtables = std::slice::from_raw_parts((&raw const *api).byte_add(8).cast::<*const u32>(), 12);
        for vtable in vtables {
            let (size, version) = (vtable.read(), vtable.add(1).read());
            assert_eq!(version, 1);
            let slots = std::slice::from_raw_parts(vtable.byte_add(8).cast::<usize>(), (size as usize - 8) / 8);
            assert!(slots.iter().all(|slot| *slot != 0));
        }
    }
}

#[test]
fn a_metric_is_of_the_kind_it_was_made_with() {
    let api = noop();
    let mut handles = HashSet::new();
    for kind in KIND_COUNTER..=KIND_DURATION_GAUGE {
        let made = metric(kind);
        handles.insert(made);
        // SAFETY: a handle of the table.
        unsafe {
            assert_eq!(((*api.metric).kind)(made), kind);
            assert_eq!((((*api.metric).id)(made), ((*api.metric).attached)(made)), (0, 0));
            ((*api.metric).retain)(made);
            ((*api.metric).release)(made);
            ((*api.metric).refuse)(made, 1);
        }
    }
    assert_eq!(handles.len(), 7, "kinds are told apart by their handles");
    // SAFETY: NULL is allowed.
    unsafe { assert_eq!(((*api.metric).kind)(null_mut()), 0) };
}

#[test]
fn what_the_contract_requires_is_required_here_too() {
    let registry = registry(noop());
    for (kind, expected) in [(0, INVALID_ARGUMENT), (-1, INVALID_ARGUMENT), (8, UNSUPPORTED), (999, UNSUPPORTED)] {
        let (mut made, mut error) = (null_mut::<u8>().wrapping_add(1).cast(), untouched());
        // SAFETY: everything is lent for the call.
        let status = unsafe { (registry.metric)(root(), &desc(kind), &mut made, &mut error) };
        assert_eq!((status, made.is_null(), error.is_null()), (expected, true, true), "kind {kind}");
    }
    let (mut made, mut child, mut desc) = (null_mut(), null_mut(), desc(KIND_COUNTER));
    // SAFETY: NULL where the contract forbids it is answered; everything else is lent for the call.
    unsafe {
        assert_eq!((registry.metric)(null_mut(), &desc, &mut made, null_mut()), INVALID_ARGUMENT);
        assert_eq!((registry.metric)(root(), null(), &mut made, null_mut()), INVALID_ARGUMENT);
        assert_eq!((registry.metric)(root(), &desc, null_mut(), null_mut()), INVALID_ARGUMENT);
        desc.struct_size = 8;
        assert_eq!((registry.metric)(root(), &desc, &mut made, null_mut()), INVALID_ARGUMENT);
        assert_eq!((registry.child)(root(), null(), &mut child, null_mut()), INVALID_ARGUMENT);
        assert_eq!((registry.isolated)(noop(), null(), null_mut(), null_mut()), INVALID_ARGUMENT);
        assert_eq!((registry.remove)(null_mut(), null_mut()), INVALID_ARGUMENT);
    }
}

#[test]
fn registries_are_made_and_nothing_is_found_in_them() {
    let (api, registry) = (noop(), registry(noop()));
    let below = RegistryDesc {
        struct_size: size_of::<RegistryDesc>() as u32,
        flags: 0,
        prefix: Text::lend("below"),
        labels: null(),
        n_labels: 0,
        owner: null_mut(),
    };
    let (mut child, mut isolated, mut found) = (null_mut(), null_mut(), metric(KIND_COUNTER));
    let mut error = untouched();
    // SAFETY: the table's own handles; everything is lent for its call.
    unsafe {
        assert_eq!((registry.child)(root(), &below, &mut child, &mut error), OK);
        assert_eq!((registry.isolated)(api, null(), &mut isolated, null_mut()), OK);
        assert!(!child.is_null() && !isolated.is_null() && error.is_null());
        assert_eq!((registry.scope_enter)(api, isolated, null_mut()), OK);
        (registry.scope_leave)(api);
        (registry.scope_leave)(api);
        assert_eq!((registry.limit_series)(root(), 1, null_mut()), OK);
        assert_eq!((registry.remove_metric)(child, found, null_mut()), OK);
        error = untouched();
        assert_eq!((registry.find)(child, &desc(KIND_COUNTER), &mut found, &mut error), NOT_FOUND);
        assert!(found.is_null() && error.is_null());
        assert_eq!((registry.reset)(child, null_mut()), OK);
        assert_eq!((registry.remove)(child, null_mut()), OK);
        assert_eq!((registry.id)(child), 0);
        (registry.retain)(child);
        (registry.release)(child);
        (registry.release)(null_mut());
    }
}

#[test]
fn clients_are_opened_and_closed() {
    let client = noop().client;
    let who = ClientDesc {
        struct_size: size_of::<ClientDesc>() as u32,
        flags: 0,
        name: Text::lend("test"),
        version: Text::ABSENT,
        language: Text::ABSENT,
        file: Text::ABSENT,
    };
    let (mut opened, mut error) = (null_mut(), untouched());
    // SAFETY: the table's own handles; everything is lent for its call.
    unsafe {
        assert_eq!(((*client).open)(noop(), &who, &mut opened, &mut error), OK);
        assert!(!opened.is_null() && error.is_null());
        ((*client).retain)(opened);
        ((*client).close)(opened);
        ((*client).noop_handles)(noop(), opened, 3);
        ((*client).release)(opened);
    }
}

unsafe extern "C" fn never(_: *mut c_void, _: *const ReportOptions, _: *const Visitor) -> Status {
    unreachable!("nothing is ever reported")
}

unsafe extern "C" fn dropped(user: *mut c_void) {
    // SAFETY: the test lends its Cell as `user`.
    let count = unsafe { &*user.cast::<Cell<u32>>() };
    count.set(count.get() + 1);
}

#[test]
fn a_collector_is_dropped_exactly_once() {
    let collector = noop().collector;
    let count = Cell::new(0_u32);
    let mut desc = CollectorDesc {
        struct_size: size_of::<CollectorDesc>() as u32,
        flags: 0,
        owner: null_mut(),
        collect: Some(never),
        drop: Some(dropped),
        user: (&raw const count).cast_mut().cast(),
    };
    let mut added = null_mut();
    // SAFETY: the table's own handles; everything is lent for its call.
    unsafe {
        assert_eq!(((*collector).add)(root(), &desc, &mut added, null_mut()), OK);
        assert!(!added.is_null());
        assert_eq!(((*collector).remove)(added, null_mut()), OK);
        assert_eq!(((*collector).remove)(added, null_mut()), OK);
        ((*collector).release)(added);
        assert_eq!(count.get(), 1);

        // A failure leaves `user` with the caller.
        desc.collect = None;
        let mut error = untouched();
        assert_eq!(((*collector).add)(root(), &desc, &mut added, &mut error), INVALID_ARGUMENT);
        assert!(added.is_null() && error.is_null());
        assert_eq!(((*collector).add)(null_mut(), &desc, null_mut(), null_mut()), INVALID_ARGUMENT);
    }
    assert_eq!(count.get(), 1);
}

#[test]
fn there_is_no_error_to_read() {
    let error = noop().error;
    // SAFETY: all zero is an ErrorInfo without texts.
    let mut info: ErrorInfo = unsafe { std::mem::zeroed() };
    info.struct_size = size_of::<ErrorInfo>() as u32;
    // SAFETY: NULL is allowed.
    unsafe {
        assert_eq!(((*error).read)(null(), &mut info), INVALID_ARGUMENT);
        ((*error).retain)(null_mut());
        ((*error).release)(null_mut());
    }
}
