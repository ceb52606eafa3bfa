// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Amounts: an `int` and a `float` without detours, then all that PyO3 takes for a number.
//!
//! What is refused here is refused by [`crate::amount`] too, which has the words for it.

use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;

use super::{raw, Other};
use crate::amount::{duration_of, nanos_of_seconds, Unfit};

const NANOS: i64 = 1_000_000_000;

/// A range of numbers.
pub(crate) trait Number {
    /// What a number is in Rust.
    type Is;

    /// The number, if `given` is one and in range. Otherwise the full method says what it is.
    fn of(given: Borrowed<'_, '_, PyAny>) -> Result<Self::Is, Other>;
}

/// Whole numbers from 0 to 2^64 - 1.
pub(crate) struct Unsigned;
/// Whole numbers from -2^63 to 2^63 - 1.
pub(crate) struct Signed;
/// Any float.
pub(crate) struct Float;
/// What can be added to a float.
pub(crate) struct Finite;
/// What can be added to a float that only grows.
pub(crate) struct Growing;
/// Seconds, as nanoseconds.
pub(crate) struct Duration;
/// Seconds from 0, as nanoseconds.
pub(crate) struct GrowingDuration;
/// Nanoseconds from 0.
pub(crate) struct GrowingNanos;

impl Number for Unsigned {
    type Is = u64;

    #[inline]
    fn of(given: Borrowed<'_, '_, PyAny>) -> Result<u64, Other> {
        raw::u64_of_int(given).map_or_else(|| other(given), Ok)
    }
}

impl Number for Signed {
    type Is = i64;

    #[inline]
    fn of(given: Borrowed<'_, '_, PyAny>) -> Result<i64, Other> {
        raw::i64_of_int(given).map_or_else(|| other(given), Ok)
    }
}

impl Number for Float {
    type Is = f64;

    #[inline]
    fn of(given: Borrowed<'_, '_, PyAny>) -> Result<f64, Other> {
        raw::f64_of_float(given).or_else(|| raw::f64_of_int(given)).map_or_else(|| other(given), Ok)
    }
}

impl Number for Finite {
    type Is = f64;

    #[inline]
    fn of(given: Borrowed<'_, '_, PyAny>) -> Result<f64, Other> {
        only(Float::of(given)?, |value| value.is_finite())
    }
}

impl Number for Growing {
    type Is = f64;

    #[inline]
    fn of(given: Borrowed<'_, '_, PyAny>) -> Result<f64, Other> {
        only(Finite::of(given)?, |value| *value >= 0.0)
    }
}

impl Number for Duration {
    type Is = i64;

    #[inline]
    fn of(given: Borrowed<'_, '_, PyAny>) -> Result<i64, Other> {
        if let Some(seconds) = raw::f64_of_float(given) {
            nanos_of_seconds(seconds).ok_or(Other::Full)
        } else if let Some(seconds) = raw::i64_of_int(given) {
            seconds.checked_mul(NANOS).ok_or(Other::Full)
        } else {
            other_duration(given)
        }
    }
}

impl Number for GrowingDuration {
    type Is = i64;

    #[inline]
    fn of(given: Borrowed<'_, '_, PyAny>) -> Result<i64, Other> {
        only(Duration::of(given)?, |nanos| *nanos >= 0)
    }
}

impl Number for GrowingNanos {
    type Is = i64;

    #[inline]
    fn of(given: Borrowed<'_, '_, PyAny>) -> Result<i64, Other> {
        only(Signed::of(given)?, |nanos| *nanos >= 0)
    }
}

#[inline]
fn only<T>(number: T, fits: impl Fn(&T) -> bool) -> Result<T, Other> {
    if fits(&number) {
        Ok(number)
    } else {
        Err(Other::Full)
    }
}

/// A number of another type: one that says which `int` or `float` it is.
#[cold]
fn other<'a, 'py, T: FromPyObject<'a, 'py, Error = PyErr>>(given: Borrowed<'a, 'py, PyAny>) -> Result<T, Other> {
    given.extract().map_err(|failure: PyErr| {
        let py = given.py();
        let refused = failure.is_instance_of::<PyTypeError>(py) || failure.is_instance_of::<PyOverflowError>(py);
        // Anything else would be raised as it is, and code of the program is not to run twice.
        if refused {
            Other::Full
        } else {
            Other::Raised(failure)
        }
    })
}

/// A `timedelta`, or a number of another type.
#[cold]
fn other_duration(given: Borrowed<'_, '_, PyAny>) -> Result<i64, Other> {
    match duration_of(&given) {
        Ok(nanos) => nanos.ok_or(Other::Full),
        Err(Unfit::Raised(failure)) => Err(Other::Raised(failure)),
        Err(Unfit::Type | Unfit::Value) => Err(Other::Full),
    }
}
