// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reports: what they hold, and how they are made.

use std::time::Duration;

use cmetrics::{Error, Registry, ReportOptions};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::amount::timeout as duration_of;
use crate::client;
use crate::error::wrong_type;
use crate::registry::PyRegistry;
use crate::request::priority;
use crate::text::text;
use crate::{refresh, snapshot};

/// Return the report as Prometheus text: of the whole process, or of ``registry`` and all below it.
///
/// ``verbosity`` is the least important priority that it still holds. ``names`` keeps only families of these full names.
/// ``include_self=False`` leaves out the library's own, whose names begin with ``cmetrics_``. ``timeout`` is a number of
/// seconds or a ``timedelta``, beyond which ``CancelledError`` (a ``TimeoutError``) is raised. Other threads run
/// meanwhile.
///
/// >>> cmetrics.root().counter("requests", "Requests so far").inc()
/// >>> print(cmetrics.render(), end="")
/// # HELP requests_total Requests so far
/// # TYPE requests_total counter
/// requests_total 1
#[pyfunction]
#[pyo3(
    signature = (registry = None, verbosity = None, names = None, include_self = true, timeout = None),
    text_signature = "(registry=None, verbosity='normal', names=None, include_self=True, timeout=None)"
)]
pub(crate) fn render(
    py: Python<'_>,
    registry: Option<&Bound<'_, PyRegistry>>,
    verbosity: Option<&Bound<'_, PyAny>>,
    names: Option<&Bound<'_, PyAny>>,
    include_self: bool,
    timeout: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let options = options(verbosity, names, include_self, timeout)?;
    text_of(py, &given_or_root(py, registry)?, options)
}

/// Return the report as bytes, ready for an HTTP response: otherwise like :func:`render`.
///
/// The name is that of ``prometheus_client``. The response's ``Content-Type`` is :func:`content_type`.
///
/// >>> cmetrics.root().int_gauge("queue_depth").set(3)
/// >>> cmetrics.generate_latest()
/// b'# HELP queue_depth \n# TYPE queue_depth gauge\nqueue_depth 3\n'
#[pyfunction]
#[pyo3(
    signature = (registry = None, verbosity = None, names = None, include_self = true, timeout = None),
    text_signature = "(registry=None, verbosity='normal', names=None, include_self=True, timeout=None)"
)]
pub(crate) fn generate_latest<'py>(
    py: Python<'py>,
    registry: Option<&Bound<'py, PyRegistry>>,
    verbosity: Option<&Bound<'py, PyAny>>,
    names: Option<&Bound<'py, PyAny>>,
    include_self: bool,
    timeout: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let options = options(verbosity, names, include_self, timeout)?;
    let registry = given_or_root(py, registry)?;
    let report = options.make(py, &registry, |registry, options| {
        let mut report = Vec::new();
        registry.render_to(&mut report, options).map(|()| report)
    })?;
    Ok(PyBytes::new(py, &report))
}

/// Return the media type of a report, for HTTP.
///
/// >>> cmetrics.content_type()
/// 'text/plain; version=0.0.4; charset=utf-8'
#[pyfunction]
pub(crate) fn content_type() -> &'static str {
    cmetrics::content_type()
}

/// A registry's report as text.
pub(crate) fn text_of(py: Python<'_>, registry: &Registry, options: Asked) -> PyResult<String> {
    options.make(py, registry, |registry, options| registry.render_with(options))
}

/// A registry's families as tuples.
pub(crate) fn families_of<'py>(
    py: Python<'py>,
    registry: &Registry,
    options: Asked,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let told = options.make(py, registry, |registry, options| registry.snapshot(options))?;
    snapshot::families(py, &told)
}

/// What a report is to hold, and how long it may take with all that Python does for it.
pub(crate) struct Asked {
    options: ReportOptions,
    limit: Option<Duration>,
}

impl Asked {
    fn make<T: Send>(
        self,
        py: Python<'_>,
        registry: &Registry,
        make: impl FnOnce(&Registry, &ReportOptions) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let Asked { options, limit } = self;
        refresh::report(py, registry.id(), limit, |left| {
            make(registry, &left.into_iter().fold(options, ReportOptions::timeout))
        })
    }
}

/// Reads what every function that makes a report is told.
pub(crate) fn options(
    verbosity: Option<&Bound<'_, PyAny>>,
    names: Option<&Bound<'_, PyAny>>,
    include_self: bool,
    timeout: Option<&Bound<'_, PyAny>>,
) -> PyResult<Asked> {
    let mut options = ReportOptions::new();
    if let Some(verbosity) = verbosity {
        options = options.verbosity(priority(verbosity, "verbosity")?);
    }
    if let Some(names) = names {
        if names.is_instance_of::<PyString>() {
            return Err(wrong_type(names, "names are a list of full names"));
        }
        let names = names.try_iter()?.map(|name| Ok(text(&name?, "a family's name")?.into_owned()));
        options = options.names(names.collect::<PyResult<Vec<String>>>()?);
    }
    let limit = timeout.map(duration_of).transpose()?;
    let options = if include_self { options } else { options.no_self() };
    Ok(Asked { options, limit })
}

fn given_or_root(py: Python<'_>, registry: Option<&Bound<'_, PyRegistry>>) -> PyResult<Registry> {
    match registry {
        Some(registry) => Ok(registry.get().inner.clone()),
        None => Ok(client::default(py)?.root()),
    }
}
