// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Label families: one name, a metric per combination of values.

use std::sync::atomic::{AtomicUsize, Ordering};

use cmetrics::Registry;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::error::{invalid, wrong_type};
use crate::home::Home;
use crate::metric::{wrap, PyMetric};
use crate::quick::{install, quick_method, Given, Other};
use crate::request::Request;
use crate::text::text;

/// How many members are remembered before those that were removed elsewhere are looked for.
const FIRST_SWEEP: usize = 256;

/// Metrics of one name and kind that differ in the values of the same labels.
///
/// Made by :meth:`Registry.counter_family` and the six others. ``labels`` remembers its members, so that asking again is
/// cheap.
///
/// >>> errors = cmetrics.root().counter_family("errors", "Errors so far", ["type", "code"])
/// >>> errors.labels("io", 5).inc()
/// >>> errors.labels(code=5, type="io").inc()
/// >>> errors.labels("io", 5)
/// <cmetrics.Counter errors_total{code="5",type="io"} 2>
#[pyclass(name = "Family", module = "cmetrics", frozen, generic)]
pub(crate) struct PyFamily {
    registry: Registry,
    home: Home,
    request: Request,
    names: Vec<String>,
    /// The same, as those who call name them.
    interned: Vec<Py<PyString>>,
    /// From a tuple of exact `str` to the member.
    members: Py<PyDict>,
    sweep_at: AtomicUsize,
}

impl PyFamily {
    /// Checks the name and labels as far as that goes without a member.
    pub(crate) fn new(
        registry: &Registry,
        home: &Home,
        request: Request,
        labelnames: Option<&Bound<'_, PyAny>>,
        py: Python<'_>,
    ) -> PyResult<PyFamily> {
        let names = labelnames.map(label_names).transpose()?.unwrap_or_default();
        for (at, name) in names.iter().enumerate() {
            let again = names[..at].contains(name) || request.labels.iter().any(|(key, _)| key == name);
            if again {
                let message = format!("the family {} has the label {name} twice", request.name);
                return Err(invalid(py, &message, name, "name each label once, in labelnames or in labels"));
            }
        }
        let example: Vec<_> = names.iter().map(|name| (name.clone(), "?".to_owned())).collect();
        request.find(py, registry, &example)?;
        let (members, sweep_at) = (PyDict::new(py).unbind(), AtomicUsize::new(FIRST_SWEEP));
        let interned = names.iter().map(|name| PyString::intern(py, name).unbind()).collect();
        Ok(PyFamily { registry: registry.clone(), home: home.clone(), request, names, interned, members, sweep_at })
    }

    /// The values in the order of the names, as a tuple of exact `str`.
    fn key<'py>(
        &self,
        values: &Bound<'py, PyTuple>,
        named: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let py = values.py();
        let given = values.len() + named.map_or(0, |named| named.len());
        if given != self.names.len() {
            return Err(self.wrong_values(py, &format!("got {given} label values")));
        }
        let mut key = Vec::with_capacity(given);
        for value in values {
            key.push(self.plain(&value)?);
        }
        for name in &self.names[values.len()..] {
            match named.map(|named| named.get_item(name)).transpose()?.flatten() {
                Some(value) => key.push(self.plain(&value)?),
                None => {
                    return Err(self.wrong_values(py, &format!("got no value for {name}, or for another label twice")))
                }
            }
        }
        PyTuple::new(py, key)
    }

    /// What `str` makes of a value; a copy if that is of a subclass, which may compare as it likes.
    fn plain<'py>(&self, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
        let string = value.str()?;
        if string.is_exact_instance_of::<PyString>() {
            return Ok(string);
        }
        Ok(PyString::new(value.py(), &text(&string, "a label's value")?))
    }

    fn labels_of(&self, key: &Bound<'_, PyTuple>) -> PyResult<Vec<(String, String)>> {
        let pair = |(name, value): (&String, Bound<'_, PyAny>)| {
            let value = text(&value, &format!("the value of label {name:?}"))?.into_owned();
            Ok((name.clone(), value))
        };
        self.names.iter().zip(key).map(pair).collect()
    }

    fn remembered<'py>(&self, key: &Bound<'py, PyTuple>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(member) = self.members.bind(key.py()).get_item(key)? else { return Ok(None) };
        let current = is_current(member.cast()?);
        Ok(current.then_some(member))
    }

    fn remember<'py>(&self, key: &Bound<'py, PyTuple>, member: &Bound<'py, PyAny>) -> PyResult<()> {
        let members = self.members.bind(key.py());
        members.set_item(key, member)?;
        // Relaxed: only a hint of when to look, and the interpreter's lock orders the rest.
        if members.len() >= self.sweep_at.load(Ordering::Relaxed) {
            for (key, member) in members.copy()? {
                if !is_current(member.cast()?) {
                    members.del_item(key)?;
                }
            }
            self.sweep_at.store(FIRST_SWEEP.max(2 * members.len()), Ordering::Relaxed);
        }
        Ok(())
    }

    fn wrong_values(&self, py: Python<'_>, what: &str) -> PyErr {
        let (name, names) = (&self.request.name, self.names.join(", "));
        let message = format!("the family {name} has the labels ({names}) and {what}");
        invalid(py, &message, name, "give each label one value, in this order or by name")
    }
}

