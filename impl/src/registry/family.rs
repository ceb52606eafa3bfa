// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Families: what all series of one full name have in common, in the whole tree.

use std::cell::UnsafeCell;
use std::ptr::NonNull;
use std::sync::Arc;

use super::name;
use super::store::{Store, StorePtr};
use crate::client::ClientInfo;
use crate::metric::{Exposure, Kind};
use crate::series::group::Group;
use crate::series::once::OnceText;
use crate::series::rows::Rows;
use crate::stats::Stats;
use crate::sync::{AtomicI32, Ordering::Relaxed};

/// What a family is. Shared by its groups, and outlives its place in the tree with them.
#[derive(Debug)]
pub(crate) struct FamilyInfo {
    pub(crate) name: Box<str>,
    pub(crate) kind: Kind,
    pub(crate) exposure: Exposure,
    /// The most important that was asked for.
    priority: AtomicI32,
    pub(crate) creator: Arc<ClientInfo>,
    /// The first that is not empty.
    help: OnceText,
    unit: OnceText,
    store: StorePtr,
    /// What is known under the lock alone.
    book: UnsafeCell<Book>,
}

#[derive(Debug, Default)]
struct Book {
    /// The first of its groups.
    groups: Option<NonNull<Group>>,
    /// How many series it has in all of them.
    series: u64,
}

// SAFETY: `book` is looked at by whoever has the lock, and the rest is changed by atomic operations.
unsafe impl Send for FamilyInfo {}
// SAFETY: as above.
unsafe impl Sync for FamilyInfo {}

impl FamilyInfo {
    pub(crate) fn new(
        name: &str,
        kind: Kind,
        exposure: Exposure,
        priority: i32,
        creator: Arc<ClientInfo>,
        store: &Arc<Store>,
    ) -> Self {
        let priority = AtomicI32::new(priority);
        let (help, unit, book) = (OnceText::default(), OnceText::default(), UnsafeCell::default());
        Self { name: name.into(), kind, exposure, priority, creator, help, unit, store: StorePtr::new(store), book }
    }

    pub(crate) fn help(&self) -> &str {
        self.help.get()
    }

    pub(crate) fn unit(&self) -> &str {
        self.unit.get()
    }

    pub(crate) fn priority(&self) -> i32 {
        // Relaxed: it publishes nothing but itself.
        self.priority.load(Relaxed)
    }

    /// Where its series are.
    pub(super) fn store(&self) -> StorePtr {
        self.store
    }

    /// Are its series in this store?
    pub(super) fn is_in(&self, store: &Store) -> bool {
        self.store.is(store)
    }

    pub(crate) fn stats(&self) -> &Stats {
        // SAFETY: who has a family's metric, or the family in the tree, keeps the store.
        unsafe { &self.store.get().stats }
    }

    /// Takes in what one more creation says. Called under the root's lock.
    pub(crate) fn learn(&self, help: &str, unit: &str, priority: i32) {
        for (known, told) in [(&self.help, help), (&self.unit, unit)] {
            known.learn(told);
        }
        self.priority.fetch_min(priority, Relaxed);
    }

    #[expect(clippy::mut_from_ref, reason = "the lock makes it the only one")]
    unsafe fn book(&self) -> &mut Book {
        // SAFETY: the caller has the lock, and nobody keeps it beyond a line.
        unsafe { &mut *self.book.get() }
    }

    /// Its groups.
    ///
    /// # Safety
    ///
    /// For `'l` the caller has the lock, and the family is in the tree.
    pub(crate) unsafe fn groups<'l>(&self) -> impl Iterator<Item = Rows<'l>> + Clone {
        // SAFETY: as the caller promises; a family's groups are freed after it has left the tree.
        let of = |group: NonNull<Group>| unsafe { Rows::of(group) };
        // SAFETY: as above.
        std::iter::successors(unsafe { self.book() }.groups.map(of), move |rows| rows.next().map(of))
    }

    /// # Safety
    ///
    /// The caller has the lock. The group is in no list.
    pub(super) unsafe fn add_group(&self, group: NonNull<Group>) {
        // SAFETY: as the caller promises.
        unsafe { Rows::of(group).set_next(self.book().groups.replace(group)) };
    }

    /// # Safety
    ///
    /// The caller has the lock.
    pub(super) unsafe fn series(&self) -> u64 {
        // SAFETY: as the caller promises.
        unsafe { self.book() }.series
    }

    /// One series more, or one less. How many there are now is returned.
    ///
    /// # Safety
    ///
    /// The caller has the lock.
    pub(super) unsafe fn count_series(&self, change: i64) -> u64 {
        // SAFETY: as the caller promises.
        let book = unsafe { self.book() };
        book.series = book.series.wrapping_add_signed(change);
        book.series
    }

    /// For messages: `counter "x_total", created by "vllm" (python)`.
    pub(crate) fn told(&self) -> String {
        told(self.kind, self.exposure, &self.name, &self.creator)
    }

    /// Every sample name that it can emit.
    pub(crate) fn samples(&self) -> Vec<String> {
        name::samples(&self.name, self.exposure)
    }
}

/// For messages, of a family that is there or that was asked for.
pub(crate) fn told(kind: Kind, exposure: Exposure, name: &str, creator: &ClientInfo) -> String {
    let total_only = if exposure == Exposure::Counter && kind != Kind::Counter { " (total only)" } else { "" };
    format!("{}{total_only} {name:?}, created by {}", kind.name(), creator.who())
}
