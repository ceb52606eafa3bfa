// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What stands in the slots that a library does not have: UNSUPPORTED without an error object, 0, or nothing. Slots that
//! cannot fail are those of the no-op table.

use std::ffi::c_void;

use cmetrics_interface::v1::{
    ApiV1, Client, ClientDesc, ClientV1, Collector, CollectorDesc, CollectorV1, DescribeRegistryFn, ErrorV1, Metric,
    MetricDesc, MetricV1, Registry, RegistryDesc, RegistryV1,
};
use cmetrics_interface::{Error, ErrorInfo, ReportOptions, Sink, Status, Text, Visitor, UNSUPPORTED};

use crate::noop::{self, clear, give};

pub(crate) static CLIENT: ClientV1 = ClientV1 { open, ..noop::CLIENT };
pub(crate) static REGISTRY: RegistryV1 = RegistryV1 {
    root,
    isolated,
    child,
    scope_enter,
    limit_series,
    metric,
    find: metric,
    remove_metric,
    remove,
    reset: remove,
    describe,
    visit,
    render,
    content_type,
    ..noop::REGISTRY
};
pub(crate) static METRIC: MetricV1 = MetricV1 { kind, describe: describe_metric, ..noop::METRIC };
pub(crate) static COLLECTOR: CollectorV1 = CollectorV1 { add, remove: remove_collector, ..noop::COLLECTOR };
pub(crate) static ERROR: ErrorV1 = ErrorV1 { read, ..noop::ERROR };

/// # Safety
/// `error` is NULL or there to be written.
unsafe fn unsupported(error: *mut *mut Error) -> Status {
    // SAFETY: promised by the caller.
    unsafe { clear(error) };
    UNSUPPORTED
}

/// The same, for a slot that gives something.
///
/// # Safety
/// Each is NULL or there to be written.
unsafe fn no<T>(out: *mut *mut T, error: *mut *mut Error) -> Status {
    // SAFETY: promised by the caller.
    unsafe {
        give(out, std::ptr::null_mut());
        unsupported(error)
    }
}

unsafe extern "C" fn open(
    _self: *const ApiV1,
    _desc: *const ClientDesc,
    client: *mut *mut Client,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe { no(client, error) }
}

/// NULL, which every other slot of the library answers as a registry that is none.
unsafe extern "C" fn root(_self: *const ApiV1) -> *mut Registry {
    std::ptr::null_mut()
}

unsafe extern "C" fn isolated(
    _self: *const ApiV1,
    _desc: *const RegistryDesc,
    registry: *mut *mut Registry,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe { no(registry, error) }
}

unsafe extern "C" fn child(
    _registry: *mut Registry,
    _desc: *const RegistryDesc,
    child: *mut *mut Registry,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe { no(child, error) }
}

unsafe extern "C" fn scope_enter(_self: *const ApiV1, _registry: *mut Registry, error: *mut *mut Error) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { unsupported(error) }
}

unsafe extern "C" fn limit_series(_registry: *mut Registry, _per_family: u64, error: *mut *mut Error) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { unsupported(error) }
}

unsafe extern "C" fn metric(
    _registry: *mut Registry,
    _desc: *const MetricDesc,
    metric: *mut *mut Metric,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe { no(metric, error) }
}

unsafe extern "C" fn remove_metric(_registry: *mut Registry, _metric: *mut Metric, error: *mut *mut Error) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { unsupported(error) }
}

unsafe extern "C" fn remove(_registry: *mut Registry, error: *mut *mut Error) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { unsupported(error) }
}

unsafe extern "C" fn describe(
    _registry: *mut Registry,
    _describe: Option<DescribeRegistryFn>,
    _user: *mut c_void,
) -> Status {
    UNSUPPORTED
}

unsafe extern "C" fn visit(
    _registry: *mut Registry,
    _options: *const ReportOptions,
    _visitor: *const Visitor,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { unsupported(error) }
}

unsafe extern "C" fn render(
    _registry: *mut Registry,
    _options: *const ReportOptions,
    _sink: *const Sink,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { unsupported(error) }
}

unsafe extern "C" fn content_type(_self: *const ApiV1, _format: i32, media_type: *mut Text) -> Status {
    if !media_type.is_null() {
        // SAFETY: not NULL, and lent by the caller for this call.
        unsafe { media_type.write(Text::ABSENT) };
    }
    UNSUPPORTED
}

unsafe extern "C" fn kind(_metric: *mut Metric) -> i32 {
    0
}

unsafe extern "C" fn describe_metric(_metric: *mut Metric, _visitor: *const Visitor) -> Status {
    UNSUPPORTED
}

unsafe extern "C" fn add(
    _registry: *mut Registry,
    _desc: *const CollectorDesc,
    collector: *mut *mut Collector,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe { no(collector, error) }
}

unsafe extern "C" fn remove_collector(_collector: *mut Collector, error: *mut *mut Error) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { unsupported(error) }
}

unsafe extern "C" fn read(_error: *const Error, _info: *mut ErrorInfo) -> Status {
    UNSUPPORTED
}
