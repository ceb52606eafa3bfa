// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use cmetrics_interface::v1::{
    Counter, CounterV1, DurationCounter, DurationCounterV1, FloatCounter, FloatCounterV1, IntCounter, IntCounterV1,
};

use super::keep;

pub(crate) static COUNTER: CounterV1 =
    CounterV1 { struct_size: size_of::<CounterV1>() as u32, version: 1, inc: keep, add, value };

unsafe extern "C" fn add(_counter: *mut Counter, _n: u64) {}

unsafe extern "C" fn value(_counter: *mut Counter) -> u64 {
    0
}

pub(crate) static INT_COUNTER: IntCounterV1 =
    IntCounterV1 { struct_size: size_of::<IntCounterV1>() as u32, version: 1, add: add_int, read: read_int };

unsafe extern "C" fn add_int(_counter: *mut IntCounter, _amount: u64) {}

unsafe extern "C" fn read_int(_counter: *mut IntCounter, total: *mut u64, count: *mut u64) {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe { zeros(total, count) }
}

pub(crate) static FLOAT_COUNTER: FloatCounterV1 =
    FloatCounterV1 { struct_size: size_of::<FloatCounterV1>() as u32, version: 1, add: add_float, read: read_float };

unsafe extern "C" fn add_float(_counter: *mut FloatCounter, _amount: f64) {}

unsafe extern "C" fn read_float(_counter: *mut FloatCounter, total: *mut f64, count: *mut u64) {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe { zeros(total, count) }
}

pub(crate) static DURATION_COUNTER: DurationCounterV1 = DurationCounterV1 {
    struct_size: size_of::<DurationCounterV1>() as u32,
    version: 1,
    add: add_duration,
    read: read_duration,
};

unsafe extern "C" fn add_duration(_counter: *mut DurationCounter, _ns: i64) {}

unsafe extern "C" fn read_duration(_counter: *mut DurationCounter, total_ns: *mut u64, count: *mut u64) {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe { zeros(total_ns, count) }
}

/// # Safety
/// Each is NULL or there to be written.
unsafe fn zeros<T: Default>(total: *mut T, count: *mut u64) {
    if !total.is_null() {
        // SAFETY: promised by the caller.
        unsafe { total.write(T::default()) };
    }
    if !count.is_null() {
        // SAFETY: promised by the caller.
        unsafe { count.write(0) };
    }
}
