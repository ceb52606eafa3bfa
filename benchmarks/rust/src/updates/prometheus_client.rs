// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate `prometheus-client`, of the Prometheus project.

use std::hint::black_box;
use std::sync::atomic::{AtomicI64, AtomicU64};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

use super::case::*;
use crate::rounds::Contestant;

const WHO: &str = "prometheus-client";

/// Labels as its own benchmarks have them where the values are known at run time alone.
type Labels = Vec<(String, String)>;

pub(super) fn contestants() -> Vec<Contestant> {
    let (counter, float) = (Counter::<u64, AtomicU64>::default(), Counter::<f64, AtomicU64>::default());
    let (int_set, int_add) = (Gauge::<i64, AtomicI64>::default(), Gauge::<i64, AtomicI64>::default());
    let (float_set, float_add) = (Gauge::<f64, AtomicU64>::default(), Gauge::<f64, AtomicU64>::default());
    let family = Family::<Labels, Counter>::default();
    for n in 0..1000 {
        family.get_or_create(&labels(&values(n))).inc();
    }
    vec![
        Contestant::new(COUNTER, WHO, move |n| repeat(n, || black_box(&counter).inc())),
        Contestant::new(FLOAT, WHO, move |n| repeat(n, || black_box(&float).inc_by(black_box(1.5)))),
        Contestant::new(INT_GAUGE_SET, WHO, move |n| repeat(n, || black_box(&int_set).set(black_box(3)))),
        Contestant::new(INT_GAUGE_ADD, WHO, move |n| {
            repeat(n, || black_box(&int_add).inc_by(black_box(3)));
        }),
        Contestant::new(FLOAT_GAUGE_SET, WHO, move |n| {
            repeat(n, || black_box(&float_set).set(black_box(1.5)));
        }),
        Contestant::new(FLOAT_GAUGE_ADD, WHO, move |n| {
            repeat(n, || black_box(&float_add).inc_by(black_box(1.5)));
        }),
        // The key is made outside: a program that knows its labels would keep it too. So this is its best case.
        Contestant::new(LOOK_UP, WHO, {
            let key = labels(&VALUES.map(str::to_owned));
            move |n| repeat(n, || black_box(&family).get_or_create(black_box(&key)).inc())
        }),
    ]
}

fn labels(values: &[String; 3]) -> Labels {
    KEYS.iter().zip(values).map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}
