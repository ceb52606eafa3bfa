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
use crate::series::once::{OnceBox, OnceText};
use crate::series::rows::Rows;
use crate::stats::Stats;
use crate::sync::{AtomicI32, Ordering::Relaxed};

/// What a family is. Shared by its groups, and outlives its place in the tree with them.
#[derive(Debug)]
pub(crate) struct FamilyInfo {
    /// Its name, and help and unit if its creator told them, without a gap; how long the first two are.
    texts: OnceText,
    name: u16,
    help: u16,
    pub(crate) kind: Kind,
    pub(crate) exposure: Exposure,
    /// The most important that was asked for.
    priority: AtomicI32,
    pub(crate) creator: Arc<ClientInfo>,
    /// Help and unit if others told them first.
    later: OnceBox<[OnceText; 2]>,
    store: StorePtr,
    // What follows is known under the lock alone.
    /// The first of its groups.
    groups: UnsafeCell<Option<NonNull<Group>>>,
    /// How many of them have attached metrics. With none the family is not in the tree.
    alive: UnsafeCell<u32>,
}

const _: () =
    assert!(size_of::<FamilyInfo>() <= 56, "with the counts of its Arc, what allocators round up to 80 bytes");

// SAFETY: groups and their count are looked at by whoever has the lock, and the rest is changed by atomic operations.
unsafe impl Send for FamilyInfo {}
// SAFETY: as above.
unsafe impl Sync for FamilyInfo {}

impl FamilyInfo {
    /// `texts` are name, help and unit.
    pub(crate) fn new(
        texts: [&str; 3],
        kind: Kind,
        exposure: Exposure,
        priority: i32,
        creator: Arc<ClientInfo>,
        store: &Arc<Store>,
    ) -> Self {
        let all = OnceText::default();
        all.learn(&texts.concat());
        Self {
            texts: all,
            name: texts[0].len() as u16,
            help: texts[1].len() as u16,
            kind,
            exposure,
            priority: AtomicI32::new(priority),
            creator,
            later: OnceBox::default(),
            store: StorePtr::new(store),
            groups: UnsafeCell::default(),
            alive: UnsafeCell::default(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.split()[0]
    }

    /// The first that is not empty.
    pub(crate) fn help(&self) -> &str {
        self.say(0)
    }

    /// The first that is not empty.
    pub(crate) fn unit(&self) -> &str {
        self.say(1)
    }

    /// What its creator told.
    fn split(&self) -> [&str; 3] {
        let (name, rest) = self.texts.get().split_at(usize::from(self.name));
        let (help, unit) = rest.split_at(usize::from(self.help));
        [name, help, unit]
    }

    /// Help is 0, unit is 1.
    fn say(&self, which: usize) -> &str {
        let first = self.split()[which + 1];
        if first.is_empty() {
            self.later.get().map_or("", |later| later[which].get())
        } else {
            first
        }
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
        for (which, text) in [help, unit].into_iter().enumerate() {
            if !text.is_empty() && self.say(which).is_empty() {
                self.later.get_or_make()[which].learn(text);
            }
        }
        self.priority.fetch_min(priority, Relaxed);
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
        std::iter::successors(unsafe { *self.groups.get() }.map(of), move |rows| rows.next().map(of))
    }

    /// # Safety
    ///
    /// The caller has the lock. The group is in no list.
    pub(super) unsafe fn add_group(&self, group: NonNull<Group>) {
        // SAFETY: as the caller promises.
        unsafe { Rows::of(group).set_next((*self.groups.get()).replace(group)) };
    }

    /// How many series it has.
    ///
    /// # Safety
    ///
    /// As for [`groups`](Self::groups).
    pub(super) unsafe fn series(&self) -> u64 {
        // SAFETY: as the caller promises.
        unsafe { self.groups() }.map(|rows| u64::from(rows.attached())).sum()
    }

    /// Has it left the tree?
    ///
    /// # Safety
    ///
    /// The caller has the lock.
    pub(super) unsafe fn is_gone(&self) -> bool {
        // SAFETY: as the caller promises.
        unsafe { *self.alive.get() == 0 }
    }

    /// One group more has attached metrics, or one less. Has the family left the tree with that?
    ///
    /// # Safety
    ///
    /// The caller has the lock.
    pub(super) unsafe fn count_alive(&self, change: i32) -> bool {
        // SAFETY: as the caller promises.
        unsafe {
            let alive = self.alive.get();
            *alive = (*alive).wrapping_add_signed(change);
            *alive == 0
        }
    }

    /// For messages: `counter "x_total", created by "vllm" (python)`.
    pub(crate) fn told(&self) -> String {
        told(self.kind, self.exposure, self.name(), &self.creator)
    }

    /// Every sample name that it can emit.
    pub(crate) fn samples(&self) -> Vec<String> {
        name::samples(self.name(), self.exposure)
    }
}

/// For messages, of a family that is there or that was asked for.
pub(crate) fn told(kind: Kind, exposure: Exposure, name: &str, creator: &ClientInfo) -> String {
    let total_only = if exposure == Exposure::Counter && kind != Kind::Counter { " (total only)" } else { "" };
    format!("{}{total_only} {name:?}, created by {}", kind.name(), creator.who())
}
