// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! OpenTelemetry's SDK for Rust. An instrument takes its attributes with every update.

use std::hint::black_box;

use opentelemetry::metrics::MeterProvider;
use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::SdkMeterProvider;

use super::case::*;
use crate::rounds::Contestant;

const WHO: &str = "OpenTelemetry";

pub(super) fn contestants() -> Vec<Contestant> {
    // Without a reader the SDK gives out instruments that do nothing.
    let reader = opentelemetry_prometheus::exporter()
        .with_registry(prometheus::Registry::new())
        .build()
        .expect("a new registry");
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let meter = provider.meter("benchmarks");
    let counter = meter.u64_counter("counter").build();
    let float = meter.f64_counter("float").build();
    let int_gauge = meter.i64_gauge("int_gauge").build();
    let float_gauge = meter.f64_gauge("float_gauge").build();
    let family = meter.u64_counter("family").build();
    for n in 0..1000 {
        let labels: Vec<KeyValue> = KEYS.iter().zip(values(n)).map(|(key, value)| KeyValue::new(*key, value)).collect();
        family.add(1, &labels);
    }
    let one = [KeyValue::new("a", "x")];
    let (two, three, four) = (one.clone(), one.clone(), one.clone());
    // One closure keeps the provider: when the last of it goes, its instruments go still.
    let held = provider.clone();
    vec![
        Contestant::new(COUNTER, WHO, move |n| {
            let _held = &held;
            repeat(n, || black_box(&counter).add(1, black_box(&one)));
        }),
        Contestant::new(FLOAT, WHO, move |n| repeat(n, || black_box(&float).add(black_box(1.5), black_box(&two)))),
        Contestant::new(INT_GAUGE_SET, WHO, move |n| {
            repeat(n, || black_box(&int_gauge).record(black_box(3), black_box(&three)));
        }),
        Contestant::new(FLOAT_GAUGE_SET, WHO, move |n| {
            repeat(n, || black_box(&float_gauge).record(black_box(1.5), black_box(&four)));
        }),
        Contestant::new(LOOK_UP, WHO, move |n| {
            for _ in 0..n {
                let [method, path, code] = black_box(VALUES);
                let labels =
                    [KeyValue::new(KEYS[0], method), KeyValue::new(KEYS[1], path), KeyValue::new(KEYS[2], code)];
                black_box(&family).add(1, &labels);
            }
        }),
    ]
}
