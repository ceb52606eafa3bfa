// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use super::{
    ClientV1, CollectorV1, CounterV1, DurationCounterV1, DurationGaugeV1, ErrorV1, FloatCounterV1, FloatGaugeV1,
    IntCounterV1, IntGaugeV1, MetricV1, RegistryV1,
};

/// ABI version 1. Constant, and lives for ever. No pointer in it is NULL.
///
/// For a test double: copy this struct and every vtable, put your functions in, and hand your struct on as the table.
/// Slots without a handle get the table that they were called on as `self`, so that a double embedded in a struct finds
/// its context there; every handle that a double gives out must be one that its own functions understand. See
/// docs/abi/entry.md#test-doubles and docs/abi/policy.md.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ApiV1 {
    /// The `sizeof` of this table in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Who acts.
    pub client: *const ClientV1,
    /// The tree of names and default labels; reports.
    pub registry: *const RegistryV1,
    /// What metrics of every kind have in common.
    pub metric: *const MetricV1,
    /// Counts of events.
    pub counter: *const CounterV1,
    /// Total and count of integer amounts.
    pub int_counter: *const IntCounterV1,
    /// Total and count of amounts that are doubles.
    pub float_counter: *const FloatCounterV1,
    /// Total and count of durations.
    pub duration_counter: *const DurationCounterV1,
    /// Integers that go up and down.
    pub int_gauge: *const IntGaugeV1,
    /// Doubles that go up and down.
    pub float_gauge: *const FloatGaugeV1,
    /// Durations that go up and down.
    pub duration_gauge: *const DurationGaugeV1,
    /// Families that a client computes when a report is made.
    pub collector: *const CollectorV1,
    /// What went wrong.
    pub error: *const ErrorV1,
}

// SAFETY: a published table is immutable, and all it points to is immutable or callable from any thread.
unsafe impl Sync for ApiV1 {}
// SAFETY: as for Sync.
unsafe impl Send for ApiV1 {}

const _: () = assert!(offset_of!(ApiV1, client) == 8 && offset_of!(ApiV1, counter) == 8 + 3 * size_of::<usize>());
const _: () = assert!(size_of::<ApiV1>() == 8 + 12 * size_of::<usize>());
