// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The order of a group's metrics in reports, kept from report to report. What was created since is sorted in when a
//! report comes: a merge sort in steps, each short, so that creations and removals wait for a step at most. Several
//! reports at once do the steps together. A report waits for what was there when it came, and not for what is created
//! meanwhile: else one creation during each merge would hold it up for ever.

use core::cmp::Ordering;

/// A sort of numbers. Those that are dead drop out when a step meets them.
#[derive(Debug, Default)]
pub(crate) struct Sorting {
    /// Not sorted yet: from one number up to, and without, another one. Numbers mostly come one after the other.
    fresh: Vec<(u32, u32)>,
    /// Sorted, each longer than the next.
    runs: Vec<Vec<u32>>,
    /// Two that are becoming one.
    merge: Option<Box<Merge>>,
    /// How many were ever added, and how many of them are not fresh any more.
    added: u32,
    begun: u32,
    /// How many dead ones there may be.
    dead: u32,
    /// How often what [`sorted`](Self::sorted) gives has changed.
    changes: u32,
}

/// How many numbers had been added at some time. (It wraps.)
#[derive(Clone, Copy, Debug)]
pub(crate) struct Added(u32);

impl Added {
    pub(crate) const ONE: Added = Added(1);
}

#[derive(Debug)]
struct Merge {
    left: Vec<u32>,
    right: Vec<u32>,
    at: (usize, usize),
    out: Vec<u32>,
}

/// What a sort knows of the numbers that it sorts.
pub(crate) trait Numbers {
    fn compare(&self, a: u32, b: u32) -> Ordering;
    /// Whether it stays. If not, it is dropped now, and never compared or asked for again.
    fn stays(&mut self, number: u32) -> bool;
}

/// How many numbers a step sorts, or merges.
const SORTED: usize = 512;
const MERGED: usize = 4096;

impl Sorting {
    pub(crate) fn add(&mut self, number: u32) {
        self.add_all(number, number + 1);
    }

    /// Adds the numbers from one up to, and without, another one.
    pub(crate) fn add_all(&mut self, from: u32, to: u32) {
        self.added = self.added.wrapping_add(to - from);
        match self.fresh.last_mut() {
            Some((_, end)) if *end == from => *end = to,
            _ => self.fresh.push((from, to)),
        }
    }

    /// One that is in it will not stay.
    pub(crate) fn died(&mut self) {
        self.dead += 1;
    }

    pub(crate) fn added(&self) -> Added {
        Added(self.added)
    }

    /// In order, once [`is_done`](Self::is_done). Dead ones may be among them.
    pub(crate) fn sorted(&self) -> &[u32] {
        self.runs.first().map_or(&[], |run| run)
    }

    pub(crate) fn changes(&self) -> u32 {
        self.changes
    }

    /// Is everything sorted that had been added then? What came later may be, or not.
    pub(crate) fn is_done(&self, upto: Added) -> bool {
        self.has_begun(upto) && self.merge.is_none() && self.runs.len() <= 1
    }

    /// Is nothing of that fresh any more?
    fn has_begun(&self, upto: Added) -> bool {
        self.fresh.is_empty() || self.begun.wrapping_sub(upto.0).cast_signed() >= 0
    }

    /// Are there so many dead ones that steps should be made without a report?
    pub(crate) fn is_stale(&self) -> bool {
        if self.merge.is_none() && self.dead <= 64 {
            return false;
        }
        let fresh = self.added.wrapping_sub(self.begun) as usize;
        let all = fresh + self.runs.iter().map(Vec::len).sum::<usize>();
        self.merge.is_some() || self.dead as usize > all / 2
    }

    /// Comes nearer to [`is_done`](Self::is_done). Where there is nothing to sort, dead ones are dropped.
    pub(crate) fn step(&mut self, upto: Added, numbers: &mut impl Numbers) {
        self.changes = self.changes.wrapping_add(1);
        if self.merge.is_some() {
            self.go_on(upto, numbers);
        } else if !self.has_begun(upto) {
            self.sort_some(upto, numbers);
        } else if self.runs.len() > 1 || self.dead > 0 {
            let Some(last) = self.runs.pop() else { return };
            if self.runs.is_empty() {
                self.merge = Some(Merge::new(last, Vec::new()));
            } else {
                self.merge_with_last(last, upto, numbers);
            }
        }
    }

