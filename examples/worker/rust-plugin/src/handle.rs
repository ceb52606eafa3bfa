// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A metric as the handle of its kind.

use cmetrics::{Counter, DurationCounter, DurationGauge, FloatCounter, FloatGauge, IntCounter, IntGauge, Kind, Metric};

use crate::trace::{Amount, Op};

/// One handle of each kind.
pub(crate) enum Handle {
    Counter(Counter),
    IntCounter(IntCounter),
    FloatCounter(FloatCounter),
    DurationCounter(DurationCounter),
    IntGauge(IntGauge),
    FloatGauge(FloatGauge),
    DurationGauge(DurationGauge),
}

impl Handle {
    /// The handle of `metric`'s kind; `None` if that is none of the seven.
    pub(crate) fn of(metric: Metric) -> Option<Handle> {
        match metric.kind() {
            Kind::Counter => metric.into_counter().map(Handle::Counter),
            Kind::IntCounter => metric.into_int_counter().map(Handle::IntCounter),
            Kind::FloatCounter => metric.into_float_counter().map(Handle::FloatCounter),
            Kind::DurationCounter => metric.into_duration_counter().map(Handle::DurationCounter),
            Kind::IntGauge => metric.into_int_gauge().map(Handle::IntGauge),
            Kind::FloatGauge => metric.into_float_gauge().map(Handle::FloatGauge),
            Kind::DurationGauge => metric.into_duration_gauge().map(Handle::DurationGauge),
            _ => None,
        }
    }

    /// One update. `trace.rs` has made sure that operation and amount fit the kind.
    pub(crate) fn update(&self, op: Op, amount: Amount) {
        match (self, op, amount) {
            (Handle::Counter(c), Op::Inc, _) => c.inc(),
            (Handle::Counter(c), Op::Add, Amount::Count(n)) => c.add(n),
            (Handle::IntCounter(c), Op::Add, Amount::Count(n)) => c.add(n),
            (Handle::FloatCounter(c), Op::Add, Amount::Float(x)) => c.add(x),
            (Handle::DurationCounter(c), Op::Add, Amount::Signed(ns)) => c.add_nanos(ns),
            (Handle::IntGauge(g), Op::Inc, _) => g.inc(),
            (Handle::IntGauge(g), Op::Dec, _) => g.dec(),
            (Handle::IntGauge(g), Op::Add, Amount::Signed(n)) => g.add(n),
            (Handle::IntGauge(g), Op::Sub, Amount::Signed(n)) => g.sub(n),
            (Handle::IntGauge(g), Op::Set, Amount::Signed(n)) => g.set(n),
            (Handle::FloatGauge(g), Op::Inc, _) => g.inc(),
            (Handle::FloatGauge(g), Op::Dec, _) => g.dec(),
            (Handle::FloatGauge(g), Op::Add, Amount::Float(x)) => g.add(x),
            (Handle::FloatGauge(g), Op::Sub, Amount::Float(x)) => g.sub(x),
            (Handle::FloatGauge(g), Op::Set, Amount::Float(x)) => g.set(x),
            (Handle::DurationGauge(g), Op::Add, Amount::Signed(ns)) => g.add_nanos(ns),
            (Handle::DurationGauge(g), Op::Sub, Amount::Signed(ns)) => g.sub_nanos(ns),
            (Handle::DurationGauge(g), Op::Set, Amount::Signed(ns)) => g.set_nanos(ns),
            (_, op, amount) => unreachable!("{op:?} {amount:?} passed the checks of the trace"),
        }
    }
}
