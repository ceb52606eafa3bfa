// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every cast of a handle. A handle is the address in an `Arc`, and holds one of its references; a registry's holds one
//! of its root as well. A metric's is its place, and holds one of the metric's own references.

use core::ptr::NonNull;
use std::sync::Arc;

use cmetrics_interface as abi;
use cmetrics_interface::v1;

use crate::client::Client;
use crate::collector::Collector;
use crate::error::{Fault, Result, Story};
use crate::metric::{Metric, MetricRef};
use crate::registry::{Registry, Root};

/// A handle that the caller lends for the call.
///
/// # Safety
///
/// `raw` is NULL or a handle to a `T` that this library gave out and that has not been released (interface, Ownership).
#[inline]
unsafe fn borrow<'a, T>(raw: *const T) -> Option<&'a T> {
    if !raw.is_aligned() {
        return None; // No handle of ours: treated as NULL.
    }
    // SAFETY: as promised by the caller.
    unsafe { raw.as_ref() }
}

/// As [`borrow`], with a reference of our own.
///
/// # Safety
///
/// As for [`borrow`].
unsafe fn share<T>(raw: *const T) -> Option<Arc<T>> {
    if raw.is_null() || !raw.is_aligned() {
        return None;
    }
    // SAFETY: the handle came from Arc::into_raw and its reference is alive for the call.
    unsafe {
        Arc::increment_strong_count(raw);
        Some(Arc::from_raw(raw))
    }
}

/// # Safety
///
/// As for [`borrow`].
unsafe fn retain<T>(raw: *const T) {
    if !raw.is_null() {
        // SAFETY: as in share.
        unsafe { Arc::increment_strong_count(raw) };
    }
}

/// # Safety
///
/// As for [`borrow`], and the caller gives one reference back.
unsafe fn release<T>(raw: *const T) {
    if !raw.is_null() {
        // SAFETY: the reference that the caller gives back is dropped here.
        drop(unsafe { Arc::from_raw(raw) });
    }
}

fn required<T>(handle: Option<T>, what: &str) -> Result<T> {
    handle.ok_or_else(|| {
        Fault::invalid(format!("the {what} is NULL")).subject(what).hint(format!("pass a {what} that was given out"))
    })
}

/// A metric of whatever kind: all handles of metrics are one type here, so that a wrong cast gives a wrong number and
/// never a fault.
///
/// # Safety
///
/// As for [`borrow`].
#[inline]
pub(super) unsafe fn metric<'a, T>(raw: *const T) -> Option<&'a Metric> {
    // SAFETY: as promised by the caller.
    unsafe { raw.cast::<Metric>().as_ref() }
}

macro_rules! handles {
    ($($raw:ty as $inner:ty: $borrow:ident, $share:ident, $out:ident, $retain:ident, $release:ident, $what:literal;)*) => {$(
        /// # Safety
        ///
        /// As for [`borrow`].
        #[allow(dead_code, reason = "not every handle is taken in both ways")]
        pub(super) unsafe fn $borrow<'a>(raw: *const $raw) -> Result<&'a $inner> {
            // SAFETY: as promised by the caller.
            required(unsafe { borrow(raw.cast()) }, $what)
        }

        /// # Safety
        ///
        /// As for [`borrow`]. None is NULL.
        #[allow(dead_code, reason = "not every handle is taken in both ways")]
        pub(super) unsafe fn $share(raw: *const $raw) -> Option<Arc<$inner>> {
            // SAFETY: as promised by the caller.
            unsafe { share(raw.cast()) }
        }

        pub(super) fn $out(inner: Arc<$inner>) -> *mut $raw {
            Arc::into_raw(inner).cast_mut().cast()
        }

        /// # Safety
        ///
        /// As for [`borrow`].
        pub(super) unsafe fn $retain(raw: *const $raw) {
            // SAFETY: as promised by the caller.
            unsafe { retain(raw.cast::<$inner>()) }
        }

        /// # Safety
        ///
        /// As for [`borrow`], and the caller gives one reference back.
        pub(super) unsafe fn $release(raw: *const $raw) {
            // SAFETY: as promised by the caller.
            unsafe { release(raw.cast::<$inner>()) }
        }
    )*};
}

