// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Gauges whose value a function of Python gives.

use cmetrics::MetricKind;
use pyo3::prelude::*;

use crate::error::{raise, wrong_type};
use crate::home::Home;
use crate::source::{self, Code};
use crate::text::series;
use crate::{collector, refresh};

/// Has `function` give the gauge's value, instead of one that did so before; Python's `None` is no function.
pub(crate) fn set(
    py: Python<'_>,
    gauge: &impl MetricKind,
    home: &Home,
    function: &Bound<'_, PyAny>,
    code: impl FnOnce(Py<PyAny>) -> Code,
) -> PyResult<()> {
    if !function.is_none() && !function.is_callable() {
        return Err(wrong_type(function, "a gauge's function takes nothing and returns a number"));
    }
    let gauge = gauge.as_metric();
    let all = source::all();
    let before = all.iter().filter(|source| source.metric().is_some_and(|metric| metric == gauge));
    for source in before {
        refresh::removing(py, || source.remove()).map_err(|err| raise(py, &err))?;
    }
    if function.is_none() {
        return Ok(());
    }
    let name = gauge.describe().map(|told| series(&told.family.name, &told.labels)).unwrap_or_default();
    let added = collector::add(py, &name, home, code(function.clone().unbind()));
    added.map(drop).map_err(|err| raise(py, &err))
}
