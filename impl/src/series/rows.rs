// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A group as whoever has the root's lock sees it: metrics come and go.

use core::marker::PhantomData;
use core::ptr::{self, NonNull};
use std::sync::Arc;

use super::group::{Group, Keys, OwnGroup};
use super::order::{Added, Numbers, Sorting};
use super::table::{self, OldTable};
use super::text::{Sym, Texts};
use crate::cell::Cell;
use crate::metric::{Metric, MetricRef};
use crate::registry::family::FamilyInfo;
use crate::registry::members::SetId;
use crate::sync::{AtomicU32, Ordering};

/// So few metrics are found without a table.
const UNTABLED: u32 = 4;

/// Nothing more fits into a group.
#[derive(Debug)]
pub(crate) struct TooMany;

/// A group, for as long as somebody has the lock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'l> {
    /// As it was made: it is freed by this.
    group: NonNull<Group>,
    lock: PhantomData<&'l Group>,
}

/// What is known of a group under the lock alone.
#[derive(Debug, Default)]
#[repr(C)]
pub(super) struct Book {
    /// How many metrics are attached, and how many are not freed.
    attached: u32,
    used: u32,
    /// How many there ever were.
    made: u32,
    /// How many entries of the table are not free.
    taken: u32,
    /// The first free place, plus one. Each free place has the next one in its first label value.
    free: u32,
    /// From here on, the order has to be told of numbers.
    told: u32,
    /// How many sites there are of the group.
    sites: u32,
    /// Dead ones are being dropped from the order, a step with each change.
    tidying: bool,
    /// None while there was only one metric.
    order: Option<Box<Sorting>>,
    /// The next group of the family.
    next: Option<NonNull<Group>>,
}

/// The references of a metric that is freed, but still in the order: its place cannot be used yet.
const FREED: u32 = u32::MAX;

struct Sorted<'a> {
    group: &'a Group,
    free: &'a mut u32,
}

impl Numbers for Sorted<'_> {
    fn compare(&self, a: u32, b: u32) -> core::cmp::Ordering {
        // SAFETY: they are attached: those that are not are dropped before they are compared.
        unsafe { self.group.compare(a, b) }
    }

    fn stays(&mut self, number: u32) -> bool {
        if self.group.members(number) != SetId::NONE {
            return true;
        }
        // SAFETY: a place is used again only after its metric has left the order: see `Rows::free`.
        let metric = unsafe { self.group.at(number).as_ref() };
        metric.number.fetch_and(!Group::IN_ORDER, Ordering::Relaxed);
        if metric.refs.load(Ordering::Relaxed) == FREED {
            link(self.group, self.free, number);
        }
        false
    }
}

/// Puts a place into the list of free ones.
fn link(group: &Group, free: &mut u32, number: u32) {
    // SAFETY: the place is free: nobody reads it any more.
    unsafe { group.at(number).as_ref() }.values[0].store(*free, Ordering::Relaxed);
    *free = number + 1;
}

impl<'l> Rows<'l> {
    /// # Safety
    ///
    /// For `'l` the caller has the lock of the group's root, and the group is not freed.
    pub(crate) unsafe fn of(group: NonNull<Group>) -> Self {
        Self { group, lock: PhantomData }
    }

    /// A new group, to be freed by [`free_group`](Self::free_group).
    pub(crate) fn new_group(info: Arc<FamilyInfo>, keys: Arc<Keys>) -> NonNull<Group> {
        Group::alloc(info, keys)
    }

    /// The group, to be dropped after a grace period. No metric of it is left.
    ///
    /// # Safety
    ///
    /// It was made by [`new_group`](Self::new_group), and is in no list.
    pub(crate) unsafe fn free_group(group: NonNull<Group>) -> OwnGroup {
        // SAFETY: as the caller promises.
        unsafe { OwnGroup::new(group) }
    }

