// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Metrics: a kind, an identity and a number. One file per kind says what its updates do; none takes a lock.

pub(crate) mod counter;
pub(crate) mod gauge;
mod handle;
mod kind;
pub(crate) mod value_counter;

use core::ptr::NonNull;

pub(crate) use handle::MetricRef;
pub(crate) use kind::{Exposure, Kind};

use crate::cell::Cell;
use crate::number::Number;
use crate::registry::family::FamilyInfo;
use crate::registry::members::SetId;
use crate::series::group::Group;
use crate::stats::Stats;
use crate::sync::{AtomicU32, Ordering};

/// One metric, as it lies in a chunk of its group: 64 bytes with up to three labels. The number comes first; the rest is
/// not read by updates that go well.
///
/// It stays at its place while somebody has a reference or the tree has it, and its group and labels do not change.
#[derive(Debug)]
#[repr(C, align(16))]
pub(crate) struct Metric {
    pub(crate) cell: Cell,
    pub(crate) group: NonNull<Group>,
    /// How many references there are. The tree's is one.
    pub(crate) refs: AtomicU32,
    /// The registries that it was created through, as a number of [`crate::registry::members`]; 0 once it is detached.
    pub(crate) members: AtomicU32,
    /// Counts the metrics of its group, of which one may lie where another one lay.
    pub(crate) number: AtomicU32,
    /// Its label values; further ones follow.
    pub(crate) values: [AtomicU32; 3],
}

const _: () = assert!(size_of::<Metric>() == 64);

/// One sample of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) suffix: &'static str,
    pub(crate) number: Number,
}

impl Metric {
    fn group(&self) -> &Group {
        // SAFETY: a group outlives its metrics: it is freed when all of them are.
        unsafe { self.group.as_ref() }
    }

    pub(crate) fn family(&self) -> &FamilyInfo {
        &self.group().info
    }

    pub(crate) fn kind(&self) -> Kind {
        self.family().kind
    }

    pub(crate) fn stats(&self) -> &Stats {
        self.family().stats()
    }

    /// Its number among all metrics and registries of the process.
    pub(crate) fn id(&self) -> u64 {
        // Relaxed: it does not change while there is a reference.
        self.group().uid << 32 | u64::from(self.number.load(Ordering::Relaxed) & Group::NUMBERS)
    }

    pub(crate) fn members(&self) -> SetId {
        // Acquire: who finds it attached sees its labels.
        SetId(self.members.load(Ordering::Acquire))
    }

    /// Do reports show it?
    pub(crate) fn attached(&self) -> bool {
        self.members() != SetId::NONE
    }

    /// Its one or two samples as they are now, in the order of exposition.
    pub(crate) fn samples(&self) -> ([Sample; 2], usize) {
        let plain = |number| ([Sample { suffix: "", number }; 2], 1);
        let kind = self.kind();
        match self.family().exposure {
            Exposure::Gauge | Exposure::Counter => plain(self.read(kind).0),
            Exposure::Summary => {
                let (number, count) = self.read(kind);
                let count = Number::U64(count);
                ([Sample { suffix: "_sum", number }, Sample { suffix: "_count", number: count }], 2)
            }
        }
    }

    /// Total and, where the kind counts, count.
    #[inline]
    pub(crate) fn read(&self, kind: Kind) -> (Number, u64) {
        let cell = &self.cell;
        match kind {
            Kind::Counter => (Number::U64(cell.total()), 0),
            Kind::IntGauge => (Number::I64(cell.total().cast_signed()), 0),
            Kind::FloatGauge => (Number::F64(f64::from_bits(cell.total())), 0),
            Kind::DurationGauge => (Number::I64Ns(cell.total().cast_signed()), 0),
            Kind::IntCounter => {
                let (total, count) = cell.pair();
                (Number::U64(total), count)
            }
            Kind::DurationCounter => {
                let (total, count) = cell.pair();
                (Number::U64Ns(total), count)
            }
            Kind::FloatCounter => {
                let (total, count) = cell.float_pair();
                (Number::F64(f64::from_bits(total)), count)
            }
        }
    }
}
