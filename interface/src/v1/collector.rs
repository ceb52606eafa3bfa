// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_void;
use core::mem::{offset_of, size_of};

use super::{Client, Registry};
use crate::{Error, ReportOptions, Status, Visitor};

/// Code of a client that tells of families when a report is made. Opaque and counted.
pub struct Collector {
    _private: [u8; 0],
}

/// Tells `into` of families and their points, for one report: `into->family`, then `into->point` for each series.
/// Called on the thread that asked for the report, with no lock held, perhaps on several threads for several reports.
/// `options` and `into` are lent for the call; `options->timeout_ns` is what is left. What `into` returns nonzero for
/// was refused and counted; going on is allowed. Returns 0, or anything else for a failure, which drops what this call
/// told and is counted in `cmetrics_collector_errors_total{client}`. See docs/abi/threads.md#callbacks.
pub type CollectFn =
    unsafe extern "C" fn(user: *mut c_void, options: *const ReportOptions, into: *const Visitor) -> Status;
/// Ends a callback's `user`: called exactly once, after the last use. See docs/abi/ownership.md#callbacks.
pub type DropFn = unsafe extern "C" fn(user: *mut c_void);

/// What the collector tells is a part of what is counted in several places: where a metric or another collector has a
/// series of the same name and labels, and its type is counter, summary or histogram, the numbers are added up.
pub const COLLECTOR_ADDS: u32 = 1;

/// What a collector is. Names, suffixes, labels and help are those of the registry that it is added to, joined to what
/// it tells, without any suffix added; names that begin with `cmetrics_` are refused. Families of several collectors and
/// of metrics merge where name and type agree; otherwise what is there first, metrics before collectors, stays and the
/// other is dropped and counted.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CollectorDesc {
    /// The `sizeof` of this struct.
    pub struct_size: u32,
    /// `CMETRICS_COLLECTOR_…`.
    pub flags: u32,
    /// Whose it is: closing the client removes it. Borrowed; may be NULL.
    pub owner: *mut Client,
    /// Required.
    pub collect: Option<CollectFn>,
    /// May be NULL.
    pub drop: Option<DropFn>,
    /// Passed to both untouched.
    pub user: *mut c_void,
}

const _: () =
    assert!(offset_of!(CollectorDesc, owner) == 8 && size_of::<CollectorDesc>() == 8 + 4 * size_of::<usize>());

/// Collectors. Governed by docs/abi/ownership.md#handles, docs/abi/errors.md#the-object, docs/abi/threads.md#the-tags.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CollectorV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Adds a reference. NULL is ignored. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub retain: unsafe extern "C" fn(collector: *mut Collector),
    /// Gives a reference back. The collector stays in its registry. NULL is ignored. [any-thread, lock-free,
    /// fork-child-ok]
    pub release: unsafe extern "C" fn(collector: *mut Collector),
    /// Adds a collector to a registry; `*collector` is the caller's and may be released at once. `drop` is called only
    /// if this succeeds: when the collector is removed, or its registry, client or root goes. `collector` may be NULL.
    /// Fails with INVALID_ARGUMENT, UNSUPPORTED or GONE. See docs/abi/ownership.md#callbacks. [any-thread, may-block,
    /// fork-child-ok]
    pub add: unsafe extern "C" fn(
        registry: *mut Registry,
        desc: *const CollectorDesc,
        collector: *mut *mut Collector,
        error: *mut *mut Error,
    ) -> Status,
    /// Removes it and waits until it runs nowhere, except from inside itself; then calls `drop`, or lets the last
    /// running call do so. Do not remove a collector from inside another that may wait for this one. Removing twice
    /// does nothing. See docs/abi/fork-and-unload.md#unloading-a-plugin. [any-thread, may-block]
    pub remove: unsafe extern "C" fn(collector: *mut Collector, error: *mut *mut Error) -> Status,
}

const _: () = assert!(offset_of!(CollectorV1, retain) == 8 && size_of::<CollectorV1>() == 8 + 4 * size_of::<usize>());
