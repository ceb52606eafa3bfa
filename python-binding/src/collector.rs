// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Families that Python computes when a report is made.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use cmetrics::{Client, Collect, CollectedFamily, Collector, MetricType, Registry, Sample, SampleValue};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};

use crate::error::{invalid, raise, wrong_type};
use crate::request::priority;
use crate::text::{labels, text};
use crate::{interrupt, logging};

/// A function of the program that tells of families when a report is made.
///
/// Made by :meth:`Registry.register_collector`. It stays until it, its registry or its client is removed, whether this
/// object is kept or not.
///
/// >>> root = cmetrics.root()
/// >>> collector = root.register_collector(
/// ...     lambda: [cmetrics.FamilySnapshot("threads", "gauge", [cmetrics.Point({}, [cmetrics.Sample(8)])])]
/// ... )
/// >>> "threads 8" in cmetrics.render()
/// True
/// >>> collector.remove()
/// >>> "threads" in cmetrics.render()
/// False
#[pyclass(name = "Collector", module = "cmetrics", frozen)]
pub(crate) struct PyCollector {
    inner: Arc<Collector>,
}

#[pymethods]
impl PyCollector {
    /// Remove it, and wait until it runs nowhere, except from inside itself. Removing twice does nothing.
    fn remove(&self, py: Python<'_>) -> PyResult<()> {
        // Whoever runs it needs the interpreter to finish.
        py.detach(|| self.inner.remove()).map_err(|err| raise(py, &err))
    }
}

/// All collectors of this module that are still there, to be removed before the interpreter ends.
static LISTED: LazyLock<Mutex<Listed>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Listed {
    next: u64,
    collectors: HashMap<u64, Option<Arc<Collector>>>,
}

fn listed() -> MutexGuard<'static, Listed> {
    LISTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the library holds for a collector. It keeps the client open: otherwise the last handle of a client that a program
/// lets go of would take the collectors with it.
struct Held {
    collect: Py<PyAny>,
    _client: Client,
    number: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        let gone = listed().collectors.remove(&self.number);
        // Outside the lock: the last reference to a collector goes back to the library.
        drop(gone);
    }
}

/// Adds `collector`, a function or something with a method `collect`, to a registry.
pub(crate) fn register(collector: &Bound<'_, PyAny>, registry: &Registry, client: &Client) -> PyResult<PyCollector> {
    let py = collector.py();
    let collect = py.import("cmetrics._collect")?.call_method1("function_of", (collector,))?.unbind();
    let number = {
        let mut listed = listed();
        listed.next += 1;
        let number = listed.next;
        listed.collectors.insert(number, None);
        number
    };
    let held = Held { collect, _client: client.clone(), number };
    let run = move |out: &mut Collect<'_>| {
        // After the interpreter's end there is nobody to ask.
        Python::try_attach(|py| tell(py, &held, out)).unwrap_or(Err("the Python interpreter has ended"))
    };
    let inner = Arc::new(py.detach(|| registry.collector(run)).map_err(|err| raise(py, &err))?);
    // Gone already if another thread removed the registry meanwhile.
    if let Some(entry) = listed().collectors.get_mut(&number) {
        *entry = Some(Arc::clone(&inner));
    }
    Ok(PyCollector { inner })
}

/// Removes all collectors that Python code registered; for `atexit`, so that no report of another language runs Python
/// code while the interpreter ends.
#[pyfunction]
pub(crate) fn _remove_collectors(py: Python<'_>) {
    py.detach(|| {
        let all: Vec<_> = listed().collectors.values_mut().filter_map(Option::take).collect();
        for collector in all {
            if let Err(err) = collector.remove() {
                log::warn!("a collector is still there at the end of the program: {err}");
            }
        }
    });
}

/// One report's call. A failure drops all that it told; what the library refuses is logged, and the rest goes on.
fn tell(py: Python<'_>, held: &Held, out: &mut Collect<'_>) -> Result<(), &'static str> {
    let collect = held.collect.bind(py);
    let told = (|| {
        let families = py.import("cmetrics._collect")?.call_method1("families", (collect,))?;
        for family in families.try_iter()? {
            tell_family(&family?, out)?;
        }
        Ok(())
    })();
    told.map_err(|failure: PyErr| {
        if !interrupt::keep(py, &failure) {
            log_failure(py, collect, &failure);
        }
        "see the exception in the log"
    })
}

fn log_failure(py: Python<'_>, collect: &Bound<'_, PyAny>, failure: &PyErr) {
    let logged = py
        .import("cmetrics._collect")
        .and_then(|module| module.call_method1("log_failure", (collect, failure.value(py))));
    if let Err(failure) = logged {
        failure.write_unraisable(py, Some(collect));
    }
}

fn tell_family(family: &Bound<'_, PyAny>, out: &mut Collect<'_>) -> PyResult<()> {
    let attribute = |name: &str| family.getattr(name);
    let name = attribute("name")?;
    let name = text(&name, "a family's name")?;
    let head = CollectedFamily::new(&*name, type_of(&attribute("type")?)?)
        .help(text(&attribute("help")?, "help")?)
        .unit(text(&attribute("unit")?, "unit")?)
        .priority(priority(&attribute("priority")?, "priority")?);
    if let Err(err) = out.family(&head) {
        logging::warn(family.py(), &err.to_string());
        return Ok(());
    }
    for point in attribute("points")?.try_iter()? {
        let point = point?;
        let labels = labels(Some(&point.getattr("labels")?))?;
        let labels: Vec<(&str, &str)> = labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let samples = point.getattr("samples")?.try_iter()?.map(|sample| read_sample(&sample?));
        if let Err(err) = out.point(&labels, &samples.collect::<PyResult<Vec<_>>>()?) {
            logging::warn(family.py(), &err.to_string());
        }
    }
    Ok(())
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
