// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! One model of what a report holds: families of points of values. It serves the library telling a client (visit,
//! describe) and a client telling the library (collectors).

use core::ffi::c_void;
use core::mem::{offset_of, size_of};

use crate::{Label, Status, Text, Value};

/// Monotonic count of events: u64. Exposed as `counter`, sample `name_total`.
pub const KIND_COUNTER: i32 = 1;
/// Total and count of u64 amounts. Exposed as `summary`, samples `name_sum` and `name_count`.
pub const KIND_INT_COUNTER: i32 = 2;
/// Total and count of amounts that are doubles. Exposed as `summary`.
pub const KIND_FLOAT_COUNTER: i32 = 3;
/// Total and count of durations in nanoseconds. Exposed as `summary` in seconds, name with `_seconds`.
pub const KIND_DURATION_COUNTER: i32 = 4;
/// An i64 that goes up and down. Exposed as `gauge`.
pub const KIND_INT_GAUGE: i32 = 5;
/// A double that goes up and down. Exposed as `gauge`.
pub const KIND_FLOAT_GAUGE: i32 = 6;
/// A duration in i64 nanoseconds that goes up and down. Exposed as `gauge` in seconds, name with `_seconds`.
pub const KIND_DURATION_GAUGE: i32 = 7;

/// Exposed as `untyped` (OpenMetrics: `unknown`).
pub const TYPE_UNKNOWN: i32 = 0;
/// Exposed as `counter`.
pub const TYPE_COUNTER: i32 = 1;
/// Exposed as `gauge`.
pub const TYPE_GAUGE: i32 = 2;
/// Exposed as `summary`.
pub const TYPE_SUMMARY: i32 = 3;
/// Exposed as `histogram`.
pub const TYPE_HISTOGRAM: i32 = 4;
/// Exposed as `gauge` in text 0.0.4 (OpenMetrics: `gaugehistogram`).
pub const TYPE_GAUGE_HISTOGRAM: i32 = 5;
/// Exposed as `gauge` in text 0.0.4 (OpenMetrics: `info`).
pub const TYPE_INFO: i32 = 6;
/// Exposed as `gauge` in text 0.0.4 (OpenMetrics: `stateset`).
pub const TYPE_STATE_SET: i32 = 7;

/// What the points that follow have in common.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The `sizeof` of this struct.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// One of `CMETRICS_KIND_…`, or 0 for a family that no metric of the library backs. An open set.
    pub kind: i32,
    /// One of `CMETRICS_TYPE_…`. An open set.
    pub type_: i32,
    /// One of `CMETRICS_PRIORITY_…`.
    pub priority: i32,
    /// Zero.
    pub zero: u32,
    /// The full name as it stands in the TYPE line of text 0.0.4: a counter's has its `_total`.
    pub name: Text,
    /// May be absent.
    pub help: Text,
    /// May be absent.
    pub unit: Text,
}

/// One series: a label set and the values that it exposes at this moment.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// The `sizeof` of this struct.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// The metric's id, never reused. Zero for a point that no metric of the library backs.
    pub id: u64,
    /// All labels, inherited ones included, in the order of their names.
    pub labels: *const Label,
    /// How many `labels`.
    pub n_labels: u64,
    /// In the order of exposition.
    pub values: *const Value,
    /// How many `values`.
    pub n_values: u64,
}

/// Opens a family. Everything is lent for the call. Returns 0 to go on. See docs/abi/ownership.md#lent.
pub type VisitFamilyFn = unsafe extern "C" fn(user: *mut c_void, family: *const Family) -> Status;
/// Adds a point to the family opened last. Everything is lent for the call. Returns 0 to go on. See
/// docs/abi/ownership.md#lent.
pub type VisitPointFn = unsafe extern "C" fn(user: *mut c_void, point: *const Point) -> Status;

/// Who hears of families and points. Called on the calling thread, with no lock held; may call back into the library.
/// See docs/abi/threads.md#callbacks.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Visitor {
    /// The `sizeof` of this struct.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// Required.
    pub family: Option<VisitFamilyFn>,
    /// Required.
    pub point: Option<VisitPointFn>,
    /// Passed to both untouched.
    pub user: *mut c_void,
}

const _: () = assert!(offset_of!(Family, name) == 24 && size_of::<Family>() == 24 + 3 * size_of::<Text>());
const _: () = assert!(offset_of!(Point, labels) == 16 && size_of::<Visitor>() == 8 + 3 * size_of::<usize>());
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Point>() == 48);
