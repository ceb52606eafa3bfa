// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! One run of code that reports need; `cmetrics._refresh` calls it.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use cmetrics::Error;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::error::raise;
use crate::source::{self, Code, Source};
use crate::told::Told;
use crate::{amount, logging, refresher};

thread_local! {
    /// How many reports Python asked for on this thread and are being made.
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

/// How many reports of this process run code of Python amid frames of Rust, below the process's number: a child of a fork
/// has none of its parent's.
static AMID: AtomicU64 = AtomicU64::new(0);

/// One of them, while it lives.
struct Amid;

impl Amid {
    fn begin() -> Amid {
        count(|reports| reports + 1);
        Amid
    }
}

impl Drop for Amid {
    fn drop(&mut self) {
        count(|reports| reports.saturating_sub(1));
    }
}

fn count(change: impl Fn(u64) -> u64) {
    let process = u64::from(std::process::id()) << 32;
    let count = |old: u64| Some(process | change(if old >> 32 == process >> 32 { old & 0xffff_ffff } else { 0 }));
    // SeqCst: a report counts itself and then looks for sources; the end removes sources and then looks at the count.
    let _ = AMID.fetch_update(Ordering::SeqCst, Ordering::SeqCst, count);
}

/// Whether a report of this process runs code of Python amid frames of Rust.
///
/// Until 3.13 CPython ends a thread that comes back to an interpreter which is gone by unwinding its frames, and what
/// catches panics does not survive that: the process aborts. So a program's end waits for these.
pub(crate) fn is_amid() -> bool {
    let reports = AMID.load(Ordering::SeqCst);
    reports >> 32 == u64::from(std::process::id()) && reports & 0xffff_ffff != 0
}

/// A run that is to be done.
#[pyclass(name = "_Refresh", module = "cmetrics._cmetrics", frozen)]
pub(crate) struct PyRefresh {
    source: Arc<Source>,
    /// None if it was removed before.
    code: Option<Arc<Code>>,
    began: Mutex<Instant>,
}

impl PyRefresh {
    pub(crate) fn new(source: Arc<Source>) -> PyRefresh {
        let code = source.code.load_full();
        PyRefresh { source, code, began: Mutex::new(Instant::now()) }
    }

    fn began(&self) -> Instant {
        *self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl PyRefresh {
    #[getter]
    fn name(&self) -> &str {
        &self.source.name
    }

    /// Whether the function gives a gauge's value.
    #[getter]
    fn is_gauge(&self) -> bool {
        !matches!(self.code.as_deref(), Some(Code::Collect(_)))
    }

    #[getter]
    fn function<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let (Code::Collect(function) | Code::Int(_, function) | Code::Float(_, function)) = self.code.as_deref()?;
        Some(function.bind(py).clone())
    }

    /// False if there is nothing to do: it was removed, or runs on this thread already.
    fn begin(&self, py: Python<'_>) -> bool {
        let gone = self.code.is_none() || self.source.metric().is_some_and(|gauge| !gauge.is_attached());
        if gone {
            // An error means that it is gone already.
            let _ = py.detach(|| self.source.remove());
        }
        if gone || !self.source.begin() {
            refresher::ran(&self.source);
            return false;
        }
        *self.began.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        true
    }

    /// Takes what a collector told.
    fn keep(&self, families: &Bound<'_, PyList>) -> PyResult<()> {
        self.source.keep(Told::read(self.began(), families)?);
        Ok(())
    }

    /// Takes a gauge's value.
    fn set(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        match self.code.as_deref() {
            Some(Code::Int(gauge, _)) => gauge.set(amount::signed(gauge, value)?),
            Some(Code::Float(gauge, _)) => gauge.set(amount::float(gauge, value)?),
            _ => return Ok(()),
        }
        self.source.keep(Told::nothing(self.began()));
        Ok(())
    }

    /// Counts a failure. True if the run before did not fail.
    fn fail(&self) -> bool {
        // Relaxed: a count and a hint, which publish nothing.
        self.source.failures.fetch_add(1, Ordering::Relaxed);
        !self.source.failing.swap(true, Ordering::Relaxed)
    }

    /// The run is over, in whatever way.
    fn end(&self, py: Python<'_>) {
        self.source.end(self.began());
        refresher::ran(&self.source);
        log_notes(py, &self.source);
    }
}

/// Runs a source on this thread. An exception that is none of the ordinary ones leaves it.
pub(crate) fn run(py: Python<'_>, source: &Arc<Source>) -> PyResult<()> {
    let refresh = py.import("cmetrics._refresh")?.getattr("refresh")?;
    refresh.call1((PyRefresh::new(Arc::clone(source)),)).map(drop)
}

/// What is to be run for a report of a registry, by somebody who then makes it with [`quietly`] and calls [`log_notes_of`].
pub(crate) fn runs_of(registry: u64) -> Vec<PyRefresh> {
    let all = source::all();
    all.iter()
        .filter(|source| source.path.contains(&registry))
        .map(|source| PyRefresh::new(Arc::clone(source)))
        .collect()
}

/// Logs what the library refused of what collectors of a registry told.
pub(crate) fn log_notes_of(py: Python<'_>, registry: u64) {
    source::all().iter().filter(|source| source.path.contains(&registry)).for_each(|source| log_notes(py, source));
}

/// Makes a report without the interpreter that shows what collectors tell now. `make` gets the time that is left of
/// `limit`.
///
/// An exception that is none of the ordinary ones, such as `KeyboardInterrupt`, ends it.
pub(crate) fn report<T: Send>(
    py: Python<'_>,
    registry: u64,
    limit: Option<std::time::Duration>,
    make: impl FnOnce(Option<std::time::Duration>) -> Result<T, Error> + Send,
) -> PyResult<T> {
    let began = Instant::now();
    let left = || limit.map(|limit| limit.saturating_sub(began.elapsed()));
    let amid = Amid::begin();
    let sources = source::all();
    // Without sources no code of Python runs, and nobody has to wait.
    let _amid = (!sources.is_empty()).then_some(amid);
    let of_it = || sources.iter().filter(|source| source.path.contains(&registry));
    for source in of_it() {
        // Whoever is late is told so by the library.
        if left().is_some_and(|left| left.is_zero()) {
            break;
        }
        run(py, source)?;
    }
    let made = quietly(py, || make(left()));
    of_it().for_each(|source| log_notes(py, source));
    made.map_err(|err| raise(py, &err))
}

/// Makes a report without the interpreter of what collectors told last.
pub(crate) fn quietly<T: Send>(py: Python<'_>, make: impl FnOnce() -> T + Send) -> T {
    struct Over;
    impl Drop for Over {
        fn drop(&mut self) {
            ASKED.set(ASKED.get() - 1);
        }
    }
    ASKED.set(ASKED.get() + 1);
    let _over = Over;
    py.detach(make)
}

/// Whether Python asked for the report that this thread makes, so that all that is told is fresh.
pub(crate) fn is_asked_here() -> bool {
    ASKED.get() > 0
}

/// Removes something, and waits for what ran of it.
pub(crate) fn removing<T: Send>(py: Python<'_>, remove: impl FnOnce() -> T + Send) -> T {
    let before = source::all();
    let removed = py.detach(remove);
    before.iter().filter(|source| !source.is_listed()).for_each(|source| source.wait(py));
    removed
}

fn log_notes(py: Python<'_>, source: &Source) {
    for note in source.take_notes() {
        logging::warn(py, &note);
    }
}
