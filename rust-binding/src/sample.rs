// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;
use std::time::Duration;

use cmetrics_interface as abi;

/// One number of a series, as the library keeps it.
///
/// ```
/// use cmetrics::SampleValue;
///
/// assert_eq!(SampleValue::from(3_u64).to_string(), "3");
/// assert_eq!(SampleValue::I64Nanos(-345).to_string(), "-0.000000345");
/// assert_eq!(SampleValue::U64Nanos(1_500_000_000).as_f64(), 1.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum SampleValue {
    /// A number that is never negative.
    U64(u64),
    /// An integer.
    I64(i64),
    /// A float.
    F64(f64),
    /// Nanoseconds, never negative, exposed as exact decimal seconds.
    U64Nanos(u64),
    /// Nanoseconds, exposed as exact decimal seconds.
    I64Nanos(i64),
}

impl SampleValue {
    /// The number as a float, durations in seconds. Beyond 2⁵³ it rounds.
    ///
    /// ```
    /// assert_eq!(cmetrics::SampleValue::I64(-3).as_f64(), -3.0);
    /// ```
    pub fn as_f64(self) -> f64 {
        match self {
            SampleValue::U64(value) => value as f64,
            SampleValue::I64(value) => value as f64,
            SampleValue::F64(value) => value,
            SampleValue::U64Nanos(nanos) => nanos as f64 / 1e9,
            SampleValue::I64Nanos(nanos) => nanos as f64 / 1e9,
        }
    }

    pub(crate) fn to_raw(self) -> (i32, u64) {
        match self {
            SampleValue::U64(value) => (abi::VALUE_U64, value),
            SampleValue::I64(value) => (abi::VALUE_I64, value.cast_unsigned()),
            SampleValue::F64(value) => (abi::VALUE_F64, value.to_bits()),
            SampleValue::U64Nanos(nanos) => (abi::VALUE_U64_NS, nanos),
            SampleValue::I64Nanos(nanos) => (abi::VALUE_I64_NS, nanos.cast_unsigned()),
        }
    }

    /// The value of a type that this crate knows.
    pub(crate) fn from_raw(type_: i32, bits: u64) -> Option<SampleValue> {
        Some(match type_ {
            abi::VALUE_U64 => SampleValue::U64(bits),
            abi::VALUE_I64 => SampleValue::I64(bits.cast_signed()),
            abi::VALUE_F64 => SampleValue::F64(f64::from_bits(bits)),
            abi::VALUE_U64_NS => SampleValue::U64Nanos(bits),
            abi::VALUE_I64_NS => SampleValue::I64Nanos(bits.cast_signed()),
            _ => return None,
        })
    }
}

/// Writes numbers as a report does: integers exactly, durations as exact decimal seconds, and floats in their shortest
/// form, which is `NaN`, `+Inf` and `-Inf` for those that are no numbers.
impl fmt::Display for SampleValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            SampleValue::U64(value) => write!(f, "{value}"),
            SampleValue::I64(value) => write!(f, "{value}"),
            SampleValue::F64(f64::INFINITY) => f.write_str("+Inf"),
            SampleValue::F64(f64::NEG_INFINITY) => f.write_str("-Inf"),
            SampleValue::F64(value) => write_float(f, value),
            SampleValue::U64Nanos(nanos) => write_seconds(f, false, nanos),
            SampleValue::I64Nanos(nanos) => write_seconds(f, nanos < 0, nanos.unsigned_abs()),
        }
    }
}

fn write_float(f: &mut fmt::Formatter<'_>, value: f64) -> fmt::Result {
    let size = value.abs();
    if size == 0.0 || value.is_nan() || (1e-5..1e16).contains(&size) {
        return write!(f, "{value}");
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, power)) if !power.starts_with('-') => write!(f, "{digits}e+{power}"),
        _ => f.write_str(&text),
    }
}

fn write_seconds(f: &mut fmt::Formatter<'_>, negative: bool, nanos: u64) -> fmt::Result {
    let sign = if negative { "-" } else { "" };
    let (seconds, rest) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    match format!("{rest:09}").trim_end_matches('0') {
        "" => write!(f, "{sign}{seconds}"),
        digits => write!(f, "{sign}{seconds}.{digits}"),
    }
}

macro_rules! from_number {
    ($($number:ty => $variant:ident as $wide:ty;)*) => {
        $(
            impl From<$number> for SampleValue {
                fn from(value: $number) -> SampleValue {
                    SampleValue::$variant(<$wide>::from(value))
                }
            }
        )*
    };
}

impl From<usize> for SampleValue {
    fn from(value: usize) -> SampleValue {
        SampleValue::U64(value as u64)
    }
}

/// What is longer than 2⁶⁴ nanoseconds (584 years) is that long.
impl From<Duration> for SampleValue {
    fn from(value: Duration) -> SampleValue {
        SampleValue::U64Nanos(u64::try_from(value.as_nanos()).unwrap_or(u64::MAX))
    }
}

