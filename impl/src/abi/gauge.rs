// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::size_of;

use cmetrics_interface::v1::{DurationGauge, DurationGaugeV1, FloatGauge, FloatGaugeV1, IntGauge, IntGaugeV1};

use super::cast;
use crate::metric::gauge;

/// What `inc` adds to a duration gauge: one of its base unit.
const SECOND_NS: i64 = 1_000_000_000;

pub(super) static INT_GAUGE: IntGaugeV1 = IntGaugeV1 {
    struct_size: size_of::<IntGaugeV1>() as u32,
    version: 1,
    set: set_int,
    add: add_int,
    sub: sub_int,
    inc: inc_int,
    dec: dec_int,
    value: value_int,
};

unsafe extern "C" fn set_int(gauge: *mut IntGauge, value: i64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::set_int(metric, value);
    }
}

unsafe extern "C" fn add_int(gauge: *mut IntGauge, value: i64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::add_int(metric, value);
    }
}

unsafe extern "C" fn sub_int(gauge: *mut IntGauge, value: i64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::sub_int(metric, value);
    }
}

unsafe extern "C" fn inc_int(gauge: *mut IntGauge) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::add_int(metric, 1);
    }
}

unsafe extern "C" fn dec_int(gauge: *mut IntGauge) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::add_int(metric, -1);
    }
}

unsafe extern "C" fn value_int(gauge: *mut IntGauge) -> i64 {
    // SAFETY: the caller lends the handle.
    unsafe { cast::metric(gauge) }.map_or(0, gauge::int)
}

pub(super) static FLOAT_GAUGE: FloatGaugeV1 = FloatGaugeV1 {
    struct_size: size_of::<FloatGaugeV1>() as u32,
    version: 1,
    set: set_float,
    add: add_float,
    sub: sub_float,
    inc: inc_float,
    dec: dec_float,
    value: value_float,
};

unsafe extern "C" fn set_float(gauge: *mut FloatGauge, value: f64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::set_float(metric, value);
    }
}

unsafe extern "C" fn add_float(gauge: *mut FloatGauge, value: f64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::add_float(metric, value);
    }
}

unsafe extern "C" fn sub_float(gauge: *mut FloatGauge, value: f64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::add_float(metric, -value);
    }
}

unsafe extern "C" fn inc_float(gauge: *mut FloatGauge) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::add_float(metric, 1.0);
    }
}

unsafe extern "C" fn dec_float(gauge: *mut FloatGauge) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::add_float(metric, -1.0);
    }
}

unsafe extern "C" fn value_float(gauge: *mut FloatGauge) -> f64 {
    // SAFETY: the caller lends the handle.
    unsafe { cast::metric(gauge) }.map_or(0.0, gauge::float)
}

pub(super) static DURATION_GAUGE: DurationGaugeV1 = DurationGaugeV1 {
    struct_size: size_of::<DurationGaugeV1>() as u32,
    version: 1,
    set: set_ns,
    add: add_ns,
    sub: sub_ns,
    inc: inc_ns,
    dec: dec_ns,
    value: value_ns,
};

unsafe extern "C" fn set_ns(gauge: *mut DurationGauge, value: i64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::set_int(metric, value);
    }
}

unsafe extern "C" fn add_ns(gauge: *mut DurationGauge, value: i64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::add_int(metric, value);
    }
}

unsafe extern "C" fn sub_ns(gauge: *mut DurationGauge, value: i64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::sub_int(metric, value);
    }
}

unsafe extern "C" fn inc_ns(gauge: *mut DurationGauge) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::add_int(metric, SECOND_NS);
    }
}

unsafe extern "C" fn dec_ns(gauge: *mut DurationGauge) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(gauge) } {
        gauge::add_int(metric, -SECOND_NS);
    }
}

unsafe extern "C" fn value_ns(gauge: *mut DurationGauge) -> i64 {
    // SAFETY: the caller lends the handle.
    unsafe { cast::metric(gauge) }.map_or(0, gauge::int)
}
