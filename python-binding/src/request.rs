// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What metric is wanted, as the creating methods of `Registry` are told.

use cmetrics::{Kind, Metric, MetricBuilder, Priority, Registry};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};

use crate::error::{raise, wrong_type};
use crate::text::{labels, text};

pub(crate) struct Request {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) labels: Vec<(String, String)>,
    help: String,
    unit: String,
    priority: Priority,
    total_only: bool,
    verbatim: bool,
}

impl Request {
    /// Reads the arguments that all seven kinds have in common; `total_only` only where it means something.
    pub(crate) fn new(
        kind: Kind,
        name: &Bound<'_, PyAny>,
        help: Option<&Bound<'_, PyAny>>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Request> {
        let mut request = Request {
            kind,
            name: text(name, "a metric's name")?.into_owned(),
            labels: Vec::new(),
            help: help.map_or(Ok(String::new()), |help| Ok::<_, PyErr>(text(help, "help")?.into_owned()))?,
            unit: String::new(),
            priority: Priority::Normal,
            total_only: false,
            verbatim: false,
        };
        for (key, value) in options.into_iter().flatten() {
            request.option(&key.cast::<PyString>()?.to_cow()?, &value)?;
        }
        Ok(request)
    }

    fn option(&mut self, key: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let sums = matches!(self.kind, Kind::IntCounter | Kind::FloatCounter | Kind::DurationCounter);
        match key {
            "labels" if value.is_none() => {}
            "labels" => self.labels = labels(Some(value))?,
            "priority" => self.priority = priority(value, "priority")?,
            "unit" if value.is_none() => {}
            "unit" => self.unit = text(value, "unit")?.into_owned(),
            "total_only" if sums => self.total_only = flag(value, key)?,
            "verbatim" => self.verbatim = flag(value, key)?,
            _ => {
                let known = if sums { "total_only, " } else { "" };
                return Err(PyTypeError::new_err(format!(
                    "{} {:?} has no option {key:?} (hint: labels, priority, unit, {known}verbatim)",
                    self.kind, self.name
                )));
            }
        }
        Ok(())
    }

    /// The metric of these labels besides the request's own, made if it is not there.
    pub(crate) fn get(&self, py: Python<'_>, registry: &Registry, more: &[(String, String)]) -> PyResult<Metric> {
        self.builder(registry, more).try_get().map_err(|err| raise(py, &err))
    }

    /// The metric of these labels besides the request's own, if it is there.
    pub(crate) fn find(
        &self,
        py: Python<'_>,
        registry: &Registry,
        more: &[(String, String)],
    ) -> PyResult<Option<Metric>> {
        self.builder(registry, more).find().map_err(|err| raise(py, &err))
    }

    fn builder<'a>(&'a self, registry: &'a Registry, more: &'a [(String, String)]) -> MetricBuilder<'a, Metric> {
        let labels = self.labels.iter().chain(more).map(|(key, value)| (key.as_str(), value.as_str()));
        let builder = registry
            .metric(self.kind, &self.name)
            .help(&self.help)
            .unit(&self.unit)
            .priority(self.priority)
            .labels(labels);
        let builder = if self.total_only { builder.total_only() } else { builder };
        if self.verbatim {
            builder.verbatim()
        } else {
            builder
        }
    }
}

/// A priority by its word; `Priority` itself is one.
pub(crate) fn priority(value: &Bound<'_, PyAny>, what: &str) -> PyResult<Priority> {
    if !value.is_instance_of::<PyString>() {
        return Err(wrong_type(value, &format!("{what} is a Priority or its name")));
    }
    text(value, what)?.parse().map_err(|err| raise(value.py(), &err))
}

fn flag(value: &Bound<'_, PyAny>, key: &str) -> PyResult<bool> {
    match value.cast::<PyBool>() {
        Ok(flag) => Ok(flag.is_true()),
        Err(_) => Err(wrong_type(value, &format!("{key} is True or False"))),
    }
}