    fn book(self) -> &'l mut Book {
        // SAFETY: whoever made this has the lock, and no method uses a book after it has called another method.
        unsafe { &mut *self.group().book.get() }
    }

    pub(crate) fn group(self) -> &'l Group {
        // SAFETY: as whoever made this promised.
        unsafe { self.group.as_ref() }
    }

    /// Its address, by which metrics know it.
    pub(crate) fn place(self) -> NonNull<Group> {
        self.group
    }

    pub(crate) fn next(self) -> Option<NonNull<Group>> {
        self.book().next
    }

    pub(crate) fn set_next(self, next: Option<NonNull<Group>>) {
        self.book().next = next;
    }

    pub(crate) fn count_site(self, change: i32) {
        let book = self.book();
        book.sites = book.sites.wrapping_add_signed(change);
    }

    pub(crate) fn has_sites(self) -> bool {
        self.book().sites != 0
    }

    pub(crate) fn attached(self) -> u32 {
        self.book().attached
    }

    pub(crate) fn used(self) -> u32 {
        self.book().used
    }

    /// Numbers below it are of metrics, some of which may be gone.
    pub(crate) fn len(self) -> u32 {
        self.group().slots.len.load(Ordering::Relaxed)
    }

    /// Is there room for another one?
    #[inline]
    pub(crate) fn check_room(self) -> Result<(), TooMany> {
        let places = self.book().free != 0 || self.len() < table::MOST;
        if places && self.book().made < Group::NUMBERS {
            Ok(())
        } else {
            Err(TooMany)
        }
    }

    /// A new metric, zero, with one use of each of its values. `hash` is that of its row, and there is none of these
    /// values yet. The tree has a reference too. A table that is not used any more is returned.
    pub(crate) fn add(
        self,
        hash: u32,
        values: &[Sym],
        members: SetId,
    ) -> Result<(MetricRef, Option<OldTable>), TooMany> {
        self.check_room()?;
        let group = self.group();
        let len = group.slots.len.load(Ordering::Relaxed);
        let (index, metric) = self.take_place(group, len);
        self.book().made += 1;
        let in_order = if len == 0 && index == 0 { 0 } else { Group::IN_ORDER };
        let value = |i: usize| AtomicU32::new(values.get(i).map_or(0, |sym| sym.number()));
        // SAFETY: the place is nobody's: it was never used, or was freed after a grace period. What readers look at first
        // in a place that was used, `members`, is written by an atomic store, and last.
        unsafe {
            let raw = metric.as_ptr();
            (&raw mut (*raw).cell).write(Cell::new());
            (&raw mut (*raw).group).write(self.place());
            (*raw).refs.store(2, Ordering::Relaxed);
            (*raw).number.store(self.book().made | in_order, Ordering::Relaxed);
            let first = (&raw mut (*raw).values).cast::<AtomicU32>();
            for i in 0..values.len().max(1) {
                first.add(i).write(value(i));
            }
            // Release: who finds it attached sees all of it.
            (*raw).members.store(members.0, Ordering::Release);
        }
        if index == len {
            // Release: who sees the number sees the metric.
            group.slots.len.store(len + 1, Ordering::Release);
        }
        self.book().attached += 1;
        self.book().used += 1;
        self.note_order(index, len);
        // SAFETY: of the two references that were counted, one is the tree's.
        Ok((unsafe { MetricRef::from_raw(metric) }, self.note_in_table(hash, index)))
    }

    fn take_place(self, group: &Group, len: u32) -> (u32, NonNull<Metric>) {
        if let Some(index) = self.book().free.checked_sub(1) {
            let metric = group.at(index);
            // SAFETY: the place is free.
            self.book().free = unsafe { metric.as_ref() }.values[0].load(Ordering::Relaxed);
            return (index, metric);
        }
        let metric = group.slots.prepare(len);
        // SAFETY: memory for one metric, which no reader knows yet: these are read before it has any other value.
        unsafe {
            let raw = metric.as_ptr();
            (&raw mut (*raw).members).write(AtomicU32::new(0));
            (&raw mut (*raw).refs).write(AtomicU32::new(0));
            (&raw mut (*raw).number).write(AtomicU32::new(0));
        }
        (len, metric)
    }

    /// A metric was made at a place, when so many places had been used before.
    fn note_order(self, index: u32, len: u32) {
        let book = self.book();
        match (index, len) {
            // It is alone: an order is not needed yet.
            (0, 0) => book.told = 1,
            // The first one, which was alone until now, unless it is gone, or another one has its place.
            (1, 1) => {
                // SAFETY: number 0 was made before this one.
                let first = unsafe { self.group().at(0).as_ref() };
                let number = first.number.load(Ordering::Relaxed);
                if first.attached() && number & Group::IN_ORDER == 0 {
                    first.number.store(number | Group::IN_ORDER, Ordering::Relaxed);
                    book.told = 0;
                }
            }
            // A place that was used before.
            _ if index < len => {
                self.order();
                self.book().order.get_or_insert_default().add(index);
            }
            _ => {}
        }
        if self.book().tidying {
            self.tidy_order();
        }
    }

    /// The order, which knows of all numbers.
    fn order(self) -> Option<&'l mut Sorting> {
        let (len, book) = (self.len(), self.book());
        if book.told < len {
            book.order.get_or_insert_default().add_all(book.told, len);
            book.told = len;
        }
        book.order.as_deref_mut()
    }

    fn note_in_table(self, hash: u32, index: u32) -> Option<OldTable> {
        let (group, book) = (self.group(), self.book());
        if book.taken == 0 && group.slots.len.load(Ordering::Relaxed) <= UNTABLED {
            return None;
        }
        if group.table.add(hash, index, book.taken) {
            book.taken += 1;
            return None;
        }
        // The new one has no entries of metrics that are gone.
        book.taken = book.attached;
        let attached =
            (0..group.slots.len.load(Ordering::Relaxed)).filter(|number| group.members(*number) != SetId::NONE);
        // SAFETY: attached metrics of this group.
        group.table.replace(book.attached, attached.map(|number| (unsafe { group.hash_of(group.at(number)) }, number)))
    }

    /// Takes a metric out of the tree, whose reference is returned. It is one of this group, and attached.
    pub(crate) fn detach(self, metric: NonNull<Metric>) -> MetricRef {
        let (group, book) = (self.group(), self.book());
        // SAFETY: the metric is there, and of this group.
        let (hash, there) = unsafe { (group.hash_of(metric), metric.as_ref()) };
        if let Some(number) = group.slots.number(metric) {
            group.table.remove(hash, number);
        }
        there.members.store(SetId::NONE.0, Ordering::Relaxed);
        book.attached -= 1;
        if there.number.load(Ordering::Relaxed) & Group::IN_ORDER != 0 {
            if let Some(order) = self.order() {
                order.died();
            }
        }
        self.tidy_order();
        // SAFETY: the tree's reference, which is given back once: the metric was attached.
        unsafe { MetricRef::from_raw(metric) }
    }

    /// Makes a place free again.
    ///
    /// # Safety
    ///
    /// The metric is one of this group, detached, without references, and no reader looks at it any more.
    pub(crate) unsafe fn free(self, metric: NonNull<Metric>, texts: &mut Texts) {
        let (group, book) = (self.group(), self.book());
        for i in 0..group.keys.len() {
            // SAFETY: the metric has a use of each of its values, and nobody reads them by it any more.
            unsafe { texts.give_up(Group::sym(metric, i)) };
        }
        // SAFETY: the cell is used by nobody, and is written anew before it is used again.
        unsafe { ptr::drop_in_place(&raw mut (*metric.as_ptr()).cell) };
        book.used -= 1;
        let Some(number) = group.slots.number(metric) else { return };
        // SAFETY: as the caller promises.
        let there = unsafe { metric.as_ref() };
        if there.number.load(Ordering::Relaxed) & Group::IN_ORDER != 0 {
            there.refs.store(FREED, Ordering::Relaxed);
        } else {
            link(group, &mut book.free, number);
        }
    }

    /// Up to where the order would have to be there, for all that is there now.
    pub(crate) fn added(self) -> Added {
        // One that is alone is the first one of an order to come.
        self.order().map_or(Added::ONE, |order| order.added())
    }

    /// Is the order there for [`in_order`](Self::in_order), up to here?
    pub(crate) fn is_ordered(self, upto: Added) -> bool {
        self.order().is_none_or(|order| order.is_done(upto))
    }

    /// Comes nearer to that.
    pub(crate) fn step_order(self, upto: Added) {
        self.order();
        let (group, book) = (self.group(), self.book());
        if let Some(order) = &mut book.order {
            order.step(upto, &mut Sorted { group, free: &mut book.free });
        }
    }

    /// The numbers in order, among them some that are gone.
    pub(crate) fn in_order(self) -> &'l [u32] {
        match self.order() {
            Some(order) => order.sorted(),
            None => &[0][..self.len().min(1) as usize],
        }
    }

    /// How often the order has changed.
    pub(crate) fn changes(self) -> u32 {
        self.order().map_or(0, |order| order.changes() + 1)
    }

    /// Drops dead ones where there are many, a step with each call.
    fn tidy_order(self) {
        let is_stale = self.order().is_some_and(|order| order.is_stale());
        self.book().tidying = is_stale;
        if is_stale {
            self.step_order(self.added());
        }
    }

    /// Says through which registries a metric was made.
    ///
    /// # Safety
    ///
    /// The metric is attached, and the caller has the lock.
    pub(crate) unsafe fn set_members(metric: NonNull<Metric>, members: SetId) {
        // SAFETY: as the caller promises. Release: as where it was attached.
        unsafe { metric.as_ref() }.members.store(members.0, Ordering::Release);
    }
}
