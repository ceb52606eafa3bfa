// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The library that is not there: a whole table whose calls succeed and do nothing, so that callers never branch.

mod client;
mod counter;
mod gauge;
mod metric;
mod registry;

use cmetrics_interface::v1::ApiV1;
use cmetrics_interface::Error;

pub(crate) use client::{CLIENT, COLLECTOR, ERROR};
pub(crate) use counter::{COUNTER, DURATION_COUNTER, FLOAT_COUNTER, INT_COUNTER};
pub(crate) use gauge::{DURATION_GAUGE, FLOAT_GAUGE, INT_GAUGE};
pub(crate) use metric::METRIC;
pub(crate) use registry::REGISTRY;

/// The table that stands in where there is no library.
///
/// Every call that makes something succeeds with a handle that is not NULL; a metric's `kind` is the one it was made
/// with. Updates vanish, reads are 0, nothing is ever found, attached or reported: `render` and `visit` are OK and tell
/// nothing, `describe` tells of a family without a name or of a registry without prefix and labels. All metrics of a
/// kind are one handle with id 0, and so are all registries, clients and collectors. A collector counts as removed as
/// soon as it is added: its `drop` has run when `add` returns. A pointer that the contract requires and that is NULL is
/// INVALID_ARGUMENT as ever, without an error object.
///
/// Handles of this table are understood by this table alone.
///
/// ```
/// use cmetrics_interface::v1::{Metric, MetricDesc};
/// use cmetrics_interface::{Text, KIND_COUNTER, OK};
///
/// let api = cmetrics_loader::noop();
/// let desc = MetricDesc {
///     struct_size: size_of::<MetricDesc>() as u32,
///     flags: 0,
///     kind: KIND_COUNTER,
///     priority: 0,
///     name: Text::lend("requests"),
///     help: Text::ABSENT,
///     unit: Text::ABSENT,
///     labels: std::ptr::null(),
///     n_labels: 0,
///     owner: std::ptr::null_mut(),
/// };
/// let mut metric: *mut Metric = std::ptr::null_mut();
/// // SAFETY: the table's own handles, and a description that lives for the call.
/// unsafe {
///     let root = ((*api.registry).root)(api);
///     assert_eq!(((*api.registry).metric)(root, &desc, &mut metric, std::ptr::null_mut()), OK);
///     assert_eq!(((*api.metric).kind)(metric), KIND_COUNTER);
///     ((*api.counter).inc)(metric.cast());
///     assert_eq!(((*api.counter).value)(metric.cast()), 0);
/// }
/// ```
pub fn noop() -> &'static ApiV1 {
    &API
}

static API: ApiV1 = ApiV1 {
    struct_size: size_of::<ApiV1>() as u32,
    version: 1,
    client: &CLIENT,
    registry: &REGISTRY,
    metric: &METRIC,
    counter: &COUNTER,
    int_counter: &INT_COUNTER,
    float_counter: &FLOAT_COUNTER,
    duration_counter: &DURATION_COUNTER,
    int_gauge: &INT_GAUGE,
    float_gauge: &FLOAT_GAUGE,
    duration_gauge: &DURATION_GAUGE,
    collector: &COLLECTOR,
    error: &ERROR,
};

/// What a handle that is no metric points at. The number keeps it from sharing its address with another.
struct Dummy(#[allow(dead_code, reason = "only its address is used")] u64);

static HANDLE: Dummy = Dummy(0);

/// The one handle of everything that is no metric.
fn handle<T>() -> *mut T {
    (&raw const HANDLE).cast_mut().cast()
}

/// Adds or gives back a reference to what is never freed.
pub(crate) unsafe extern "C" fn keep<T>(_handle: *mut T) {}

/// Tells the caller that there is no error object.
///
/// # Safety
/// `error` is NULL or there to be written.
pub(crate) unsafe fn clear(error: *mut *mut Error) {
    if !error.is_null() {
        // SAFETY: promised by the caller.
        unsafe { error.write(std::ptr::null_mut()) };
    }
}

/// Writes a result where the caller wants one.
///
/// # Safety
/// `out` is NULL or there to be written.
pub(crate) unsafe fn give<T>(out: *mut *mut T, handle: *mut T) {
    if !out.is_null() {
        // SAFETY: promised by the caller.
        unsafe { out.write(handle) };
    }
}
