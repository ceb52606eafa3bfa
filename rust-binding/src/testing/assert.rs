// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use super::{Mismatch, Observe};
use crate::SampleValue;

/// Asserts what a sample is; the macro [`assert_metric!`](crate::assert_metric) as a function.
///
/// # Panics
///
/// With the text of the [`Mismatch`] that [`check_metric`] gives.
///
/// ```
/// use cmetrics::testing::assert_metric;
///
/// let reg = cmetrics::Registry::isolated();
/// reg.counter("requests").label("path", "/a").get().add(3);
/// assert_metric(&reg, "requests_total", &[("path", "/a")], 3);
/// ```
#[track_caller]
pub fn assert_metric(
    at: &(impl Observe + ?Sized),
    name: &str,
    labels: &[(&str, &str)],
    expected: impl Into<SampleValue>,
) {
    if let Err(mismatch) = check_metric(at, name, labels, expected) {
        panic!("{mismatch}");
    }
}

/// Whether the one sample of this name and these labels is `expected`. The name is the sample's as it stands in the
/// report. Labels that are not given may be anything; an empty value asks that the label is not there.
///
/// Integers and durations are compared exactly. Where one of both is a float they are compared as doubles, durations in
/// seconds; NaN is equal to NaN.
///
/// # Errors
///
/// No such metric, no such series, more than one, or another number: with what there is instead.
///
/// ```
/// use cmetrics::testing::check_metric;
///
/// let reg = cmetrics::Registry::isolated();
/// reg.counter("requests").label("path", "/a").get().add(3);
/// let err = check_metric(&reg, "requests_total", &[("path", "/a")], 4).unwrap_err();
/// assert_eq!(err.to_string(), r#"requests_total{path="/a"}: expected 4, is 3"#);
/// let err = check_metric(&reg, "request_total", &[], 4).unwrap_err();
/// assert_eq!(err.to_string(), "request_total: no such metric\n  near names: requests_total");
/// ```
pub fn check_metric(
    at: &(impl Observe + ?Sized),
    name: &str,
    labels: &[(&str, &str)],
    expected: impl Into<SampleValue>,
) -> Result<(), Mismatch> {
    let snapshot = at.observe().map_err(|err| Mismatch::new(err.to_string()))?;
    let (sample, expected) = (snapshot.get(name, labels)?, expected.into());
    if is_equal(expected, sample.value) {
        return Ok(());
    }
    Err(Mismatch::new(format!("{}: expected {expected}, is {}", sample.series(), sample.value)))
}

fn is_equal(a: SampleValue, b: SampleValue) -> bool {
    match (nanos(a), nanos(b)) {
        (Some(a), Some(b)) => a == b,
        _ => {
            let (a, b) = (a.as_f64(), b.as_f64());
            a == b || (a.is_nan() && b.is_nan())
        }
    }
}

/// What is no float, in billionths.
fn nanos(value: SampleValue) -> Option<i128> {
    match value {
        SampleValue::U64(value) => Some(i128::from(value) * 1_000_000_000),
        SampleValue::I64(value) => Some(i128::from(value) * 1_000_000_000),
        SampleValue::U64Nanos(nanos) => Some(i128::from(nanos)),
        SampleValue::I64Nanos(nanos) => Some(i128::from(nanos)),
        SampleValue::F64(_) => None,
    }
}

/// Asserts what a sample is, and tells of near misses where it is not: `assert_metric!(where, name, labels, value)`.
///
/// `where` is a registry, a [`Snapshot`](crate::testing::Snapshot), a [`ScopedRoot`](crate::testing::ScopedRoot) or a
/// [`Recorder`](crate::testing::Recorder). The name is the sample's as it stands in the report. The labels are pairs of
/// strings in brackets, or a `&[(&str, &str)]`, and may be left out; those that are not given may be anything, but exactly one series must match.
/// The value is a number or a [`Duration`](std::time::Duration).
///
/// # Panics
///
/// If it is not so, with what there is instead; see [`check_metric`](crate::testing::check_metric).
///
/// ```
/// use cmetrics::assert_metric;
/// use std::time::Duration;
///
/// let reg = cmetrics::Registry::isolated();
/// reg.counter("requests").label("path", "/a").get().add(3);
/// reg.duration_counter("latency").get().add(Duration::from_millis(250));
/// reg.float_gauge("load").get().set(0.5);
///
/// assert_metric!(reg, "requests_total", [("path", "/a")], 3);
/// assert_metric!(reg, "requests_total", 3);
/// assert_metric!(reg, "latency_seconds_sum", Duration::from_millis(250));
/// assert_metric!(reg, "latency_seconds_sum", 0.25);
/// assert_metric!(reg, "load", 0.5);
/// ```
#[macro_export]
macro_rules! assert_metric {
    ($at:expr, $name:expr, [$(($key:expr, $value:expr)),* $(,)?], $expected:expr $(,)?) => {
        $crate::testing::assert_metric(&$at, $name, &[$((&*$key, &*$value)),*], $expected)
    };
    ($at:expr, $name:expr, $labels:expr, $expected:expr $(,)?) => {
        $crate::testing::assert_metric(&$at, $name, $labels, $expected)
    };
    ($at:expr, $name:expr, $expected:expr $(,)?) => {
        $crate::testing::assert_metric(&$at, $name, &[], $expected)
    };
}
