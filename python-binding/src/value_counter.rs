// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Counters of amounts: integers, floats and durations.

use cmetrics::{DurationCounter, FloatCounter, IntCounter};
use pyo3::prelude::*;

use crate::amount;
use crate::metric::PyMetric;
use crate::quick::{install, quick_method, quick_methods, Growing, GrowingDuration, GrowingNanos, Other, Unsigned};
use crate::timer::{PyTimer, Target, Timers};

/// The total of whole amounts, and how many there were.
///
/// Made by :meth:`Registry.int_counter`. Reported as ``name_sum`` and ``name_count``; with ``total_only`` as
/// ``name_total`` alone.
///
/// >>> size = cmetrics.root().int_counter("response_bytes")
/// >>> size.add(1500)
/// >>> size.observe(500)
/// >>> size.total, size.count
/// (2000, 2)
#[pyclass(name = "IntCounter", module = "cmetrics", extends = PyMetric, frozen)]
pub(crate) struct PyIntCounter {
    pub(crate) inner: IntCounter,
}

#[pymethods]
impl PyIntCounter {
    /// Add ``amount`` to the total and 1 to the count. Both wrap at 2**64.
    ///
    /// Raises ``TypeError`` for what is no whole number, and ``InvalidArgumentError`` (a ``ValueError``) for one that is
    /// negative or does not fit into 64 bits; then nothing is added.
    fn add(&self, amount: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.add(amount::unsigned(&self.inner, amount)?);
        Ok(())
    }

    /// Another name of ``add``, as ``prometheus_client`` has it.
    fn observe(&self, amount: &Bound<'_, PyAny>) -> PyResult<()> {
        self.add(amount)
    }

    /// The sum of all amounts.
    #[getter]
    fn total(&self) -> u64 {
        self.inner.total()
    }

    /// How many amounts there were.
    #[getter]
    fn count(&self) -> u64 {
        self.inner.count()
    }

    /// Return total and count, read together.
    ///
    /// >>> size = cmetrics.root().int_counter("response_bytes")
    /// >>> size.add(1500)
    /// >>> size.read()
    /// (1500, 1)
    fn read(&self) -> (u64, u64) {
        self.inner.read()
    }
}

/// The total of amounts that are floats, and how many there were.
///
/// Made by :meth:`Registry.float_counter`. Reported as ``name_sum`` and ``name_count``; with ``total_only`` as
/// ``name_total`` alone.
///
/// >>> energy = cmetrics.root().float_counter("energy_joules")
/// >>> energy.add(0.5)
/// >>> energy.observe(2)
/// >>> energy.total, energy.count
/// (2.5, 2)
#[pyclass(name = "FloatCounter", module = "cmetrics", extends = PyMetric, frozen)]
pub(crate) struct PyFloatCounter {
    pub(crate) inner: FloatCounter,
}

#[pymethods]
impl PyFloatCounter {
    /// Add ``amount`` to the total and 1 to the count.
    ///
    /// Raises ``TypeError`` for what is no number, and ``InvalidArgumentError`` (a ``ValueError``) for one that is
    /// negative, infinite or NaN; then nothing is added.
    fn add(&self, amount: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.add(amount::growing(&self.inner, amount)?);
        Ok(())
    }

    /// Another name of ``add``, as ``prometheus_client`` has it.
    fn observe(&self, amount: &Bound<'_, PyAny>) -> PyResult<()> {
        self.add(amount)
    }

    /// The sum of all amounts.
    #[getter]
    fn total(&self) -> f64 {
        self.inner.total()
    }

    /// How many amounts there were.
    #[getter]
    fn count(&self) -> u64 {
        self.inner.count()
    }

    /// Return total and count, read together.
    ///
    /// >>> energy = cmetrics.root().float_counter("energy_joules")
    /// >>> energy.add(0.5)
    /// >>> energy.read()
    /// (0.5, 1)
    fn read(&self) -> (f64, u64) {
        self.inner.read()
    }
}

/// The total of durations, exact to the nanosecond, and how many there were.
///
/// Made by :meth:`Registry.duration_counter`. Reported in seconds, as ``name_seconds_sum`` and ``name_seconds_count``;
/// with ``total_only`` as ``name_seconds_total`` alone.
///
/// >>> from datetime import timedelta
/// >>> latency = cmetrics.root().duration_counter("request_duration")
/// >>> latency.add(timedelta(milliseconds=250))
/// >>> latency.add(0.5)
/// >>> latency.add_ns(1)
/// >>> with latency.time():
/// ...     pass
/// >>> latency.count
/// 4
#[pyclass(name = "DurationCounter", module = "cmetrics", extends = PyMetric, frozen)]
pub(crate) struct PyDurationCounter {
    pub(crate) inner: DurationCounter,
    pub(crate) timers: Timers,
}

