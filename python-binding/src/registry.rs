// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The tree of prefixes and default labels, in which metrics are made.

use cmetrics::{Client, Priority, Registry, RegistryInfo, ReportOptions};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict};

use crate::collector::{self, PyCollector};
use crate::error::{invalid, raise};
use crate::home::Home;
use crate::metric::PyMetric;
use crate::scope::PyScope;
use crate::text::{labels, series, text};
use crate::{client, refresh, report, snapshot};

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
    /// Its client is kept open by the collectors that are registered through this.
    pub(crate) home: Home,
}

impl PyRegistry {
    /// A root.
    pub(crate) fn new(inner: Registry, client: Client) -> PyRegistry {
        let home = Home::at_root(&inner, client);
        PyRegistry { inner, home }
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
        let inner = child.try_get().map_err(|err| raise(py, &err))?;
        Ok(PyRegistry { home: self.home.below(&inner), inner })
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
        refresh::removing(py, || self.inner.remove()).map_err(|err| raise(py, &err))
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

    /// Add ``collector``, whose families reports of this registry tell.
    ///
    /// It is a function that returns or yields :class:`FamilySnapshot`, or an object with such a method ``collect()``.
    /// Families of ``prometheus_client`` serve too; see ``cmetrics.bridge.prometheus_client`` for whole registries.
    /// Names and labels are joined to those of this registry.
    ///
    /// A report that Python asks for calls it first, on the same thread. Other reports never wait for Python's lock: a
    /// thread ``cmetrics-refresher`` calls it, for at most 50 ms they wait for that, and they tell what it told last. It
    /// may be called from any thread, and from several at once. An exception is logged once and counted, and what was
    /// told before stays.
    ///
    /// A root's report says more under ``name``, which is the function's or class's unless it is given:
    /// ``python_collector_age_seconds``, and ``python_collector_failures_total`` once there are any.
    #[pyo3(signature = (collector, *, name = None))]
    fn register_collector(&self, collector: &Bound<'_, PyAny>, name: Given<'_, '_>) -> PyResult<PyCollector> {
        let name = name.map(|name| text(name, "a collector's name")).transpose()?;
        collector::register(collector, name.as_deref(), &self.home)
    }

    /// Return the root that it is in.
    fn _root(&self) -> PyRegistry {
        PyRegistry::new(self.home.root().clone(), self.home.client().clone())
    }

    /// Return what a snapshot of all priorities holds, with what collectors told last; only families of these full names
    /// or with samples of these names, if names are given.
    fn _peek<'py>(&self, py: Python<'py>, names: Option<Vec<String>>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let options = ReportOptions::new().verbosity(Priority::Debug).no_self();
        let options = names.into_iter().fold(options, ReportOptions::names);
        let told = refresh::quietly(py, || self.inner.snapshot(&options)).map_err(|err| raise(py, &err))?;
        snapshot::families(py, &told)
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
        report::text_of(py, &self.inner, report::options(verbosity, names, include_self, timeout)?)
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
        report::families_of(py, &self.inner, report::options(verbosity, names, include_self, timeout)?)
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
