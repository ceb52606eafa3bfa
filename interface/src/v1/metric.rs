// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use super::Client;
use crate::{Label, Status, Text, Visitor};

/// A metric of any kind: (root, full name, labels). Opaque and counted; equal pointers are the same metric while held.
/// After `kind` it is cast to the handle of its kind and back.
pub struct Metric {
    _private: [u8; 0],
}

/// Expose an increment-by-value counter as a plain `counter` of its total.
pub const METRIC_TOTAL_ONLY: u32 = 1;
/// Take the name as it is: no `_total` and no `_seconds` is added. Prefixes still join.
pub const METRIC_VERBATIM: u32 = 2;
/// If it cannot be created, give a detached metric all the same.
pub const METRIC_DETACHED_ON_ERROR: u32 = 4;

/// Why an SDK dropped an amount: for a reason of its own.
pub const REFUSED_OTHER: i32 = 0;
/// Why an SDK dropped an amount: it was negative.
pub const REFUSED_NEGATIVE: i32 = 1;
/// Why an SDK dropped an amount: it was NaN or infinite.
pub const REFUSED_NOT_FINITE: i32 = 2;
/// Why an SDK dropped an amount: the metric's type cannot hold it.
pub const REFUSED_OUT_OF_RANGE: i32 = 3;

/// What metric is wanted. See docs/abi/versions.md#structs.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MetricDesc {
    /// The `sizeof` of this struct.
    pub struct_size: u32,
    /// `CMETRICS_METRIC_…`.
    pub flags: u32,
    /// One of `CMETRICS_KIND_…`. Required to create.
    pub kind: i32,
    /// One of `CMETRICS_PRIORITY_…`. A family has the most important of those asked for.
    pub priority: i32,
    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`; with all prefixes and suffixes at most 512 bytes. Required.
    pub name: Text,
    /// What it measures, at most 8192 bytes. The first that is not absent stands for the family.
    pub help: Text,
    /// For instance `bytes`; a name part, at most 64 bytes. It is told to visitors and changes no name. Durations have
    /// `seconds`.
    pub unit: Text,
    /// The metric's own labels. At most 64 with the inherited ones.
    pub labels: *const Label,
    /// How many `labels`.
    pub n_labels: u64,
    /// Who creates it. Borrowed; may be NULL.
    pub owner: *mut Client,
}

const _: () = assert!(offset_of!(MetricDesc, name) == 16);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<MetricDesc>() == 88);

/// What metrics of every kind have in common. Governed by docs/abi/ownership.md#handles, docs/abi/threads.md#the-tags.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MetricV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Adds a reference. NULL is ignored. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub retain: unsafe extern "C" fn(metric: *mut Metric),
    /// Gives a reference back. The metric stays in its registries. NULL is ignored. [any-thread, lock-free,
    /// fork-child-ok]
    pub release: unsafe extern "C" fn(metric: *mut Metric),
    /// The metric's number, never reused in this process. 0 for NULL.
    /// [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub id: unsafe extern "C" fn(metric: *mut Metric) -> u64,
    /// One of `CMETRICS_KIND_…`. 0 for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub kind: unsafe extern "C" fn(metric: *mut Metric) -> i32,
    /// 1 while reports show it, 0 once it is detached or its root is gone. 0 for NULL. See
    /// docs/abi/ownership.md#removal. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub attached: unsafe extern "C" fn(metric: *mut Metric) -> i32,
    /// Tells of its family and its one point as they are now. Returns what the visitor returned, or INVALID_ARGUMENT.
    /// [any-thread, may-block, fork-child-ok]
    pub describe: unsafe extern "C" fn(metric: *mut Metric, visitor: *const Visitor) -> Status,
    /// Counts one amount that the caller dropped before it reached an update, in
    /// `cmetrics_refused_updates_total{reason}`. `reason` is one of `CMETRICS_REFUSED_…`. NULL is ignored. See
    /// docs/abi/errors.md#what-is-counted. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub refuse: unsafe extern "C" fn(metric: *mut Metric, reason: i32),
}

const _: () = assert!(offset_of!(MetricV1, retain) == 8 && size_of::<MetricV1>() == 8 + 7 * size_of::<usize>());
