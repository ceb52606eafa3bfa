// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sinks and visitors that stop, and that call back in.

use core::ffi::c_void;
use core::mem::size_of;
use core::ptr::{null, null_mut};

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

use crate::tool::*;

unsafe extern "C" fn refuse(user: *mut c_void, _: *const u8, _: u64) -> Status {
    // SAFETY: user is the counter below.
    unsafe { *user.cast::<u32>() += 1 };
    42
}

#[test]
fn a_sink_that_stops_cancels_the_report_and_changes_nothing() {
    let root = isolated();
    for i in 0..3000 {
        release(counter(root, &format!("a_long_enough_name_{i}")));
    }
    let before = report(root);
    let mut calls = 0u32;
    let user = core::ptr::from_mut(&mut calls).cast();
    let sink = Sink { struct_size: size_of::<Sink>() as u32, flags: 0, write: Some(refuse), user };
    let told = attempt(|error| call!(registry.render(root, null(), &raw const sink, error))).unwrap_err();
    assert_eq!((told.code, told.subject.as_str(), calls), (CANCELLED, "42", 1));
    assert_eq!(report(root), before);
    call!(registry.release(root));
}

#[test]
fn a_sink_needs_a_function() {
    let root = isolated();
    let sink = Sink { struct_size: size_of::<Sink>() as u32, flags: 0, write: None, user: null_mut() };
    let told = attempt(|error| call!(registry.render(root, null(), &raw const sink, error))).unwrap_err();
    assert_eq!((told.code, told.subject.as_str()), (INVALID_ARGUMENT, "write"));
    call!(registry.release(root));
}

/// Id, labels, and values as suffix, type and bits.
type SeenPoint = (u64, Vec<(String, String)>, Vec<(String, i32, u64)>);

struct Seen {
    registry: *mut Registry,
    families: Vec<(String, i32, i32)>,
    points: Vec<SeenPoint>,
    stop_at: usize,
}

unsafe extern "C" fn family(user: *mut c_void, family: *const Family) -> Status {
    // SAFETY: user is a Seen, and the family is lent.
    let (seen, family) = unsafe { (&mut *user.cast::<Seen>(), &*family) };
    seen.families.push((string(family.name), family.kind, family.type_));
    // Callbacks may call back in: create, remove, report.
    let made = counter(seen.registry, &format!("zz_made_{}", seen.families.len()));
    release(made);
    assert!(report(seen.registry).contains("zz_made_1_total 0"));
    OK
}

unsafe extern "C" fn point(user: *mut c_void, point: *const Point) -> Status {
    // SAFETY: user is a Seen, and the point with its arrays is lent.
    let (seen, point, labels, values) = unsafe {
        let point = &*point;
        let labels = core::slice::from_raw_parts(point.labels, point.n_labels as usize);
        (&mut *user.cast::<Seen>(), point, labels, core::slice::from_raw_parts(point.values, point.n_values as usize))
    };
    let labels = labels.iter().map(|label| (string(label.key), string(label.value))).collect();
    let values = values.iter().map(|value| (string(value.suffix), value.type_, value.bits)).collect();
    seen.points.push((point.id, labels, values));
    if seen.points.len() == seen.stop_at {
        7
    } else {
        OK
    }
}

fn visitor(seen: &mut Seen) -> Visitor {
    let user = core::ptr::from_mut(seen).cast();
    Visitor { struct_size: size_of::<Visitor>() as u32, flags: 0, family: Some(family), point: Some(point), user }
}

#[test]
fn a_visitor_hears_families_and_points_and_may_call_back_in() {
    let root = isolated();
    let labels = [label("b", "2"), label("a", "1")];
    let int = create(root, &metric_desc(KIND_INT_COUNTER, "x", &labels)).unwrap();
    call!(int_counter.add(int.cast(), 5));
    let mut seen = Seen { registry: root, families: vec![], points: vec![], stop_at: 0 };
    let visitor = visitor(&mut seen);
    let options = options();
    attempt(|error| call!(registry.visit(root, &raw const options, &raw const visitor, error))).unwrap();
    assert_eq!(seen.families[0], ("x".to_owned(), KIND_INT_COUNTER, TYPE_SUMMARY));
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let values = vec![("_sum".to_owned(), VALUE_U64, 5), ("_count".to_owned(), VALUE_U64, 1)];
    assert_eq!(seen.points[0], (call!(metric.id(int)), vec![pair("a", "1"), pair("b", "2")], values));
    release(int);
    call!(registry.release(root));
}

#[test]
fn a_visitor_that_stops_cancels_and_describe_returns_its_status() {
    let root = isolated();
    let (one, other) = (counter(root, "a"), counter(root, "b"));
    let mut seen = Seen { registry: root, families: vec![], points: vec![], stop_at: 1 };
    let visitor = visitor(&mut seen);
    let told = attempt(|error| call!(registry.visit(root, null(), &raw const visitor, error))).unwrap_err();
    assert_eq!((told.code, told.subject.as_str(), seen.points.len()), (CANCELLED, "7", 1));
    (seen.stop_at, seen.points) = (1, vec![]);
    let visitor = self::visitor(&mut seen);
    assert_eq!(call!(metric.describe(one.cast(), &raw const visitor)), 7);
    [one, other].into_iter().for_each(release);
    call!(registry.release(root));
}
