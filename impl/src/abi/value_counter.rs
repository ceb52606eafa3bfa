// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::size_of;

use cmetrics_interface::v1::{
    DurationCounter, DurationCounterV1, FloatCounter, FloatCounterV1, IntCounter, IntCounterV1,
};

use super::cast;
use crate::metric::{value_counter, Metric};

pub(super) static INT_COUNTER: IntCounterV1 =
    IntCounterV1 { struct_size: size_of::<IntCounterV1>() as u32, version: 1, add: add_int, read: read_int };
pub(super) static FLOAT_COUNTER: FloatCounterV1 =
    FloatCounterV1 { struct_size: size_of::<FloatCounterV1>() as u32, version: 1, add: add_float, read: read_float };
pub(super) static DURATION_COUNTER: DurationCounterV1 =
    DurationCounterV1 { struct_size: size_of::<DurationCounterV1>() as u32, version: 1, add: add_ns, read: read_ns };

#[cfg_attr(striped, link_section = ".text.cmetrics.add_int")]
unsafe extern "C" fn add_int(counter: *mut IntCounter, amount: u64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(counter) } {
        value_counter::add_int(metric, amount);
    }
}

#[cfg_attr(striped, link_section = ".text.cmetrics.add_float")]
unsafe extern "C" fn add_float(counter: *mut FloatCounter, amount: f64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(counter) } {
        value_counter::add_float(metric, amount);
    }
}

#[cfg_attr(striped, link_section = ".text.cmetrics.add_ns")]
unsafe extern "C" fn add_ns(counter: *mut DurationCounter, ns: i64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(counter) } {
        value_counter::add_ns(metric, ns);
    }
}

unsafe extern "C" fn read_int(counter: *mut IntCounter, total: *mut u64, count: *mut u64) {
    // SAFETY: the caller lends the handle, and both places or NULL.
    unsafe { read(counter, total, count, value_counter::read, |bits| bits) }
}

unsafe extern "C" fn read_float(counter: *mut FloatCounter, total: *mut f64, count: *mut u64) {
    // SAFETY: the caller lends the handle, and both places or NULL.
    unsafe { read(counter, total, count, value_counter::read_float, f64::from_bits) }
}

unsafe extern "C" fn read_ns(counter: *mut DurationCounter, total_ns: *mut u64, count: *mut u64) {
    // SAFETY: the caller lends the handle, and both places or NULL.
    unsafe { read(counter, total_ns, count, value_counter::read, |bits| bits) }
}

/// # Safety
///
/// `counter` is NULL or a handle; `total` and `count` are NULL or may be written.
unsafe fn read<H, T>(
    counter: *mut H,
    total: *mut T,
    count: *mut u64,
    pair: fn(&Metric) -> (u64, u64),
    told: impl Fn(u64) -> T,
) {
    // SAFETY: as promised by the caller.
    let (bits, n) = unsafe { cast::metric(counter) }.map_or((0, 0), pair);
    if !total.is_null() && total.is_aligned() {
        // SAFETY: as promised by the caller.
        unsafe { total.write(told(bits)) };
    }
    if !count.is_null() && count.is_aligned() {
        // SAFETY: as promised by the caller.
        unsafe { count.write(n) };
    }
}
