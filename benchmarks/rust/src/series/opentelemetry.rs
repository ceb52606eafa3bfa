// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! OpenTelemetry's SDK with `opentelemetry-prometheus`, whose text the crate `prometheus` encodes.

use opentelemetry::metrics::MeterProvider;
use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::{Instrument, SdkMeterProvider, Stream};
use prometheus::{Encoder, Registry, TextEncoder};

use super::measure::Dropped;
use super::plan::{Plan, HELP, KEYS};
use super::Report;

pub(super) fn build(plan: &Plan) -> Report {
    let registry = Registry::new();
    let exporter =
        opentelemetry_prometheus::exporter().with_registry(registry.clone()).build().expect("a new registry");
    // Beyond 2000 series of a family it would lump them together.
    let most = plan.series() + 1;
    let view = move |_: &Instrument| Stream::builder().with_cardinality_limit(most).build().ok();
    let provider = SdkMeterProvider::builder().with_reader(exporter).with_view(view).build();
    let meter = provider.meter("benchmarks");
    let families: Vec<_> = plan
        .names
        .iter()
        .map(|name| meter.u64_counter(name.trim_end_matches("_total").to_owned()).with_description(HELP).build())
        .collect();
    for one in plan.shuffled() {
        let labels: Vec<KeyValue> =
            KEYS.iter().zip(one.values).map(|(key, value)| KeyValue::new(*key, value.to_owned())).collect();
        families[one.family].add(one.amount, &labels);
    }
    Box::new(move || {
        let _alive = &provider;
        let mut dropped = Dropped::default();
        TextEncoder::new().encode(&registry.gather(), &mut dropped).expect("nothing can fail here");
        dropped.bytes
    })
}
