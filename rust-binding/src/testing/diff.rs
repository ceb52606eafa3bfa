// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::collections::HashMap;
use std::fmt;

use super::SnapshotSample;
use crate::SampleValue;

/// What differs between two snapshots, in the order of a report that holds the samples of both.
///
/// It prints a line for each change; nothing if there is none.
///
/// ```
/// use cmetrics::testing::Snapshot;
///
/// let reg = cmetrics::Registry::isolated();
/// let depth = reg.int_gauge("depth").get();
/// let before = Snapshot::of(&reg);
/// assert!(before.diff(&Snapshot::of(&reg)).is_empty());
/// depth.set(7);
/// reg.counter("errors").get().inc();
/// let diff = before.diff(&Snapshot::of(&reg));
/// assert_eq!(diff.to_string(), "depth 0 -> 7\nnew errors_total 1");
/// assert_eq!(diff.changes().len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    changes: Vec<Change>,
}

/// One difference between two snapshots.
///
/// ```
/// use cmetrics::testing::{Change, Snapshot};
///
/// let reg = cmetrics::Registry::isolated();
/// let before = Snapshot::of(&reg);
/// reg.counter("errors").get().inc();
/// let diff = before.diff(&Snapshot::of(&reg));
/// assert!(matches!(&diff.changes()[0], Change::New(sample) if sample.name() == "errors_total"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// The number of a sample: what it was, and the sample as it is.
    Changed(SampleValue, SnapshotSample),
    /// A sample that was not there.
    New(SnapshotSample),
    /// A sample that is there no more, as it was.
    Gone(SnapshotSample),
}

impl Diff {
    pub(super) fn new(before: &[SnapshotSample], after: &[SnapshotSample]) -> Diff {
        let there = |samples: &[SnapshotSample]| -> HashMap<String, SampleValue> {
            samples.iter().map(|sample| (sample.series(), sample.value)).collect()
        };
        let (old, new) = (there(before), there(after));
        let changed = after.iter().filter_map(|sample| match old.get(&sample.series()) {
            None => Some(Change::New(sample.clone())),
            Some(was) if is_same(*was, sample.value) => None,
            Some(was) => Some(Change::Changed(*was, sample.clone())),
        });
        let gone = before.iter().filter(|sample| !new.contains_key(&sample.series())).cloned().map(Change::Gone);
        let mut changes: Vec<_> = changed.chain(gone).collect();
        changes.sort_by(|a, b| a.sample().place.cmp(&b.sample().place));
        Diff { changes }
    }

    /// Every change, in the order of a report.
    ///
    /// ```
    /// # use cmetrics::testing::Snapshot;
    /// # let snapshot = Snapshot::of(&cmetrics::Registry::isolated());
    /// assert_eq!(snapshot.diff(&snapshot).changes(), []);
    /// ```
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether nothing changed.
    ///
    /// ```
    /// # use cmetrics::testing::Snapshot;
    /// # let snapshot = Snapshot::of(&cmetrics::Registry::isolated());
    /// assert!(snapshot.diff(&snapshot).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl Change {
    /// The sample as it is, or as it was where it is gone.
    ///
    /// ```
    /// # use cmetrics::testing::Snapshot;
    /// let reg = cmetrics::Registry::isolated();
    /// let before = Snapshot::of(&reg);
    /// reg.counter("errors").get();
    /// assert_eq!(before.diff(&Snapshot::of(&reg)).changes()[0].sample().name(), "errors_total");
    /// ```
    pub fn sample(&self) -> &SnapshotSample {
        match self {
            Change::Changed(_, sample) | Change::New(sample) | Change::Gone(sample) => sample,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Changed(was, sample) => write!(f, "{} {was} -> {}", sample.series(), sample.value),
            Change::New(sample) => write!(f, "new {sample}"),
            Change::Gone(sample) => write!(f, "gone {sample}"),
        }
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, change) in self.changes.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            write!(f, "{newline}{change}")?;
        }
        Ok(())
    }
}

/// NaN is the same as NaN here.
fn is_same(a: SampleValue, b: SampleValue) -> bool {
    match (a, b) {
        (SampleValue::F64(a), SampleValue::F64(b)) => a == b || (a.is_nan() && b.is_nan()),
        (a, b) => a == b,
    }
}
