// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The methods of `Registry` that make and find metrics, one for each kind.

use cmetrics::Kind;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::raise;
use crate::metric::wrap;
use crate::registry::{Given, PyRegistry};
use crate::request::Request;
use crate::text::text;

impl PyRegistry {
    fn metric<'py>(
        &self,
        kind: Kind,
        name: &Bound<'py, PyAny>,
        help: Given<'_, 'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = name.py();
        wrap(py, Request::new(kind, name, help, options)?.get(py, &self.inner, &[])?, &self.home)
    }
}

#[pymethods]
impl PyRegistry {
    /// Return the :class:`Counter` of this name and these labels: a count of events, reported as ``name_total``.
    ///
    /// >>> cmetrics.root().counter("requests", "Requests so far").inc()
    #[pyo3(
        signature = (name, help = None, **options),
        text_signature = "($self, name, help='', *, labels=None, priority='normal', unit=None, verbatim=False)"
    )]
    fn counter<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        help: Given<'_, 'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.metric(Kind::Counter, name, help, options)
    }

    /// Return the :class:`IntCounter` of this name and these labels: a total of whole amounts and how many there were; with ``total_only`` it is reported as
    /// ``_total`` alone.
    ///
    /// >>> cmetrics.root().int_counter("response_bytes", "Bytes sent").add(1500)
    #[pyo3(
        signature = (name, help = None, **options),
        text_signature = "($self, name, help='', *, labels=None, priority='normal', unit=None, total_only=False, verbatim=False)"
    )]
    fn int_counter<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        help: Given<'_, 'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.metric(Kind::IntCounter, name, help, options)
    }

    /// Return the :class:`FloatCounter` of this name and these labels: a total of floats and how many there were; with ``total_only`` it is reported as
    /// ``_total`` alone.
    ///
    /// >>> cmetrics.root().float_counter("energy_joules", "Energy used").add(0.5)
    #[pyo3(
        signature = (name, help = None, **options),
        text_signature = "($self, name, help='', *, labels=None, priority='normal', unit=None, total_only=False, verbatim=False)"
    )]
    fn float_counter<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        help: Given<'_, 'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.metric(Kind::FloatCounter, name, help, options)
    }

    /// Return the :class:`DurationCounter` of this name and these labels: a total of durations and how many there were; with ``total_only`` it is reported as
    /// ``_total`` alone.
    ///
    /// >>> cmetrics.root().duration_counter("request_duration", "Time in requests").add(0.25)
    #[pyo3(
        signature = (name, help = None, **options),
        text_signature = "($self, name, help='', *, labels=None, priority='normal', unit=None, total_only=False, verbatim=False)"
    )]
    fn duration_counter<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        help: Given<'_, 'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.metric(Kind::DurationCounter, name, help, options)
    }

    /// Return the :class:`IntGauge` of this name and these labels: a whole number that goes up and down.
    ///
    /// >>> cmetrics.root().int_gauge("queue_depth", "Requests that wait").set(3)
    #[pyo3(
        signature = (name, help = None, **options),
        text_signature = "($self, name, help='', *, labels=None, priority='normal', unit=None, verbatim=False)"
    )]
    fn int_gauge<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        help: Given<'_, 'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.metric(Kind::IntGauge, name, help, options)
    }

    /// Return the :class:`FloatGauge` of this name and these labels: a float that goes up and down.
    ///
    /// >>> cmetrics.root().float_gauge("load", "Share of slots in use").set(0.5)
    #[pyo3(
        signature = (name, help = None, **options),
        text_signature = "($self, name, help='', *, labels=None, priority='normal', unit=None, verbatim=False)"
    )]
    fn float_gauge<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        help: Given<'_, 'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.metric(Kind::FloatGauge, name, help, options)
    }

    /// Return the :class:`DurationGauge` of this name and these labels: a duration that goes up and down.
    ///
    /// >>> cmetrics.root().duration_gauge("uptime", "Time since the start").set(60)
    #[pyo3(
        signature = (name, help = None, **options),
        text_signature = "($self, name, help='', *, labels=None, priority='normal', unit=None, verbatim=False)"
    )]
    fn duration_gauge<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        help: Given<'_, 'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.metric(Kind::DurationGauge, name, help, options)
    }

    /// Return the metric of this name, kind and labels if it is there, else ``None``.
    ///
    /// Raises ``ConflictError`` where the name stands for another kind.
    ///
    /// >>> root = cmetrics.root()
    /// >>> root.find("requests", "counter") is None
    /// True
    /// >>> root.counter("requests") == root.find("requests", "counter")
    /// True
    #[pyo3(
        signature = (name, kind, **options),
        text_signature = "($self, name, kind, *, labels=None, total_only=False, verbatim=False)"
    )]
    fn find<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        kind: &Bound<'py, PyAny>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = name.py();
        let kind = text(kind, "a kind")?.parse().map_err(|err| raise(py, &err))?;
        let found = Request::new(kind, name, None, options)?.find(py, &self.inner, &[])?;
        found.map(|metric| wrap(py, metric, &self.home)).transpose()
    }
}
