// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Texts and labels that a program gives.

use std::borrow::Cow;

use pyo3::exceptions::PyUnicodeError;
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyString};

use crate::error::{invalid, wrong_type};

/// The text of a `str`; `what` says which argument it is. `TypeError` for anything else, `InvalidArgumentError` for
/// lone surrogates, which are no Unicode.
pub(crate) fn text<'a>(value: &'a Bound<'_, PyAny>, what: &str) -> PyResult<Cow<'a, str>> {
    let Ok(string) = value.cast::<PyString>() else {
        return Err(wrong_type(value, &format!("{what} is a str")));
    };
    string.to_cow().map_err(|failure| {
        let py = value.py();
        if !failure.is_instance_of::<PyUnicodeError>(py) {
            return failure;
        }
        let shown = value.repr().map_or_else(|_| "the text".to_owned(), |repr| repr.to_string_lossy().into_owned());
        let hint = "decode bytes with errors='replace', not 'surrogateescape'";
        invalid(py, &format!("{what} is {shown}, which holds a lone surrogate and is no valid Unicode"), &shown, hint)
    })
}

/// The labels of a mapping; values pass through `str`.
pub(crate) fn labels(given: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<(String, String)>> {
    let Some(given) = given else { return Ok(Vec::new()) };
    let Ok(mapping) = given.cast::<PyMapping>() else {
        return Err(wrong_type(given, "labels are a mapping of names to values"));
    };
    let mut labels = Vec::with_capacity(mapping.len()?);
    for pair in mapping.items()?.iter() {
        let (key, value) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
        let key = text(&key, "a label's name")?.into_owned();
        let value = text(value.str()?.as_any(), &format!("the value of label {key:?}"))?.into_owned();
        labels.push((key, value));
    }
    Ok(labels)
}

/// `name{key="value",…}` as in a report.
pub(crate) fn series(name: &str, labels: &[(String, String)]) -> String {
    if labels.is_empty() {
        return name.to_owned();
    }
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escape(value))).collect();
    format!("{name}{{{}}}", labels.join(","))
}

fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
