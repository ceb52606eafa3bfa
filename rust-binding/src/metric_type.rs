// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;

use cmetrics_interface as abi;

/// What a family is to Prometheus. More may come.
///
/// ```
/// let wait = cmetrics::Registry::isolated().duration_counter("wait").get();
/// assert_eq!(wait.describe()?.family.metric_type, cmetrics::MetricType::Summary);
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetricType {
    /// Exposed as `untyped`. Also what a type is read as that this crate does not know.
    Unknown,
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Sum and count, perhaps quantiles.
    Summary,
    /// Sum, count and cumulative buckets.
    Histogram,
    /// A histogram whose buckets go up and down. Exposed as `gauge`.
    GaugeHistogram,
    /// Text in labels, the value 1. Exposed as `gauge`.
    Info,
    /// One of several states. Exposed as `gauge`.
    StateSet,
}

impl MetricType {
    const ALL: [(MetricType, i32, &'static str); 8] = [
        (MetricType::Unknown, abi::TYPE_UNKNOWN, "unknown"),
        (MetricType::Counter, abi::TYPE_COUNTER, "counter"),
        (MetricType::Gauge, abi::TYPE_GAUGE, "gauge"),
        (MetricType::Summary, abi::TYPE_SUMMARY, "summary"),
        (MetricType::Histogram, abi::TYPE_HISTOGRAM, "histogram"),
        (MetricType::GaugeHistogram, abi::TYPE_GAUGE_HISTOGRAM, "gaugehistogram"),
        (MetricType::Info, abi::TYPE_INFO, "info"),
        (MetricType::StateSet, abi::TYPE_STATE_SET, "stateset"),
    ];

    /// Its name in OpenMetrics, as `Display` writes it.
    ///
    /// ```
    /// assert_eq!(cmetrics::MetricType::Histogram.as_str(), "histogram");
    /// ```
    pub fn as_str(self) -> &'static str {
        MetricType::ALL[self as usize].2
    }

    pub(crate) fn as_raw(self) -> i32 {
        MetricType::ALL[self as usize].1
    }

    pub(crate) fn from_raw(raw: i32) -> MetricType {
        MetricType::ALL.iter().find(|(_, number, _)| *number == raw).map_or(MetricType::Unknown, |(known, ..)| *known)
    }
}

impl fmt::Display for MetricType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_found_by_its_number() {
        for (index, (known, raw, _)) in MetricType::ALL.into_iter().enumerate() {
            assert_eq!(known as usize, index);
            assert_eq!(known.as_raw(), raw);
            assert_eq!(MetricType::from_raw(raw), known);
        }
        assert_eq!(MetricType::from_raw(4711), MetricType::Unknown);
    }
}
