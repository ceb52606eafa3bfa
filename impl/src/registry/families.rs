// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The families in a tree: by name, and in order.

use std::cmp::Ordering;
use std::sync::Arc;

use super::family::FamilyInfo;
use crate::series::hash::Part;
use crate::series::order::{Added, Numbers, Sorting};
use crate::series::probe;

#[derive(Debug, Default)]
pub(crate) struct Families {
    /// None is free, or still in the order.
    list: Vec<Option<Arc<FamilyInfo>>>,
    /// Places that are free.
    free: Vec<u32>,
    /// Places, plus one, by the hash of the name: open addressing, linear, at most 3/4 full.
    table: Vec<u32>,
    count: usize,
    order: Sorting,
}

struct Sorted<'a> {
    list: &'a [Option<Arc<FamilyInfo>>],
    free: &'a mut Vec<u32>,
}

impl Numbers for Sorted<'_> {
    fn compare(&self, a: u32, b: u32) -> Ordering {
        match (&self.list[a as usize], &self.list[b as usize]) {
            (Some(a), Some(b)) => a.name().cmp(b.name()),
            _ => Ordering::Equal,
        }
    }

    fn stays(&mut self, number: u32) -> bool {
        let stays = self.list[number as usize].is_some();
        if !stays {
            self.free.push(number);
        }
        stays
    }
}

fn hash(name: &str) -> u32 {
    Part::of(name.as_bytes()).hash()
}

/// The hash of an entry of the table, which is a place plus one.
fn hash_at(list: &[Option<Arc<FamilyInfo>>], entry: u32) -> u32 {
    list.get(entry as usize - 1).and_then(Option::as_ref).map_or(0, |info| hash(info.name()))
}

impl Families {
    fn at(&self, place: u32) -> Option<&Arc<FamilyInfo>> {
        self.list.get(place as usize)?.as_ref()
    }

    /// Where, in the table, the name is or would be.
    fn slot(&self, name: &str) -> Option<usize> {
        let mask = self.table.len().checked_sub(1)?;
        let mut slot = hash(name) as usize & mask;
        while self.table[slot] != 0 && self.at(self.table[slot] - 1).is_none_or(|info| *info.name() != *name) {
            slot = (slot + 1) & mask;
        }
        Some(slot)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Arc<FamilyInfo>> {
        self.at(self.table[self.slot(name)?].checked_sub(1)?)
    }

    /// A family of a name that none has.
    pub(crate) fn add(&mut self, info: Arc<FamilyInfo>) {
        if (self.count + 1) * 4 > self.table.len() * 3 {
            let Self { list, table, .. } = self;
            probe::grow(table, 16, |entry| hash_at(list, entry));
        }
        let Some(slot) = self.slot(info.name()) else { return };
        let number = self.free.pop().unwrap_or(self.list.len() as u32);
        match self.list.get_mut(number as usize) {
            Some(place) => *place = Some(info),
            None => self.list.push(Some(info)),
        }
        self.table[slot] = number + 1;
        self.count += 1;
        self.order.add(number);
    }

    /// Takes a family out.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Arc<FamilyInfo>> {
        let slot = self.slot(name)?;
        let number = self.table[slot].checked_sub(1)?;
        let Self { list, table, .. } = &mut *self;
        probe::remove(table, slot, |entry| hash_at(list, entry));
        self.count -= 1;
        self.order.died();
        let gone = self.list[number as usize].take();
        if self.order.is_stale() {
            self.step_order(self.added());
        }
        gone
    }

    /// All of them, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<FamilyInfo>> {
        (0..self.list.len() as u32).filter_map(|place| self.at(place))
    }

    /// Up to where they would have to be ordered, for all that are there now.
    pub(crate) fn added(&self) -> Added {
        self.order.added()
    }

    pub(crate) fn is_ordered(&self, upto: Added) -> bool {
        self.order.is_done(upto)
    }

    /// Comes nearer to that.
    pub(crate) fn step_order(&mut self, upto: Added) {
        let Self { list, free, order, .. } = self;
        order.step(upto, &mut Sorted { list, free });
    }

    /// How often the order has changed.
    pub(crate) fn changes(&self) -> u32 {
        self.order.changes()
    }

    /// The family at or after a place in the order, and the place behind it. Once they are ordered.
    pub(crate) fn next(&self, from: usize) -> Option<(&Arc<FamilyInfo>, usize)> {
        let rest = self.order.sorted().iter().enumerate().skip(from);
        rest.filter_map(|(at, place)| Some((self.at(*place)?, at + 1))).next()
    }

    /// The first place in the order whose family comes after this name. Once they are ordered.
    pub(crate) fn first_after(&self, name: &str) -> usize {
        let order = self.order.sorted();
        let (mut low, mut high) = (0, order.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            // Those that are gone have no name any more.
            match self.next(middle).filter(|(_, behind)| *behind <= high) {
                Some((info, behind)) if *info.name() <= *name => low = behind,
                _ => high = middle,
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Exposure, Kind};
    use crate::registry::store::Store;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn as_an_ordered_map(ops in proptest::collection::vec(("[ab]{1,4}", 0_u8..4), 0..300)) {
            crate::series::hash::prepare();
            let store = Store::with_root(1);
            let (mut families, mut model) = (Families::default(), BTreeSet::new());
            for (name, op) in ops {
                if op < 2 && model.insert(name.clone()) {
                    let info = FamilyInfo::new([&name, "", ""], Kind::Counter, Exposure::Counter, 0, Arc::default(), &store);
                    families.add(Arc::new(info));
                } else if op == 2 {
                    prop_assert_eq!(families.remove(&name).is_some(), model.remove(&name));
                } else if op == 3 {
                    families.step_order(families.added());
                }
                prop_assert_eq!(families.get(&name).is_some(), model.contains(&name));
            }
            while !families.is_ordered(families.added()) {
                families.step_order(families.added());
            }
            let (mut at, mut names) = (0, Vec::new());
            while let Some((info, behind)) = families.next(at) {
                prop_assert!(families.first_after(info.name()) <= behind);
                let after = families.next(families.first_after(info.name())).map(|(info, _)| info.name().to_owned());
                prop_assert_eq!(after, families.next(behind).map(|(info, _)| info.name().to_owned()));
                names.push(info.name().to_owned());
                at = behind;
            }
            prop_assert_eq!(names, Vec::from_iter(model));
        }
    }
}
