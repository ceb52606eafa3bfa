// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Numbers that go up and down: integers, floats and durations.

use cmetrics::{DurationGauge, FloatGauge, IntGauge};
use pyo3::prelude::*;

use crate::amount::{self, Step};
use crate::gauge_function;
use crate::home::Home;
use crate::metric::PyMetric;
use crate::quick::{install, quick_method, quick_methods, Duration, Finite, Float, Other, Signed};
use crate::source::Code;
use crate::timer::{PyTimer, Target, Timers};
use crate::value_counter::seconds;

/// A whole number that goes up and down.
///
/// Made by :meth:`Registry.int_gauge`. All verbs raise ``TypeError`` for what is no whole number, and
/// ``InvalidArgumentError`` (a ``ValueError``) for one that does not fit into 64 bits; then nothing changes.
///
/// >>> depth = cmetrics.root().int_gauge("queue_depth")
/// >>> depth.set(10)
/// >>> depth.inc()
/// >>> depth.dec(4)
/// >>> depth.value
/// 7
#[pyclass(name = "IntGauge", module = "cmetrics", extends = PyMetric, frozen)]
pub(crate) struct PyIntGauge {
    pub(crate) inner: IntGauge,
    pub(crate) home: Home,
}

#[pymethods]
impl PyIntGauge {
    /// Set it.
    fn set(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.set(amount::signed(&self.inner, value)?);
        Ok(())
    }

    /// Add ``amount``. Wraps in two's complement.
    #[pyo3(signature = (amount = Step::ONE), text_signature = "($self, amount=1)")]
    fn inc(&self, amount: Step<'_, '_>) -> PyResult<()> {
        match amount.given() {
            None => self.inner.inc(),
            Some(amount) => self.inner.add(amount::signed(&self.inner, amount)?),
        }
        Ok(())
    }

    /// Subtract ``amount``. Wraps in two's complement.
    #[pyo3(signature = (amount = Step::ONE), text_signature = "($self, amount=1)")]
    fn dec(&self, amount: Step<'_, '_>) -> PyResult<()> {
        match amount.given() {
            None => self.inner.dec(),
            Some(amount) => self.inner.sub(amount::signed(&self.inner, amount)?),
        }
        Ok(())
    }

    /// Add ``amount``, which is always given.
    fn add(&self, amount: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.add(amount::signed(&self.inner, amount)?);
        Ok(())
    }

    /// Subtract ``amount``, which is always given.
    fn sub(&self, amount: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.sub(amount::signed(&self.inner, amount)?);
        Ok(())
    }

    /// Return a tracker for ``with`` and for decorating functions: it adds 1 at the beginning and subtracts it at the end.
    ///
    /// A coroutine function is tracked to its end.
    ///
    /// >>> running = cmetrics.root().int_gauge("jobs_running")
    /// >>> with running.track_inprogress():
    /// ...     running.value
    /// 1
    /// >>> running.value
    /// 0
    fn track_inprogress<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("cmetrics._tracking")?.getattr("InprogressTracker")?.call1((slf,))
    }

    /// Have ``function``, which takes nothing, give the value from now on; ``None`` ends that.
    ///
    /// Reports that Python asks for call it first; for others a thread ``cmetrics-refresher`` does, and they never wait
    /// long for it. Until the next call the gauge can still be set, but what is set is not kept. A gauge has one
    /// function. An exception is logged once and counted in ``python_collector_failures_total``, and the last value
    /// stays.
    ///
    /// >>> queue = ["a", "b"]
    /// >>> cmetrics.root().int_gauge("queue_depth").set_function(lambda: len(queue))
    /// >>> print(cmetrics.render(names=["queue_depth"]).splitlines()[-1])
    /// queue_depth 2
    fn set_function(&self, py: Python<'_>, function: &Bound<'_, PyAny>) -> PyResult<()> {
        gauge_function::set(py, &self.inner, &self.home, function, |function| Code::Int(self.inner.clone(), function))
    }

    /// What it is now.
    #[getter]
    fn value(&self) -> i64 {
        self.inner.value()
    }
}

/// A float that goes up and down.
///
/// Made by :meth:`Registry.float_gauge`. It can be set to infinity and NaN. All verbs raise ``TypeError`` for what is no
/// number, and those that add ``InvalidArgumentError`` (a ``ValueError``) for what is not finite; then nothing changes.
///
/// >>> load = cmetrics.root().float_gauge("load")
/// >>> load.set(0.5)
/// >>> load.inc(0.25)
/// >>> load.value
/// 0.75
#[pyclass(name = "FloatGauge", module = "cmetrics", extends = PyMetric, frozen)]
pub(crate) struct PyFloatGauge {
    pub(crate) inner: FloatGauge,
    pub(crate) home: Home,
}

