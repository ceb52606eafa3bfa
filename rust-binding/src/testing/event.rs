// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;
use std::sync::Arc;

use super::sample::series;
use crate::SampleValue;

/// What an update did; the words are the handles' methods.
///
/// ```
/// assert_eq!(cmetrics::testing::Operation::Inc.to_string(), "inc");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Added one: an event, or the base unit of a gauge.
    Inc,
    /// Took one away.
    Dec,
    /// Added the amount.
    Add,
    /// Took the amount away.
    Sub,
    /// Set a gauge to the amount.
    Set,
}

impl Operation {
    /// Its name in lower case.
    ///
    /// ```
    /// assert_eq!(cmetrics::testing::Operation::Set.as_str(), "set");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Operation::Inc => "inc",
            Operation::Dec => "dec",
            Operation::Add => "add",
            Operation::Sub => "sub",
            Operation::Set => "set",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One update of a metric, as a [`Recorder`](crate::testing::Recorder) noted it.
///
/// It prints as `add requests_total{path="/a"} 3`.
///
/// ```
/// let recorder = cmetrics::testing::Recorder::new();
/// recorder.registry().counter("requests").label("path", "/a").get().add(3);
/// let event = recorder.take().remove(0);
/// assert_eq!(event.to_string(), r#"add requests_total{path="/a"} 3"#);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub(super) metric: Arc<Noted>,
    pub(super) operation: Operation,
    pub(super) amount: SampleValue,
}

/// What metric it is.
#[derive(Debug, PartialEq)]
pub(super) struct Noted {
    pub(super) name: String,
    pub(super) labels: Vec<(String, String)>,
}

impl Event {
    /// The metric's full name, as it stands in the report's TYPE line: `requests_total`, `latency_seconds`.
    ///
    /// ```
    /// let recorder = cmetrics::testing::Recorder::new();
    /// recorder.registry().duration_counter("latency").get().add_nanos(1);
    /// assert_eq!(recorder.take()[0].name(), "latency_seconds");
    /// ```
    pub fn name(&self) -> &str {
        &self.metric.name
    }

    /// All labels of the metric, inherited ones included, in the order of their names.
    ///
    /// ```
    /// let recorder = cmetrics::testing::Recorder::new();
    /// let engine = recorder.registry().child("").label("engine", "0").get();
    /// engine.counter("steps").get().inc();
    /// assert_eq!(recorder.take()[0].labels(), [("engine".to_owned(), "0".to_owned())]);
    /// ```
    pub fn labels(&self) -> &[(String, String)] {
        &self.metric.labels
    }

    /// What the update did.
    ///
    /// ```
    /// use cmetrics::testing::{Operation, Recorder};
    ///
    /// let recorder = Recorder::new();
    /// recorder.registry().int_gauge("depth").get().set(3);
    /// assert_eq!(recorder.take()[0].operation(), Operation::Set);
    /// ```
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// By how much, or to what. An `inc` or `dec` has the amount 1, which is one second for a duration.
    ///
    /// What the library refuses (a negative amount of a counter) is an event all the same: it is what the code did.
    ///
    /// ```
    /// use cmetrics::{testing::Recorder, SampleValue};
    ///
    /// let recorder = Recorder::new();
    /// recorder.registry().int_gauge("depth").get().sub(3);
    /// recorder.registry().float_counter("joules").get().add(-1.5);
    /// let amounts: Vec<_> = recorder.take().iter().map(|event| event.amount()).collect();
    /// assert_eq!(amounts, [SampleValue::I64(3), SampleValue::F64(-1.5)]);
    /// ```
    pub fn amount(&self) -> SampleValue {
        self.amount
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self.labels().iter().map(|(key, value)| (key.as_str(), value.as_str()));
        write!(f, "{} {} {}", self.operation, series(self.name(), labels), self.amount)
    }
}
