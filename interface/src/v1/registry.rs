// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_void;
use core::mem::{offset_of, size_of};

use super::{ApiV1, Client, Metric, MetricDesc};
use crate::{Error, Label, ReportOptions, Sink, Status, Text, Visitor};

/// A node in the tree of prefixes and default labels. Opaque and counted; the tree owns its nodes, so that releasing a
/// handle removes nothing. Equal pointers are the same registry.
pub struct Registry {
    _private: [u8; 0],
}

/// The registry's labels win over those of the metrics and registries below it.
pub const REGISTRY_LOCKED: u32 = 1;

/// What a registry adds to the names and labels below it. Both are part of its identity. See
/// docs/abi/versions.md#structs.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RegistryDesc {
    /// The `sizeof` of this struct.
    pub struct_size: u32,
    /// `CMETRICS_REGISTRY_…`.
    pub flags: u32,
    /// Joins what follows with `_`, unless it ends in `_` or `:`. May be absent. At most 512 bytes.
    pub prefix: Text,
    /// Default labels of all that is below. At most 64.
    pub labels: *const Label,
    /// How many `labels`.
    pub n_labels: u64,
    /// Who creates it. Borrowed; may be NULL.
    pub owner: *mut Client,
}

const _: () = assert!(offset_of!(RegistryDesc, labels) == 8 + size_of::<Text>());
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<RegistryDesc>() == 48);

/// Hears what a registry is. `desc` is lent for the call. Returns 0. See docs/abi/ownership.md#lent.
pub type DescribeRegistryFn = unsafe extern "C" fn(user: *mut c_void, desc: *const RegistryDesc) -> Status;

