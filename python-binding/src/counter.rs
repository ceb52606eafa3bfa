// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Counts of events.

use cmetrics::Counter;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use crate::amount::{self, Step};
use crate::metric::PyMetric;
use crate::quick::{quick_methods, Unsigned};

/// A count of events that only grows.
///
/// Made by :meth:`Registry.counter`. Reported as ``name_total``. Every method may be called from any thread.
///
/// >>> requests = cmetrics.root().counter("requests", "Requests so far", labels={"path": "/"})
/// >>> requests.inc()
/// >>> requests.inc(2)
/// >>> requests
/// <cmetrics.Counter requests_total{path="/"} 3>
/// >>> requests.inc(1.5)
/// Traceback (most recent call last):
/// TypeError: requests_total takes whole numbers (hint: FloatCounter takes fractions), not float
#[pyclass(name = "Counter", module = "cmetrics", extends = PyMetric, frozen)]
pub(crate) struct PyCounter {
    pub(crate) inner: Counter,
}

#[pymethods]
impl PyCounter {
    /// Count ``n`` events. Wraps at 2**64.
    ///
    /// Raises ``TypeError`` for what is no whole number, and ``InvalidArgumentError`` (a ``ValueError``) for one that is
    /// negative or does not fit into 64 bits; then nothing is counted.
    ///
    /// >>> steps = cmetrics.root().counter("steps")
    /// >>> steps.inc()
    /// >>> steps.inc(10)
    /// >>> steps.value
    /// 11
    #[pyo3(signature = (n = Step::ONE), text_signature = "($self, n=1)")]
    fn inc(&self, n: Step<'_, '_>) -> PyResult<()> {
        match n.given() {
            None => self.inner.inc(),
            Some(n) => self.inner.add(amount::unsigned(&self.inner, n)?),
        }
        Ok(())
    }

    /// Count ``n`` events: ``inc`` where the number is always given.
    ///
    /// >>> tokens = cmetrics.root().counter("tokens")
    /// >>> tokens.add(128)
    /// >>> tokens.value
    /// 128
    fn add(&self, n: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.add(amount::unsigned(&self.inner, n)?);
        Ok(())
    }

    /// Return a counter of exceptions for ``with`` and for decorating functions: it counts those of the class, or of one
    /// in the tuple of classes, and lets all of them pass.
    ///
    /// A coroutine function is watched to its end.
    ///
    /// >>> failures = cmetrics.root().counter("failures")
    /// >>> @failures.count_exceptions(ValueError)
    /// ... def parse(text):
    /// ...     return int(text)
    /// >>> parse("x")
    /// Traceback (most recent call last):
    /// ValueError: invalid literal for int() with base 10: 'x'
    /// >>> failures.value
    /// 1
    #[pyo3(signature = (exception = None), text_signature = "($self, exception=Exception)")]
    fn count_exceptions<'py>(
        slf: &Bound<'py, Self>,
        exception: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let plain = py.get_type::<PyException>();
        let exception = exception.unwrap_or(plain.as_any());
        py.import("cmetrics._tracking")?.getattr("ExceptionCounter")?.call1((slf, exception))
    }

    /// The events so far.
    #[getter]
    fn value(&self) -> u64 {
        self.inner.value()
    }
}

quick_methods! { pub(crate) fn quick, this: PyCounter {
    inc(n: Unsigned = this.inner.inc()) this.inner.add(n);
    add(n: Unsigned) this.inner.add(n);
}}
