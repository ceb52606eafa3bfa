// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use super::sample::{series, Place};
use super::{near, Diff, Mismatch, Observe, SnapshotSample};
use crate::{Error, Priority, Registry, ReportOptions};

/// More lines than this are not told.
const MANY: usize = 10;

/// Everything that a registry holds at one moment: what a report of verbosity debug would show, without the library's
/// own families.
///
/// ```
/// use cmetrics::testing::Snapshot;
///
/// let reg = cmetrics::Registry::isolated();
/// reg.counter("requests").label("path", "/a").get().add(3);
/// let snapshot = Snapshot::of(&reg);
/// assert_eq!(snapshot.get("requests_total", &[("path", "/a")])?.value().as_f64(), 3.0);
/// assert_eq!(snapshot.to_string(), r#"requests_total{path="/a"} 3"#);
/// # Ok::<(), cmetrics::testing::Mismatch>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    samples: Vec<SnapshotSample>,
}

impl Snapshot {
    /// What `of` holds now: a registry, a [`ScopedRoot`](crate::testing::ScopedRoot), a
    /// [`Recorder`](crate::testing::Recorder).
    ///
    /// # Panics
    ///
    /// If the registry was removed.
    ///
    /// ```
    /// use cmetrics::testing::Snapshot;
    ///
    /// assert!(Snapshot::of(&cmetrics::Registry::isolated()).samples().is_empty());
    /// ```
    #[track_caller]
    pub fn of(of: &(impl Observe + ?Sized)) -> Snapshot {
        match of.observe() {
            Ok(snapshot) => snapshot,
            Err(err) => panic!("{err}"),
        }
    }

    /// What a registry holds now.
    ///
    /// # Errors
    ///
    /// [`is_gone`](Error::is_gone) if it was removed.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated().child("engine").get();
    /// reg.remove()?;
    /// assert!(cmetrics::testing::Snapshot::try_of(&reg).unwrap_err().is_gone());
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn try_of(registry: &Registry) -> Result<Snapshot, Error> {
        let everything = ReportOptions::new().verbosity(Priority::Debug).no_self();
        let mut samples = Vec::new();
        for family in registry.snapshot(&everything)? {
            let family_name = family.family.name;
            for point in family.points {
                for (index, sample) in point.values.into_iter().enumerate() {
                    let mut labels = point.labels.clone();
                    labels.extend(sample.extra);
                    samples.push(SnapshotSample {
                        place: Place { family: family_name.clone(), series: point.labels.clone(), index },
                        name: format!("{family_name}{}", sample.suffix),
                        labels,
                        value: sample.value,
                    });
                }
            }
        }
        Ok(Snapshot { samples })
    }

    /// Every sample, in the order of a report.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.duration_counter("latency").get();
    /// let snapshot = cmetrics::testing::Snapshot::of(&reg);
    /// let names: Vec<_> = snapshot.samples().iter().map(|sample| sample.name()).collect();
    /// assert_eq!(names, ["latency_seconds_sum", "latency_seconds_count"]);
    /// ```
    pub fn samples(&self) -> &[SnapshotSample] {
        &self.samples
    }

    /// The samples of a name that have all these labels. An empty value asks that the label is not there.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let requests = reg.counter_family("requests", ["path", "code"]).get();
    /// requests.with(["/a", "200"]).inc();
    /// requests.with(["/a", "500"]).inc();
    /// let snapshot = cmetrics::testing::Snapshot::of(&reg);
    /// assert_eq!(snapshot.matching("requests_total", &[("path", "/a")]).len(), 2);
    /// ```
    pub fn matching(&self, name: &str, labels: &[(&str, &str)]) -> Vec<&SnapshotSample> {
        self.samples.iter().filter(|sample| sample.name == name && sample.has(labels)).collect()
    }

    /// The one sample of a name that has all these labels. Labels that are not given may be anything; an empty value
    /// asks that the label is not there.
    ///
    /// # Errors
    ///
    /// If there is none, or more than one: what there is instead.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").label("path", "/a").get().add(3);
    /// let err = cmetrics::testing::Snapshot::of(&reg).get("requests_total", &[("path", "/b")]).unwrap_err();
    /// assert_eq!(
    ///     err.to_string(),
    ///     r#"requests_total{path="/b"}: no such series
    ///   requests_total has:
    ///     requests_total{path="/a"} 3"#
    /// );
    /// ```
    pub fn get(&self, name: &str, labels: &[(&str, &str)]) -> Result<&SnapshotSample, Mismatch> {
        let matching = self.matching(name, labels);
        if let [one] = matching[..] {
            return Ok(one);
        }
        let of_name: Vec<_> = self.samples.iter().filter(|sample| sample.name == name).collect();
        let mut sorted = labels.to_vec();
        sorted.sort_unstable();
        let asked = series(name, sorted.into_iter());
        Err(Mismatch::new(if of_name.is_empty() {
            format!("{name}: no such metric\n  {}", near::hint(name, self.samples.iter().map(SnapshotSample::name)))
        } else if matching.is_empty() {
            format!("{asked}: no such series\n  {name} has:{}", listed(&of_name))
        } else {
            let braces = if labels.is_empty() { "{}" } else { "" };
            let n = matching.len();
            format!("{asked}{braces}: {n} series match; give more labels\n  these match:{}", listed(&matching))
        }))
    }

    /// What changed from this snapshot to a later one.
    ///
    /// ```
    /// use cmetrics::testing::Snapshot;
    ///
    /// let reg = cmetrics::Registry::isolated();
    /// let requests = reg.counter("requests").get();
    /// let before = Snapshot::of(&reg);
    /// requests.inc();
    /// assert_eq!(before.diff(&Snapshot::of(&reg)).to_string(), "requests_total 0 -> 1");
    /// ```
    pub fn diff(&self, later: &Snapshot) -> Diff {
        Diff::new(&self.samples, &later.samples)
    }
}

/// The lines of a report that has no HELP and TYPE.
impl std::fmt::Display for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, sample) in self.samples.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            write!(f, "{newline}{sample}")?;
        }
        Ok(())
    }
}

fn listed(samples: &[&SnapshotSample]) -> String {
    let mut out: String = samples.iter().take(MANY).map(|sample| format!("\n    {sample}")).collect();
    if samples.len() > MANY {
        out.push_str(&format!("\n    and {} more", samples.len() - MANY));
    }
    out
}
