// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The methods of `Registry` that make label families, one for each kind.

use cmetrics::Kind;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::family::PyFamily;
use crate::registry::{Given, PyRegistry};
use crate::request::Request;

impl PyRegistry {
    fn family(
        &self,
        kind: Kind,
        name: &Bound<'_, PyAny>,
        help: Given<'_, '_>,
        labelnames: Given<'_, '_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyFamily> {
        PyFamily::new(&self.inner, &self.home, Request::new(kind, name, help, options)?, labelnames, name.py())
    }
}

#[pymethods]
impl PyRegistry {
    /// Return a :class:`Family` of counts of events, whose members differ in the values of ``labelnames``.
    ///
    /// >>> cmetrics.root().counter_family("requests", "Requests so far", ["model"]).labels("llama").inc()
    #[pyo3(
        signature = (name, help = None, labelnames = None, **options),
        text_signature = "($self, name, help='', labelnames=(), *, labels=None, priority='normal', unit=None, \
                          verbatim=False)"
    )]
    fn counter_family(
        &self,
        name: &Bound<'_, PyAny>,
        help: Given<'_, '_>,
        labelnames: Given<'_, '_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyFamily> {
        self.family(Kind::Counter, name, help, labelnames, options)
    }

    /// Return a :class:`Family` of totals of whole amounts, whose members differ in the values of ``labelnames``.
    ///
    /// >>> cmetrics.root().int_counter_family("response_bytes", "Bytes sent", ["model"]).labels("llama").add(1500)
    #[pyo3(
        signature = (name, help = None, labelnames = None, **options),
        text_signature = "($self, name, help='', labelnames=(), *, labels=None, priority='normal', unit=None, \
                          total_only=False, verbatim=False)"
    )]
    fn int_counter_family(
        &self,
        name: &Bound<'_, PyAny>,
        help: Given<'_, '_>,
        labelnames: Given<'_, '_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyFamily> {
        self.family(Kind::IntCounter, name, help, labelnames, options)
    }

    /// Return a :class:`Family` of totals of floats, whose members differ in the values of ``labelnames``.
    ///
    /// >>> cmetrics.root().float_counter_family("energy_joules", "Energy used", ["model"]).labels("llama").add(0.5)
    #[pyo3(
        signature = (name, help = None, labelnames = None, **options),
        text_signature = "($self, name, help='', labelnames=(), *, labels=None, priority='normal', unit=None, \
                          total_only=False, verbatim=False)"
    )]
    fn float_counter_family(
        &self,
        name: &Bound<'_, PyAny>,
        help: Given<'_, '_>,
        labelnames: Given<'_, '_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyFamily> {
        self.family(Kind::FloatCounter, name, help, labelnames, options)
    }

    /// Return a :class:`Family` of totals of durations, whose members differ in the values of ``labelnames``.
    ///
    /// >>> cmetrics.root().duration_counter_family("request_duration", "Time in requests", ["model"]).labels("llama").add(0.25)
    #[pyo3(
        signature = (name, help = None, labelnames = None, **options),
        text_signature = "($self, name, help='', labelnames=(), *, labels=None, priority='normal', unit=None, \
                          total_only=False, verbatim=False)"
    )]
    fn duration_counter_family(
        &self,
        name: &Bound<'_, PyAny>,
        help: Given<'_, '_>,
        labelnames: Given<'_, '_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyFamily> {
        self.family(Kind::DurationCounter, name, help, labelnames, options)
    }

    /// Return a :class:`Family` of whole numbers that go up and down, whose members differ in the values of ``labelnames``.
    ///
    /// >>> cmetrics.root().int_gauge_family("queue_depth", "Requests that wait", ["model"]).labels("llama").set(3)
    #[pyo3(
        signature = (name, help = None, labelnames = None, **options),
        text_signature = "($self, name, help='', labelnames=(), *, labels=None, priority='normal', unit=None, \
                          verbatim=False)"
    )]
    fn int_gauge_family(
        &self,
        name: &Bound<'_, PyAny>,
        help: Given<'_, '_>,
        labelnames: Given<'_, '_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyFamily> {
        self.family(Kind::IntGauge, name, help, labelnames, options)
    }

    /// Return a :class:`Family` of floats that go up and down, whose members differ in the values of ``labelnames``.
    ///
    /// >>> cmetrics.root().float_gauge_family("load", "Share of slots in use", ["model"]).labels("llama").set(0.5)
    #[pyo3(
        signature = (name, help = None, labelnames = None, **options),
        text_signature = "($self, name, help='', labelnames=(), *, labels=None, priority='normal', unit=None, \
                          verbatim=False)"
    )]
    fn float_gauge_family(
        &self,
        name: &Bound<'_, PyAny>,
        help: Given<'_, '_>,
        labelnames: Given<'_, '_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyFamily> {
        self.family(Kind::FloatGauge, name, help, labelnames, options)
    }

    /// Return a :class:`Family` of durations that go up and down, whose members differ in the values of ``labelnames``.
    ///
    /// >>> cmetrics.root().duration_gauge_family("uptime", "Time since the start", ["model"]).labels("llama").set(60)
    #[pyo3(
        signature = (name, help = None, labelnames = None, **options),
        text_signature = "($self, name, help='', labelnames=(), *, labels=None, priority='normal', unit=None, \
                          verbatim=False)"
    )]
    fn duration_gauge_family(
        &self,
        name: &Bound<'_, PyAny>,
        help: Given<'_, '_>,
        labelnames: Given<'_, '_>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyFamily> {
        self.family(Kind::DurationGauge, name, help, labelnames, options)
    }
}
