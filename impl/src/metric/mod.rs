// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Metrics: a kind, an identity and a number. One file per kind says what its updates do; none takes a lock.

pub(crate) mod counter;
pub(crate) mod gauge;
mod kind;
pub(crate) mod value_counter;

use std::sync::Arc;

pub(crate) use kind::{Exposure, Kind};

use crate::cell::Cell;
use crate::number::Number;
use crate::registry::family::FamilyInfo;
use crate::registry::labels::Labels;
use crate::stats::Stats;
use crate::sync::{next_id, AtomicBool, Ordering};

/// One metric. Its family and labels never change.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Metric {
    pub(crate) id: u64,
    pub(crate) family: Arc<FamilyInfo>,
    pub(crate) labels: Labels,
    pub(crate) stats: Arc<Stats>,
    attached: AtomicBool,
    pub(crate) cell: Cell,
}

// Updates load the first word of the cell. It is never on one cache line with the reference counts, which an `Arc` has in
// the 16 bytes before the metric: else each handle that a thread takes or gives back would delay the updates of others.
const _: () = assert!(core::mem::offset_of!(Metric, cell) + 16 >= 64);

/// One sample of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) suffix: &'static str,
    pub(crate) number: Number,
}

impl Metric {
    pub(crate) fn new(family: Arc<FamilyInfo>, labels: Labels, stats: Arc<Stats>, attached: bool) -> Self {
        Self { id: next_id(), family, labels, stats, attached: AtomicBool::new(attached), cell: Cell::new() }
    }

    pub(crate) fn kind(&self) -> Kind {
        self.family.kind
    }

    /// Do reports show it?
    pub(crate) fn attached(&self) -> bool {
        // Relaxed: it publishes nothing but itself.
        self.attached.load(Ordering::Relaxed)
    }

    /// For good.
    pub(crate) fn detach(&self) {
        self.attached.store(false, Ordering::Relaxed);
    }

    /// Its one or two samples as they are now, in the order of exposition.
    pub(crate) fn samples(&self) -> ([Sample; 2], usize) {
        let plain = |number| ([Sample { suffix: "", number }; 2], 1);
        let (total, count) = match self.kind() {
            Kind::FloatCounter => self.cell.float_pair(),
            _ => self.cell.pair(),
        };
        let number = match self.kind() {
            Kind::Counter | Kind::IntCounter => Number::U64(total),
            Kind::FloatCounter | Kind::FloatGauge => Number::F64(f64::from_bits(total)),
            Kind::DurationCounter => Number::U64Ns(total),
            Kind::IntGauge => Number::I64(total.cast_signed()),
            Kind::DurationGauge => Number::I64Ns(total.cast_signed()),
        };
        match self.family.exposure {
            Exposure::Counter | Exposure::Gauge => plain(number),
            Exposure::Summary => {
                let count = Number::U64(count);
                ([Sample { suffix: "_sum", number }, Sample { suffix: "_count", number: count }], 2)
            }
        }
    }
}
