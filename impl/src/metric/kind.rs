// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use cmetrics_interface as abi;

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counter,
    IntCounter,
    FloatCounter,
    DurationCounter,
    IntGauge,
    FloatGauge,
    DurationGauge,
}

/// How a family is exposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    Counter,
    Gauge,
    Summary,
}

impl Kind {
    pub(crate) const ALL: [Kind; 7] = [
        Kind::Counter,
        Kind::IntCounter,
        Kind::FloatCounter,
        Kind::DurationCounter,
        Kind::IntGauge,
        Kind::FloatGauge,
        Kind::DurationGauge,
    ];

    pub(crate) fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    pub(crate) fn number(self) -> i32 {
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

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::IntCounter => "int counter",
            Kind::FloatCounter => "float counter",
            Kind::DurationCounter => "duration counter",
            Kind::IntGauge => "int gauge",
            Kind::FloatGauge => "float gauge",
            Kind::DurationGauge => "duration gauge",
        }
    }

    pub(crate) fn is_duration(self) -> bool {
        matches!(self, Kind::DurationCounter | Kind::DurationGauge)
    }

    pub(crate) fn is_gauge(self) -> bool {
        matches!(self, Kind::IntGauge | Kind::FloatGauge | Kind::DurationGauge)
    }

    pub(crate) fn exposure(self, total_only: bool) -> Exposure {
        match self {
            Kind::Counter => Exposure::Counter,
            _ if self.is_gauge() => Exposure::Gauge,
            _ if total_only => Exposure::Counter,
            _ => Exposure::Summary,
        }
    }
}

impl Exposure {
    /// One of `CMETRICS_TYPE_…`.
    pub(crate) fn number(self) -> i32 {
        match self {
            Exposure::Counter => abi::TYPE_COUNTER,
            Exposure::Gauge => abi::TYPE_GAUGE,
            Exposure::Summary => abi::TYPE_SUMMARY,
        }
    }
}
