// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate `prometheus`, of TiKV.

use std::hint::black_box;

use prometheus::{CounterVec, GaugeVec, IntCounterVec, IntGaugeVec, Opts};

use super::case::*;
use crate::rounds::Contestant;

const WHO: &str = "tikv prometheus";

pub(super) fn contestants() -> Vec<Contestant> {
    let opts = |name: &str| Opts::new(name, "help");
    let counter = IntCounterVec::new(opts("counter"), &["a"]).expect("valid").with_label_values(&["x"]);
    let float = CounterVec::new(opts("float"), &["a"]).expect("valid").with_label_values(&["x"]);
    let int_gauge = IntGaugeVec::new(opts("int_gauge"), &["a"]).expect("valid");
    let (int_set, int_add) = (int_gauge.with_label_values(&["x"]), int_gauge.with_label_values(&["y"]));
    let float_gauge = GaugeVec::new(opts("float_gauge"), &["a"]).expect("valid");
    let (float_set, float_add) = (float_gauge.with_label_values(&["x"]), float_gauge.with_label_values(&["y"]));
    let family = IntCounterVec::new(opts("family"), &KEYS).expect("valid");
    (0..1000).for_each(|n| family.with_label_values(&values(n)).inc());
    vec![
        Contestant::new(COUNTER, WHO, move |n| repeat(n, || black_box(&counter).inc())),
        Contestant::new(FLOAT, WHO, move |n| repeat(n, || black_box(&float).inc_by(black_box(1.5)))),
        Contestant::new(INT_GAUGE_SET, WHO, move |n| repeat(n, || black_box(&int_set).set(black_box(3)))),
        Contestant::new(INT_GAUGE_ADD, WHO, move |n| repeat(n, || black_box(&int_add).add(black_box(3)))),
        Contestant::new(FLOAT_GAUGE_SET, WHO, move |n| repeat(n, || black_box(&float_set).set(black_box(1.5)))),
        Contestant::new(FLOAT_GAUGE_ADD, WHO, move |n| repeat(n, || black_box(&float_add).add(black_box(1.5)))),
        Contestant::new(LOOK_UP, WHO, move |n| {
            repeat(n, || black_box(&family).with_label_values(&black_box(VALUES)).inc());
        }),
    ]
}
