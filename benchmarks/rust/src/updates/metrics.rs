// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate `metrics` with `metrics-exporter-prometheus` as its recorder.

use std::hint::black_box;

use metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

use super::case::*;
use crate::rounds::Contestant;

const WHO: &str = "metrics";
static METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

pub(super) fn contestants() -> Vec<Contestant> {
    let recorder = PrometheusBuilder::new().build_recorder();
    let one = |name: &'static str| Key::from_static_parts(name, &[]);
    let counter = recorder.register_counter(&one("counter"), &METADATA);
    let set = recorder.register_gauge(&one("set"), &METADATA);
    let add = recorder.register_gauge(&one("add"), &METADATA);
    (0..1000).for_each(|n| recorder.register_counter(&key(values(n)), &METADATA).increment(1));
    vec![
        Contestant::new(COUNTER, WHO, move |n| repeat(n, || black_box(&counter).increment(1))),
        Contestant::new(FLOAT_GAUGE_SET, WHO, move |n| repeat(n, || black_box(&set).set(black_box(1.5)))),
        Contestant::new(FLOAT_GAUGE_ADD, WHO, move |n| repeat(n, || black_box(&add).increment(black_box(1.5)))),
        // The static key is its best case: no label is copied to ask for a series that is there.
        Contestant::new(LOOK_UP, WHO, move |n| {
            for _ in 0..n {
                let labels: Vec<Label> = KEYS
                    .iter()
                    .zip(black_box(VALUES))
                    .map(|(key, value)| Label::from_static_parts(key, value))
                    .collect();
                recorder.register_counter(&Key::from_parts("family", labels), &METADATA).increment(1);
            }
        }),
    ]
}

fn key(values: [String; 3]) -> Key {
    let labels: Vec<Label> = KEYS.iter().zip(values).map(|(key, value)| Label::new(*key, value)).collect();
    Key::from_parts("family", labels)
}
