// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the library counts of itself, per root.

use std::collections::BTreeMap;

use crate::sync::{AtomicU64, Lock, Ordering::Relaxed};

/// Values of the label `reason`, by `CMETRICS_REFUSED_…`.
pub(crate) const REASONS: [&str; 4] = ["other", "negative", "not_finite", "out_of_range"];

/// Names of families and clients that are told apart; what comes later is counted under the name `other`.
const MOST_NAMES: usize = 200;

/// Counts of one root. Updates may touch the first alone: it takes no lock.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    refused_updates: [AtomicU64; 4],
    refused_series: Lock<BTreeMap<String, u64>>,
    collector_errors: Lock<BTreeMap<String, u64>>,
}

/// Metrics that clients made before they found this library.
static NOOP_HANDLES: AtomicU64 = AtomicU64::new(0);

pub(crate) fn add_noop_handles(handles: u64) {
    NOOP_HANDLES.fetch_add(handles, Relaxed); // Relaxed: a count of itself.
}

pub(crate) fn noop_handles() -> u64 {
    NOOP_HANDLES.load(Relaxed)
}

impl Stats {
    pub(crate) fn refuse_update(&self, reason: i32) {
        let reason = usize::try_from(reason).unwrap_or(0);
        let counter = self.refused_updates.get(reason).unwrap_or(&self.refused_updates[0]);
        counter.fetch_add(1, Relaxed); // Relaxed: a count of itself.
    }

    pub(crate) fn refused_updates(&self) -> [u64; 4] {
        [0, 1, 2, 3].map(|i| self.refused_updates[i].load(Relaxed))
    }

    pub(crate) fn refuse_series(&self, family: &str) {
        count(&mut self.refused_series.lock(), family);
    }

    pub(crate) fn refused_series(&self) -> Vec<(String, u64)> {
        self.refused_series.lock().iter().map(|(family, n)| (family.clone(), *n)).collect()
    }

    pub(crate) fn collector_error(&self, client: &str) {
        count(&mut self.collector_errors.lock(), client);
    }

    pub(crate) fn collector_errors(&self) -> Vec<(String, u64)> {
        self.collector_errors.lock().iter().map(|(client, n)| (client.clone(), *n)).collect()
    }
}

fn count(names: &mut BTreeMap<String, u64>, name: &str) {
    let name = if names.contains_key(name) || names.len() < MOST_NAMES { name } else { "other" };
    let counter = names.entry(name.to_owned()).or_default();
    *counter = counter.wrapping_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_end_are_counted_together() {
        let stats = Stats::default();
        for i in 0..MOST_NAMES + 7 {
            stats.refuse_series(&format!("family_{i:04}"));
        }
        let series = stats.refused_series();
        assert_eq!(series.len(), MOST_NAMES + 1);
        assert!(series.contains(&("other".to_owned(), 7)));
    }

    #[test]
    fn unknown_reasons_are_other() {
        let stats = Stats::default();
        for reason in [-1, 0, 1, 2, 3, 4, i32::MAX, i32::MIN] {
            stats.refuse_update(reason);
        }
        assert_eq!(stats.refused_updates(), [5, 1, 1, 1]);
    }
}
