// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Gauges: integers, floats and durations that go up and down.

use cmetrics_interface::v1::REFUSED_NOT_FINITE;

use super::Metric;

#[inline]
pub(crate) fn set_int(gauge: &Metric, value: i64) {
    gauge.cell.set(value.cast_unsigned());
}

/// Wraps in two's complement.
#[inline]
pub(crate) fn add_int(gauge: &Metric, value: i64) {
    gauge.cell.shift(value.cast_unsigned());
}

/// Wraps in two's complement.
#[inline]
pub(crate) fn sub_int(gauge: &Metric, value: i64) {
    gauge.cell.shift(value.cast_unsigned().wrapping_neg());
}

pub(crate) fn int(gauge: &Metric) -> i64 {
    gauge.cell.total().cast_signed()
}

#[inline]
pub(crate) fn set_float(gauge: &Metric, value: f64) {
    gauge.cell.set(value.to_bits());
}

#[inline]
pub(crate) fn add_float(gauge: &Metric, value: f64) {
    if value.is_finite() {
        gauge.cell.shift_float(value);
    } else {
        gauge.stats().refuse_update(REFUSED_NOT_FINITE);
    }
}

pub(crate) fn float(gauge: &Metric) -> f64 {
    f64::from_bits(gauge.cell.total())
}