/// Registries. NULL or removed registries fail with INVALID_ARGUMENT or GONE where there is a status. Governed by
/// docs/abi/ownership.md#handles, docs/abi/errors.md#the-object, docs/abi/threads.md#the-tags.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RegistryV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Adds a reference. NULL is ignored. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub retain: unsafe extern "C" fn(registry: *mut Registry),
    /// Gives a reference back. Removes nothing, but the last reference to any registry of an isolated root ends that
    /// root. NULL is ignored. [any-thread, may-block, fork-child-ok]
    pub release: unsafe extern "C" fn(registry: *mut Registry),
    /// The root of this process, or the one that this thread entered last with `scope_enter`. The reference is the
    /// caller's. Never NULL from the library. See docs/abi/one-root.md. [any-thread, may-block, fork-child-ok]
    pub root: unsafe extern "C" fn(self_: *const ApiV1) -> *mut Registry,
    /// Makes a new root of its own, for tests. `desc` may be NULL and has neither prefix nor labels. It lives while any
    /// of its registries has a reference; afterwards its metrics are detached. See docs/abi/ownership.md#roots.
    /// [any-thread, may-block, fork-child-ok]
    pub isolated: unsafe extern "C" fn(
        self_: *const ApiV1,
        desc: *const RegistryDesc,
        registry: *mut *mut Registry,
        error: *mut *mut Error,
    ) -> Status,
    /// The child of this prefix and these labels (and LOCKED), made if it is not there; `*child` is the caller's. Fails
    /// with INVALID_ARGUMENT, UNSUPPORTED or GONE. [any-thread, may-block, fork-child-ok]
    pub child: unsafe extern "C" fn(
        registry: *mut Registry,
        desc: *const RegistryDesc,
        child: *mut *mut Registry,
        error: *mut *mut Error,
    ) -> Status,
    /// From now on `root` gives `registry`'s root on this thread. Scopes nest; each keeps its root alive until it is
    /// left. For tests. See docs/abi/threads.md#scopes. [any-thread, may-block, fork-child-ok]
    pub scope_enter:
        unsafe extern "C" fn(self_: *const ApiV1, registry: *mut Registry, error: *mut *mut Error) -> Status,
    /// Leaves the scope that this thread entered last, or does nothing. See docs/abi/threads.md#scopes. [any-thread,
    /// may-block, fork-child-ok]
    pub scope_leave: unsafe extern "C" fn(self_: *const ApiV1),
    /// Caps the series of every family of this root, for creations from now on; beyond it they are LIMIT. 0 is without
    /// limit, the default. INVALID_ARGUMENT on a registry that is no root. [any-thread, may-block, fork-child-ok]
    pub limit_series: unsafe extern "C" fn(registry: *mut Registry, per_family: u64, error: *mut *mut Error) -> Status,
    /// The metric of this name and these labels, made if it is not there; `*metric` is the caller's. It is cast to the
    /// handle of its kind. Fails with INVALID_ARGUMENT, UNSUPPORTED, CONFLICT, LIMIT or GONE; with
    /// `CMETRICS_METRIC_DETACHED_ON_ERROR` and a known kind, status and error tell of it as ever and `*metric` is a
    /// detached metric, which takes updates that no report shows. See docs/abi/errors.md#detached. [any-thread,
    /// may-block, fork-child-ok]
    pub metric: unsafe extern "C" fn(
        registry: *mut Registry,
        desc: *const MetricDesc,
        metric: *mut *mut Metric,
        error: *mut *mut Error,
    ) -> Status,
    /// The metric of this name and these labels if it is there; `*metric` is the caller's. `kind` 0 is any. NOT_FOUND
    /// makes no error object. CONFLICT where creating it would be. See docs/abi/errors.md#not-found. [any-thread,
    /// may-block, fork-child-ok]
    pub find: unsafe extern "C" fn(
        registry: *mut Registry,
        desc: *const MetricDesc,
        metric: *mut *mut Metric,
        error: *mut *mut Error,
    ) -> Status,
    /// Takes `metric` out of this registry. It leaves the report when the last registry through which it was created
    /// has let it go, and is detached for good then. NOT_FOUND if it was not created through this one. See
    /// docs/abi/ownership.md#removal. [any-thread, may-block, fork-child-ok]
    pub remove_metric:
        unsafe extern "C" fn(registry: *mut Registry, metric: *mut Metric, error: *mut *mut Error) -> Status,
    /// Removes the registry with all below it: metrics leave as by `remove_metric`, collectors as by
    /// `collector->remove`. INVALID_ARGUMENT on a root. See docs/abi/ownership.md#removal. [any-thread, may-block]
    pub remove: unsafe extern "C" fn(registry: *mut Registry, error: *mut *mut Error) -> Status,
    /// Sets every metric of this registry and below to zero, one after the other. See
    /// docs/abi/fork-and-unload.md#reset. [any-thread, may-block, fork-child-ok]
    pub reset: unsafe extern "C" fn(registry: *mut Registry, error: *mut *mut Error) -> Status,
    /// The registry's number, never reused in this process. 0 for NULL.
    /// [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub id: unsafe extern "C" fn(registry: *mut Registry) -> u64,
    /// Tells the full prefix and the merged labels of this registry, which a metric created in it gets. Returns what
    /// `describe` returned, or INVALID_ARGUMENT. [any-thread, may-block, fork-child-ok]
    pub describe: unsafe extern "C" fn(
        registry: *mut Registry,
        describe: Option<DescribeRegistryFn>,
        user: *mut c_void,
    ) -> Status,
    /// Tells of every family and point of this registry and below, in the order of a report. `options` may be NULL.
    /// CANCELLED if the visitor stopped it. See docs/abi/threads.md#calling-back-in. [any-thread, may-block]
    pub visit: unsafe extern "C" fn(
        registry: *mut Registry,
        options: *const ReportOptions,
        visitor: *const Visitor,
        error: *mut *mut Error,
    ) -> Status,
    /// Writes the report of this registry and below to `sink` in chunks: families in byte order of name, series in
    /// order of their labels. Nothing to report is no chunk. `options` may be NULL. CANCELLED if the sink stopped it or
    /// the time was up; UNSUPPORTED for an unknown format. See docs/abi/threads.md#calling-back-in. [any-thread,
    /// may-block]
    pub render: unsafe extern "C" fn(
        registry: *mut Registry,
        options: *const ReportOptions,
        sink: *const Sink,
        error: *mut *mut Error,
    ) -> Status,
    /// The media type of a format, lent for ever, for an HTTP Content-Type. UNSUPPORTED for an unknown one.
    /// [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub content_type: unsafe extern "C" fn(self_: *const ApiV1, format: i32, media_type: *mut Text) -> Status,
}

const _: () = assert!(offset_of!(RegistryV1, retain) == 8 && size_of::<RegistryV1>() == 8 + 18 * size_of::<usize>());
