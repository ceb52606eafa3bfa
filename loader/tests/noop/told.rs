// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is read, described and reported.

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use cmetrics_interface::v1::RegistryDesc;
use cmetrics_interface::{
    Family, Point, Sink, Status, Text, Visitor, INVALID_ARGUMENT, KIND_COUNTER, KIND_DURATION_COUNTER,
    KIND_DURATION_GAUGE, KIND_FLOAT_COUNTER, KIND_FLOAT_GAUGE, KIND_INT_COUNTER, KIND_INT_GAUGE, OK, TYPE_COUNTER,
    TYPE_GAUGE, TYPE_SUMMARY, UNSUPPORTED,
};
use cmetrics_loader::noop;

use crate::{metric, registry, root, untouched};

#[test]
fn updates_vanish_and_reads_are_zero() {
    let api = noop();
    let (mut total, mut float, mut count) = (7_u64, 7.0_f64, 7_u64);
    // SAFETY: handles of the table, each of its kind; everything is lent for its call.
    unsafe {
        let handle = metric(KIND_COUNTER).cast();
        ((*api.counter).inc)(handle);
        ((*api.counter).add)(handle, 9);
        assert_eq!(((*api.counter).value)(handle), 0);

        let handle = metric(KIND_INT_COUNTER).cast();
        ((*api.int_counter).add)(handle, 9);
        ((*api.int_counter).read)(handle, &mut total, &mut count);
        assert_eq!((total, count), (0, 0));
        ((*api.int_counter).read)(handle, null_mut(), null_mut());

        (total, count) = (7, 7);
        let handle = metric(KIND_DURATION_COUNTER).cast();
        ((*api.duration_counter).add)(handle, 9);
        ((*api.duration_counter).read)(handle, &mut total, &mut count);
        assert_eq!((total, count), (0, 0));

        count = 7;
        let handle = metric(KIND_FLOAT_COUNTER).cast();
        ((*api.float_counter).add)(handle, 0.5);
        ((*api.float_counter).read)(handle, &mut float, &mut count);
        assert_eq!((float.to_bits(), count), (0, 0));

        let handle = metric(KIND_INT_GAUGE).cast();
        ((*api.int_gauge).set)(handle, 9);
        ((*api.int_gauge).add)(handle, 9);
        ((*api.int_gauge).sub)(handle, 3);
        ((*api.int_gauge).inc)(handle);
        ((*api.int_gauge).dec)(handle);
        assert_eq!(((*api.int_gauge).value)(handle), 0);

        let handle = metric(KIND_FLOAT_GAUGE).cast();
        ((*api.float_gauge).set)(handle, f64::NAN);
        ((*api.float_gauge).add)(handle, 9.0);
        ((*api.float_gauge).sub)(handle, 3.0);
        ((*api.float_gauge).inc)(handle);
        ((*api.float_gauge).dec)(handle);
        assert_eq!(((*api.float_gauge).value)(handle).to_bits(), 0);

        let handle = metric(KIND_DURATION_GAUGE).cast();
        ((*api.duration_gauge).set)(handle, 9);
        ((*api.duration_gauge).add)(handle, 9);
        ((*api.duration_gauge).sub)(handle, 3);
        ((*api.duration_gauge).inc)(handle);
        ((*api.duration_gauge).dec)(handle);
        assert_eq!(((*api.duration_gauge).value)(handle), 0);
    }
}

/// What a visitor heard: kinds and types of families, and how many points.
#[derive(Default)]
struct Heard {
    families: Vec<(i32, i32)>,
    points: u32,
    stop: Status,
}

unsafe extern "C" fn hear_family(user: *mut c_void, family: *const Family) -> Status {
    // SAFETY: the test lends its Heard, the table a family.
    let (heard, family) = unsafe { (&mut *user.cast::<Heard>(), &*family) };
    assert_eq!((family.struct_size as usize, family.name.len, family.help.len), (size_of::<Family>(), 0, 0));
    heard.families.push((family.kind, family.type_));
    heard.stop
}

unsafe extern "C" fn hear_point(user: *mut c_void, point: *const Point) -> Status {
    // SAFETY: the test lends its Heard, the table a point.
    let (heard, point) = unsafe { (&mut *user.cast::<Heard>(), &*point) };
    assert_eq!((point.struct_size as usize, point.id), (size_of::<Point>(), 0));
    assert_eq!((point.n_labels, point.n_values), (0, 0));
    heard.points += 1;
    OK
}