#[pymethods]
impl PyFamily {
    /// The name that it was made with.
    #[getter]
    fn name(&self) -> &str {
        &self.request.name
    }

    /// The names of the labels whose values tell its members apart.
    #[getter]
    fn labelnames<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.names)
    }

    /// Return the member of these values, made if it is not there.
    ///
    /// Values are given in the order of the label names or by name, and pass through ``str``. Raises
    /// ``InvalidArgumentError`` (a ``ValueError``) for too few, too many and unknown ones.
    ///
    /// >>> requests = cmetrics.root().counter_family("requests", "", ["method", "status"])
    /// >>> requests.labels("GET", 200) == requests.labels("GET", status="200")
    /// True
    #[pyo3(signature = (*values, **named))]
    fn labels<'py>(
        &self,
        values: &Bound<'py, PyTuple>,
        named: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let exact = named.is_none()
            && values.len() == self.names.len()
            && values.iter_borrowed().all(|value| value.is_exact_instance_of::<PyString>());
        let key = if exact { values.clone() } else { self.key(values, named)? };
        if let Some(member) = self.remembered(&key)? {
            return Ok(member);
        }
        let py = values.py();
        let member = wrap(py, self.request.get(py, &self.registry, &self.labels_of(&key)?)?, &self.home)?;
        self.remember(&key, &member)?;
        Ok(member)
    }

    /// Remove the member of these values: reports show it no more, and asking for it again starts at zero.
    ///
    /// Raises ``NotFoundError`` (a ``LookupError``) if it is not there.
    ///
    /// >>> sessions = cmetrics.root().int_gauge_family("session_tokens", "", ["session"])
    /// >>> sessions.labels("a").set(7)
    /// >>> sessions.remove("a")
    /// >>> "session_tokens" in cmetrics.render()
    /// False
    #[pyo3(signature = (*values, **named))]
    fn remove<'py>(&self, values: &Bound<'py, PyTuple>, named: Option<&Bound<'py, PyDict>>) -> PyResult<()> {
        let py = values.py();
        let key = self.key(values, named)?;
        let labels = self.labels_of(&key)?;
        let members = self.members.bind(py);
        if members.contains(&key)? {
            members.del_item(&key)?;
        }
        match self.request.find(py, &self.registry, &labels)? {
            Some(metric) => self.registry.remove_metric(&metric).map_err(|err| crate::error::raise(py, &err)),
            None => Err(crate::error::not_found(py, &crate::text::series(&self.request.name, &labels))),
        }
    }

    fn __repr__(&self) -> String {
        format!("<cmetrics.Family {}{{{}}} of {}>", self.request.name, self.names.join(","), self.request.kind)
    }
}

/// Whether asking again would give the same metric. Without a library (and then without an id) it would.
fn is_current(member: &Bound<'_, PyMetric>) -> bool {
    let metric = &member.get().inner;
    metric.is_attached() || metric.id() == 0
}

fn label_names(given: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if given.is_instance_of::<PyString>() {
        return Err(wrong_type(given, "labelnames are a list of names"));
    }
    given.try_iter()?.map(|name| Ok(text(&name?, "a label's name")?.into_owned())).collect()
}

/// The key of the right number of values.
#[inline]
fn quick_key<'py>(family: &PyFamily, given: &Given<'_, 'py>) -> Result<Bound<'py, PyTuple>, Other> {
    if given.len() != family.names.len() {
        return Err(Other::Full);
    }
    let plain = |value: Borrowed<'_, '_, PyAny>| value.is_exact_instance_of::<PyString>();
    if given.positional() == given.len() && (0..given.len()).all(|at| given.get(at).is_some_and(plain)) {
        return given.tuple().ok_or(Other::Full);
    }
    named_key(family, given)
}

/// The key of values that have names, or are no `str`.
fn named_key<'py>(family: &PyFamily, given: &Given<'_, 'py>) -> Result<Bound<'py, PyTuple>, Other> {
    let mut key = Vec::with_capacity(given.len());
    for (at, name) in family.interned.iter().enumerate() {
        let value = if at < given.positional() { given.get(at) } else { given.named(name.bind(given.py())) };
        let value = value.ok_or(Other::Full)?;
        key.push(family.plain(&value).map_err(Other::Raised)?);
    }
    PyTuple::new(given.py(), key).map_err(Other::Raised)
}

quick_method! { Labels: PyFamily, "labels", |family, given| {
    family.remembered(&quick_key(family, given)?).map_err(Other::Raised)?.ok_or(Other::Full)
}}

/// Makes `labels` quick for members that are remembered.
pub(crate) fn quick(py: Python<'_>) -> PyResult<()> {
    install::<Labels>(py)
}
