// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The copies that a scan found, and who of them provides: pure.

use std::cmp::Reverse;

use cmetrics_interface as abi;
use cmetrics_interface::NoteSlot;

/// The longest package version that is kept.
pub(crate) const SEMVER: usize = 64;

/// One copy: what its slot said when it was read. All addresses lie in the copy's own module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<M> {
    pub(crate) slot: usize,
    pub(crate) flags: u32,
    pub(crate) oldest: u32,
    pub(crate) newest: u32,
    pub(crate) rank: u64,
    pub(crate) provider: usize,
    pub(crate) build_id: [u8; 24],
    /// The copy's bootstrap table.
    pub(crate) card: usize,
    /// Its bootstrap table says the same as its slot. Not so while its module is being loaded, or where either lies.
    pub(crate) ready: bool,
    /// From its bootstrap table, NUL-padded; nothing unless it is ready.
    pub(crate) semver: [u8; SEMVER],
    pub(crate) module: M,
}

impl Found<()> {
    /// The copy whose slot is at `slot` and says this, with the package version that its bootstrap table tells if the two
    /// agree.
    pub(super) fn new(slot: usize, card: usize, says: &NoteSlot, semver: Option<[u8; SEMVER]>) -> Self {
        Self {
            slot,
            flags: says.flags,
            oldest: says.oldest,
            newest: says.newest,
            rank: says.rank,
            provider: says.provider as usize,
            build_id: says.build_id,
            card,
            ready: semver.is_some(),
            semver: semver.unwrap_or([0; SEMVER]),
            module: (),
        }
    }

    /// The same copy, with what is known of its module.
    pub(super) fn of<M>(self, module: M) -> Found<M> {
        let Self { slot, flags, oldest, newest, rank, provider, build_id, card, ready, semver, module: () } = self;
        Found { slot, flags, oldest, newest, rank, provider, build_id, card, ready, semver, module }
    }
}

impl<M> Found<M> {
    pub(crate) fn serves(&self, version: u32) -> bool {
        (self.oldest..=self.newest).contains(&version)
    }

    pub(crate) fn is(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }
}

/// The copy that provides already, as any of the slots says. It must be one that was found, think so itself, and be in
/// order: a slot that leads elsewhere is not believed.
pub(crate) fn established<M>(all: &[Found<M>]) -> Option<&Found<M>> {
    let wins = |found: &&Found<M>| found.ready && found.provider == found.slot;
    all.iter().filter(|found| found.provider != 0).find_map(|told| {
        let named = all.iter().find(|found| found.slot == told.provider);
        named.filter(wins)
    })
}

/// Who should provide, where nobody does: a forced copy, else the newest, else one that stands alone before one that is
/// linked into something, else the first in load order. Those in `rejected` did not keep what they promised.
pub(crate) fn candidate<'a, M>(all: &'a [Found<M>], rejected: &[usize]) -> Option<&'a Found<M>> {
    let eligible = all.iter().enumerate().filter(|(_, found)| !rejected.contains(&found.slot));
    let best = eligible.max_by_key(|(place, found)| {
        (found.is(abi::SLOT_FORCED), found.rank, !found.is(abi::SLOT_EMBEDDED), Reverse(*place))
    });
    best.map(|(_, found)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(slot: usize, rank: u64, flags: u32) -> Found<()> {
        Found {
            slot,
            flags,
            oldest: 1,
            newest: 1,
            rank,
            provider: 0,
            build_id: [0; 24],
            card: slot + 1000,
            ready: true,
            semver: [0; SEMVER],
            module: (),
        }
    }

    fn chosen(all: &[Found<()>], rejected: &[usize]) -> Option<usize> {
        candidate(all, rejected).map(|found| found.slot)
    }

    #[test]
    fn the_newest_is_chosen_wherever_it_stands() {
        assert_eq!(chosen(&[copy(8, 1, 0), copy(16, 3, 0), copy(24, 2, 0)], &[]), Some(16));
        assert_eq!(chosen(&[copy(8, 1, 0), copy(16, 3, abi::SLOT_EMBEDDED)], &[]), Some(16));
    }

    #[test]
    fn of_equals_the_one_that_stands_alone_and_then_the_first() {
        assert_eq!(chosen(&[copy(8, 3, abi::SLOT_EMBEDDED), copy(16, 3, 0), copy(24, 3, 0)], &[]), Some(16));
        assert_eq!(chosen(&[copy(8, 3, abi::SLOT_EMBEDDED), copy(16, 3, abi::SLOT_EMBEDDED)], &[]), Some(8));
    }

    #[test]
    fn a_forced_copy_comes_before_all() {
        assert_eq!(chosen(&[copy(8, 9, 0), copy(16, 1, abi::SLOT_FORCED | abi::SLOT_EMBEDDED)], &[]), Some(16));
    }

    #[test]
    fn one_that_did_not_keep_its_promise_is_passed_over() {
        assert_eq!(chosen(&[copy(8, 9, abi::SLOT_FORCED), copy(16, 1, 0)], &[8]), Some(16));
        assert_eq!(chosen(&[copy(8, 9, 0)], &[8]), None);
        assert_eq!(chosen(&[], &[]), None);
    }

    #[test]
    fn a_provider_is_believed_if_it_is_there_and_thinks_so_itself() {
        let check = |providers: [usize; 3], ready: bool, expected: Option<usize>| {
            let mut all = [copy(8, 1, 0), copy(16, 2, 0), copy(24, 3, 0)];
            for (found, provider) in all.iter_mut().zip(providers) {
                found.provider = provider;
            }
            all[1].ready = ready;
            assert_eq!(established(&all).map(|found| found.slot), expected, "{providers:?}");
        };
        check([0, 0, 0], true, None);
        check([0, 16, 0], true, Some(16));
        check([16, 16, 16], true, Some(16));
        check([16, 0, 0], true, None);
        check([4096, 16, 0], true, Some(16));
        check([4096, 4096, 4096], true, None);
        check([0, 16, 0], false, None);
        check([24, 0, 16], true, None);
    }
}