fn visitor(heard: &mut Heard) -> Visitor {
    let user: *mut Heard = heard;
    Visitor {
        struct_size: size_of::<Visitor>() as u32,
        flags: 0,
        family: Some(hear_family),
        point: Some(hear_point),
        user: user.cast(),
    }
}

#[test]
fn a_metric_describes_itself_as_one_of_its_kind() {
    let describe = |kind, visitor: *const Visitor| {
        // SAFETY: a handle of the table, and a visitor that is lent for the call.
        unsafe { ((*noop().metric).describe)(metric(kind), visitor) }
    };
    let types = [
        (KIND_COUNTER, TYPE_COUNTER),
        (KIND_INT_COUNTER, TYPE_SUMMARY),
        (KIND_FLOAT_COUNTER, TYPE_SUMMARY),
        (KIND_DURATION_COUNTER, TYPE_SUMMARY),
        (KIND_INT_GAUGE, TYPE_GAUGE),
        (KIND_FLOAT_GAUGE, TYPE_GAUGE),
        (KIND_DURATION_GAUGE, TYPE_GAUGE),
    ];
    for (kind, type_) in types {
        let mut heard = Heard::default();
        assert_eq!(describe(kind, &visitor(&mut heard)), OK);
        assert_eq!((heard.families, heard.points), (vec![(kind, type_)], 1));
    }
    let mut heard = Heard { stop: 42, ..Heard::default() };
    assert_eq!(describe(KIND_COUNTER, &visitor(&mut heard)), 42);
    assert_eq!(heard.points, 0, "who stops hears no more");
    assert_eq!(describe(KIND_COUNTER, null()), INVALID_ARGUMENT);
    let half = Visitor { point: None, ..visitor(&mut heard) };
    assert_eq!(describe(KIND_COUNTER, &half), INVALID_ARGUMENT);
}

unsafe extern "C" fn hear_registry(user: *mut c_void, desc: *const RegistryDesc) -> Status {
    // SAFETY: the test lends a bool, the table a description.
    let (heard, desc) = unsafe { (&mut *user.cast::<bool>(), &*desc) };
    *heard = desc.prefix.len == 0 && desc.n_labels == 0 && desc.struct_size as usize == size_of::<RegistryDesc>();
    42
}

#[test]
fn a_registry_describes_itself_as_empty() {
    let mut heard = false;
    let user: *mut bool = &mut heard;
    // SAFETY: the table's own handle; `user` is lent for the call.
    unsafe {
        assert_eq!((registry(noop()).describe)(root(), Some(hear_registry), user.cast()), 42);
        assert_eq!((registry(noop()).describe)(root(), None, null_mut()), INVALID_ARGUMENT);
    }
    assert!(heard);
}

unsafe extern "C" fn never(_: *mut c_void, _: *const u8, _: u64) -> Status {
    unreachable!("nothing is ever written")
}

#[test]
fn reports_are_empty() {
    let registry = registry(noop());
    let sink = Sink { struct_size: size_of::<Sink>() as u32, flags: 0, write: Some(never), user: null_mut() };
    let mut heard = Heard::default();
    let visitor = visitor(&mut heard);
    let mut error = untouched();
    // SAFETY: the table's own handle; everything is lent for its call.
    unsafe {
        assert_eq!((registry.render)(root(), null(), &sink, &mut error), OK);
        assert_eq!((registry.visit)(root(), null(), &visitor, null_mut()), OK);
        assert_eq!((registry.render)(root(), null(), null(), null_mut()), INVALID_ARGUMENT);
        assert_eq!((registry.visit)(root(), null(), null(), null_mut()), INVALID_ARGUMENT);
    }
    assert!(error.is_null() && heard.families.is_empty() && heard.points == 0);
}

#[test]
fn the_media_type_is_the_true_one() {
    let content_type = registry(noop()).content_type;
    let mut text = Text::ABSENT;
    // SAFETY: everything is lent for its call; the answer is lent for ever.
    unsafe {
        assert_eq!(content_type(noop(), 0, &mut text), OK);
        let told = std::slice::from_raw_parts(text.data.cast::<u8>(), text.len as usize);
        assert_eq!(told, b"text/plain; version=0.0.4; charset=utf-8");
        assert_eq!(content_type(noop(), 1, &mut text), UNSUPPORTED);
        assert_eq!(text.len, 0);
        assert_eq!(content_type(noop(), 0, null_mut()), INVALID_ARGUMENT);
    }
}
