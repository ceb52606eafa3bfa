// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The no-op table, slot by slot.

mod made;
mod told;

use std::ptr::null_mut;

use cmetrics_interface::v1::{ApiV1, Metric, MetricDesc, Registry, RegistryV1};
use cmetrics_interface::{Error, Text, OK};
use cmetrics_loader::noop;

/// A place for an error object that no slot may leave as it is.
fn untouched() -> *mut Error {
    null_mut::<u8>().wrapping_add(1).cast()
}

fn registry(api: &ApiV1) -> &RegistryV1 {
    // SAFETY: the no-op table has every vtable, for ever.
    unsafe { &*api.registry }
}

fn root() -> *mut Registry {
    // SAFETY: any table may be asked for its root.
    unsafe { (registry(noop()).root)(noop()) }
}

fn desc(kind: i32) -> MetricDesc {
    MetricDesc {
        struct_size: size_of::<MetricDesc>() as u32,
        flags: 0,
        kind,
        priority: 0,
        name: Text::lend("requests"),
        help: Text::ABSENT,
        unit: Text::ABSENT,
        labels: std::ptr::null(),
        n_labels: 0,
        owner: null_mut(),
    }
}

fn metric(kind: i32) -> *mut Metric {
    let (mut metric, mut error) = (null_mut(), untouched());
    // SAFETY: everything is lent for the call.
    let status = unsafe { (registry(noop()).metric)(root(), &desc(kind), &mut metric, &mut error) };
    assert!(status == OK && !metric.is_null() && error.is_null());
    metric
}
