// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::size_of;

use cmetrics_interface::v1::{Metric, MetricV1};
use cmetrics_interface::{Status, Visitor};

use super::boundary::{quietly, status};
use super::{cast, visitor};
use crate::report::{Events, Stop, ValueView};

pub(super) static METRIC: MetricV1 = MetricV1 {
    struct_size: size_of::<MetricV1>() as u32,
    version: 1,
    retain,
    release,
    id,
    kind,
    attached,
    describe,
    refuse,
};

unsafe extern "C" fn retain(metric: *mut Metric) {
    // SAFETY: a handle of the caller's (interface, Ownership).
    unsafe { cast::metric_retain(metric) }
}

unsafe extern "C" fn release(metric: *mut Metric) {
    // SAFETY: a reference that the caller gives back.
    quietly(|| unsafe { cast::metric_release(metric) });
}

unsafe extern "C" fn id(metric: *mut Metric) -> u64 {
    // SAFETY: the caller lends the handle.
    unsafe { cast::metric(metric) }.map_or(0, |metric| metric.id())
}

unsafe extern "C" fn kind(metric: *mut Metric) -> i32 {
    // SAFETY: the caller lends the handle.
    unsafe { cast::metric(metric) }.map_or(0, |metric| metric.kind().number())
}

unsafe extern "C" fn attached(metric: *mut Metric) -> i32 {
    // SAFETY: the caller lends the handle.
    unsafe { cast::metric(metric) }.map_or(0, |metric| i32::from(metric.attached()))
}

unsafe extern "C" fn describe(metric: *mut Metric, visitor: *const Visitor) -> Status {
    status(|| {
        // SAFETY: the caller lends both; a reference of our own lets the visitor release the caller's.
        let (metric, mut visitor) = unsafe {
            let metric = cast::metric_shared(metric).map_err(|fault| fault.code())?;
            (metric, visitor::visitor(visitor).map_err(|fault| fault.code())?)
        };
        let (samples, n) = metric.samples();
        let values = samples.map(|sample| ValueView { suffix: sample.suffix, extra: None, number: sample.number });
        visitor.family(&metric.family().view()).map_err(|Stop(status)| status)?;
        let labels: Vec<_> = metric.labels().collect();
        visitor.point(metric.id(), &labels, &values[..n]).map_err(|Stop(status)| status)
    })
}

unsafe extern "C" fn refuse(metric: *mut Metric, reason: i32) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(metric) } {
        metric.stats().refuse_update(reason);
    }
}
