// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Walks the families and series of a root in order, a piece at a time, so that creations and removals wait for a piece
//! at most. What exists throughout the walk appears in it once.

use std::collections::HashSet;
use std::ptr::NonNull;
use std::sync::Arc;

use super::family::FamilyInfo;
use super::ids::IdMap;
use super::members::{MemberSets, SetId};
use super::state::{Node, State};
use super::store::Store;
use crate::metric::{Metric, MetricRef};
use crate::series::group::Group;
use crate::series::order::Added;
use crate::series::rows::Rows;

type Groups<'l> = Vec<Rows<'l>>;

/// How many metrics one hold of the lock gives, where each is taken as a reference; and how many it looks at, most of
/// which may not be shown.
const BATCH: usize = 512;
const LOOKED_AT: usize = 4096;

/// A walk under way.
pub(crate) struct Cursor<'a> {
    store: &'a Store,
    /// Only series of these registries. None is all.
    registries: Option<HashSet<u64>>,
    /// Where it is, and where the next one is in the order as it was after so many changes.
    family: Option<Arc<FamilyInfo>>,
    at: usize,
    changes: u32,
    /// The families that were there when it began.
    upto: Option<Added>,
    /// For each group that the family had when the walk came to it, in the family's order.
    heads: Vec<Head>,
    /// The series that was given last of the family.
    last: Option<MetricRef>,
}

/// What of a group comes next, of all that were there when the walk came to the family.
struct Head {
    upto: Added,
    changes: u32,
    at: usize,
}

/// Which series a walk shows.
pub(crate) struct Shown<'a> {
    sets: &'a MemberSets,
    registries: Option<&'a HashSet<u64>>,
}

impl Shown<'_> {
    #[inline]
    pub(crate) fn has(&self, members: SetId) -> bool {
        members != SetId::NONE
            && self.registries.is_none_or(|shown| self.sets.of(members).iter().any(|id| shown.contains(id)))
    }
}

