// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate `prometheus-client`: encoded into a writer that drops it.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Metric, Registry};

use super::measure::Dropped;
use super::plan::{Kind, Plan, Series, HELP, KEYS};
use super::Report;

type Labels = Vec<(String, String)>;

pub(super) fn build(plan: &Plan) -> Report {
    let mut registry = Registry::default();
    if plan.kind == Kind::Float {
        let families = families::<Gauge<f64, AtomicU64>>(plan, &mut registry);
        plan.shuffled().for_each(|one| {
            families[one.family].get_or_create(&labels(&one)).set(one.float());
        });
    } else {
        let families = families::<Counter>(plan, &mut registry);
        plan.shuffled().for_each(|one| {
            families[one.family].get_or_create(&labels(&one)).inc_by(one.amount);
        });
    }
    Box::new(move || {
        let mut dropped = Dropped::default();
        encode(&mut dropped, &registry).expect("nothing can fail here");
        dropped.bytes
    })
}

fn families<M>(plan: &Plan, registry: &mut Registry) -> Vec<Family<Labels, M>>
where
    M: Default + 'static,
    Family<Labels, M>: Metric,
{
    let families: Vec<Family<Labels, M>> = plan.names.iter().map(|_| Family::default()).collect();
    for (name, family) in plan.names.iter().zip(&families) {
        // It adds `_total` itself.
        registry.register(name.trim_end_matches("_total"), HELP, family.clone());
    }
    families
}

fn labels(one: &Series<'_>) -> Labels {
    KEYS.iter().zip(one.values).map(|(key, value)| ((*key).to_owned(), value.to_owned())).collect()
}
