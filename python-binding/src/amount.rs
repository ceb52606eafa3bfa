// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Amounts that a program gives, checked before they reach an update: what is refused here is not counted.

use std::time::Duration;

use cmetrics::MetricKind;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDelta, PyDeltaAccess, PyFloat, PyInt};

use crate::error::{invalid, wrong_type};
use crate::metric::name_of;

const NANOS: i128 = 1_000_000_000;

/// What `inc` and `dec` take: nothing, which is one, or an amount. `None` is an amount, and no number.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a, 'py>(Option<Borrowed<'a, 'py, PyAny>>);

impl<'a, 'py> Step<'a, 'py> {
    pub(crate) const ONE: Step<'a, 'py> = Step(None);

    #[inline]
    pub(crate) fn given(&self) -> Option<&Bound<'py, PyAny>> {
        self.0.as_deref()
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Step<'a, 'py> {
    type Error = PyErr;

    #[inline]
    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Step<'a, 'py>> {
        Ok(Step(Some(given)))
    }
}

/// A whole number from 0, for what only grows.
#[inline]
pub(crate) fn unsigned(metric: &impl MetricKind, amount: &Bound<'_, PyAny>) -> PyResult<u64> {
    amount.extract().map_err(|_| not_whole(metric, amount, Range::U64, "FloatCounter takes fractions"))
}

/// A whole number, for what goes up and down.
#[inline]
pub(crate) fn signed(metric: &impl MetricKind, amount: &Bound<'_, PyAny>) -> PyResult<i64> {
    amount.extract().map_err(|_| not_whole(metric, amount, Range::I64, "FloatGauge takes fractions"))
}

/// Whole nanoseconds, for what goes up and down.
pub(crate) fn nanos(metric: &impl MetricKind, amount: &Bound<'_, PyAny>) -> PyResult<i64> {
    amount
        .extract()
        .map_err(|_| not_whole(metric, amount, Range::I64, "nanoseconds are whole; the other verbs take fractions"))
}

/// Whole nanoseconds from 0, for what only grows.
pub(crate) fn growing_nanos(metric: &impl MetricKind, amount: &Bound<'_, PyAny>) -> PyResult<i64> {
    let nanos = nanos(metric, amount)?;
    if nanos < 0 {
        Err(negative(metric, amount))
    } else {
        Ok(nanos)
    }
}

/// Any float.
#[inline]
pub(crate) fn float(metric: &impl MetricKind, amount: &Bound<'_, PyAny>) -> PyResult<f64> {
    amount.extract().map_err(|failure| not_float(metric, amount, failure))
}

/// A float that can be added.
#[inline]
pub(crate) fn finite(metric: &impl MetricKind, amount: &Bound<'_, PyAny>) -> PyResult<f64> {
    let value = float(metric, amount)?;
    if value.is_finite() {
        Ok(value)
    } else {
        Err(not_finite(metric, amount))
    }
}

/// A float that can be added to what only grows.
#[inline]
pub(crate) fn growing(metric: &impl MetricKind, amount: &Bound<'_, PyAny>) -> PyResult<f64> {
    let value = finite(metric, amount)?;
    if value < 0.0 {
        Err(negative(metric, amount))
    } else {
        Ok(value)
    }
}

/// A duration as nanoseconds: a timedelta exactly, whole seconds exactly, other seconds to the nearest nanosecond.
pub(crate) fn duration(metric: &impl MetricKind, amount: &Bound<'_, PyAny>) -> PyResult<i64> {
    let nanos = match duration_of(amount) {
        Ok(nanos) => nanos,
        Err(Unfit::Type) => {
            let what = format!("{} takes a timedelta or a number of seconds", name_of(metric));
            return Err(wrong_type(amount, &what));
        }
        Err(Unfit::Value) => None,
        Err(Unfit::Raised(failure)) => return Err(failure),
    };
    nanos.ok_or_else(|| {
        let message = format!("{} cannot take {} as a duration", name_of(metric), shown(amount));
        invalid(amount.py(), &message, &shown(amount), "durations are finite and reach 292 years, or 2^63 - 1 ns")
    })
}

/// A duration as nanoseconds from 0.
pub(crate) fn growing_duration(metric: &impl MetricKind, amount: &Bound<'_, PyAny>) -> PyResult<i64> {
    let nanos = duration(metric, amount)?;
    if nanos < 0 {
        Err(negative(metric, amount))
    } else {
        Ok(nanos)
    }
}

/// How long a report may take.
pub(crate) fn timeout(amount: &Bound<'_, PyAny>) -> PyResult<Duration> {
    let nanos = match duration_of(amount) {
        Ok(nanos) => nanos,
        Err(Unfit::Type) => return Err(wrong_type(amount, "timeout is a timedelta or a number of seconds")),
        Err(Unfit::Value) => None,
        Err(Unfit::Raised(failure)) => return Err(failure),
    };
    match nanos.and_then(|nanos| u64::try_from(nanos).ok()) {
        Some(nanos) if nanos > 0 => Ok(Duration::from_nanos(nanos)),
        _ => {
            let message = format!("timeout cannot be {}", shown(amount));
            Err(invalid(amount.py(), &message, &shown(amount), "give more than zero seconds"))
        }
    }
}

pub(crate) enum Unfit {
    Type,
    Value,
    Raised(PyErr),
}

/// `Ok(None)` and `Unfit::Value` are out of range, or not finite.
pub(crate) fn duration_of(amount: &Bound<'_, PyAny>) -> Result<Option<i64>, Unfit> {
    if let Ok(seconds) = amount.cast::<PyFloat>() {
        return Ok(nanos_of_seconds(seconds.extract().map_err(Unfit::Raised)?));
    }
    if let Ok(delta) = amount.cast::<PyDelta>() {
        let seconds = i128::from(delta.get_days()) * 86_400 + i128::from(delta.get_seconds());
        return Ok(i64::try_from(seconds * NANOS + i128::from(delta.get_microseconds()) * 1000).ok());
    }
    if amount.is_instance_of::<PyInt>() {
        let seconds: i64 = amount.extract().map_err(|_| Unfit::Value)?;
        return Ok(i64::try_from(i128::from(seconds) * NANOS).ok());
    }
    match amount.extract::<f64>() {
        Ok(seconds) => Ok(nanos_of_seconds(seconds)),
        Err(failure) if failure.is_instance_of::<PyTypeError>(amount.py()) => Err(Unfit::Type),
        Err(failure) => Err(Unfit::Raised(failure)),
    }
}

/// Rounds to the nearest nanosecond. Out of range and not finite are `None`.
pub(crate) fn nanos_of_seconds(seconds: f64) -> Option<i64> {
    let nanos = Duration::try_from_secs_f64(seconds.abs()).ok()?.as_nanos();
    let nanos = i128::try_from(nanos).ok()?;
    i64::try_from(if seconds < 0.0 { -nanos } else { nanos }).ok()
}

#[derive(Clone, Copy, PartialEq)]
enum Range {
    U64,
    I64,
}

#[cold]
fn not_whole(metric: &impl MetricKind, amount: &Bound<'_, PyAny>, range: Range, hint: &str) -> PyErr {
    let py = amount.py();
    let index = py.import("operator").and_then(|operator| operator.call_method1("index", (amount,)));
    match index {
        Ok(index) if range == Range::U64 && index.lt(0).unwrap_or(false) => negative(metric, amount),
        Ok(_) => {
            let message = format!("{} cannot take {}", name_of(metric), shown(amount));
            let range = match range {
                Range::U64 => "give a number from 0 to 2^64 - 1",
                Range::I64 => "give a number from -2^63 to 2^63 - 1",
            };
            invalid(py, &message, &shown(amount), range)
        }
        Err(failure) if failure.is_instance_of::<PyTypeError>(py) => {
            wrong_type(amount, &format!("{} takes whole numbers (hint: {hint})", name_of(metric)))
        }
        Err(failure) => failure,
    }
}

#[cold]
fn not_float(metric: &impl MetricKind, amount: &Bound<'_, PyAny>, failure: PyErr) -> PyErr {
    let py = amount.py();
    if failure.is_instance_of::<PyOverflowError>(py) {
        return not_finite(metric, amount);
    }
    if failure.is_instance_of::<PyTypeError>(py) {
        return wrong_type(amount, &format!("{} takes numbers", name_of(metric)));
    }
    failure
}

#[cold]
fn negative(metric: &impl MetricKind, amount: &Bound<'_, PyAny>) -> PyErr {
    let message = format!("{} can only grow, not by {}", name_of(metric), shown(amount));
    invalid(amount.py(), &message, &shown(amount), "a gauge goes down too")
}

#[cold]
fn not_finite(metric: &impl MetricKind, amount: &Bound<'_, PyAny>) -> PyErr {
    let message =
        format!("{} cannot take {}: it is not finite, or too large for a float", name_of(metric), shown(amount));
    invalid(amount.py(), &message, &shown(amount), "a gauge can be set to infinity; nothing can be added to it")
}

fn shown(amount: &Bound<'_, PyAny>) -> String {
    amount.str().map_or_else(|_| "that amount".to_owned(), |shown| shown.to_string_lossy().into_owned())
}
