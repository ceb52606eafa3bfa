// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use super::{CounterV2, ProcessV2};
use crate::v1::{
    ApiV1, ClientV1, CollectorV1, DurationCounterV1, DurationGaugeV1, ErrorV1, FloatCounterV1, FloatGaugeV1,
    IntCounterV1, IntGaugeV1, MetricV1, RegistryV1,
};

/// [`ApiV1`] with a longer counter vtable, and one vtable more.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ApiV2 {
    /// The `sizeof` of this table in the library.
    pub struct_size: u32,
    /// 2.
    pub version: u32,
    /// As in version 1.
    pub client: *const ClientV1,
    /// As in version 1, but `metric` asks for help.
    pub registry: *const RegistryV1,
    /// As in version 1.
    pub metric: *const MetricV1,
    /// Counts of events.
    pub counter: *const CounterV2,
    /// As in version 1.
    pub int_counter: *const IntCounterV1,
    /// As in version 1.
    pub float_counter: *const FloatCounterV1,
    /// As in version 1.
    pub duration_counter: *const DurationCounterV1,
    /// As in version 1.
    pub int_gauge: *const IntGaugeV1,
    /// As in version 1.
    pub float_gauge: *const FloatGaugeV1,
    /// As in version 1.
    pub duration_gauge: *const DurationGaugeV1,
    /// As in version 1.
    pub collector: *const CollectorV1,
    /// As in version 1.
    pub error: *const ErrorV1,
    /// What the library says of itself.
    pub process: *const ProcessV2,
}

// SAFETY: a published table is immutable, and all it points to is immutable or callable from any thread.
unsafe impl Sync for ApiV2 {}

const _: () = assert!(offset_of!(ApiV2, counter) == offset_of!(ApiV1, counter));
const _: () = assert!(offset_of!(ApiV2, error) == offset_of!(ApiV1, error));
const _: () = assert!(offset_of!(ApiV2, process) == size_of::<ApiV1>());
