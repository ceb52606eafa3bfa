// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! References to metrics: what a handle of a client holds, and a report for a moment.

use core::ops::Deref;
use core::ptr::NonNull;

use super::Metric;
use crate::sync::Ordering;

/// A counted reference to a metric, which keeps it where it is.
#[derive(Debug)]
pub(crate) struct MetricRef(NonNull<Metric>);

// SAFETY: a metric is changed by atomic operations alone, and references are counted by them.
unsafe impl Send for MetricRef {}
// SAFETY: as above.
unsafe impl Sync for MetricRef {}

/// From here on references are not counted any more, and the metric stays for ever. (As `Arc`, but without ending the
/// process.)
const MANY: u32 = 1 << 31;

impl MetricRef {
    /// One reference more, if there is one yet. For readers that have found the metric in a table.
    ///
    /// # Safety
    ///
    /// The metric lies in a chunk that the caller may look at.
    #[inline]
    pub(crate) unsafe fn try_retain(metric: NonNull<Metric>) -> Option<Self> {
        // SAFETY: as the caller promises.
        let refs = &unsafe { metric.as_ref() }.refs;
        let mut seen = refs.load(Ordering::Relaxed);
        loop {
            if seen == 0 {
                return None;
            }
            if seen >= MANY {
                refs.store(MANY + MANY / 2, Ordering::Relaxed);
                return Some(Self(metric));
            }
            // Acquire: what the metric is has been written by who made it, before there was a reference.
            match refs.compare_exchange_weak(seen, seen + 1, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return Some(Self(metric)),
                Err(now) => seen = now,
            }
        }
    }

    /// One reference more.
    ///
    /// # Safety
    ///
    /// There is one, which stays for the call.
    #[inline]
    pub(crate) unsafe fn retain(metric: NonNull<Metric>) -> Self {
        // SAFETY: as the caller promises.
        let refs = &unsafe { metric.as_ref() }.refs;
        // Relaxed: a reference is made from one that is there.
        if refs.fetch_add(1, Ordering::Relaxed) >= MANY {
            refs.store(MANY + MANY / 2, Ordering::Relaxed);
        }
        Self(metric)
    }

    /// A reference that was counted before.
    ///
    /// # Safety
    ///
    /// It was given out by [`into_raw`](Self::into_raw), or counted by who made the metric, and is taken back once.
    pub(crate) unsafe fn from_raw(metric: NonNull<Metric>) -> Self {
        Self(metric)
    }

    pub(crate) fn into_raw(self) -> NonNull<Metric> {
        let metric = self.0;
        core::mem::forget(self);
        metric
    }

    pub(crate) fn place(&self) -> NonNull<Metric> {
        self.0
    }

    /// Its labels, in the order of their names.
    pub(crate) fn labels(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        // SAFETY: this reference keeps the metric with its labels.
        unsafe { crate::series::group::Group::labels_of(self.0) }
    }

    /// Gives the reference up, and says whether it was the last one: then the caller must free the metric.
    pub(crate) fn give_up(self) -> Option<NonNull<Metric>> {
        let metric = self.into_raw();
        // SAFETY: the reference keeps it until here.
        let refs = &unsafe { metric.as_ref() }.refs;
        // Release, and Acquire at the end: whoever frees it comes after all that was done by other references. (A load, as
        // in `Arc` where races are looked for: ThreadSanitizer knows nothing of fences.)
        let before = refs.fetch_sub(1, Ordering::Release);
        if before > MANY {
            refs.store(MANY + MANY / 2, Ordering::Relaxed);
        }
        if before != 1 {
            return None;
        }
        refs.load(Ordering::Acquire);
        Some(metric)
    }
}

impl Deref for MetricRef {
    type Target = Metric;

    #[inline]
    fn deref(&self) -> &Metric {
        // SAFETY: this reference keeps it.
        unsafe { self.0.as_ref() }
    }
}

impl Clone for MetricRef {
    fn clone(&self) -> Self {
        // SAFETY: this reference is there.
        unsafe { Self::retain(self.0) }
    }
}

impl PartialEq for MetricRef {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Drop for MetricRef {
    fn drop(&mut self) {
        // SAFETY: this reference goes with the copy of it.
        let last = unsafe { Self::from_raw(self.0) }.give_up();
        if let Some(metric) = last {
            // SAFETY: it was the last one.
            unsafe { crate::registry::store::free(metric) };
        }
    }
}
