// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::ffi::c_void;

use cmetrics_interface::v1::{ApiV1, DescribeRegistryFn, Metric, MetricDesc, Registry, RegistryDesc, RegistryV1};
use cmetrics_interface::{
    Error, ReportOptions, Sink, Status, Text, Visitor, FORMAT_PROMETHEUS_TEXT, INVALID_ARGUMENT, NOT_FOUND, OK,
    UNSUPPORTED,
};

use super::{clear, give, handle, keep, metric};

pub(crate) static REGISTRY: RegistryV1 = RegistryV1 {
    struct_size: size_of::<RegistryV1>() as u32,
    version: 1,
    retain: keep,
    release: keep,
    root,
    isolated,
    child,
    scope_enter,
    scope_leave,
    limit_series,
    metric: create,
    find,
    remove_metric,
    remove: done,
    reset: done,
    id,
    describe,
    visit,
    render,
    content_type,
};

/// OK, unless something that is required is not there.
///
/// # Safety
/// `error` is NULL or there to be written.
unsafe fn answer(required: bool, error: *mut *mut Error) -> Status {
    // SAFETY: promised by the caller.
    unsafe { clear(error) };
    if required {
        OK
    } else {
        INVALID_ARGUMENT
    }
}

unsafe extern "C" fn root(_self: *const ApiV1) -> *mut Registry {
    handle()
}

unsafe extern "C" fn isolated(
    _self: *const ApiV1,
    _desc: *const RegistryDesc,
    registry: *mut *mut Registry,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe {
        give(registry, handle());
        answer(!registry.is_null(), error)
    }
}

unsafe extern "C" fn child(
    registry: *mut Registry,
    desc: *const RegistryDesc,
    child: *mut *mut Registry,
    error: *mut *mut Error,
) -> Status {
    let sound = !registry.is_null() && !desc.is_null() && !child.is_null();
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe {
        give(child, if sound { handle() } else { std::ptr::null_mut() });
        answer(sound, error)
    }
}

unsafe extern "C" fn scope_enter(_self: *const ApiV1, registry: *mut Registry, error: *mut *mut Error) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { answer(!registry.is_null(), error) }
}

unsafe extern "C" fn scope_leave(_self: *const ApiV1) {}

unsafe extern "C" fn limit_series(registry: *mut Registry, _per_family: u64, error: *mut *mut Error) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { answer(!registry.is_null(), error) }
}

/// The one metric of the kind that is asked for.
unsafe extern "C" fn create(
    registry: *mut Registry,
    desc: *const MetricDesc,
    metric: *mut *mut Metric,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe {
        clear(error);
        give(metric, std::ptr::null_mut());
    }
    if registry.is_null() || desc.is_null() || metric.is_null() {
        return INVALID_ARGUMENT;
    }
    // SAFETY: the caller lends a MetricDesc for this call, which begins with these fields in every version.
    let (struct_size, kind) = unsafe { ((*desc).struct_size, (*desc).kind) };
    if struct_size < 16 || kind <= 0 {
        return INVALID_ARGUMENT;
    }
    match metric::of_kind(kind) {
        Some(dummy) => {
            // SAFETY: not NULL, and lent by the caller.
            unsafe { metric.write(dummy) };
            OK
        }
        None => UNSUPPORTED,
    }
}

/// Nothing is there.
unsafe extern "C" fn find(
    registry: *mut Registry,
    desc: *const MetricDesc,
    metric: *mut *mut Metric,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe {
        clear(error);
        give(metric, std::ptr::null_mut());
    }
    if registry.is_null() || desc.is_null() || metric.is_null() {
        INVALID_ARGUMENT
    } else {
        NOT_FOUND
    }
}

unsafe extern "C" fn remove_metric(registry: *mut Registry, metric: *mut Metric, error: *mut *mut Error) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { answer(!registry.is_null() && !metric.is_null(), error) }
}

unsafe extern "C" fn done(registry: *mut Registry, error: *mut *mut Error) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { answer(!registry.is_null(), error) }
}

unsafe extern "C" fn id(_registry: *mut Registry) -> u64 {
    0
}

/// Neither prefix nor labels.
unsafe extern "C" fn describe(
    registry: *mut Registry,
    describe: Option<DescribeRegistryFn>,
    user: *mut c_void,
) -> Status {
    let Some(describe) = describe.filter(|_| !registry.is_null()) else { return INVALID_ARGUMENT };
    let desc = RegistryDesc {
        struct_size: size_of::<RegistryDesc>() as u32,
        flags: 0,
        prefix: Text::ABSENT,
        labels: std::ptr::null(),
        n_labels: 0,
        owner: std::ptr::null_mut(),
    };
    // SAFETY: the caller's own function and `user`; `desc` is lent for the call.
    unsafe { describe(user, &desc) }
}

unsafe extern "C" fn visit(
    registry: *mut Registry,
    _options: *const ReportOptions,
    visitor: *const Visitor,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { answer(!registry.is_null() && !visitor.is_null(), error) }
}

unsafe extern "C" fn render(
    registry: *mut Registry,
    _options: *const ReportOptions,
    sink: *const Sink,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { answer(!registry.is_null() && !sink.is_null(), error) }
}

/// As the library answers: an empty report has the media type of its format too.
unsafe extern "C" fn content_type(_self: *const ApiV1, format: i32, media_type: *mut Text) -> Status {
    if media_type.is_null() {
        return INVALID_ARGUMENT;
    }
    let (text, status) = match format {
        FORMAT_PROMETHEUS_TEXT => (Text::lend("text/plain; version=0.0.4; charset=utf-8"), OK),
        _ => (Text::ABSENT, UNSUPPORTED),
    };
    // SAFETY: not NULL, and lent by the caller for this call.
    unsafe { media_type.write(text) };
    status
}
