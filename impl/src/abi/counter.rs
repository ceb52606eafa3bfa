// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::size_of;

use cmetrics_interface::v1::{Counter, CounterV1};

use super::cast;
use crate::metric::counter;

pub(super) static COUNTER: CounterV1 =
    CounterV1 { struct_size: size_of::<CounterV1>() as u32, version: 1, inc, add, value };

#[cfg_attr(striped, link_section = ".text.cmetrics.inc")]
unsafe extern "C" fn inc(counter: *mut Counter) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(counter) } {
        counter::inc(metric);
    }
}

#[cfg_attr(striped, link_section = ".text.cmetrics.add")]
unsafe extern "C" fn add(counter: *mut Counter, n: u64) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(counter) } {
        counter::add(metric, n);
    }
}

unsafe extern "C" fn value(counter: *mut Counter) -> u64 {
    // SAFETY: the caller lends the handle.
    unsafe { cast::metric(counter) }.map_or(0, counter::value)
}
