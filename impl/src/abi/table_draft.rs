// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The draft of version 2, behind the feature `draft`: a later library than today's, for the compatibility tests.

use core::mem::size_of;

use cmetrics_interface as abi;
use cmetrics_interface::draft::{ApiV2, CounterV2, ProcessV2};
use cmetrics_interface::v1::{self, Counter, MetricDesc, RegistryV1};
use cmetrics_interface::Status;

use super::boundary::boundary;
use super::desc::{self, Extra, METRIC_FLAGS};
use super::table_v1::API as V1;
use super::{cast, counter, registry};
use crate::error::Fault;
use crate::metric;

/// Version 2 as it is drafted now. What it shares with version 1 is version 1's: handles and values are the same.
pub(super) static API: ApiV2 = ApiV2 {
    struct_size: size_of::<ApiV2>() as u32,
    version: 2,
    client: V1.client,
    registry: &raw const REGISTRY,
    metric: V1.metric,
    counter: &raw const COUNTER,
    int_counter: V1.int_counter,
    float_counter: V1.float_counter,
    duration_counter: V1.duration_counter,
    int_gauge: V1.int_gauge,
    float_gauge: V1.float_gauge,
    duration_gauge: V1.duration_gauge,
    collector: V1.collector,
    error: V1.error,
    process: &raw const PROCESS,
};

static REGISTRY: RegistryV1 = RegistryV1 { metric: metric_with_help, ..registry::REGISTRY };

static COUNTER: CounterV2 = CounterV2 {
    struct_size: size_of::<CounterV2>() as u32,
    version: 2,
    inc: counter::COUNTER.inc,
    add: counter::COUNTER.add,
    value: counter::COUNTER.value,
    inc_twice,
};

static PROCESS: ProcessV2 = ProcessV2 { struct_size: size_of::<ProcessV2>() as u32, version: 2, generation };

/// Creates as version 1 does, but refuses what has no help.
unsafe extern "C" fn metric_with_help(
    registry: *mut v1::Registry,
    desc: *const MetricDesc,
    metric: *mut *mut v1::Metric,
    error: *mut *mut abi::Error,
) -> Status {
    let lacks = boundary(error, || {
        // SAFETY: the caller lends the place.
        unsafe { registry::out(metric, "metric") }?;
        // SAFETY: the caller lends the description.
        let read = unsafe { desc::read(desc, "cmetrics_metric_desc", METRIC_FLAGS, Extra::MustBeZero) }?;
        if read.help.len == 0 && read.flags & v1::METRIC_DETACHED_ON_ERROR == 0 {
            return Err(Fault::invalid("the metric has no help, which version 2 asks for").hint("set help"));
        }
        Ok(())
    });
    if lacks != abi::OK {
        return lacks;
    }
    // SAFETY: the caller lends all of it, as to version 1.
    unsafe { (registry::REGISTRY.metric)(registry, desc, metric, error) }
}

unsafe extern "C" fn inc_twice(counter: *mut Counter) {
    // SAFETY: the caller lends the handle.
    if let Some(metric) = unsafe { cast::metric(counter) } {
        metric::counter::add(metric, 2);
    }
}

unsafe extern "C" fn generation(this: *const ApiV2) -> u32 {
    // SAFETY: the caller lends the table that it got, or a copy of it.
    unsafe { this.as_ref() }.map_or(0, |api| api.version)
}
