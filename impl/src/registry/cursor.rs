// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Walks the families and series of a root in order, a batch at a time, so that creations and removals wait for a batch
//! at most. What exists throughout the walk appears in it once.

use std::collections::HashSet;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::sync::Arc;

use super::family::FamilyInfo;
use super::labels::Labels;
use super::Root;
use crate::metric::Metric;

/// How many series one hold of the lock looks at.
const BATCH: usize = 512;

/// A walk under way.
pub(crate) struct Cursor<'a> {
    root: &'a Root,
    /// Only series of these registries. None is all.
    registries: Option<HashSet<u64>>,
    /// The series that was looked at last.
    place: Option<(Arc<FamilyInfo>, Labels)>,
    done: bool,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(root: &'a Root, registries: Option<HashSet<u64>>) -> Self {
        Self { root, registries, place: None, done: false }
    }

    /// Fills `batch` with the next metrics, in order, of families that `wanted` takes. It may stay empty before the end.
    /// False once nothing more comes.
    pub(crate) fn next(&mut self, batch: &mut Vec<Arc<Metric>>, wanted: impl Fn(&FamilyInfo) -> bool) -> bool {
        batch.clear();
        if self.done {
            return false;
        }
        let state = self.root.state.lock();
        let mut left = BATCH;
        let mut last = None;
        let from = self.place.as_ref().map_or(Unbounded, |(family, _)| Included(Arc::clone(&family.name)));
        'walk: for family in state.families.range::<Arc<str>, _>((from, Unbounded)).map(|(_, family)| family) {
            let after = match &self.place {
                Some((seen, _)) if seen.name == family.info.name && seen.uid != family.info.uid => continue,
                Some((seen, labels)) if seen.name == family.info.name => Excluded(labels.clone()),
                _ => Unbounded,
            };
            if !wanted(&family.info) {
                continue;
            }
            for (labels, series) in family.series.range((after, Unbounded)) {
                if left == 0 {
                    break 'walk;
                }
                left -= 1;
                last = Some((&family.info, labels));
                if self.registries.as_ref().is_none_or(|ids| series.members.iter().any(|id| ids.contains(id))) {
                    batch.push(Arc::clone(&series.metric));
                }
            }
        }
        self.done = left > 0;
        if let Some((family, labels)) = last {
            self.place = Some((Arc::clone(family), labels.clone()));
        }
        true
    }
}
