// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The tree of prefixes and default labels, in which metrics are made.

use cmetrics::{Client, Registry, RegistryInfo};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict};

use crate::collector::{self, PyCollector};
use crate::error::{invalid, raise};
use crate::metric::PyMetric;
use crate::scope::PyScope;
use crate::text::{labels, series, text};
use crate::{client, report};

pub(crate) type Given<'a, 'py> = Option<&'a Bound<'py, PyAny>>;

/// A place to make metrics in: it adds its prefix to their names and its labels to theirs.
///
/// :func:`root` is the process's; ``child`` makes more. All make what is not there and return what is: the same name and
/// labels are the same metric, in every language. Raises ``InvalidArgumentError`` for names, labels and options that
/// break the rules, ``ConflictError`` where the name already stands for something else, ``LimitError`` beyond a limit and
/// ``GoneError`` once the registry was removed.
///
/// The options of all kinds are ``labels``, a mapping whose values pass through ``str``; ``priority``; ``unit``, which is
/// told and changes no name; and ``verbatim``, which takes the name as it is, without ``_total`` or ``_seconds``.
///
/// >>> engine = cmetrics.root().child("vllm:", {"engine": 0})
/// >>> engine.counter("requests", "Requests so far").inc()
/// >>> print(engine.render(), end="")
/// # HELP vllm:requests_total Requests so far
/// # TYPE vllm:requests_total counter
/// vllm:requests_total{engine="0"} 1
#[pyclass(name = "Registry", module = "cmetrics", frozen)]
pub(crate) struct PyRegistry {
    pub(crate) inner: Registry,
    /// Kept open by the collectors that are registered through this.
    client: Client,
}

impl PyRegistry {
    pub(crate) fn new(inner: Registry, client: Client) -> PyRegistry {
        PyRegistry { inner, client }
    }

    /// Prefix and labels; none where no library was found.
    fn info(&self) -> (String, Vec<(String, String)>) {
        self.inner
            .describe()
            .map_or_else(|_| Default::default(), |RegistryInfo { prefix, labels, .. }| (prefix, labels))
    }
}

#[pymethods]
impl PyRegistry {
    /// Return a new root of its own, for tests. It lives while any of its registries is held.
    ///
    /// >>> mine = cmetrics.Registry.isolated()
    /// >>> mine.counter("jobs").inc()
    /// >>> "jobs_total" in cmetrics.render()
    /// False
    #[staticmethod]
    fn isolated(py: Python<'_>) -> PyResult<PyRegistry> {
        let client = client::default(py)?;
        Ok(PyRegistry::new(client.isolated(), client.clone()))
    }

    /// The registry's number, never reused in this process. 0 where no library was found.
    #[getter]
    fn id(&self) -> u64 {
        self.inner.id()
    }

    /// All prefixes down to here, joined.
    #[getter]
    fn prefix(&self) -> String {
        self.info().0
    }