#[pymethods]
impl PyFloatGauge {
    /// Set it.
    fn set(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.set(amount::float(&self.inner, value)?);
        Ok(())
    }

    /// Add ``amount``.
    #[pyo3(signature = (amount = Step::ONE), text_signature = "($self, amount=1.0)")]
    fn inc(&self, amount: Step<'_, '_>) -> PyResult<()> {
        match amount.given() {
            None => self.inner.inc(),
            Some(amount) => self.inner.add(amount::finite(&self.inner, amount)?),
        }
        Ok(())
    }

    /// Subtract ``amount``.
    #[pyo3(signature = (amount = Step::ONE), text_signature = "($self, amount=1.0)")]
    fn dec(&self, amount: Step<'_, '_>) -> PyResult<()> {
        match amount.given() {
            None => self.inner.dec(),
            Some(amount) => self.inner.sub(amount::finite(&self.inner, amount)?),
        }
        Ok(())
    }

    /// Add ``amount``, which is always given.
    fn add(&self, amount: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.add(amount::finite(&self.inner, amount)?);
        Ok(())
    }

    /// Subtract ``amount``, which is always given.
    fn sub(&self, amount: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.sub(amount::finite(&self.inner, amount)?);
        Ok(())
    }

    /// Set it to the seconds since 1970, UTC.
    fn set_to_current_time(&self) {
        self.inner.set_to_current_time();
    }

    /// Return a tracker for ``with`` and for decorating functions: it adds 1 at the beginning and subtracts it at the end.
    ///
    /// A coroutine function is tracked to its end.
    ///
    /// >>> running = cmetrics.root().float_gauge("jobs_running")
    /// >>> with running.track_inprogress():
    /// ...     running.value
    /// 1.0
    /// >>> running.value
    /// 0.0
    fn track_inprogress<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("cmetrics._tracking")?.getattr("InprogressTracker")?.call1((slf,))
    }

    /// Have ``function``, which takes nothing, give the value from now on; ``None`` ends that.
    ///
    /// Reports that Python asks for call it first; for others a thread ``cmetrics-refresher`` does, and they never wait
    /// long for it. Until the next call the gauge can still be set, but what is set is not kept. A gauge has one
    /// function. An exception is logged once and counted in ``python_collector_failures_total``, and the last value
    /// stays.
    ///
    /// >>> queue = ["a", "b"]
    /// >>> cmetrics.root().float_gauge("queue_depth").set_function(lambda: len(queue))
    /// >>> print(cmetrics.render(names=["queue_depth"]).splitlines()[-1])
    /// queue_depth 2
    fn set_function(&self, py: Python<'_>, function: &Bound<'_, PyAny>) -> PyResult<()> {
        gauge_function::set(py, &self.inner, &self.home, function, |function| Code::Float(self.inner.clone(), function))
    }

    /// What it is now.
    #[getter]
    fn value(&self) -> f64 {
        self.inner.value()
    }
}

/// A duration that goes up and down, exact to the nanosecond.
///
/// Made by :meth:`Registry.duration_gauge`. Reported in seconds, as ``name_seconds``. All verbs take a ``timedelta`` or a
/// number of seconds; those whose names end in ``_ns`` whole nanoseconds. They raise ``TypeError`` for anything else, and
/// ``InvalidArgumentError`` (a ``ValueError``) for what is not finite or beyond 292 years; then nothing changes.
///
/// >>> from datetime import timedelta
/// >>> lag = cmetrics.root().duration_gauge("replication_lag")
/// >>> lag.set(timedelta(milliseconds=1500))
/// >>> lag.sub(2)
/// >>> lag.value, lag.value_ns
/// (-0.5, -500000000)
#[pyclass(name = "DurationGauge", module = "cmetrics", extends = PyMetric, frozen)]
pub(crate) struct PyDurationGauge {
    pub(crate) inner: DurationGauge,
    pub(crate) timers: Timers,
}

#[pymethods]
impl PyDurationGauge {
    /// Set it.
    fn set(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.set_nanos(amount::duration(&self.inner, value)?);
        Ok(())
    }

