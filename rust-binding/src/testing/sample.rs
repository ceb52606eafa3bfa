// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;

use crate::SampleValue;

/// One line of a report: a sample's name, its labels and its number.
///
/// It prints as in a report.
///
/// ```
/// use cmetrics::testing::Snapshot;
///
/// let reg = cmetrics::Registry::isolated();
/// reg.int_gauge("depth").label("queue", "a \"b\"").get().set(3);
/// let snapshot = Snapshot::of(&reg);
/// let sample = &snapshot.samples()[0];
/// assert_eq!((sample.name(), sample.value()), ("depth", cmetrics::SampleValue::I64(3)));
/// assert_eq!(sample.label("queue"), Some("a \"b\""));
/// assert_eq!(sample.to_string(), r#"depth{queue="a \"b\""} 3"#);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SnapshotSample {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: SampleValue,
}

/// Where a report has a sample.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) family: String,
    /// The labels of the whole series.
    pub(super) series: Vec<(String, String)>,
    /// Which sample of the series it is.
    pub(super) index: usize,
}

impl SnapshotSample {
    /// Its name as it stands in the report, `latency_seconds_sum` for instance.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").get();
    /// assert_eq!(cmetrics::testing::Snapshot::of(&reg).samples()[0].name(), "requests_total");
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its labels in the order of the report; one of this sample alone (`le`, `quantile`) comes last.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").label("path", "/a").label("code", "200").get();
    /// let snapshot = cmetrics::testing::Snapshot::of(&reg);
    /// let keys: Vec<_> = snapshot.samples()[0].labels().iter().map(|(key, _)| key.as_str()).collect();
    /// assert_eq!(keys, ["code", "path"]);
    /// ```
    pub fn labels(&self) -> &[(String, String)] {
        &self.labels
    }

    /// The value of one label.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").label("path", "/a").get();
    /// let snapshot = cmetrics::testing::Snapshot::of(&reg);
    /// assert_eq!(snapshot.samples()[0].label("path"), Some("/a"));
    /// assert_eq!(snapshot.samples()[0].label("code"), None);
    /// ```
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Its number.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").get().add(3);
    /// assert_eq!(cmetrics::testing::Snapshot::of(&reg).samples()[0].value().as_f64(), 3.0);
    /// ```
    pub fn value(&self) -> SampleValue {
        self.value
    }

    /// The name with the labels.
    pub(super) fn series(&self) -> String {
        series(&self.name, self.labels.iter().map(|(key, value)| (key.as_str(), value.as_str())))
    }

    /// Every label that is given is there; an empty value asks that there is none.
    pub(super) fn has(&self, labels: &[(&str, &str)]) -> bool {
        labels.iter().all(|(key, value)| self.label(key).unwrap_or("") == *value)
    }
}

impl fmt::Display for SnapshotSample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.series(), self.value)
    }
}

/// A name with labels as a report spells them; without braces where there is no label.
pub(super) fn series<'a>(name: &str, labels: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = name.to_owned();
    for (index, (key, value)) in labels.enumerate() {
        out.push(if index == 0 { '{' } else { ',' });
        out.push_str(key);
        out.push_str("=\"");
        for letter in value.chars() {
            match letter {
                '\\' => out.push_str(r"\\"),
                '"' => out.push_str("\\\""),
                '\n' => out.push_str(r"\n"),
                other => out.push(other),
            }
        }
        out.push('"');
    }
    if out.len() > name.len() {
        out.push('}');
    }
    out
}