from_number! {
    u32 => U64 as u64;
    u64 => U64 as u64;
    i32 => I64 as i64;
    i64 => I64 as i64;
    f32 => F64 as f64;
    f64 => F64 as f64;
}

/// One number of a series that a [collector](crate::Registry::collector) tells: the value, and what its sample adds to
/// the family's name and the series's labels.
///
/// ```
/// use cmetrics::Sample;
///
/// let histogram = [
///     Sample::bucket("0.1", 3),
///     Sample::bucket("+Inf", 4),
///     Sample::sum(0.52),
///     Sample::count(4),
/// ];
/// # assert_eq!(histogram.len(), 4);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    pub(crate) suffix: String,
    pub(crate) extra: Option<(String, String)>,
    pub(crate) value: SampleValue,
}

impl Sample {
    /// A sample of the family's own name.
    ///
    /// ```
    /// cmetrics::Sample::new(3_u64);
    /// ```
    pub fn new(value: impl Into<SampleValue>) -> Sample {
        Sample { suffix: String::new(), extra: None, value: value.into() }
    }

    /// What the sample's name adds to the family's.
    ///
    /// ```
    /// cmetrics::Sample::new(1.7e9).suffix("_created");
    /// ```
    #[must_use]
    pub fn suffix(mut self, suffix: impl Into<String>) -> Sample {
        self.suffix = suffix.into();
        self
    }

    /// A label of this sample alone.
    ///
    /// ```
    /// cmetrics::Sample::new(3_u64).suffix("_bucket").label("le", "0.1");
    /// ```
    #[must_use]
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Sample {
        self.extra = Some((key.into(), value.into()));
        self
    }

    /// A histogram's cumulative bucket: `count` amounts were at most `le`.
    ///
    /// ```
    /// let sample = cmetrics::Sample::new(3_u64).suffix("_bucket").label("le", "0.1");
    /// assert_eq!(cmetrics::Sample::bucket("0.1", 3), sample);
    /// ```
    pub fn bucket(le: impl Into<String>, count: u64) -> Sample {
        Sample::new(count).suffix("_bucket").label("le", le)
    }

    /// A summary's quantile: the fraction `quantile` of the amounts was at most `value`.
    ///
    /// ```
    /// let sample = cmetrics::Sample::new(0.2).label("quantile", "0.99");
    /// assert_eq!(cmetrics::Sample::quantile("0.99", 0.2), sample);
    /// ```
    pub fn quantile(quantile: impl Into<String>, value: impl Into<SampleValue>) -> Sample {
        Sample::new(value).label("quantile", quantile)
    }

    /// The sum of a histogram or summary.
    ///
    /// ```
    /// assert_eq!(cmetrics::Sample::sum(0.52), cmetrics::Sample::new(0.52).suffix("_sum"));
    /// ```
    pub fn sum(value: impl Into<SampleValue>) -> Sample {
        Sample::new(value).suffix("_sum")
    }

    /// The count of a histogram or summary.
    ///
    /// ```
    /// assert_eq!(cmetrics::Sample::count(4), cmetrics::Sample::new(4_u64).suffix("_count"));
    /// ```
    pub fn count(count: u64) -> Sample {
        Sample::new(count).suffix("_count")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cross_the_boundary_and_come_back() {
        let values = [
            SampleValue::U64(u64::MAX),
            SampleValue::I64(i64::MIN),
            SampleValue::F64(-0.5),
            SampleValue::U64Nanos(u64::MAX),
            SampleValue::I64Nanos(-1),
        ];
        for value in values {
            let (type_, bits) = value.to_raw();
            assert_eq!(SampleValue::from_raw(type_, bits), Some(value));
        }
        assert_eq!(SampleValue::from_raw(99, 0), None);
    }

    #[test]
    fn durations_are_exact_decimal_seconds() {
        let text = |nanos| SampleValue::I64Nanos(nanos).to_string();
        assert_eq!(text(0), "0");
        assert_eq!(text(-345), "-0.000000345");
        assert_eq!(text(1_500_000_000), "1.5");
        assert_eq!(text(i64::MIN), "-9223372036.854775808");
        assert_eq!(SampleValue::U64Nanos(u64::MAX).to_string(), "18446744073.709551615");
    }

    #[test]
    fn floats_are_spelled_as_prometheus_reads_them() {
        let text = |value| SampleValue::F64(value).to_string();
        assert_eq!([text(f64::NAN), text(f64::INFINITY), text(f64::NEG_INFINITY)], ["NaN", "+Inf", "-Inf"]);
        assert_eq!([text(0.75), text(3.0), text(-0.0)], ["0.75", "3", "-0"]);
        assert_eq!([text(1e16), text(-1.5e300), text(1e-7)], ["1e+16", "-1.5e+300", "1e-7"]);
    }
}
