// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Their families as ours.

use std::borrow::Cow;

use prometheus::proto::{Metric, MetricFamily, MetricType};
use prometheus::{Encoder, TextEncoder};

use crate::{Collect, CollectedFamily, Error, Sample, SampleValue};

/// Tells of a family.
///
/// # Errors
///
/// What the library refuses; or a family that the crate cannot tell of.
pub(super) fn tell(family: &MetricFamily, out: &mut Collect<'_>) -> Result<(), Error> {
    let ours = match family.get_field_type() {
        MetricType::COUNTER => crate::MetricType::Counter,
        MetricType::GAUGE => crate::MetricType::Gauge,
        MetricType::SUMMARY => crate::MetricType::Summary,
        MetricType::HISTOGRAM => crate::MetricType::Histogram,
        // The crate has no way to tell its number.
        MetricType::UNTYPED => return Ok(()),
    };
    out.family(&CollectedFamily::new(family.name(), ours).help(family.help()))?;
    let mut told = Ok(());
    let numbers = numbers(family);
    for (at, metric) in family.get_metric().iter().enumerate() {
        let labels: Vec<_> = metric.get_label().iter().map(|label| (label.name(), label.value())).collect();
        // A series that the library refuses does not take the others with it.
        let point = out.point(&labels, &samples(family.get_field_type(), metric, numbers.get(at).copied()));
        told = told.and(point);
    }
    told
}

fn samples(metric_type: MetricType, metric: &Metric, number: Option<f64>) -> Vec<Sample> {
    match metric_type {
        MetricType::HISTOGRAM => {
            let histogram = metric.get_histogram();
            let (sum, count) = (histogram.get_sample_sum(), histogram.get_sample_count());
            let finite = histogram.get_bucket().iter().filter(|bucket| bucket.upper_bound() != f64::INFINITY);
            let buckets = finite.map(|bucket| Sample::bucket(spelled(bucket.upper_bound()), bucket.cumulative_count()));
            buckets.chain([Sample::bucket("+Inf", count), Sample::sum(sum), Sample::count(count)]).collect()
        }
        MetricType::SUMMARY => {
            let summary = metric.get_summary();
            let quantiles = summary.get_quantile().iter();
            let quantiles = quantiles.map(|it| Sample::quantile(spelled(it.quantile()), it.value()));
            let (sum, count) = (summary.sample_sum(), summary.sample_count());
            quantiles.chain([Sample::sum(sum), Sample::count(count)]).collect()
        }
        _ => number.map(Sample::new).into_iter().collect(),
    }
}

fn spelled(number: f64) -> String {
    SampleValue::F64(number).to_string()
}

/// The numbers of a family of counters or gauges, one for each metric.
///
/// They are read from the crate's text. Its model has no way to them that is there both with its feature `protobuf` and
/// without, which is for the program to choose, not for this crate.
fn numbers(family: &MetricFamily) -> Vec<f64> {
    if !matches!(family.get_field_type(), MetricType::COUNTER | MetricType::GAUGE) {
        return Vec::new();
    }
    let mut text = Vec::new();
    if TextEncoder::new().encode(std::slice::from_ref(family), &mut text).is_err() {
        return Vec::new();
    }
    let text: Cow<'_, str> = String::from_utf8_lossy(&text);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    // After the name and the labels, whose values may hold spaces: the number, and the time if there is one.
    let number = |line: &str, metric: &Metric| {
        let from_the_end = usize::from(metric.timestamp_ms() != 0);
        line.rsplit(' ').nth(from_the_end).and_then(|number| number.parse().ok()).unwrap_or(f64::NAN)
    };
    lines.zip(family.get_metric()).map(|(line, metric)| number(line, metric)).collect()
}
