// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Counter: u64 events.

use super::Metric;

#[inline]
pub(crate) fn inc(counter: &Metric) {
    counter.cell.inc();
}

#[inline]
pub(crate) fn add(counter: &Metric, n: u64) {
    counter.cell.add(n);
}

pub(crate) fn value(counter: &Metric) -> u64 {
    counter.cell.total()
}
