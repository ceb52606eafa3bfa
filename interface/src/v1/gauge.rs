// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

/// An integer that goes up and down. A `cmetrics_metric` of kind INT_GAUGE.
pub struct IntGauge {
    _private: [u8; 0],
}

/// A double that goes up and down. A `cmetrics_metric` of kind FLOAT_GAUGE.
pub struct FloatGauge {
    _private: [u8; 0],
}

/// A duration that goes up and down. A `cmetrics_metric` of kind DURATION_GAUGE.
pub struct DurationGauge {
    _private: [u8; 0],
}

/// Integer gauges. Borrow the gauge, cannot fail; NULL is ignored. Governed by docs/abi/threads.md#updates.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct IntGaugeV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Sets it. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub set: unsafe extern "C" fn(gauge: *mut IntGauge, value: i64),
    /// Adds `value`. Wraps in two's complement. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub add: unsafe extern "C" fn(gauge: *mut IntGauge, value: i64),
    /// Subtracts `value`. Wraps in two's complement. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub sub: unsafe extern "C" fn(gauge: *mut IntGauge, value: i64),
    /// Adds 1. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub inc: unsafe extern "C" fn(gauge: *mut IntGauge),
    /// Subtracts 1. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub dec: unsafe extern "C" fn(gauge: *mut IntGauge),
    /// What it is now. 0 for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub value: unsafe extern "C" fn(gauge: *mut IntGauge) -> i64,
}

const _: () = assert!(offset_of!(IntGaugeV1, set) == 8 && size_of::<IntGaugeV1>() == 8 + 6 * size_of::<usize>());

/// Gauges of doubles. Borrow the gauge, cannot fail; NULL is ignored. Governed by docs/abi/threads.md#updates.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct FloatGaugeV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Sets it; NaN and infinities too. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub set: unsafe extern "C" fn(gauge: *mut FloatGauge, value: f64),
    /// Adds `value`. NaN and infinite amounts are dropped and counted in `cmetrics_refused_updates_total{reason}`. See
    /// docs/abi/errors.md#what-is-counted. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub add: unsafe extern "C" fn(gauge: *mut FloatGauge, value: f64),
    /// Subtracts `value`, with the same care. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub sub: unsafe extern "C" fn(gauge: *mut FloatGauge, value: f64),
    /// Adds 1.0. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub inc: unsafe extern "C" fn(gauge: *mut FloatGauge),
    /// Subtracts 1.0. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub dec: unsafe extern "C" fn(gauge: *mut FloatGauge),
    /// What it is now. 0 for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub value: unsafe extern "C" fn(gauge: *mut FloatGauge) -> f64,
}

const _: () = assert!(offset_of!(FloatGaugeV1, set) == 8 && size_of::<FloatGaugeV1>() == 8 + 6 * size_of::<usize>());

/// Gauges of durations, in nanoseconds. Borrow the gauge, cannot fail; NULL is ignored. Governed by
/// docs/abi/threads.md#updates.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct DurationGaugeV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Sets it to `ns` nanoseconds. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub set: unsafe extern "C" fn(gauge: *mut DurationGauge, ns: i64),
    /// Adds `ns` nanoseconds. Wraps in two's complement. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub add: unsafe extern "C" fn(gauge: *mut DurationGauge, ns: i64),
    /// Subtracts `ns` nanoseconds. Wraps in two's complement. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub sub: unsafe extern "C" fn(gauge: *mut DurationGauge, ns: i64),
    /// Adds one second, the base unit. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub inc: unsafe extern "C" fn(gauge: *mut DurationGauge),
    /// Subtracts one second, the base unit. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub dec: unsafe extern "C" fn(gauge: *mut DurationGauge),
    /// What it is now, in nanoseconds. 0 for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub value: unsafe extern "C" fn(gauge: *mut DurationGauge) -> i64,
}

const _: () =
    assert!(offset_of!(DurationGaugeV1, set) == 8 && size_of::<DurationGaugeV1>() == 8 + 6 * size_of::<usize>());
