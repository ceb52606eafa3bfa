// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Measured blocks and functions.

use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Instant;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::gauge::PyDurationGauge;
use crate::value_counter::PyDurationCounter;

/// Measures blocks and functions for a duration counter or gauge.
///
/// Made by ``time()``. One timer can be used again, inside itself, and by threads and tasks at once. As a decorator it
/// measures every call, that of a coroutine function to its end. A block or call that raises is measured too.
///
/// >>> latency = cmetrics.root().duration_counter("latency")
/// >>> timer = latency.time()
/// >>> with timer, timer:
/// ...     pass
/// >>> latency.count
/// 2
#[pyclass(name = "Timer", module = "cmetrics", frozen)]
pub(crate) struct PyTimer {
    target: Target,
    starts: Mutex<Vec<(ThreadId, Instant)>>,
}

/// What hears of durations.
pub(crate) enum Target {
    Counter(Py<PyDurationCounter>),
    Gauge(Py<PyDurationGauge>),
}

impl PyTimer {
    pub(crate) fn new(target: Target) -> PyTimer {
        PyTimer { target, starts: Mutex::new(Vec::new()) }
    }

    fn push(&self, start: Instant) {
        self.starts.lock().unwrap_or_else(PoisonError::into_inner).push((thread::current().id(), start));
    }

    /// The start that this thread noted last. A task that moved to another thread gets the last of all: of blocks that
    /// end in whatever order, the lengths add up all the same.
    fn pop(&self) -> Option<Instant> {
        let this = thread::current().id();
        let mut starts = self.starts.lock().unwrap_or_else(PoisonError::into_inner);
        let last = starts.iter().rposition(|(thread, _)| *thread == this).or(starts.len().checked_sub(1))?;
        Some(starts.remove(last).1)
    }
}

#[pymethods]
impl PyTimer {
    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf.get().push(Instant::now());
        slf
    }

    fn __exit__(
        &self,
        _kind: &Bound<'_, PyAny>,
        _error: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let end = Instant::now();
        let start = self.pop().ok_or_else(|| PyRuntimeError::new_err("the timer is left without being entered"))?;
        let nanos = i64::try_from(end.saturating_duration_since(start).as_nanos()).unwrap_or(i64::MAX);
        match &self.target {
            Target::Counter(counter) => counter.get().inner.add_nanos(nanos),
            Target::Gauge(gauge) => gauge.get().inner.set_nanos(nanos),
        }
        Ok(false)
    }

    /// Decorate a function, so that every call is measured.
    fn __call__<'py>(&self, py: Python<'py>, function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let observe = match &self.target {
            Target::Counter(counter) => counter.bind(py).getattr("add_ns")?,
            Target::Gauge(gauge) => gauge.bind(py).getattr("set_ns")?,
        };
        py.import("cmetrics._timing")?.call_method1("measured", (observe, function))
    }
}
