// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate `prometheus-client`: encoded into a writer that drops it.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use super::measure::Dropped;
use super::plan::{Plan, HELP, KEYS};
use super::Report;

type Labels = Vec<(String, String)>;

pub(super) fn build(plan: &Plan) -> Report {
    let mut registry = Registry::default();
    let families: Vec<Family<Labels, Counter>> = plan.names.iter().map(|_| Family::default()).collect();
    for (name, family) in plan.names.iter().zip(&families) {
        // It adds `_total` itself.
        registry.register(name.trim_end_matches("_total"), HELP, family.clone());
    }
    for one in plan.shuffled() {
        let labels: Labels =
            KEYS.iter().zip(one.values).map(|(key, value)| ((*key).to_owned(), value.to_owned())).collect();
        families[one.family].get_or_create(&labels).inc_by(one.amount);
    }
    Box::new(move || {
        let mut dropped = Dropped::default();
        encode(&mut dropped, &registry).expect("nothing can fail here");
        dropped.bytes
    })
}
