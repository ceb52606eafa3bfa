// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the library tells, as the tuples of `cmetrics._model`.

use cmetrics::{FamilyInfo, FamilySnapshot, Metric, MetricInfo, PointSnapshot, SampleSnapshot, SampleValue};
use pyo3::prelude::*;
use pyo3::types::IntoPyDict;

use crate::value_counter::seconds;

/// The classes of `cmetrics._model`.
struct Model<'py> {
    family: Bound<'py, PyAny>,
    point: Bound<'py, PyAny>,
    sample: Bound<'py, PyAny>,
}

impl<'py> Model<'py> {
    fn new(py: Python<'py>) -> PyResult<Model<'py>> {
        let module = py.import("cmetrics._model")?;
        Ok(Model {
            family: module.getattr("FamilySnapshot")?,
            point: module.getattr("Point")?,
            sample: module.getattr("Sample")?,
        })
    }

    fn family(&self, info: &FamilyInfo, points: Vec<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        let kind = info.kind.map(|kind| kind.as_str());
        let (kind_of, priority) = (info.metric_type.as_str(), info.priority.as_str());
        self.family.call1((&info.name, kind_of, points, &info.help, &info.unit, priority, kind))
    }

    fn point(&self, id: u64, labels: &[(String, String)], samples: &[SampleSnapshot]) -> PyResult<Bound<'py, PyAny>> {
        let labels = labels.iter().map(|(key, value)| (key, value)).into_py_dict(self.point.py())?;
        let samples = samples.iter().map(|sample| self.sample(sample)).collect::<PyResult<Vec<_>>>()?;
        self.point.call1((labels, samples, id))
    }

    fn sample(&self, sample: &SampleSnapshot) -> PyResult<Bound<'py, PyAny>> {
        let SampleSnapshot { suffix, extra, value, .. } = sample;
        let absent = None::<u64>;
        match *value {
            SampleValue::U64(value) => self.sample.call1((value, suffix, extra, absent)),
            SampleValue::I64(value) => self.sample.call1((value, suffix, extra, absent)),
            SampleValue::U64Nanos(ns) => self.sample.call1((seconds(i128::from(ns)), suffix, extra, ns)),
            SampleValue::I64Nanos(ns) => self.sample.call1((seconds(i128::from(ns)), suffix, extra, ns)),
            value => self.sample.call1((value.as_f64(), suffix, extra, absent)),
        }
    }
}

/// The families of a snapshot.
pub(crate) fn families<'py>(py: Python<'py>, told: &[FamilySnapshot]) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let model = Model::new(py)?;
    let family = |FamilySnapshot { family, points, .. }: &FamilySnapshot| {
        let points = points.iter().map(|PointSnapshot { id, labels, values, .. }| model.point(*id, labels, values));
        model.family(family, points.collect::<PyResult<Vec<_>>>()?)
    };
    told.iter().map(family).collect()
}

/// A metric's family with its one point; without an `info` a family that says nothing.
pub(crate) fn of_metric<'py>(
    py: Python<'py>,
    metric: &Metric,
    info: Option<&MetricInfo>,
) -> PyResult<Bound<'py, PyAny>> {
    let model = Model::new(py)?;
    match info {
        Some(MetricInfo { family, labels, values, .. }) => {
            model.family(family, vec![model.point(metric.id(), labels, values)?])
        }
        None => {
            let kind = metric.kind().as_str();
            model.family.call1(("", "unknown", Vec::<u8>::new(), "", "", "normal", kind))
        }
    }
}