/// Takes series of one family, under the lock.
pub(crate) trait Take {
    /// Takes some of these metrics of the group, in order, those that are shown. How many it is done with is returned:
    /// fewer than all end the piece.
    fn take(&mut self, group: &Group, numbers: &[u32], shown: &Shown<'_>) -> usize;
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(store: &'a Store, registries: Option<HashSet<u64>>) -> Self {
        Self { store, registries, family: None, at: 0, changes: 0, upto: None, heads: Vec::new(), last: None }
    }

    /// Goes on to the next family that `wanted` takes and that may have series to show.
    pub(crate) fn next_family(&mut self, wanted: impl Fn(&FamilyInfo) -> bool) -> Option<Arc<FamilyInfo>> {
        self.last = None;
        self.heads.clear();
        let mut state = loop {
            let mut state = self.store.state.lock();
            let upto = *self.upto.get_or_insert(state.families.added());
            if state.families.is_ordered(upto) {
                break state;
            }
            state.families.step_order(upto);
        };
        let State { families, nodes, .. } = &mut *state;
        if let (Some(family), true) = (&self.family, self.changes != families.changes()) {
            self.at = families.first_after(family.name());
        }
        self.changes = families.changes();
        self.family = loop {
            let Some((info, behind)) = families.next(self.at) else { break None };
            self.at = behind;
            if wanted(info) && may_show(self.registries.as_ref(), nodes, info) {
                break Some(Arc::clone(info));
            }
        };
        self.family.clone()
    }

    /// Gives the next piece of the family. False if it was the last one.
    pub(crate) fn piece(&mut self, taker: &mut impl Take) -> bool {
        loop {
            let Some(info) = self.family.clone() else { return false };
            let mut state = self.store.state.lock();
            let State { families, sets, .. } = &mut *state;
            if !families.get(info.name()).is_some_and(|there| Arc::ptr_eq(there, &info)) {
                return false;
            }
            // SAFETY: under the lock; it is in the tree.
            let groups: Groups<'_> = unsafe { info.groups() }.collect();
            if self.heads.is_empty() {
                let head = |rows: &Rows<'_>| Head { upto: rows.added(), changes: rows.changes(), at: 0 };
                self.heads = groups.iter().map(head).collect();
            }
            // New groups come first.
            let groups = &groups[groups.len() - self.heads.len()..];
            let unordered = |(rows, head): &(&Rows<'_>, &Head)| !rows.is_ordered(head.upto);
            if let Some((rows, head)) = groups.iter().zip(&self.heads).find(unordered) {
                rows.step_order(head.upto);
                continue;
            }
            self.find_heads(groups);
            let shown = Shown { sets, registries: self.registries.as_ref() };
            let (more, last) = match (groups, &mut self.heads[..]) {
                ([rows], [head]) => one(*rows, head, taker, &shown),
                (groups, heads) => several(groups, heads, taker, &shown),
            };
            // The old one is given up without the lock, which that may need.
            let old = last.and_then(|last| self.last.replace(last));
            drop(state);
            drop(old);
            return more;
        }
    }

    /// Finds the place again where an order has changed.
    fn find_heads(&mut self, groups: &[Rows<'_>]) {
        for (rows, head) in groups.iter().zip(&mut self.heads) {
            if head.changes != rows.changes() {
                head.changes = rows.changes();
                head.at = self.last.as_ref().map_or(0, |last| first_after(*rows, last));
            }
        }
    }

    /// Fills `batch` with the next metrics of the family. False if there are no more.
    pub(crate) fn batch(&mut self, batch: &mut Vec<MetricRef>) -> bool {
        batch.clear();
        self.piece(&mut Batch(batch))
    }
}

struct Batch<'b>(&'b mut Vec<MetricRef>);

impl Take for Batch<'_> {
    fn take(&mut self, group: &Group, numbers: &[u32], shown: &Shown<'_>) -> usize {
        let room = BATCH.saturating_sub(self.0.len());
        let taken = &numbers[..numbers.len().min(room)];
        let shown = taken.iter().filter(|number| shown.has(group.members(**number)));
        // SAFETY: attached, and so there while the lock is held.
        self.0.extend(shown.map(|number| unsafe { MetricRef::retain(group.at(*number)) }));
        taken.len()
    }
}

fn may_show(registries: Option<&HashSet<u64>>, nodes: &IdMap<u64, Node>, info: &FamilyInfo) -> bool {
    let Some(registries) = registries else { return true };
    let groups = || registries.iter().filter_map(|id| nodes.get(id)?.groups.as_ref());
    // SAFETY: under the lock; the family is in the tree.
    unsafe { info.groups() }.any(|rows| groups().any(|of_one| of_one.contains_key(&rows.place())))
}

fn attached(group: &Group, number: u32) -> Option<NonNull<Metric>> {
    (group.members(number) != SetId::NONE).then(|| group.at(number))
}

/// The first place behind a series in the order of a group.
fn first_after(rows: Rows<'_>, last: &MetricRef) -> usize {
    let (order, group) = (rows.in_order(), rows.group());
    let (mut low, mut high) = (0, order.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        // Those that are gone have no labels any more.
        let live = (middle..high).find_map(|at| Some((at, attached(group, order[at])?)));
        match live {
            // SAFETY: attached, under the lock.
            Some((at, metric)) if unsafe { Group::labels_of(metric) }.le(last.labels()) => low = at + 1,
            _ => high = middle,
        }
    }
    low
}

/// The last of what was taken that is there, for the next piece.
fn last_of(group: &Group, taken: &[u32]) -> Option<MetricRef> {
    // SAFETY: attached, and so there while the lock is held.
    taken.iter().rev().find_map(|number| Some(unsafe { MetricRef::retain(attached(group, *number)?) }))
}

fn one(rows: Rows<'_>, head: &mut Head, taker: &mut impl Take, shown: &Shown<'_>) -> (bool, Option<MetricRef>) {
    let rest = rows.in_order().get(head.at..).unwrap_or(&[]);
    let some = &rest[..rest.len().min(LOOKED_AT)];
    let taken = taker.take(rows.group(), some, shown);
    head.at += taken;
    if taken == rest.len() {
        return (false, None);
    }
    (true, last_of(rows.group(), &rest[..taken]))
}

/// Groups with other label names come in between each other.
fn several(
    groups: &[Rows<'_>],
    heads: &mut [Head],
    taker: &mut impl Take,
    shown: &Shown<'_>,
) -> (bool, Option<MetricRef>) {
    let mut last = None;
    for _ in 0..LOOKED_AT {
        let mut first: Option<(usize, NonNull<Metric>)> = None;
        for (i, (rows, head)) in groups.iter().zip(&mut *heads).enumerate() {
            let (order, group) = (rows.in_order(), rows.group());
            while order.get(head.at).is_some_and(|number| attached(group, *number).is_none()) {
                head.at += 1;
            }
            let Some(next) = order.get(head.at).map(|number| group.at(*number)) else { continue };
            // SAFETY: both are attached, under the lock.
            let is_first = first.is_none_or(|(_, other)| unsafe { Group::labels_of(next).lt(Group::labels_of(other)) });
            if is_first {
                first = Some((i, next));
            }
        }
        let Some((i, metric)) = first else { return (false, None) };
        let (rows, head) = (groups[i], &mut heads[i]);
        if taker.take(rows.group(), &rows.in_order()[head.at..=head.at], shown) == 0 {
            break;
        }
        head.at += 1;
        last = Some(metric);
    }
    // SAFETY: attached when it was taken, under this lock.
    (true, last.map(|last| unsafe { MetricRef::retain(last) }))
}
