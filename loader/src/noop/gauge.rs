// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use cmetrics_interface::v1::{DurationGauge, DurationGaugeV1, FloatGauge, FloatGaugeV1, IntGauge, IntGaugeV1};

use super::keep;

pub(crate) static INT_GAUGE: IntGaugeV1 = IntGaugeV1 {
    struct_size: size_of::<IntGaugeV1>() as u32,
    version: 1,
    set: ignore_int,
    add: ignore_int,
    sub: ignore_int,
    inc: keep,
    dec: keep,
    value: zero_int,
};

unsafe extern "C" fn ignore_int(_gauge: *mut IntGauge, _value: i64) {}

unsafe extern "C" fn zero_int(_gauge: *mut IntGauge) -> i64 {
    0
}

pub(crate) static FLOAT_GAUGE: FloatGaugeV1 = FloatGaugeV1 {
    struct_size: size_of::<FloatGaugeV1>() as u32,
    version: 1,
    set: ignore_float,
    add: ignore_float,
    sub: ignore_float,
    inc: keep,
    dec: keep,
    value: zero_float,
};

unsafe extern "C" fn ignore_float(_gauge: *mut FloatGauge, _value: f64) {}

unsafe extern "C" fn zero_float(_gauge: *mut FloatGauge) -> f64 {
    0.0
}

pub(crate) static DURATION_GAUGE: DurationGaugeV1 = DurationGaugeV1 {
    struct_size: size_of::<DurationGaugeV1>() as u32,
    version: 1,
    set: ignore_duration,
    add: ignore_duration,
    sub: ignore_duration,
    inc: keep,
    dec: keep,
    value: zero_duration,
};

unsafe extern "C" fn ignore_duration(_gauge: *mut DurationGauge, _ns: i64) {}

unsafe extern "C" fn zero_duration(_gauge: *mut DurationGauge) -> i64 {
    0
}
