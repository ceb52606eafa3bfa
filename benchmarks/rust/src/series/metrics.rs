// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate `metrics` with `metrics-exporter-prometheus`: rendered into a writer that drops it.

use metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

use super::measure::Dropped;
use super::plan::{Kind, Plan, HELP, KEYS};
use super::Report;

static METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

pub(super) fn build(plan: &Plan) -> Report {
    let recorder = PrometheusBuilder::new().build_recorder();
    let floats = plan.kind == Kind::Float;
    for name in &plan.names {
        if floats {
            recorder.describe_gauge(name.clone().into(), None, HELP.into());
        } else {
            recorder.describe_counter(name.clone().into(), None, HELP.into());
        }
    }
    for one in plan.shuffled() {
        let labels: Vec<Label> =
            KEYS.iter().zip(one.values).map(|(key, value)| Label::new(*key, value.to_owned())).collect();
        let key = Key::from_parts(plan.names[one.family].clone(), labels);
        if floats {
            recorder.register_gauge(&key, &METADATA).set(one.float());
        } else {
            recorder.register_counter(&key, &METADATA).increment(one.amount);
        }
    }
    let handle = recorder.handle();
    Box::new(move || {
        let mut dropped = Dropped::default();
        handle.render_to_write(&mut dropped).expect("nothing can fail here");
        dropped.bytes
    })
}
