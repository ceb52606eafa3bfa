// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Which library serves this process.

use cmetrics::Origin;
use pyo3::prelude::*;

use crate::client::default;
use crate::error::raise;

/// Return which library serves this process: its path, version, interface version, and how it was found.
///
/// Raises ``UnavailableError`` (an ``ImportError``) where none is found, with the whole report of the search.
///
/// >>> cmetrics.library().abi
/// 1
#[pyfunction]
pub(crate) fn library(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    // The search is this program's, so that its report names a Python program. What it finds is remembered.
    let client = default(py)?;
    let found = py.detach(|| client.try_root().and_then(|_| cmetrics::library()));
    let info = found.map_err(|err| raise(py, &err))?;
    let origin = word(info.origin);
    py.import("cmetrics._model")?.getattr("LibraryInfo")?.call1((info.path, info.semver, info.abi_version, origin))
}

/// A step of the search in one word.
pub(crate) fn word(origin: Origin) -> &'static str {
    match origin {
        Origin::Forced => "forced",
        Origin::Loaded => "loaded",
        Origin::Beside => "beside",
        Origin::System => "system",
        Origin::Embedded => "embedded",
        Origin::Disabled => "disabled",
        _ => "other",
    }
}