    fn sort_some(&mut self, upto: Added, numbers: &mut impl Numbers) {
        let mut run = Vec::with_capacity(SORTED);
        let mut done = 0;
        for (start, end) in &mut self.fresh {
            let some = (*end).min(*start + (SORTED - run.len()) as u32);
            run.extend(*start..some);
            *start = some;
            if *start < *end {
                break;
            }
            done += 1;
            if run.len() == SORTED {
                break;
            }
        }
        self.fresh.drain(..done);
        if self.fresh.is_empty() {
            self.fresh = Vec::new();
        }
        self.begun = self.begun.wrapping_add(run.len() as u32);
        run.shrink_to_fit();
        run.retain(|number| stays(numbers, *number, &mut self.dead));
        run.sort_unstable_by(|a, b| numbers.compare(*a, *b));
        self.merge_with_last(run, upto, numbers);
    }

    /// Adds a run, and begins to merge it with the last one if that is not much longer, or if nothing else is to come.
    fn merge_with_last(&mut self, run: Vec<u32>, upto: Added, numbers: &mut impl Numbers) {
        if run.is_empty() {
            return;
        }
        let rest = !self.has_begun(upto);
        match self.runs.pop() {
            None => self.runs.push(run),
            Some(mut last) => {
                let follows = match (last.last(), run.first()) {
                    (Some(a), Some(b)) => self.dead == 0 && numbers.compare(*a, *b) == Ordering::Less,
                    _ => false,
                };
                if follows {
                    // Metrics are often created in their order.
                    last.extend_from_slice(&run);
                    if !rest {
                        last.shrink_to_fit();
                    }
                    self.runs.push(last);
                } else if rest && last.len() > 2 * run.len() {
                    self.runs.extend([last, run]);
                } else {
                    self.merge = Some(Merge::new(last, run));
                }
            }
        }
    }

    fn go_on(&mut self, upto: Added, numbers: &mut impl Numbers) {
        let Some(mut merge) = self.merge.take() else { return };
        for _ in 0..MERGED {
            // Dead ones are dropped before they are compared: what they were may be gone.
            let left = first_that_stays(&merge.left, &mut merge.at.0, numbers, &mut self.dead);
            let right = first_that_stays(&merge.right, &mut merge.at.1, numbers, &mut self.dead);
            let (from_left, next) = match (left, right) {
                (Some(a), Some(b)) if numbers.compare(a, b) == Ordering::Greater => (false, b),
                (Some(a), _) => (true, a),
                (None, Some(b)) => (false, b),
                (None, None) => {
                    merge.out.shrink_to_fit();
                    return self.merge_with_last(merge.out, upto, numbers);
                }
            };
            merge.at.0 += usize::from(from_left);
            merge.at.1 += usize::from(!from_left);
            merge.out.push(next);
        }
        self.merge = Some(merge);
    }
}

fn stays(numbers: &mut impl Numbers, number: u32, dead: &mut u32) -> bool {
    let stays = numbers.stays(number);
    *dead -= u32::from(!stays && *dead > 0);
    stays
}

fn first_that_stays(run: &[u32], at: &mut usize, numbers: &mut impl Numbers, dead: &mut u32) -> Option<u32> {
    while let Some(number) = run.get(*at) {
        if stays(numbers, *number, dead) {
            return Some(*number);
        }
        *at += 1;
    }
    None
}

