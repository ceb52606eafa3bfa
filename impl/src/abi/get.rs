// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How a metric is got by its description: the registry's slots `metric`, which makes what is not there, and `find`.

use core::ptr::null_mut;

use cmetrics_interface as abi;
use cmetrics_interface::v1::{self, MetricDesc};
use cmetrics_interface::Status;

use super::boundary::{boundary, quietly};
use super::cast;
use super::desc::{self, Extra, METRIC_FLAGS};
use super::registry::{out, Out};
use crate::error::{Fault, Result};
use crate::metric::MetricRef;
use crate::registry::query::Query;
use crate::registry::Root;

const DESC: &str = "cmetrics_metric_desc";

/// May a pointer be written here?
#[inline]
fn is_place<T>(place: *mut *mut T) -> bool {
    !place.is_null() && place.is_aligned()
}

pub(super) unsafe extern "C" fn metric(
    registry: *mut v1::Registry,
    desc: *const MetricDesc,
    metric: *mut *mut v1::Metric,
    error: *mut *mut abi::Error,
) -> Status {
    if is_place(metric) && (error.is_null() || is_place(error)) {
        // SAFETY: the caller lends the handle and the description with all that it points to.
        if let Some(known) = quietly(|| unsafe { known(registry, desc) }) {
            // SAFETY: the caller lends both places, aligned as checked.
            unsafe {
                metric.write(cast::metric_out(known));
                if !error.is_null() {
                    error.write(null_mut());
                }
            }
            return abi::OK;
        }
    }
    // SAFETY: as above.
    unsafe { metric_in_new_words(registry, desc, metric, error) }
}

/// The metric, where it or others of its group were asked for in the same words before. None says nothing.
///
/// # Safety
///
/// `registry` is a handle, and everything that `desc` points to is lent.
#[inline]
unsafe fn known(registry: *mut v1::Registry, desc: *const MetricDesc) -> Option<MetricRef> {
    // SAFETY: as promised by the caller.
    unsafe {
        let registry = cast::registry_lent(registry)?;
        let desc = desc::lent(desc, DESC, METRIC_FLAGS, Extra::MustBeZero).ok()?;
        registry.find_at_once(&desc::query(desc, registry.id)?)
    }
}

/// # Safety
///
/// As for the slot.
#[cold]
unsafe fn metric_in_new_words(
    registry: *mut v1::Registry,
    desc: *const MetricDesc,
    metric: *mut *mut v1::Metric,
    error: *mut *mut abi::Error,
) -> Status {
    // SAFETY: the caller lends the handle, the place and the description with all that it points to.
    boundary(error, || unsafe {
        let place = out(metric, "metric")?;
        let desc = desc::read(desc, DESC, METRIC_FLAGS, Extra::MustBeZero)?;
        let query = cast::registry_lent(registry).and_then(|registry| desc::query(&desc, registry.id));
        let made = create(registry, desc, query.as_ref());
        if made.is_err() && desc.flags & v1::METRIC_DETACHED_ON_ERROR != 0 {
            if let Some(kind) = desc::kind(&desc).ok().flatten() {
                let name = desc::text(desc.name, "metric name").unwrap_or("");
                let total_only = desc.flags & v1::METRIC_TOTAL_ONLY != 0;
                let registry = cast::registry(registry).unwrap_or(&Root::process().top);
                place.set(cast::metric_out(registry.detached(kind, total_only, name)?));
            }
        }
        place_metric(&place, made)
    })
}

fn place_metric(place: &Out<v1::Metric>, made: Result<MetricRef>) -> Result<()> {
    place.set(cast::metric_out(made?));
    Ok(())
}

/// # Safety
///
/// `registry` is a handle, and everything that `desc` points to is lent.
unsafe fn create(registry: *mut v1::Registry, desc: MetricDesc, query: Option<&Query<'_>>) -> Result<MetricRef> {
    // SAFETY: as promised by the caller.
    let (registry, read) = unsafe { (cast::registry(registry)?, desc::metric(desc)?) };
    let Some(kind) = read.kind else {
        return Err(Fault::invalid("the metric has no kind")
            .subject(read.name)
            .hint("set kind to one of CMETRICS_KIND_…"));
    };
    registry.metric(&read.wanted(kind), query)
}

pub(super) unsafe extern "C" fn find(
    registry: *mut v1::Registry,
    desc: *const MetricDesc,
    metric: *mut *mut v1::Metric,
    error: *mut *mut abi::Error,
) -> Status {
    let mut found = false;
    // SAFETY: the caller lends the handle, the place and the description with all that it points to.
    let status = boundary(error, || unsafe {
        let place = out(metric, "metric")?;
        let registry = cast::registry(registry)?;
        let desc = desc::read(desc, DESC, METRIC_FLAGS, Extra::MustBeZero)?;
        let read = desc::metric(desc)?;
        // Any kind is looked for where there is none; the one put here is not used then.
        let wanted = read.wanted(read.kind.unwrap_or(crate::metric::Kind::Counter));
        if let Some(metric) = registry.find(&wanted, read.kind.is_none())? {
            place.set(cast::metric_out(metric));
            found = true;
        }
        Ok(())
    });
    if status == abi::OK && !found {
        abi::NOT_FOUND
    } else {
        status
    }
}

#[cfg(test)]
#[path = "paths_tests.rs"]
mod tests;
