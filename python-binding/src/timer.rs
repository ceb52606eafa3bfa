// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Measured blocks and functions.

use std::ptr;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cmetrics::{DurationCounter, DurationGauge};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyBool;

use crate::quick::{install, only_owner, quick_method, quick_methods, Other, Signed};

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
    starts: Mutex<Vec<(Thread, Instant)>>,
}

/// What hears of durations. Not the Python object of the metric: that keeps a timer, and would keep itself.
#[derive(Clone)]
pub(crate) enum Target {
    Counter(DurationCounter),
    Gauge(DurationGauge),
}

/// The timers that a metric gives out again and again: as many as it remembers can be in use at once without others.
pub(crate) struct Timers {
    kept: [PyOnceLock<Py<PyTimer>>; 4],
}

/// Tells threads that run at once apart.
type Thread = usize;

impl Target {
    #[inline]
    fn took(&self, length: Duration) {
        let nanos = i64::try_from(length.as_nanos()).unwrap_or(i64::MAX);
        match self {
            Target::Counter(counter) => counter.add_nanos(nanos),
            Target::Gauge(gauge) => gauge.set_nanos(nanos),
        }
    }
}

impl Timers {
    pub(crate) fn new() -> Timers {
        Timers { kept: [const { PyOnceLock::new() }; 4] }
    }

    /// A timer that nobody else uses.
    pub(crate) fn one<'py>(&self, py: Python<'py>, target: impl FnOnce() -> Target) -> PyResult<Bound<'py, PyTimer>> {
        for kept in &self.kept {
            let Some(timer) = kept.get(py) else {
                let timer = Bound::new(py, PyTimer::new(target()))?;
                // Without the interpreter's lock another thread may have been quicker.
                let _ = kept.set(py, timer.clone().unbind());
                return Ok(timer);
            };
            if only_owner(timer, py) {
                // Its last user may have entered it without leaving it.
                timer.get().starts().clear();
                return Ok(timer.bind(py).clone());
            }
        }
        Bound::new(py, PyTimer::new(target()))
    }
}

impl PyTimer {
    fn new(target: Target) -> PyTimer {
        PyTimer { target, starts: Mutex::new(Vec::new()) }
    }

    #[inline]
    fn starts(&self) -> MutexGuard<'_, Vec<(Thread, Instant)>> {
        self.starts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    fn push(&self) {
        let mut starts = self.starts();
        starts.push((this_thread(), Instant::now()));
    }

    /// The start that this thread noted last. A task that moved to another thread gets the last of all: of blocks that
    /// end in whatever order, the lengths add up all the same.
    #[inline]
    fn pop(&self) -> Option<Instant> {
        let mut starts = self.starts();
        if starts.len() > 1 {
            let this = this_thread();
            if let Some(last) = starts.iter().rposition(|(thread, _)| *thread == this) {
                return Some(starts.remove(last).1);
            }
        }
        Some(starts.pop()?.1)
    }

    #[inline]
    fn leave(&self) -> Option<()> {
        let end = Instant::now();
        self.target.took(end.saturating_duration_since(self.pop()?));
        Some(())
    }
}

#[pymethods]
impl PyTimer {
    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf.get().push();
        slf
    }

    fn __exit__(
        &self,
        _kind: &Bound<'_, PyAny>,
        _error: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        self.leave().ok_or_else(|| PyRuntimeError::new_err("the timer is left without being entered"))?;
        Ok(false)
    }

    /// Decorate a function, so that every call is measured.
    fn __call__<'py>(&self, py: Python<'py>, function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        // One of its own: this one may be among those that its metric gives out again.
        let timer = Bound::new(py, PyTimer::new(self.target.clone()))?;
        let (begin, end) = (timer.getattr("_begin")?, timer.getattr("_end")?);
        py.import("cmetrics._timing")?.call_method1("measured", (begin, end, function))
    }

    /// Return the time, for ``_end``.
    fn _begin(&self) -> i64 {
        now()
    }

    /// Measure a call that began then.
    fn _end(&self, start: i64) {
        self.since(start);
    }
}

impl PyTimer {
    #[inline]
    fn since(&self, start: i64) {
        self.target.took(Duration::from_nanos(u64::try_from(now().saturating_sub(start)).unwrap_or_default()));
    }
}

/// Nanoseconds since some moment of this process.
#[inline]
fn now() -> i64 {
    static ANCHOR: LazyLock<Instant> = LazyLock::new(Instant::now);
    i64::try_from(ANCHOR.elapsed().as_nanos()).unwrap_or(i64::MAX)
}

/// The address of something that each thread has for itself.
#[inline]
fn this_thread() -> Thread {
    thread_local! {
        static OWN: u8 = const { 0 };
    }
    OWN.try_with(ptr::from_ref).map_or(0, |own| own.addr())
}

quick_method! { Enter: PyTimer, "__enter__", |this, given| {
    given.is_empty().then(|| this.push()).ok_or(Other::Full)?;
    Ok(given.this())
}}

quick_method! { Exit: PyTimer, "__exit__", |this, given| {
    let left = given.len() == 3 && given.positional() == 3 && this.leave().is_some();
    left.then(|| PyBool::new(given.py(), false).to_owned().into_any()).ok_or(Other::Full)
}}

quick_method! { Begin: PyTimer, "_begin", |_this, given| {
    let begin = given.is_empty().then(|| now().into_pyobject(given.py()).ok()).flatten();
    begin.map(Bound::into_any).ok_or(Other::Full)
}}

quick_methods! { fn quick_end, this: PyTimer {
    _end(start: Signed) this.since(start);
}}

/// Makes what `with` and decorated functions call quick.
pub(crate) fn quick(py: Python<'_>) -> PyResult<()> {
    install::<Enter>(py)?;
    install::<Exit>(py)?;
    install::<Begin>(py)?;
    quick_end(py)
}
