// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;
use std::str::FromStr;

use cmetrics_interface as abi;

use crate::{Error, ErrorCode};

/// The kinds of metric. More may come.
///
/// ```
/// use cmetrics::Kind;
///
/// let kind: Kind = "duration_gauge".parse()?;
/// assert_eq!(kind, Kind::DurationGauge);
/// assert_eq!(kind.to_string(), "duration_gauge");
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// [`Counter`](crate::Counter)
    Counter,
    /// [`IntCounter`](crate::IntCounter)
    IntCounter,
    /// [`FloatCounter`](crate::FloatCounter)
    FloatCounter,
    /// [`DurationCounter`](crate::DurationCounter)
    DurationCounter,
    /// [`IntGauge`](crate::IntGauge)
    IntGauge,
    /// [`FloatGauge`](crate::FloatGauge)
    FloatGauge,
    /// [`DurationGauge`](crate::DurationGauge)
    DurationGauge,
}

impl Kind {
    /// Every kind that this crate knows, in the order of their numbers.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// for kind in cmetrics::Kind::ALL {
    ///     assert_eq!(reg.metric(kind, format!("a_{kind}")).get().kind(), kind);
    /// }
    /// ```
    pub const ALL: [Kind; 7] = [
        Kind::Counter,
        Kind::IntCounter,
        Kind::FloatCounter,
        Kind::DurationCounter,
        Kind::IntGauge,
        Kind::FloatGauge,
        Kind::DurationGauge,
    ];

    /// Its name, as `Display` writes it and `FromStr` reads it.
    ///
    /// ```
    /// assert_eq!(cmetrics::Kind::IntCounter.as_str(), "int_counter");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::IntCounter => "int_counter",
            Kind::FloatCounter => "float_counter",
            Kind::DurationCounter => "duration_counter",
            Kind::IntGauge => "int_gauge",
            Kind::FloatGauge => "float_gauge",
            Kind::DurationGauge => "duration_gauge",
        }
    }

    pub(crate) const fn as_raw(self) -> i32 {
        match self {
            Kind::Counter => abi::KIND_COUNTER,
            Kind::IntCounter => abi::KIND_INT_COUNTER,
            Kind::FloatCounter => abi::KIND_FLOAT_COUNTER,
            Kind::DurationCounter => abi::KIND_DURATION_COUNTER,
            Kind::IntGauge => abi::KIND_INT_GAUGE,
            Kind::FloatGauge => abi::KIND_FLOAT_GAUGE,
            Kind::DurationGauge => abi::KIND_DURATION_GAUGE,
        }
    }

    pub(crate) fn from_raw(raw: i32) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_raw() == raw)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Kind, Error> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| {
            let known = Kind::ALL.map(Kind::as_str).join(", ");
            Error::new(ErrorCode::InvalidArgument, format!("{name:?} is no kind of metric"))
                .with_subject(name)
                .with_hint(format!("use one of {known}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_number_and_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_raw(kind.as_raw()), Some(kind));
            assert_eq!(kind.as_str().parse::<Kind>().unwrap(), kind);
        }
        assert_eq!(Kind::from_raw(0), None);
        assert!("histogram".parse::<Kind>().unwrap_err().is_invalid_argument());
    }
}
