// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What metrics of every kind have in common in Python.

use cmetrics::{Kind, Metric, MetricInfo, MetricKind, Priority};
use pyo3::prelude::*;
use pyo3::types::IntoPyDict;
use pyo3::types::PyDict;
use pyo3::PyClass;

use crate::counter::PyCounter;
use crate::gauge::{PyDurationGauge, PyFloatGauge, PyIntGauge};
use crate::home::Home;
use crate::snapshot;
use crate::text::series;
use crate::timer::Timers;
use crate::value_counter::{PyDurationCounter, PyFloatCounter, PyIntCounter};

/// What metrics of every kind have in common.
///
/// A metric is a name and labels within a root: handles of the same metric are equal and hash alike, whoever made them.
/// Metrics are made by a :class:`Registry`, never by calling a class. Where no library was found all texts are empty.
///
/// >>> root = cmetrics.root()
/// >>> root.counter("a_b") == root.child("a").counter("b_total")
/// True
/// >>> root.counter("a_b") == root.counter("a_b", labels={"c": "d"})
/// False
#[pyclass(name = "Metric", module = "cmetrics", subclass, frozen)]
pub(crate) struct PyMetric {
    pub(crate) inner: Metric,
}

#[pymethods]
impl PyMetric {
    /// The metric's number, never reused in this process. 0 where no library was found.
    #[getter]
    fn id(&self) -> u64 {
        self.inner.id()
    }

    /// Which kind it is: ``"counter"``, ``"int_counter"``, ``"duration_gauge"`` and so on.
    #[getter]
    fn kind(&self) -> &'static str {
        self.inner.kind().as_str()
    }

    /// The full name of its family as reports have it, with all prefixes, ``_total`` and ``_seconds``.
    #[getter]
    fn name(&self) -> String {
        name_of(&self.inner)
    }

    /// What it measures.
    #[getter]
    fn help(&self) -> String {
        self.info().map(|info| info.family.help).unwrap_or_default()
    }

    /// The unit that it was made with; ``"seconds"`` for durations.
    #[getter]
    fn unit(&self) -> String {
        self.info().map(|info| info.family.unit).unwrap_or_default()
    }

    /// How important its family is.
    #[getter]
    fn priority<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let priority = self.info().map_or(Priority::Normal, |info| info.family.priority);
        py.import("cmetrics._priority")?.getattr("Priority")?.call1((priority.as_str(),))
    }

    /// All its labels, inherited ones included, in the order of their names.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.info().map(|info| info.labels).unwrap_or_default().into_py_dict(py)
    }

    /// Whether reports show it. ``False`` once it was removed or its root is gone: updates are taken all the same.
    #[getter]
    fn attached(&self) -> bool {
        self.inner.is_attached()
    }

    /// Return its family with this one series, and the numbers that it shows now.
    ///
    /// >>> size = cmetrics.root().int_counter("response_bytes", "Bytes sent", unit="bytes")
    /// >>> size.add(7)
    /// >>> family = size.describe()
    /// >>> family.name, family.type, family.unit
    /// ('response_bytes', 'summary', 'bytes')
    /// >>> family.points[0].samples
    /// [Sample(value=7, suffix='_sum', extra=None, ns=None), Sample(value=1, suffix='_count', extra=None, ns=None)]
    fn describe<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        snapshot::of_metric(py, &self.inner, self.info().as_ref())
    }

    fn __eq__(&self, other: &Bound<'_, PyMetric>) -> bool {
        self.inner == other.get().inner
    }

    fn __hash__(&self) -> u64 {
        self.inner.id()
    }

    fn __repr__(&self) -> String {
        let class = class_of(self.inner.kind());
        let Some(info) = self.info() else { return format!("<cmetrics.{class} (no library)>") };
        let series = series(&info.family.name, &info.labels);
        let values: Vec<String> = info
            .values
            .iter()
            .map(|sample| match sample.suffix.as_str() {
                "" => sample.value.to_string(),
                "_sum" => format!("total {}", sample.value),
                suffix => format!("{} {}", suffix.trim_start_matches('_'), sample.value),
            })
            .collect();
        let detached = if self.inner.is_attached() { "" } else { " (detached)" };
        format!("<cmetrics.{class} {series} {}{detached}>", values.join(", "))
    }
}

impl PyMetric {
    /// What the library tells of it; nothing where no library was found.
    fn info(&self) -> Option<MetricInfo> {
        self.inner.describe().ok()
    }
}

/// The full name of a metric's family, for messages.
pub(crate) fn name_of(metric: &impl MetricKind) -> String {
    metric.as_metric().describe().map(|info| info.family.name).unwrap_or_default()
}

/// The Python object for a metric: of the class that belongs to its kind.
pub(crate) fn wrap<'py>(py: Python<'py>, metric: Metric, home: &Home) -> PyResult<Bound<'py, PyAny>> {
    let made = match metric.kind() {
        Kind::Counter => typed(py, &metric, metric.clone().into_counter().map(|inner| PyCounter { inner })),
        Kind::IntCounter => typed(py, &metric, metric.clone().into_int_counter().map(|inner| PyIntCounter { inner })),
        Kind::FloatCounter => {
            typed(py, &metric, metric.clone().into_float_counter().map(|inner| PyFloatCounter { inner }))
        }
        Kind::DurationCounter => typed(
            py,
            &metric,
            metric.clone().into_duration_counter().map(|inner| PyDurationCounter { inner, timers: Timers::new() }),
        ),
        Kind::IntGauge => {
            let gauge = metric.clone().into_int_gauge().map(|inner| PyIntGauge { inner, home: home.clone() });
            typed(py, &metric, gauge)
        }
        Kind::FloatGauge => {
            let gauge = metric.clone().into_float_gauge().map(|inner| PyFloatGauge { inner, home: home.clone() });
            typed(py, &metric, gauge)
        }
        Kind::DurationGauge => typed(
            py,
            &metric,
            metric.clone().into_duration_gauge().map(|inner| PyDurationGauge { inner, timers: Timers::new() }),
        ),
        _ => None,
    };
    made.unwrap_or_else(|| Ok(Bound::new(py, PyMetric { inner: metric })?.into_any()))
}

fn typed<'py, T>(py: Python<'py>, metric: &Metric, handle: Option<T>) -> Option<PyResult<Bound<'py, PyAny>>>
where
    T: PyClass<BaseType = PyMetric>,
    PyClassInitializer<T>: From<(T, PyMetric)>,
{
    let base = PyMetric { inner: metric.clone() };
    handle.map(|handle| Ok(Bound::new(py, (handle, base))?.into_any()))
}

fn class_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "Counter",
        Kind::IntCounter => "IntCounter",
        Kind::FloatCounter => "FloatCounter",
        Kind::DurationCounter => "DurationCounter",
        Kind::IntGauge => "IntGauge",
        Kind::FloatGauge => "FloatGauge",
        Kind::DurationGauge => "DurationGauge",
        _ => "Metric",
    }
}