impl Merge {
    fn new(left: Vec<u32>, right: Vec<u32>) -> Box<Self> {
        let out = Vec::with_capacity(left.len() + right.len());
        Box::new(Self { left, right, at: (0, 0), out })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Numbers in the order of their digits turned round.
    #[derive(Default)]
    struct Model {
        dead: BTreeSet<u32>,
        dropped: usize,
    }

    impl Numbers for Model {
        fn compare(&self, a: u32, b: u32) -> Ordering {
            a.reverse_bits().cmp(&b.reverse_bits())
        }

        fn stays(&mut self, number: u32) -> bool {
            let dead = self.dead.remove(&number);
            self.dropped += usize::from(dead);
            !dead
        }
    }

    fn finish(sorting: &mut Sorting, model: &mut Model) {
        for _ in 0..100_000 {
            if sorting.is_done(sorting.added()) {
                return;
            }
            sorting.step(sorting.added(), model);
        }
        panic!("it does not end");
    }

    #[test]
    fn many_numbers_come_into_order_and_dead_ones_leave() {
        let (mut sorting, mut model) = (Sorting::default(), Model::default());
        for number in 0..100_000 {
            sorting.add(number);
            if number % 5000 == 77 {
                sorting.step(sorting.added(), &mut model);
            }
        }
        finish(&mut sorting, &mut model);
        assert_eq!(sorting.sorted().len(), 100_000);
        assert!(sorting.sorted().is_sorted_by(|a, b| model.compare(*a, *b) == Ordering::Less));
        for number in 0..60_000 {
            model.dead.insert(number);
            sorting.died();
        }
        assert!(sorting.is_stale());
        let mut steps = 0;
        while sorting.is_stale() {
            sorting.step(sorting.added(), &mut model);
            steps += 1;
        }
        assert_eq!((sorting.sorted().len(), model.dropped), (40_000, 60_000));
        assert!(steps < 60);
    }

    #[test]
    fn what_comes_meanwhile_holds_nothing_up() {
        let (mut sorting, mut model) = (Sorting::default(), Model::default());
        (0..100_000).for_each(|number| sorting.add(number));
        let mut next = 100_000;
        for most in [3000, 60, 60] {
            let (upto, mut steps) = (sorting.added(), 0);
            let there = next;
            while !sorting.is_done(upto) {
                sorting.step(upto, &mut model);
                sorting.add(next);
                next += 1;
                steps += 1;
                assert!(steps < most);
            }
            assert!(sorting.sorted().is_sorted_by(|a, b| model.compare(*a, *b) == Ordering::Less));
            assert_eq!(sorting.sorted().iter().filter(|number| **number < there).count(), there as usize);
        }
    }

    #[test]
    fn numbers_that_come_in_order_are_not_merged() {
        struct Rising;
        impl Numbers for Rising {
            fn compare(&self, a: u32, b: u32) -> Ordering {
                a.cmp(&b)
            }
            fn stays(&mut self, _: u32) -> bool {
                true
            }
        }
        let mut sorting = Sorting::default();
        (0..50_000).for_each(|number| sorting.add(number));
        let mut steps = 0;
        while !sorting.is_done(sorting.added()) {
            sorting.step(sorting.added(), &mut Rising);
            steps += 1;
        }
        assert_eq!((sorting.sorted().len(), steps), (50_000, 50_000_usize.div_ceil(SORTED)));
    }

    proptest! {
        #[test]
        fn at_any_time_everything_is_there_once(ops in proptest::collection::vec(0_u8..4, 0..200)) {
            let (mut sorting, mut model) = (Sorting::default(), Model::default());
            let (mut next, mut live) = (0, BTreeSet::new());
            for op in ops {
                match op {
                    0 | 1 => {
                        sorting.add(next);
                        live.insert(next);
                        next += 1;
                    }
                    2 => {
                        if let Some(number) = live.pop_first() {
                            model.dead.insert(number);
                            sorting.died();
                        }
                    }
                    _ => sorting.step(sorting.added(), &mut model),
                }
            }
            finish(&mut sorting, &mut model);
            let sorted: Vec<u32> = sorting.sorted().iter().copied().filter(|n| !model.dead.contains(n)).collect();
            prop_assert!(sorted.is_sorted_by(|a, b| model.compare(*a, *b) == Ordering::Less));
            prop_assert_eq!(BTreeSet::from_iter(sorted), live);
        }
    }
}
