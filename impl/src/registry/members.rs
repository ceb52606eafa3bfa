// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sets of registries: those through which a metric was created. Nearly all metrics have the set of one registry, so that
//! a set is kept once, and known by a number.

use std::collections::HashMap;

/// The number of a set that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SetId(pub(crate) u32);

impl SetId {
    /// No registry: the metric is detached.
    pub(crate) const NONE: SetId = SetId(0);
}

#[derive(Debug, Default)]
pub(crate) struct MemberSets {
    /// By number, less one: the registries in rising order, and how often the set is used.
    sets: Vec<(Box<[u64]>, usize)>,
    numbers: HashMap<Box<[u64]>, SetId>,
    free: Vec<SetId>,
}

impl MemberSets {
    pub(crate) fn of(&self, id: SetId) -> &[u64] {
        match id.0.checked_sub(1) {
            Some(at) => &self.sets[at as usize].0,
            None => &[],
        }
    }

    /// The set of one registry, with one more use.
    pub(crate) fn only(&mut self, registry: u64) -> SetId {
        self.keep(&[registry])
    }

    /// The set with one registry more, in place of one use of `id`.
    pub(crate) fn with(&mut self, id: SetId, registry: u64) -> SetId {
        let mut members = self.of(id).to_vec();
        let Err(at) = members.binary_search(&registry) else { return id };
        members.insert(at, registry);
        self.replace(id, &members)
    }

    /// The set with one registry less, in place of one use of `id`.
    pub(crate) fn without(&mut self, id: SetId, registry: u64) -> SetId {
        let members: Vec<u64> = self.of(id).iter().copied().filter(|member| *member != registry).collect();
        self.replace(id, &members)
    }

    pub(crate) fn use_again(&mut self, id: SetId) {
        if let Some(at) = id.0.checked_sub(1) {
            self.sets[at as usize].1 += 1;
        }
    }

    pub(crate) fn give_up(&mut self, id: SetId) {
        let Some(at) = id.0.checked_sub(1) else { return };
        let (members, uses) = &mut self.sets[at as usize];
        *uses -= 1;
        if *uses == 0 {
            self.numbers.remove(members);
            *members = Box::default();
            self.free.push(id);
        }
    }

    fn replace(&mut self, id: SetId, members: &[u64]) -> SetId {
        let new = self.keep(members);
        self.give_up(id);
        new
    }

    fn keep(&mut self, members: &[u64]) -> SetId {
        if members.is_empty() {
            return SetId::NONE;
        }
        if let Some(id) = self.numbers.get(members).copied() {
            self.use_again(id);
            return id;
        }
        let set = (Box::from(members), 1);
        let id = match self.free.pop() {
            Some(id) => {
                self.sets[id.0 as usize - 1] = set;
                id
            }
            None => {
                self.sets.push(set);
                SetId(self.sets.len() as u32)
            }
        };
        self.numbers.insert(members.into(), id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_kept_once_and_their_numbers_used_again() {
        let mut sets = MemberSets::default();
        let (a, b) = (sets.only(1), sets.only(2));
        assert_eq!(sets.only(1), a);
        let both = sets.with(a, 2);
        assert_eq!((sets.of(both), sets.of(a)), (&[1, 2][..], &[1][..]));
        assert_eq!(sets.with(b, 1), both);
        assert_eq!(sets.with(both, 1), both);
        // Nobody has the second one's set any more.
        assert_eq!(sets.only(3), b);
        let one = sets.without(both, 2);
        assert_eq!((one, sets.without(one, 1)), (a, SetId::NONE));
        sets.give_up(both);
        sets.give_up(a);
        sets.give_up(b);
        assert!(sets.numbers.is_empty() && sets.free.len() == sets.sets.len());
    }
}
