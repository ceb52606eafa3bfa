// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use cmetrics_interface::v1::{Metric, MetricV1};
use cmetrics_interface::{
    Family, Point, Status, Text, Visitor, INVALID_ARGUMENT, KIND_COUNTER, KIND_DURATION_COUNTER, KIND_DURATION_GAUGE,
    KIND_FLOAT_COUNTER, KIND_FLOAT_GAUGE, KIND_INT_COUNTER, KIND_INT_GAUGE, OK, PRIORITY_NORMAL, TYPE_COUNTER,
    TYPE_GAUGE, TYPE_SUMMARY,
};

use super::keep;

/// What a metric's handle points at.
struct Dummy {
    kind: i32,
    type_: i32,
}

/// One of each kind.
static DUMMIES: [Dummy; 7] = [
    Dummy { kind: KIND_COUNTER, type_: TYPE_COUNTER },
    Dummy { kind: KIND_INT_COUNTER, type_: TYPE_SUMMARY },
    Dummy { kind: KIND_FLOAT_COUNTER, type_: TYPE_SUMMARY },
    Dummy { kind: KIND_DURATION_COUNTER, type_: TYPE_SUMMARY },
    Dummy { kind: KIND_INT_GAUGE, type_: TYPE_GAUGE },
    Dummy { kind: KIND_FLOAT_GAUGE, type_: TYPE_GAUGE },
    Dummy { kind: KIND_DURATION_GAUGE, type_: TYPE_GAUGE },
];

/// The handle of all metrics of `kind`, or none for a kind that this crate does not know.
pub(super) fn of_kind(kind: i32) -> Option<*mut Metric> {
    let dummy = DUMMIES.iter().find(|dummy| dummy.kind == kind)?;
    Some((&raw const *dummy).cast_mut().cast())
}

/// # Safety
/// `metric` is NULL or a handle of the no-op table.
unsafe fn dummy<'a>(metric: *mut Metric) -> Option<&'a Dummy> {
    // SAFETY: the handles of the no-op table are `DUMMIES`, which are never written.
    unsafe { metric.cast_const().cast::<Dummy>().as_ref() }
}

pub(crate) static METRIC: MetricV1 = MetricV1 {
    struct_size: size_of::<MetricV1>() as u32,
    version: 1,
    retain: keep,
    release: keep,
    id,
    kind,
    attached,
    describe,
    refuse,
};

unsafe extern "C" fn id(_metric: *mut Metric) -> u64 {
    0
}

unsafe extern "C" fn kind(metric: *mut Metric) -> i32 {
    // SAFETY: the caller passes a handle of this table, or NULL.
    unsafe { dummy(metric) }.map_or(0, |dummy| dummy.kind)
}

unsafe extern "C" fn attached(_metric: *mut Metric) -> i32 {
    0
}

/// A family of its kind without a name, and a point without labels and values.
unsafe extern "C" fn describe(metric: *mut Metric, visitor: *const Visitor) -> Status {
    // SAFETY: the caller passes a handle of this table, or NULL.
    let Some(dummy) = (unsafe { dummy(metric) }) else { return INVALID_ARGUMENT };
    // SAFETY: the caller lends a Visitor, or NULL, for this call.
    let Some(&Visitor { struct_size, family, point, user, .. }) = (unsafe { visitor.as_ref() }) else {
        return INVALID_ARGUMENT;
    };
    let (Some(hear_family), Some(hear_point)) = (family, point) else { return INVALID_ARGUMENT };
    if (struct_size as usize) < size_of::<Visitor>() {
        return INVALID_ARGUMENT;
    }
    let family = Family {
        struct_size: size_of::<Family>() as u32,
        flags: 0,
        kind: dummy.kind,
        type_: dummy.type_,
        priority: PRIORITY_NORMAL,
        zero: 0,
        name: Text::ABSENT,
        help: Text::ABSENT,
        unit: Text::ABSENT,
    };
    let point = Point {
        struct_size: size_of::<Point>() as u32,
        flags: 0,
        id: 0,
        labels: std::ptr::null(),
        n_labels: 0,
        values: std::ptr::null(),
        n_values: 0,
    };
    // SAFETY: the caller's own functions and `user`; family and point are lent for the calls.
    unsafe {
        match hear_family(user, &family) {
            OK => hear_point(user, &point),
            stopped => stopped,
        }
    }
}

unsafe extern "C" fn refuse(_metric: *mut Metric, _reason: i32) {}