    /// Set it to whole nanoseconds.
    fn set_ns(&self, ns: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.set_nanos(amount::nanos(&self.inner, ns)?);
        Ok(())
    }

    /// Add ``amount``, one second if it is not given. Wraps in two's complement.
    #[pyo3(signature = (amount = Step::ONE), text_signature = "($self, amount=1)")]
    fn inc(&self, amount: Step<'_, '_>) -> PyResult<()> {
        match amount.given() {
            None => self.inner.inc(),
            Some(amount) => self.inner.add_nanos(amount::duration(&self.inner, amount)?),
        }
        Ok(())
    }

    /// Subtract ``amount``, one second if it is not given. Wraps in two's complement.
    #[pyo3(signature = (amount = Step::ONE), text_signature = "($self, amount=1)")]
    fn dec(&self, amount: Step<'_, '_>) -> PyResult<()> {
        match amount.given() {
            None => self.inner.dec(),
            Some(amount) => self.inner.sub_nanos(amount::duration(&self.inner, amount)?),
        }
        Ok(())
    }

    /// Add ``amount``, which is always given.
    fn add(&self, amount: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.add_nanos(amount::duration(&self.inner, amount)?);
        Ok(())
    }

    /// Add whole nanoseconds.
    fn add_ns(&self, ns: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.add_nanos(amount::nanos(&self.inner, ns)?);
        Ok(())
    }

    /// Subtract ``amount``, which is always given.
    fn sub(&self, amount: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.sub_nanos(amount::duration(&self.inner, amount)?);
        Ok(())
    }

    /// Subtract whole nanoseconds.
    fn sub_ns(&self, ns: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.sub_nanos(amount::nanos(&self.inner, ns)?);
        Ok(())
    }

    /// Set it to the time since 1970, UTC.
    fn set_to_current_time(&self) {
        self.inner.set_to_current_time();
    }

    /// Return a timer for ``with`` and for decorating functions, which sets it to how long each took.
    ///
    /// >>> last = cmetrics.root().duration_gauge("last_batch")
    /// >>> with last.time():
    /// ...     pass
    /// >>> last.value_ns > 0
    /// True
    fn time<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTimer>> {
        self.timers.one(py, || Target::Gauge(self.inner.clone()))
    }

    /// What it is now in seconds, as near as a float comes.
    #[getter]
    fn value(&self) -> f64 {
        seconds(i128::from(self.inner.value_nanos()))
    }

    /// What it is now in nanoseconds.
    #[getter]
    fn value_ns(&self) -> i64 {
        self.inner.value_nanos()
    }
}

quick_methods! { fn quick_int, this: PyIntGauge {
    set(value: Signed) this.inner.set(value);
    inc(amount: Signed = this.inner.inc()) this.inner.add(amount);
    dec(amount: Signed = this.inner.dec()) this.inner.sub(amount);
    add(amount: Signed) this.inner.add(amount);
    sub(amount: Signed) this.inner.sub(amount);
}}

quick_methods! { fn quick_float, this: PyFloatGauge {
    set(value: Float) this.inner.set(value);
    inc(amount: Finite = this.inner.inc()) this.inner.add(amount);
    dec(amount: Finite = this.inner.dec()) this.inner.sub(amount);
    add(amount: Finite) this.inner.add(amount);
    sub(amount: Finite) this.inner.sub(amount);
}}

quick_method! { GaugeTime: PyDurationGauge, "time", |this, given| {
    if given.is_empty() {
        this.time(given.py()).map(Bound::into_any).map_err(Other::Raised)
    } else {
        Err(Other::Full)
    }
}}

quick_methods! { fn quick_duration, this: PyDurationGauge {
    set(value: Duration) this.inner.set_nanos(value);
    set_ns(ns: Signed) this.inner.set_nanos(ns);
    inc(amount: Duration = this.inner.inc()) this.inner.add_nanos(amount);
    dec(amount: Duration = this.inner.dec()) this.inner.sub_nanos(amount);
    add(amount: Duration) this.inner.add_nanos(amount);
    add_ns(ns: Signed) this.inner.add_nanos(ns);
    sub(amount: Duration) this.inner.sub_nanos(amount);
    sub_ns(ns: Signed) this.inner.sub_nanos(ns);
}}

/// Makes the methods quick that programs call all the time.
pub(crate) fn quick(py: Python<'_>) -> PyResult<()> {
    install::<GaugeTime>(py)?;
    quick_int(py)?;
    quick_float(py)?;
    quick_duration(py)
}