handles! {
    v1::Client as Client: client, client_shared, client_out, client_retain, client_release, "client";
    v1::Collector as Collector: collector, collector_shared, collector_out, collector_retain, collector_release, "collector";
    abi::Error as Story: error, error_shared, error_out, error_retain, error_release, "error";
}

/// A reference of our own to a metric that the caller lends.
///
/// # Safety
///
/// As for [`borrow`].
pub(super) unsafe fn metric_shared(raw: *const v1::Metric) -> Result<MetricRef> {
    let metric = NonNull::new(raw.cast_mut().cast::<Metric>()).filter(|metric| metric.is_aligned());
    // SAFETY: a handle is the place of a metric, and keeps it for the call.
    required(metric.map(|metric| unsafe { MetricRef::retain(metric) }), "metric")
}

pub(super) fn metric_out(metric: MetricRef) -> *mut v1::Metric {
    metric.into_raw().as_ptr().cast()
}

/// # Safety
///
/// As for [`borrow`].
pub(super) unsafe fn metric_retain(raw: *const v1::Metric) {
    if let Some(metric) = NonNull::new(raw.cast_mut().cast::<Metric>()) {
        // SAFETY: the handle keeps the metric for the call; the new reference is the caller's.
        core::mem::forget(unsafe { MetricRef::retain(metric) });
    }
}

/// # Safety
///
/// As for [`borrow`], and the caller gives one reference back.
#[inline]
pub(super) unsafe fn metric_release(raw: *const v1::Metric) {
    if let Some(metric) = NonNull::new(raw.cast_mut().cast::<Metric>()) {
        // SAFETY: the reference that the caller gives back is dropped here.
        drop(unsafe { MetricRef::from_raw(metric) });
    }
}

/// A client that is lent; None for NULL.
///
/// # Safety
///
/// As for [`borrow`].
#[inline]
pub(super) unsafe fn client_lent<'a>(raw: *const v1::Client) -> Option<&'a Client> {
    // SAFETY: as promised by the caller.
    unsafe { borrow(raw.cast()) }
}

/// A registry that is lent; None for NULL.
///
/// # Safety
///
/// As for [`borrow`].
#[inline]
pub(super) unsafe fn registry_lent<'a>(raw: *const v1::Registry) -> Option<&'a Registry> {
    // SAFETY: as promised by the caller.
    unsafe { borrow(raw.cast()) }
}

/// # Safety
///
/// As for [`borrow`].
pub(super) unsafe fn registry<'a>(raw: *const v1::Registry) -> Result<&'a Registry> {
    // SAFETY: as promised by the caller.
    required(unsafe { borrow(raw.cast()) }, "registry")
}

/// # Safety
///
/// As for [`borrow`].
pub(super) unsafe fn registry_shared(raw: *const v1::Registry) -> Result<Arc<Registry>> {
    // SAFETY: as promised by the caller.
    required(unsafe { share(raw.cast()) }, "registry")
}

/// A handle that keeps `root`, to which the registry belongs, alive.
pub(super) fn registry_out(registry: Arc<Registry>, root: Arc<Root>) -> *mut v1::Registry {
    debug_assert!(core::ptr::eq(registry.root_address(), Arc::as_ptr(&root)));
    core::mem::forget(root);
    Arc::into_raw(registry).cast_mut().cast()
}

/// # Safety
///
/// As for [`borrow`].
pub(super) unsafe fn registry_retain(raw: *const v1::Registry) {
    let registry = raw.cast::<Registry>();
    if !registry.is_null() {
        // SAFETY: the handle holds a reference of the registry and one of its root, as registry_out made it.
        unsafe {
            Arc::increment_strong_count((*registry).root_address());
            Arc::increment_strong_count(registry);
        }
    }
}

/// # Safety
///
/// As for [`borrow`], and the caller gives one reference back.
pub(super) unsafe fn registry_release(raw: *const v1::Registry) {
    let registry = raw.cast::<Registry>();
    if !registry.is_null() {
        // SAFETY: as in registry_retain; both references are dropped here, the root's last, since it owns the tree.
        unsafe {
            let root = Arc::from_raw((*registry).root_address());
            drop(Arc::from_raw(registry));
            drop(root);
        }
    }
}
