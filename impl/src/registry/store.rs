// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The memory of a root: its state behind one lock, and what readers find without it. It outlives the root while clients
//! have handles of its metrics.

use core::ptr::NonNull;
use std::sync::Arc;

use super::query::Query;
use super::row::Row;
use super::site::{Found, Site, Sites};
use super::state::State;
use crate::grace::Section;
use crate::metric::{Metric, MetricRef};
use crate::stats::Stats;
use crate::sync::Lock;

#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) state: Lock<State>,
    pub(crate) sites: Sites,
    pub(crate) stats: Stats,
}

/// Where a store is, for its families. Metrics keep it: those in the tree by the root, those that clients alone have by a
/// reference that the last of them gives back ([`Store::end`]).
#[derive(Clone, Copy, Debug)]
pub(crate) struct StorePtr(NonNull<Store>);

// SAFETY: a store may be used from all threads.
unsafe impl Send for StorePtr {}
// SAFETY: as above.
unsafe impl Sync for StorePtr {}

impl StorePtr {
    pub(super) fn new(store: &Arc<Store>) -> Self {
        // SAFETY: an `Arc` points to something. (Not by way of a reference, which would not reach its counts.)
        Self(unsafe { NonNull::new_unchecked(Arc::as_ptr(store).cast_mut()) })
    }

    pub(super) fn is(self, store: &Store) -> bool {
        core::ptr::eq(self.0.as_ptr(), store)
    }

    /// # Safety
    ///
    /// The store is there for `'a`: the caller has a reference to one of its metrics, or its root.
    pub(super) unsafe fn get<'a>(self) -> &'a Store {
        // SAFETY: as the caller promises.
        unsafe { self.0.as_ref() }
    }

    /// # Safety
    ///
    /// As for [`get`](Self::get).
    unsafe fn share(self) -> Arc<Store> {
        // SAFETY: the pointer came from an `Arc`, which is there as the caller promises.
        unsafe {
            Arc::increment_strong_count(self.0.as_ptr());
            Arc::from_raw(self.0.as_ptr())
        }
    }
}

/// Frees a metric, now or after a grace period.
///
/// # Safety
///
/// The last reference to it was given up just now. (So it is detached.)
pub(crate) unsafe fn free(metric: NonNull<Metric>) {
    // SAFETY: nobody else frees it, so it is there, and so is its store; which must be there until the lock is open again.
    let store = unsafe { metric.as_ref().family().store().share() };
    let was_last = store.state.lock().give_back(metric);
    if was_last {
        // SAFETY: the reference of `end`.
        unsafe { Arc::decrement_strong_count(Arc::as_ptr(&store)) };
    }
}

impl Store {
    /// With nothing but the root, of this id.
    pub(super) fn with_root(id: u64) -> Arc<Self> {
        let mut state = State::default();
        state.add_node(id, true);
        Arc::new(Self { state: Lock::new(state), ..Self::default() })
    }

    /// The metric that the query describes, made if it is not there, where others of its group were asked for in the same
    /// words. None says nothing. A metric that is there is found without the lock.
    #[inline]
    pub(crate) fn find(&self, query: &Query<'_>) -> Option<MetricRef> {
        let _section = Section::begin();
        let mut row = Row::new();
        // SAFETY: in a section, which goes on until the site is not used any more.
        match unsafe { self.sites.find(query, &mut row) } {
            Found::Metric(metric) => Some(metric),
            Found::Site(site) => {
                // Before the lock, which waits for what was read until here.
                // SAFETY: the group is there while the site is.
                unsafe { site.group.as_ref() }.prefetch();
                self.add_at(site, &row)
            }
            Found::Nothing => None,
        }
    }

    #[cold]
    fn add_at(&self, site: &Site, row: &Row<'_>) -> Option<MetricRef> {
        self.state.lock().metric_at(site, row)
    }

    /// The root has ended: all metrics are detached.
    pub(super) fn end(self: &Arc<Self>) {
        // For the handles that are left. Counted before the lock is open again: from then on the last of them may come.
        let kept = Arc::clone(self);
        if self.state.lock().end(&self.sites) {
            core::mem::forget(kept);
        }
    }
}
