// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The metrics of one family with the same label names.

use core::cell::UnsafeCell;
use core::cmp::Ordering as Order;
use core::ops::Deref;
use core::ptr::NonNull;
use core::slice;
use std::alloc::{alloc, dealloc, handle_alloc_error, Layout};
use std::sync::Arc;

use super::hash::{combine, Part};
use super::rows::Book;
use super::slots::{self, Slots};
use super::table::Table;
use super::text::Sym;
use crate::metric::Metric;
use crate::registry::family::FamilyInfo;
use crate::registry::members::SetId;
use crate::sync::{next_id, AtomicU32, Ordering};

/// Label names in their order. Groups with the same ones share them.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Keys(Box<[Box<str>]>);

impl Keys {
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        Self(names.map(Box::from).collect())
    }

    pub(crate) fn iter(&self) -> slice::Iter<'_, Box<str>> {
        self.0.iter()
    }

    /// Are these the names of the labels?
    pub(crate) fn are_of(&self, labels: &[(&str, &str)]) -> bool {
        self.0.len() == labels.len() && self.0.iter().zip(labels).all(|(key, (other, _))| **key == **other)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// What readers see of a group. It is changed under the root's lock alone ([`super::rows::Rows`]), and freed after a
/// grace period.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Group {
    // What a look-up reads and a creation writes comes first, on a line or two.
    pub(super) table: Table,
    pub(super) slots: Slots,
    pub(super) book: UnsafeCell<Book>,
    pub(crate) info: Arc<FamilyInfo>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) uid: u64,
}

const _: () = assert!(size_of::<Group>() <= 112, "with its first metric, what allocators round up to 192 bytes");

/// How a group lies with its first metric, and where that is.
fn layout(labels: usize) -> (Layout, usize) {
    Layout::new::<Group>().extend(slots::layout(labels)).unwrap_or((Layout::new::<Group>(), 0))
}

/// A group that nobody else has. Its metrics are gone.
#[derive(Debug)]
pub(crate) struct OwnGroup(NonNull<Group>);

impl OwnGroup {
    /// # Safety
    ///
    /// It came from [`Group::alloc`], and nobody else has it.
    pub(super) unsafe fn new(group: NonNull<Group>) -> Self {
        Self(group)
    }
}

impl Deref for OwnGroup {
    type Target = Group;

    fn deref(&self) -> &Group {
        // SAFETY: it is there, as `new` was promised.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for OwnGroup {
    fn drop(&mut self) {
        let (layout, _) = layout(self.keys.len());
        // SAFETY: allocated with this layout in `Group::alloc`, and nobody else's.
        unsafe {
            self.0.drop_in_place();
            dealloc(self.0.as_ptr().cast(), layout);
        }
    }
}

impl Group {
    /// The bits of [`Metric::number`] that count; the other one says that an order has the metric.
    pub(crate) const NUMBERS: u32 = Self::IN_ORDER - 1;
    pub(super) const IN_ORDER: u32 = 1 << 31;

    /// A new one, with memory for its first metric behind it. To be freed by [`OwnGroup`].
    pub(super) fn alloc(info: Arc<FamilyInfo>, keys: Arc<Keys>) -> NonNull<Group> {
        let (layout, offset) = layout(keys.len());
        // SAFETY: the layout has a size.
        let Some(memory) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
        // SAFETY: there is room for a group, and for a metric at this offset.
        unsafe {
            let slots = Slots::new(keys.len(), memory.byte_add(offset).cast());
            let (table, book, uid) = (Table::new(), UnsafeCell::default(), next_id());
            let group = memory.cast::<Group>();
            group.write(Self { table, slots, book, info, keys, uid });
            group
        }
    }

    /// Where the metric with this number is.
    #[inline]
    pub(crate) fn at(&self, number: u32) -> NonNull<Metric> {
        self.slots.at(number)
    }

    /// A metric will be made.
    #[inline]
    pub(crate) fn prefetch(&self) {
        self.slots.prefetch();
    }

