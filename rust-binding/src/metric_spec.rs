// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use crate::Priority;

/// What metric is wanted, as data: what [`Metrics`](crate::Metrics) takes.
///
/// ```
/// use cmetrics::{MetricSpec, Priority};
///
/// let spec = MetricSpec::new("probes").help("Probes that were sent").label("peer", "a").priority(Priority::Low);
/// assert_eq!((spec.name.as_str(), spec.labels.len()), ("probes", 1));
/// assert_eq!(MetricSpec::from("probes"), MetricSpec::new("probes"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetricSpec {
    /// The name, without the prefixes of registries.
    pub name: String,
    /// What it measures; may be empty.
    pub help: String,
    /// What is counted or measured; may be empty.
    pub unit: String,
    /// The metric's own labels.
    pub labels: Vec<(String, String)>,
    /// How important it is.
    pub priority: Priority,
    /// Whether an increment-by-value counter is a plain `counter` of its total.
    pub total_only: bool,
    /// Whether the name is taken as it is.
    pub verbatim: bool,
}

impl MetricSpec {
    /// A metric of this name.
    ///
    /// ```
    /// assert_eq!(cmetrics::MetricSpec::new("requests").name, "requests");
    /// ```
    pub fn new(name: impl Into<String>) -> MetricSpec {
        MetricSpec {
            name: name.into(),
            help: String::new(),
            unit: String::new(),
            labels: Vec::new(),
            priority: Priority::Normal,
            total_only: false,
            verbatim: false,
        }
    }

    /// What it measures.
    ///
    /// ```
    /// assert_eq!(cmetrics::MetricSpec::new("load").help("Busy cores").help, "Busy cores");
    /// ```
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// What is counted or measured.
    ///
    /// ```
    /// assert_eq!(cmetrics::MetricSpec::new("sent_bytes").unit("bytes").unit, "bytes");
    /// ```
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// One more label.
    ///
    /// ```
    /// assert_eq!(cmetrics::MetricSpec::new("load").label("core", "0").labels[0].0, "core");
    /// ```
    #[must_use]
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push((key.into(), value.into()));
        self
    }

    /// How important it is.
    ///
    /// ```
    /// use cmetrics::{MetricSpec, Priority};
    ///
    /// assert_eq!(MetricSpec::new("probes").priority(Priority::Debug).priority, Priority::Debug);
    /// ```
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// As [`MetricBuilder::total_only`](crate::MetricBuilder::total_only).
    ///
    /// ```
    /// assert!(cmetrics::MetricSpec::new("tokens").total_only().total_only);
    /// ```
    #[must_use]
    pub fn total_only(mut self) -> Self {
        self.total_only = true;
        self
    }

    /// As [`MetricBuilder::verbatim`](crate::MetricBuilder::verbatim).
    ///
    /// ```
    /// assert!(cmetrics::MetricSpec::new("successes").verbatim().verbatim);
    /// ```
    #[must_use]
    pub fn verbatim(mut self) -> Self {
        self.verbatim = true;
        self
    }
}

impl From<&str> for MetricSpec {
    fn from(name: &str) -> MetricSpec {
        MetricSpec::new(name)
    }
}

impl From<String> for MetricSpec {
    fn from(name: String) -> MetricSpec {
        MetricSpec::new(name)
    }
}
