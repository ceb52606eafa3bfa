// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The facade's handles on ours.

use std::sync::{Arc, Mutex, PoisonError};

use metrics::{CounterFn, GaugeFn, HistogramFn};

struct Counter(crate::Counter);
struct Gauge(crate::FloatGauge);
struct Histogram(crate::FloatCounter);

pub(super) fn counter(counter: crate::Counter) -> metrics::Counter {
    metrics::Counter::from_arc(Arc::new(Counter(counter)))
}

pub(super) fn gauge(gauge: crate::FloatGauge) -> metrics::Gauge {
    metrics::Gauge::from_arc(Arc::new(Gauge(gauge)))
}

pub(super) fn histogram(counter: crate::FloatCounter) -> metrics::Histogram {
    metrics::Histogram::from_arc(Arc::new(Histogram(counter)))
}

impl CounterFn for Counter {
    fn increment(&self, value: u64) {
        self.0.add(value);
    }

    fn absolute(&self, value: u64) {
        /// One at a time: of two that raise a counter to the same number one must see what the other did. An increment at
        /// the same time counts as one that came after.
        static RAISING: Mutex<()> = Mutex::new(());
        let _one = RAISING.lock().unwrap_or_else(PoisonError::into_inner);
        let more = value.saturating_sub(self.0.value());
        if more > 0 {
            self.0.add(more);
        }
    }
}

impl GaugeFn for Gauge {
    fn increment(&self, value: f64) {
        self.0.add(value);
    }

    fn decrement(&self, value: f64) {
        self.0.sub(value);
    }

    fn set(&self, value: f64) {
        self.0.set(value);
    }
}

impl HistogramFn for Histogram {
    fn record(&self, value: f64) {
        self.0.add(value);
    }
}