    /// One of its label values.
    ///
    /// # Safety
    ///
    /// The metric lies in a chunk that may be read, and has more than `label` labels.
    #[inline]
    pub(crate) unsafe fn sym(metric: NonNull<Metric>, label: usize) -> Sym {
        // SAFETY: as the caller promises; values beyond the struct lie behind it, in the same chunk.
        let value = unsafe { &*(&raw const (*metric.as_ptr()).values).cast::<AtomicU32>().add(label) };
        // Relaxed: published with what the caller found the metric by.
        Sym::from_number(value.load(Ordering::Relaxed))
    }

    /// The labels of a metric, in the order of their names.
    ///
    /// # Safety
    ///
    /// There is a reference to the metric for `'a`.
    pub(crate) unsafe fn labels_of<'a>(
        metric: NonNull<Metric>,
    ) -> impl ExactSizeIterator<Item = (&'a str, &'a str)> + Clone {
        // SAFETY: as the caller promises, the metric is there, with its group and its texts.
        let keys: &'a Keys = unsafe { &metric.as_ref().group.as_ref().keys };
        // SAFETY: as above.
        keys.iter().enumerate().map(move |(i, key)| unsafe { (&**key, Self::sym(metric, i).text()) })
    }

    /// The hash of its row.
    ///
    /// # Safety
    ///
    /// The metric is one of this group, in use.
    pub(super) unsafe fn hash_of(&self, metric: NonNull<Metric>) -> u32 {
        // SAFETY: as the caller promises.
        (0..self.slots.labels()).fold(0, |row, i| combine(row, unsafe { Self::sym(metric, i).hash() }))
    }

    /// The attached metric of this hash of which `is` says that every value, by its place, is right.
    ///
    /// # Safety
    ///
    /// The caller has the lock of the root, or is in a section in which it found the group.
    #[inline]
    pub(crate) unsafe fn find(&self, hash: u32, is: impl Fn(usize, Sym) -> bool) -> Option<NonNull<Metric>> {
        let n = self.slots.labels();
        let check = |number: u32| {
            let metric = self.at(number);
            // SAFETY: the number was in the table or is below `len`, so that there is memory with a metric. One that is
            // attached keeps its labels, and a metric is not used again while readers may look at it.
            let right = unsafe { metric.as_ref().attached() && (0..n).all(|i| is(i, Self::sym(metric, i))) };
            right.then_some(metric)
        };
        match self.table.find(hash, check) {
            Some(found) => found,
            // Acquire: the metrics are seen.
            None => (0..self.slots.len.load(Ordering::Acquire)).find_map(check),
        }
    }

    /// As [`find`](Self::find), of texts.
    ///
    /// # Safety
    ///
    /// As for [`find`](Self::find); there are as many values as label names.
    pub(crate) unsafe fn find_values(&self, values: &[Part<'_>]) -> Option<NonNull<Metric>> {
        let hash = values.iter().fold(0, |row, value| combine(row, value.hash()));
        // SAFETY: as the caller promises; what is compared is of an attached metric.
        unsafe { self.find(hash, |i, sym| sym.is(&values[i])) }
    }

    /// The order of two metrics of this group in a report.
    ///
    /// # Safety
    ///
    /// Both have not been freed.
    pub(super) unsafe fn compare(&self, a: u32, b: u32) -> Order {
        let (a, b) = (self.at(a), self.at(b));
        for i in 0..self.slots.labels() {
            // SAFETY: as the caller promises.
            let (a, b) = unsafe { (Self::sym(a, i), Self::sym(b, i)) };
            if a != b {
                // SAFETY: as above. Texts that are equal have the same number.
                return unsafe { a.bytes().cmp(b.bytes()) };
            }
        }
        Order::Equal
    }

    pub(crate) fn members(&self, number: u32) -> SetId {
        // SAFETY: the numbers that callers have are of metrics that were made.
        unsafe { self.at(number).as_ref() }.members()
    }
}
