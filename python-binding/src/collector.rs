// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Families that Python computes for reports.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use cmetrics::{Client, Collect, CollectedFamily, Collector, Error, MetricType, Priority, SampleValue};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::error::raise;
use crate::home::Home;
use crate::source::{self, Code, Source};
use crate::{refresh, refresher};

/// What is older than this when a report tells it is worth a line at normal verbosity.
const OLD: Duration = Duration::from_secs(1);

/// A function of the program that tells of families for reports.
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
    source: Arc<Source>,
}

#[pymethods]
impl PyCollector {
    /// What it is called in the log and in the label ``collector`` of what is reported of it.
    #[getter]
    fn name(&self) -> &str {
        &self.source.name
    }

    /// Remove it, and wait until it runs nowhere, except from inside itself. Removing twice does nothing.
    fn remove(&self, py: Python<'_>) -> PyResult<()> {
        refresh::removing(py, || self.source.remove()).map_err(|err| raise(py, &err))?;
        self.source.wait(py);
        Ok(())
    }

    /// Call it now, as a report does that Python asks for.
    fn _refresh(&self, py: Python<'_>) -> PyResult<()> {
        refresh::run(py, &self.source)
    }

    /// Count families that the collector itself left out.
    fn _refused(&self, families: u64) {
        // Relaxed: a count, which publishes nothing.
        self.source.refused.fetch_add(families, Ordering::Relaxed);
    }

    /// Call ``function`` while reports on this thread leave these collectors out.
    #[staticmethod]
    fn _without<'py>(collectors: &Bound<'py, PyList>, function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let number = |collector: Bound<'_, PyAny>| Ok(collector.cast::<PyCollector>()?.get().source.number);
        let numbers = collectors.iter().map(number).collect::<PyResult<Vec<u64>>>()?;
        source::without(&numbers, || function.call0())
    }
}

/// What the library holds of a source. It keeps the client open: otherwise the last handle of a client that a program
/// lets go of would take the collectors with it.
struct Held {
    source: Arc<Source>,
    /// What tells of it in its root.
    about: Collector,
    _client: Client,
}

impl Held {
    /// One report's call: what was told last, without the interpreter.
    fn tell(&self, out: &mut Collect<'_>) -> Result<(), Error> {
        let source = &self.source;
        if source.is_left_out() {
            return Ok(());
        }
        if !refresh::is_asked_here() {
            refresher::freshen(source, out.timeout());
        }
        if let Some(told) = source.told.load_full() {
            told.tell(out, |refused| source.note(refused));
        }
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.source.unlist();
        // An error means that it is gone already.
        let _ = self.about.remove();
    }
}

/// Adds a collector: a function or something with a method `collect`.
pub(crate) fn register(collector: &Bound<'_, PyAny>, name: Option<&str>, home: &Home) -> PyResult<PyCollector> {
    let py = collector.py();
    let module = py.import("cmetrics._collect")?;
    let function = module.call_method1("function_of", (collector,))?;
    let name = match name {
        Some(name) => name.to_owned(),
        None => module.call_method1("name_of", (collector,))?.extract()?,
    };
    let source = add(py, &name, home, Code::Collect(function.unbind())).map_err(|err| raise(py, &err))?;
    Ok(PyCollector { source })
}

/// Adds code of Python that reports of a registry need.
pub(crate) fn add(py: Python<'_>, name: &str, home: &Home, code: Code) -> Result<Arc<Source>, Error> {
    let source = Source::listed(name, home.path(), code);
    let added = py.detach(|| {
        let weak = Arc::downgrade(&source);
        let about = home.root().collector(move |out| tell_about(&weak, out))?;
        let held = Held { source: Arc::clone(&source), about, _client: home.client().clone() };
        home.registry().collector(move |out| held.tell(out))
    });
    match added {
        // Set once, here.
        Ok(handle) => drop(source.handle.set(handle)),
        Err(err) => {
            source.unlist();
            return Err(err);
        }
    }
    Ok(source)
}

/// What a root's report says of a source that is somewhere below.
fn tell_about(source: &Weak<Source>, out: &mut Collect<'_>) -> Result<(), Error> {
    let Some(source) = source.upgrade().filter(|source| !source.is_left_out()) else { return Ok(()) };
    if !refresh::is_asked_here() {
        refresher::freshen(&source, out.timeout());
    }
    if !out.includes_self() {
        return Ok(());
    }
    let labels = [("collector", source.name.as_str())];
    let age = source.age();
    let priority = if age.is_none_or(|age| age > OLD) { Priority::Normal } else { Priority::Low };
    let head = CollectedFamily::new("python_collector_age_seconds", MetricType::Gauge)
        .help("How old what a collector or function in Python told last is; +Inf before it told anything")
        .unit("seconds")
        .priority(priority);
    out.family(&head)?;
    let age = age.map(|age| u64::try_from(age.as_nanos()).unwrap_or(u64::MAX));
    out.value(&labels, age.map_or(SampleValue::F64(f64::INFINITY), SampleValue::U64Nanos))?;
    let mut count = |name: &str, help: &str, count: &AtomicU64| {
        // Relaxed: a count, which publishes nothing.
        let count = count.load(Ordering::Relaxed);
        if count > 0 {
            out.family(&CollectedFamily::new(name, MetricType::Counter).help(help))?;
            out.value(&labels, count)?;
        }
        Ok::<_, Error>(())
    };
    count(
        "python_collector_failures_total",
        "Runs of a collector or function in Python that raised an exception",
        &source.failures,
    )?;
    count(
        "python_collector_refused_total",
        "Families that were left out of a report because others define them",
        &source.refused,
    )
}

/// Removes all that Python code registered, ends the thread that runs it, and waits for what other threads run of it; for
/// `atexit`, so that no report needs Python code while the interpreter ends.
#[pyfunction]
pub(crate) fn _remove_collectors(py: Python<'_>) {
    let sources = source::all();
    py.detach(|| {
        for source in sources.iter() {
            if let Err(err) = source.remove() {
                log::warn!("a collector is still there at the end of the program: {err}");
            }
        }
        let until = Instant::now() + refresher::LAST_WAIT;
        let stopped = refresher::stop();
        let runs = || refresh::is_amid() || sources.iter().any(|source| source.runs_elsewhere());
        while runs() && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
        if !stopped || runs() {
            log::warn!("a collector still runs at the end of the program");
        }
    });
}
