// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Our families as theirs.

use prometheus::proto::{
    Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType, Quantile, Summary,
};

use crate::{FamilySnapshot, PointSnapshot, SampleSnapshot, SampleValue};

/// A family in the crate's model. It has no types for some of ours: their samples are gauges, each of a family with its
/// full name, as in the text format 0.0.4.
pub(super) fn families(family: &FamilySnapshot) -> Vec<MetricFamily> {
    let name = &family.family.name;
    let whole = |metric_type, metric: fn(&PointSnapshot) -> Metric| {
        let metrics = family.points.iter().map(|point| labelled(metric(point), point, None)).collect();
        vec![made(name, &family.family.help, metric_type, metrics)]
    };
    match family.family.metric_type {
        crate::MetricType::Summary => whole(MetricType::SUMMARY, summary),
        crate::MetricType::Histogram => whole(MetricType::HISTOGRAM, histogram),
        crate::MetricType::Counter => whole(MetricType::COUNTER, counter),
        _ => gauges(family),
    }
}

fn made(name: &str, help: &str, metric_type: MetricType, metrics: Vec<Metric>) -> MetricFamily {
    let mut family = MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_help(help.to_owned());
    family.set_field_type(metric_type);
    family.set_metric(metrics);
    family
}

fn labelled(mut metric: Metric, point: &PointSnapshot, extra: Option<&(String, String)>) -> Metric {
    let pair = |(name, value): &(String, String)| {
        let mut pair = LabelPair::default();
        pair.set_name(name.clone());
        pair.set_value(value.clone());
        pair
    };
    metric.set_label(point.labels.iter().chain(extra).map(pair).collect());
    metric
}

fn value(point: &PointSnapshot, suffix: &str) -> Option<SampleValue> {
    point.values.iter().find(|sample| sample.suffix == suffix && sample.extra.is_none()).map(|sample| sample.value)
}

fn sum(point: &PointSnapshot) -> f64 {
    value(point, "_sum").map_or(0.0, SampleValue::as_f64)
}

fn count(point: &PointSnapshot) -> u64 {
    match value(point, "_count") {
        Some(SampleValue::U64(count)) => count,
        other => other.map_or(0.0, SampleValue::as_f64) as u64,
    }
}

/// The samples with a label of their own, `quantile` or `le`, whose value is a number.
fn by_number<'a>(point: &'a PointSnapshot, key: &'a str) -> impl Iterator<Item = (f64, SampleValue)> + 'a {
    point.values.iter().filter_map(move |SampleSnapshot { extra, value, .. }| {
        let (_, number) = extra.as_ref().filter(|(name, _)| name == key)?;
        Some((number.parse().ok()?, *value))
    })
}

fn counter(point: &PointSnapshot) -> Metric {
    let mut counter = Counter::default();
    counter.set_value(value(point, "").or_else(|| value(point, "_total")).map_or(0.0, SampleValue::as_f64));
    let mut metric = Metric::default();
    metric.set_counter(counter);
    metric
}

fn summary(point: &PointSnapshot) -> Metric {
    let mut summary = Summary::default();
    summary.set_sample_sum(sum(point));
    summary.set_sample_count(count(point));
    let quantiles = by_number(point, "quantile").map(|(number, value)| {
        let mut quantile = Quantile::default();
        quantile.set_quantile(number);
        quantile.set_value(value.as_f64());
        quantile
    });
    summary.set_quantile(quantiles.collect());
    let mut metric = Metric::default();
    metric.set_summary(summary);
    metric
}

fn histogram(point: &PointSnapshot) -> Metric {
    let mut histogram = Histogram::default();
    histogram.set_sample_sum(sum(point));
    histogram.set_sample_count(count(point));
    // It adds the last bucket itself.
    let finite = by_number(point, "le").filter(|(bound, _)| bound.is_finite());
    let buckets = finite.map(|(bound, count)| {
        let mut bucket = Bucket::default();
        bucket.set_upper_bound(bound);
        bucket.set_cumulative_count(match count {
            SampleValue::U64(count) => count,
            other => other.as_f64() as u64,
        });
        bucket
    });
    histogram.set_bucket(buckets.collect());
    let mut metric = Metric::default();
    metric.set_histogram(histogram);
    metric
}

fn gauges(family: &FamilySnapshot) -> Vec<MetricFamily> {
    let mut suffixes: Vec<&str> = Vec::new();
    for sample in family.points.iter().flat_map(|point| &point.values) {
        if !suffixes.contains(&sample.suffix.as_str()) {
            suffixes.push(&sample.suffix);
        }
    }
    let of_suffix = |suffix: &str| {
        let samples = family.points.iter().flat_map(|point| point.values.iter().map(move |sample| (point, sample)));
        let metrics = samples.filter(|(_, sample)| sample.suffix == suffix).map(|(point, sample)| {
            let mut gauge = Gauge::default();
            gauge.set_value(sample.value.as_f64());
            let mut metric = Metric::default();
            metric.set_gauge(gauge);
            labelled(metric, point, sample.extra.as_ref())
        });
        let name = format!("{}{suffix}", family.family.name);
        made(&name, &family.family.help, MetricType::GAUGE, metrics.collect())
    };
    suffixes.into_iter().map(of_suffix).collect()
}