#[pymethods]
impl PyDurationCounter {
    /// Add a ``timedelta`` or a number of seconds to the total, and 1 to the count.
    ///
    /// A ``timedelta`` and whole seconds are taken exactly, other seconds to the nearest nanosecond. Raises
    /// ``TypeError`` for anything else, and ``InvalidArgumentError`` (a ``ValueError``) for what is negative, not finite
    /// or beyond 292 years; then nothing is added.
    fn add(&self, duration: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.add_nanos(amount::growing_duration(&self.inner, duration)?);
        Ok(())
    }

    /// Another name of ``add``, as ``prometheus_client`` has it.
    fn observe(&self, duration: &Bound<'_, PyAny>) -> PyResult<()> {
        self.add(duration)
    }

    /// Add whole nanoseconds, from ``time.perf_counter_ns`` for instance.
    ///
    /// >>> latency = cmetrics.root().duration_counter("latency")
    /// >>> latency.add_ns(1_500_000_001)
    /// >>> latency.total
    /// 1.500000001
    fn add_ns(&self, ns: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.add_nanos(amount::growing_nanos(&self.inner, ns)?);
        Ok(())
    }

    /// Return a timer for ``with`` and for decorating functions, ``async`` ones too. What raises is measured as well.
    ///
    /// >>> latency = cmetrics.root().duration_counter("latency")
    /// >>> @latency.time()
    /// ... def work():
    /// ...     return 42
    /// >>> work()
    /// 42
    /// >>> latency.count
    /// 1
    fn time<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTimer>> {
        self.timers.one(py, || Target::Counter(self.inner.clone()))
    }

    /// The sum of all durations in seconds, as near as a float comes.
    #[getter]
    fn total(&self) -> f64 {
        seconds(i128::from(self.inner.total_nanos()))
    }

    /// The sum of all durations in nanoseconds. Wraps at 2**64, which is 584 years.
    #[getter]
    fn total_ns(&self) -> u64 {
        self.inner.total_nanos()
    }

    /// How many durations there were.
    #[getter]
    fn count(&self) -> u64 {
        self.inner.count()
    }

    /// Return the total in nanoseconds and the count, read together.
    ///
    /// >>> latency = cmetrics.root().duration_counter("latency")
    /// >>> latency.add(1)
    /// >>> latency.read_ns()
    /// (1000000000, 1)
    fn read_ns(&self) -> (u64, u64) {
        let (total, count) = self.inner.read();
        (u64::try_from(total.as_nanos()).unwrap_or(u64::MAX), count)
    }
}

/// The float nearest to a number of nanoseconds in seconds.
pub(crate) fn seconds(nanos: i128) -> f64 {
    if nanos.unsigned_abs() < 1 << 53 {
        return nanos as f64 / 1e9;
    }
    // Converting and then dividing would round twice; the parser rounds once.
    let (sign, nanos) = (if nanos < 0 { "-" } else { "" }, nanos.unsigned_abs());
    format!("{sign}{nanos}e-9").parse().unwrap_or(f64::NAN)
}

quick_methods! { fn quick_int, this: PyIntCounter {
    add(amount: Unsigned) this.inner.add(amount);
    observe(amount: Unsigned) this.inner.add(amount);
}}

quick_methods! { fn quick_float, this: PyFloatCounter {
    add(amount: Growing) this.inner.add(amount);
    observe(amount: Growing) this.inner.add(amount);
}}

quick_method! { CounterTime: PyDurationCounter, "time", |this, given| {
    if given.is_empty() {
        this.time(given.py()).map(Bound::into_any).map_err(Other::Raised)
    } else {
        Err(Other::Full)
    }
}}

quick_methods! { fn quick_duration, this: PyDurationCounter {
    add(duration: GrowingDuration) this.inner.add_nanos(duration);
    observe(duration: GrowingDuration) this.inner.add_nanos(duration);
    add_ns(ns: GrowingNanos) this.inner.add_nanos(ns);
}}

/// Makes the methods quick that programs call all the time.
pub(crate) fn quick(py: Python<'_>) -> PyResult<()> {
    install::<CounterTime>(py)?;
    quick_int(py)?;
    quick_float(py)?;
    quick_duration(py)
}
