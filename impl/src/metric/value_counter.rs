// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Increment-by-value counters: total and count of integers, floats and durations.

use cmetrics_interface::v1::{REFUSED_NEGATIVE, REFUSED_NOT_FINITE};

use super::Metric;

#[inline]
pub(crate) fn add_int(counter: &Metric, amount: u64) {
    counter.cell.add_pair(amount);
}

#[inline]
pub(crate) fn add_float(counter: &Metric, amount: f64) {
    // Finite and not negative, in two comparisons: positive numbers are ordered as their bits. An amount of -0.0 passes,
    // and a total that starts at 0.0 stays 0.0 with it.
    let bits = amount.to_bits();
    if bits < f64::INFINITY.to_bits() || bits == (-0.0_f64).to_bits() {
        counter.cell.add_float_pair(amount);
    } else {
        counter.stats().refuse_update(if amount.is_finite() { REFUSED_NEGATIVE } else { REFUSED_NOT_FINITE });
    }
}

#[inline]
pub(crate) fn add_ns(counter: &Metric, ns: i64) {
    match u64::try_from(ns) {
        Ok(ns) => counter.cell.add_pair(ns),
        Err(_) => counter.stats().refuse_update(REFUSED_NEGATIVE),
    }
}

/// Total and count.
pub(crate) fn read(counter: &Metric) -> (u64, u64) {
    counter.cell.pair()
}

/// Total, which is the bits of an f64, and count.
pub(crate) fn read_float(counter: &Metric) -> (u64, u64) {
    counter.cell.float_pair()
}