    /// The labels that a metric made here gets, inherited ones included.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.info().1.into_py_dict(py)
    }

    /// Return prefix and labels together.
    ///
    /// >>> cmetrics.root().child("vllm:", {"engine": 0}).child("cache").describe()
    /// RegistryInfo(prefix='vllm:cache', labels={'engine': '0'})
    fn describe<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (prefix, labels) = self.info();
        py.import("cmetrics._model")?.getattr("RegistryInfo")?.call1((prefix, labels.into_py_dict(py)?))
    }

    /// Return the registry below this one that adds ``prefix`` and ``labels``.
    ///
    /// The prefix is joined with ``_`` unless it ends in ``_`` or ``:``. A metric's own labels win over these, unless
    /// they are ``locked``.
    ///
    /// >>> cmetrics.root().child("engine", {"rank": 3}, locked=True).counter("steps", labels={"rank": 4}).labels
    /// {'rank': '3'}
    #[pyo3(signature = (prefix = None, labels = None, locked = false))]
    fn child<'py>(
        &self,
        py: Python<'py>,
        prefix: Given<'_, 'py>,
        labels: Given<'_, 'py>,
        locked: bool,
    ) -> PyResult<PyRegistry> {
        let prefix = prefix.map(|prefix| text(prefix, "a prefix")).transpose()?.unwrap_or_default();
        let child = self.inner.child(prefix).labels(self::labels(labels)?);
        let child = if locked { child.locked() } else { child };
        Ok(PyRegistry::new(child.try_get().map_err(|err| raise(py, &err))?, self.client.clone()))
    }

    /// Take ``metric`` out of this registry. Reports show it no more once every registry through which it was made has
    /// let it go. Raises ``NotFoundError`` if it was not made through this one.
    ///
    /// >>> root = cmetrics.root()
    /// >>> requests = root.counter("requests")
    /// >>> root.remove(requests)
    /// >>> requests.attached
    /// False
    fn remove(&self, metric: &Bound<'_, PyMetric>) -> PyResult<()> {
        self.inner.remove_metric(&metric.get().inner).map_err(|err| raise(metric.py(), &err))
    }

    /// Remove this registry with all below it, collectors too; it waits for those that run. Raises
    /// ``InvalidArgumentError`` on a root.
    ///
    /// >>> engine = cmetrics.root().child("engine")
    /// >>> engine.counter("steps").inc()
    /// >>> engine.remove_all()
    /// >>> "engine_steps" in cmetrics.render()
    /// False
    fn remove_all(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.inner.remove()).map_err(|err| raise(py, &err))
    }

    /// Set every metric of this registry and below to zero, one after the other.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.inner.reset()).map_err(|err| raise(py, &err))
    }

    /// Cap the series of every family of this root, for what is made from now on; ``None`` is without limit.
    #[pyo3(signature = (per_family), text_signature = "($self, per_family)")]
    fn limit_series(&self, py: Python<'_>, per_family: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let limit = per_family.map(|limit| match limit.extract::<u64>() {
            Ok(limit) if limit > 0 => Ok(limit),
            Err(failure) if failure.is_instance_of::<pyo3::exceptions::PyTypeError>(py) => Err(failure),
            _ => {
                let limit = limit.to_string();
                Err(invalid(py, &format!("a limit cannot be {limit}"), &limit, "give 1 or more, or None for no limit"))
            }
        });
        self.inner.limit_series(limit.transpose()?).map_err(|err| raise(py, &err))
    }

    /// Call ``collector`` for every report of this registry and tell what it yields.
    ///
    /// It is a function that returns or yields :class:`FamilySnapshot`, or an object with such a method ``collect()``.
    /// Families of ``prometheus_client`` serve too, so that its ``REGISTRY`` can be a collector. Names and labels are
    /// joined to those of this registry. An exception is logged, and the report goes on without what it told. It may be
    /// called from any thread, and from several at once.
    fn register_collector(&self, collector: &Bound<'_, PyAny>) -> PyResult<PyCollector> {
        collector::register(collector, &self.inner, &self.client)
    }

    /// Return a context manager in which ``cmetrics.root()`` on this thread is this registry's root.
    fn scope(&self) -> PyScope {
        PyScope::new(self.inner.clone())
    }

    /// Return the report of this registry and all below it, like :func:`render`.
    #[pyo3(
        signature = (verbosity = None, names = None, include_self = true, timeout = None),
        text_signature = "($self, verbosity='normal', names=None, include_self=True, timeout=None)"
    )]
    fn render(
        &self,
        py: Python<'_>,
        verbosity: Given<'_, '_>,
        names: Given<'_, '_>,
        include_self: bool,
        timeout: Given<'_, '_>,
    ) -> PyResult<String> {
        report::text_of(py, &self.inner, &report::options(verbosity, names, include_self, timeout)?)
    }

    /// Return what a report holds as a list of :class:`FamilySnapshot`, in its order.
    ///
    /// >>> root = cmetrics.root()
    /// >>> root.int_gauge("queue_depth").set(3)
    /// >>> [(family.name, family.points[0].samples[0].value) for family in root.snapshot()]
    /// [('queue_depth', 3)]
    #[pyo3(
        signature = (verbosity = None, names = None, include_self = true, timeout = None),
        text_signature = "($self, verbosity='normal', names=None, include_self=True, timeout=None)"
    )]
    fn snapshot<'py>(
        &self,
        py: Python<'py>,
        verbosity: Given<'_, 'py>,
        names: Given<'_, 'py>,
        include_self: bool,
        timeout: Given<'_, 'py>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        report::families_of(py, &self.inner, &report::options(verbosity, names, include_self, timeout)?)
    }

    fn __eq__(&self, other: &Bound<'_, PyRegistry>) -> bool {
        self.inner == other.get().inner
    }

    fn __hash__(&self) -> u64 {
        self.inner.id()
    }

    fn __repr__(&self) -> String {
        let (prefix, labels) = self.info();
        let braces = if labels.is_empty() { "{}" } else { "" };
        format!("<cmetrics.Registry {}{braces}>", series(&prefix, &labels))
    }
}
