// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A case: a folder with `metrics.json` and `trace.csv`. Every mistake is a message that names file and line.

use std::collections::HashMap;
use std::path::Path;

use cmetrics::{Kind, Priority};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::trace::{self, Row};

/// A case, checked as a whole.
#[derive(Debug)]
pub struct Case {
    /// The path of each registry from the root.
    pub registries: HashMap<String, Vec<Step>>,
    /// All metrics, of all languages.
    pub metrics: Vec<Metric>,
    /// All updates, in order.
    pub rows: Vec<Row>,
    /// The first row of the tail; the number of rows if there is none.
    pub tail: usize,
}

/// One child on the way to a registry.
#[derive(Debug, Deserialize)]
pub struct Step {
    /// May be empty.
    pub prefix: String,
    /// In the order of the file.
    pub labels: Labels,
}

/// One metric, as its language creates it.
#[derive(Debug, Deserialize)]
pub struct Metric {
    id: usize,
    /// Who creates and updates it.
    pub language: Language,
    /// A name in [`Case::registries`].
    pub registry: String,
    /// What it is.
    #[serde(deserialize_with = "parsed")]
    pub kind: Kind,
    /// Without the registry's prefix.
    pub name: String,
    /// May be empty.
    pub help: String,
    /// Its own labels.
    pub labels: Labels,
    /// How important it is.
    #[serde(deserialize_with = "parsed")]
    pub priority: Priority,
    /// What is special about it.
    pub flags: Vec<Flag>,
}

/// Who creates and updates a metric.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// The Python part.
    Python,
    /// The Rust part.
    Rust,
    /// The C++ part.
    Cpp,
}

/// What can be special about a metric.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Exposed as a plain counter.
    TotalOnly,
    /// The name gets no suffix.
    Verbatim,
}

/// Labels in the order of the file.
#[derive(Debug)]
pub struct Labels(pub Vec<(String, String)>);

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Labels, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Labels;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("texts by name")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Labels, A::Error> {
                let mut labels = Vec::new();
                while let Some(label) = map.next_entry()? {
                    labels.push(label);
                }
                Ok(Labels(labels))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// A value that is text in the file and has a `FromStr`.
fn parsed<'de, D: Deserializer<'de>, T: std::str::FromStr>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom(format_args!("unknown {text:?}")))
}

impl Case {
    /// Reads the case in `folder`.
    ///
    /// # Errors
    ///
    /// Where a file cannot be read or breaks its form: which file, where, and what is wanted.
    pub fn read(folder: &Path) -> Result<Case, String> {
        #[derive(Deserialize)]
        struct Document {
            registries: HashMap<String, Vec<Step>>,
            metrics: Vec<Metric>,
        }
        let file = folder.join("metrics.json");
        let document: Document = serde_json::from_str(&text(&file)?)
            .map_err(|error| format!("{}:{}: {error}", file.display(), error.line()))?;
        for (index, metric) in document.metrics.iter().enumerate() {
            let fail = |what: String| Err(format!("{}: metric {index}: {what}", file.display()));
            if metric.id != index {
                return fail("its id is not its place in the array".to_owned());
            }
            if !document.registries.contains_key(&metric.registry) {
                return fail(format!("unknown registry {:?}", metric.registry));
            }
        }
        let file = folder.join("trace.csv");
        let rows = trace::rows(&text(&file)?, &document.metrics)
            .map_err(|(line, what)| format!("{}:{line}: {what}", file.display()))?;
        let tail = rows.iter().position(|row| row.op.is_ordered()).unwrap_or(rows.len());
        Ok(Case { registries: document.registries, metrics: document.metrics, rows, tail })
    }
}

fn text(file: &Path) -> Result<String, String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: cannot be read: {error}", file.display()))?;
    String::from_utf8(bytes)
        .map_err(|error| format!("{}: not UTF-8 at byte {}", file.display(), error.utf8_error().valid_up_to()))
}
