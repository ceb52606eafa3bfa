// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The slots of the recording table: each calls the library's, and notes what was done.
//!
//! Contracts are those of the slots in the interface that they stand for; the handles are the library's own. They take a
//! lock and allocate, which the library's updates do not: a recorder is for tests.

use cmetrics_interface::v1::{self, MetricDesc, RegistryDesc};
use cmetrics_interface::{Error, Status};

use super::event::Noted;
use super::table::library;
use super::{notes, Operation};
use crate::metric::Handle;
use crate::SampleValue;

pub(super) unsafe extern "C" fn child(
    registry: *mut v1::Registry,
    desc: *const RegistryDesc,
    child: *mut *mut v1::Registry,
    error: *mut *mut Error,
) -> Status {
    let slots = library().registry();
    // SAFETY: what the caller promises of the slot's arguments holds for the library's; `child` is NULL or there to be
    // read afterwards, and NULL has a number too.
    unsafe {
        let status = (slots.child)(registry, desc, child, error);
        if !child.is_null() && !(*child).is_null() {
            notes::add_registry((slots.id)(registry), (slots.id)(*child));
        }
        status
    }
}

pub(super) unsafe extern "C" fn metric(
    registry: *mut v1::Registry,
    desc: *const MetricDesc,
    metric: *mut *mut v1::Metric,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: what the caller promises of the slot's arguments holds for the library's.
    unsafe {
        let status = (library().registry().metric)(registry, desc, metric, error);
        remember(registry, metric);
        status
    }
}

pub(super) unsafe extern "C" fn find(
    registry: *mut v1::Registry,
    desc: *const MetricDesc,
    metric: *mut *mut v1::Metric,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: what the caller promises of the slot's arguments holds for the library's.
    unsafe {
        let status = (library().registry().find)(registry, desc, metric, error);
        remember(registry, metric);
        status
    }
}

/// Remembers what metric a slot gave.
///
/// # Safety
///
/// `registry` is live, and `metric` is NULL or points to NULL or to a live metric of the library's.
unsafe fn remember(registry: *mut v1::Registry, metric: *mut *mut v1::Metric) {
    let library = library();
    // SAFETY: the caller promises live handles; the second handle's reference is its own.
    unsafe {
        if metric.is_null() || (*metric).is_null() {
            return;
        }
        let metric = *metric;
        notes::add_metric((library.registry().id)(registry), (library.metric().id)(metric), || {
            (library.metric().retain)(metric);
            let info = Handle::own(library, metric).describe().ok()?;
            Some(Noted { name: info.family.name, labels: info.labels })
        });
    }
}

macro_rules! updates {
    ($($function:ident: $vtable:ident $Kind:ident $slot:ident($($amount:ident: $number:ty)?) => $operation:ident $value:expr;)*) => {
        $(
            pub(super) unsafe extern "C" fn $function(metric: *mut v1::$Kind $(, $amount: $number)?) {
                let library = library();
                // SAFETY: what the caller promises of the slot's arguments holds for the library's. Every handle of a
                // kind is a metric (interface, `MetricV1`).
                let id = unsafe {
                    (library.$vtable().$slot)(metric $(, $amount)?);
                    (library.metric().id)(metric.cast())
                };
                notes::note(id, Operation::$operation, $value);
            }
        )*
    };
}

const SECOND: i64 = 1_000_000_000;

updates! {
    counter_inc: counter Counter inc() => Inc SampleValue::U64(1);
    counter_add: counter Counter add(n: u64) => Add SampleValue::U64(n);
    int_counter_add: int_counter IntCounter add(amount: u64) => Add SampleValue::U64(amount);
    float_counter_add: float_counter FloatCounter add(amount: f64) => Add SampleValue::F64(amount);
    duration_counter_add: duration_counter DurationCounter add(ns: i64) => Add SampleValue::I64Nanos(ns);
    int_gauge_set: int_gauge IntGauge set(value: i64) => Set SampleValue::I64(value);
    int_gauge_add: int_gauge IntGauge add(value: i64) => Add SampleValue::I64(value);
    int_gauge_sub: int_gauge IntGauge sub(value: i64) => Sub SampleValue::I64(value);
    int_gauge_inc: int_gauge IntGauge inc() => Inc SampleValue::I64(1);
    int_gauge_dec: int_gauge IntGauge dec() => Dec SampleValue::I64(1);
    float_gauge_set: float_gauge FloatGauge set(value: f64) => Set SampleValue::F64(value);
    float_gauge_add: float_gauge FloatGauge add(value: f64) => Add SampleValue::F64(value);
    float_gauge_sub: float_gauge FloatGauge sub(value: f64) => Sub SampleValue::F64(value);
    float_gauge_inc: float_gauge FloatGauge inc() => Inc SampleValue::F64(1.0);
    float_gauge_dec: float_gauge FloatGauge dec() => Dec SampleValue::F64(1.0);
    duration_gauge_set: duration_gauge DurationGauge set(ns: i64) => Set SampleValue::I64Nanos(ns);
    duration_gauge_add: duration_gauge DurationGauge add(ns: i64) => Add SampleValue::I64Nanos(ns);
    duration_gauge_sub: duration_gauge DurationGauge sub(ns: i64) => Sub SampleValue::I64Nanos(ns);
    duration_gauge_inc: duration_gauge DurationGauge inc() => Inc SampleValue::I64Nanos(SECOND);
    duration_gauge_dec: duration_gauge DurationGauge dec() => Dec SampleValue::I64Nanos(SECOND);
}
