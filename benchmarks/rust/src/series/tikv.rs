// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate `prometheus`, of TiKV: encoded into a writer that drops it.

use prometheus::{Encoder, GaugeVec, IntCounterVec, Opts, Registry, TextEncoder};

use super::measure::Dropped;
use super::plan::{Kind, Plan, HELP, KEYS};
use super::Report;

pub(super) fn build(plan: &Plan) -> Report {
    let registry = Registry::new();
    let opts = |name: &String| Opts::new(name, HELP);
    if plan.kind == Kind::Float {
        let families: Vec<GaugeVec> =
            plan.names.iter().map(|name| GaugeVec::new(opts(name), &KEYS).expect("valid")).collect();
        families.iter().for_each(|family| registry.register(Box::new(family.clone())).expect("new"));
        plan.shuffled().for_each(|one| families[one.family].with_label_values(&one.values).set(one.float()));
    } else {
        let families: Vec<IntCounterVec> =
            plan.names.iter().map(|name| IntCounterVec::new(opts(name), &KEYS).expect("valid")).collect();
        families.iter().for_each(|family| registry.register(Box::new(family.clone())).expect("new"));
        plan.shuffled().for_each(|one| families[one.family].with_label_values(&one.values).inc_by(one.amount));
    }
    Box::new(move || {
        let mut dropped = Dropped::default();
        TextEncoder::new().encode(&registry.gather(), &mut dropped).expect("nothing can fail here");
        dropped.bytes
    })
}
