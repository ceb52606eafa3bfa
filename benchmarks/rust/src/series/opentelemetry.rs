// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! OpenTelemetry's SDK with `opentelemetry-prometheus`, whose text the crate `prometheus` encodes.

use opentelemetry::metrics::MeterProvider;
use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::{Instrument, SdkMeterProvider, Stream};
use prometheus::{Encoder, Registry, TextEncoder};

use super::measure::Dropped;
use super::plan::{Kind, Plan, Series, HELP, KEYS};
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
    let names = plan.names.iter().map(|name| name.trim_end_matches("_total").to_owned());
    if plan.kind == Kind::Float {
        let families: Vec<_> = names.map(|name| meter.f64_gauge(name).with_description(HELP).build()).collect();
        plan.shuffled().for_each(|one| families[one.family].record(one.float(), &labels(&one)));
    } else {
        let families: Vec<_> = names.map(|name| meter.u64_counter(name).with_description(HELP).build()).collect();
        plan.shuffled().for_each(|one| families[one.family].add(one.amount, &labels(&one)));
    }
    Box::new(move || {
        let _alive = &provider;
        let mut dropped = Dropped::default();
        TextEncoder::new().encode(&registry.gather(), &mut dropped).expect("nothing can fail here");
        dropped.bytes
    })
}

fn labels(one: &Series<'_>) -> [KeyValue; 3] {
    std::array::from_fn(|n| KeyValue::new(KEYS[n], one.values[n].to_owned()))
}
