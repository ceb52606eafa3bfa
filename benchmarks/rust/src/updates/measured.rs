// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crate `measured`.

use std::hint::black_box;

use measured::{Counter, CounterVec, Gauge};

use super::case::*;
use crate::rounds::Contestant;
use crate::series::measured::{Labels, LabelsSet};

const WHO: &str = "measured";

pub(super) fn contestants() -> Vec<Contestant> {
    let (counter, set, add) = (Counter::new(), Gauge::new(), Gauge::new());
    let family = CounterVec::with_label_set(LabelsSet::default());
    for n in 0..1000 {
        let [method, path, code] = &values(n);
        family.inc(Labels { method, path, code });
    }
    vec![
        Contestant::new(COUNTER, WHO, move |n| repeat(n, || black_box(&counter).inc())),
        Contestant::new(INT_GAUGE_SET, WHO, move |n| repeat(n, || black_box(&set).set(black_box(3)))),
        Contestant::new(INT_GAUGE_ADD, WHO, move |n| repeat(n, || black_box(&add).inc_by(black_box(3)))),
        Contestant::new(LOOK_UP, WHO, move |n| {
            for _ in 0..n {
                let [method, path, code] = black_box(VALUES);
                black_box(&family).inc(Labels { method, path, code });
            }
        }),
    ]
}
