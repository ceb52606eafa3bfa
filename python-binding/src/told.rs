// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a collector told last, as data that a report tells again without the interpreter.

use std::time::Instant;

use cmetrics::{Collect, CollectedFamily, Error, MetricType, Sample, SampleValue};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyList};

use crate::error::{invalid, wrong_type};
use crate::request::priority;
use crate::text::{labels, text};

/// All families of one run.
pub(crate) struct Told {
    /// When the run began: no number is older.
    pub(crate) at: Instant,
    families: Vec<Family>,
}

struct Family {
    head: CollectedFamily,
    points: Vec<Point>,
}

struct Point {
    labels: Vec<(String, String)>,
    samples: Vec<Sample>,
}

impl Told {
    /// Nothing but that a run began then and went well.
    pub(crate) fn nothing(at: Instant) -> Told {
        Told { at, families: Vec::new() }
    }

    /// Copies the families that Python told.
    pub(crate) fn read(at: Instant, families: &Bound<'_, PyList>) -> PyResult<Told> {
        let families = families.iter().map(|family| read_family(&family)).collect::<PyResult<_>>()?;
        Ok(Told { at, families })
    }

    /// Tells a report. What the library refuses is handed to `refused`, and the rest goes on.
    pub(crate) fn tell(&self, out: &mut Collect<'_>, mut refused: impl FnMut(&Error)) {
        let mut lent = Vec::new();
        for Family { head, points } in &self.families {
            if let Err(err) = out.family(head) {
                refused(&err);
                continue;
            }
            for Point { labels, samples } in points {
                lent.clear();
                lent.extend(labels.iter().map(|(key, value)| (key.as_str(), value.as_str())));
                if let Err(err) = out.point(&lent, samples) {
                    refused(&err);
                }
            }
        }
    }
}

fn read_family(family: &Bound<'_, PyAny>) -> PyResult<Family> {
    let attribute = |name: &str| family.getattr(name);
    let name = attribute("name")?;
    let name = text(&name, "a family's name")?;
    let head = CollectedFamily::new(&*name, type_of(&attribute("type")?)?)
        .help(text(&attribute("help")?, "help")?)
        .unit(text(&attribute("unit")?, "unit")?)
        .priority(priority(&attribute("priority")?, "priority")?);
    let points = attribute("points")?.try_iter()?.map(|point| read_point(&point?)).collect::<PyResult<_>>()?;
    Ok(Family { head, points })
}

fn read_point(point: &Bound<'_, PyAny>) -> PyResult<Point> {
    let labels = labels(Some(&point.getattr("labels")?))?;
    let samples = point.getattr("samples")?.try_iter()?.map(|sample| read_sample(&sample?)).collect::<PyResult<_>>()?;
    Ok(Point { labels, samples })
}

fn read_sample(sample: &Bound<'_, PyAny>) -> PyResult<Sample> {
    let ns = sample.getattr("ns")?;
    let value = if ns.is_none() { number(&sample.getattr("value")?)? } else { nanoseconds(&ns)? };
    let read = Sample::new(value).suffix(text(&sample.getattr("suffix")?, "a suffix")?);
    let extra = sample.getattr("extra")?;
    if extra.is_none() {
        return Ok(read);
    }
    let (key, value) = extra.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
    Ok(read.label(text(&key, "a label's name")?, text(value.str()?.as_any(), "a label's value")?))
}

fn number(value: &Bound<'_, PyAny>) -> PyResult<SampleValue> {
    if value.is_instance_of::<PyFloat>() {
        return Ok(SampleValue::F64(value.extract()?));
    }
    if value.is_instance_of::<PyInt>() {
        let unsigned = value.extract().map(SampleValue::U64);
        return unsigned.or_else(|_| value.extract().map(SampleValue::I64)).map_err(|_| too_large(value));
    }
    value.extract().map(SampleValue::F64).map_err(|_| wrong_type(value, "a sample's value is a number"))
}

fn nanoseconds(ns: &Bound<'_, PyAny>) -> PyResult<SampleValue> {
    if !ns.is_instance_of::<PyInt>() {
        return Err(wrong_type(ns, "a sample's ns are whole nanoseconds"));
    }
    let signed = ns.extract().map(SampleValue::I64Nanos);
    signed.or_else(|_| ns.extract().map(SampleValue::U64Nanos)).map_err(|_| too_large(ns))
}

fn too_large(value: &Bound<'_, PyAny>) -> PyErr {
    let message = format!("a sample cannot hold {value}");
    invalid(value.py(), &message, &value.to_string(), "integers have 64 bits; a float holds more, less exactly")
}

fn type_of(value: &Bound<'_, PyAny>) -> PyResult<MetricType> {
    let word = text(value, "a family's type")?;
    Ok(match &*word {
        "counter" => MetricType::Counter,
        "gauge" => MetricType::Gauge,
        "summary" => MetricType::Summary,
        "histogram" => MetricType::Histogram,
        "gaugehistogram" => MetricType::GaugeHistogram,
        "info" => MetricType::Info,
        "stateset" => MetricType::StateSet,
        "unknown" => MetricType::Unknown,
        _ => {
            let hint = "use counter, gauge, summary, histogram, gaugehistogram, info, stateset or unknown";
            return Err(invalid(value.py(), &format!("{word:?} is no type of a family"), &word, hint));
        }
    })
}
