// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The ordered walk over all that a report holds: metrics and what collectors tell, merged.

use std::collections::HashSet;
use std::iter::Peekable;
use std::sync::Arc;
use std::time::Instant;

use cmetrics_interface as abi;

use crate::cell;
use crate::collected::{Collected, CollectedFamily, CollectedPoint, Families, Gathered};
use crate::collector::Collector;
use crate::error::{Fault, Result};
use crate::metric::Metric;
use crate::number::Number;
use crate::registry::cursor::Cursor;
use crate::registry::family::FamilyInfo;
use crate::registry::labels::Labels;
use crate::registry::{Registry, Root};
use crate::self_metrics;

/// What a report holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options<'a> {
    pub(crate) format: i32,
    pub(crate) verbosity: i32,
    /// Empty is all.
    pub(crate) names: HashSet<&'a str>,
    pub(crate) deadline: Option<Instant>,
    pub(crate) no_self: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct FamilyView<'a> {
    pub(crate) kind: i32,
    pub(crate) type_: i32,
    pub(crate) priority: i32,
    pub(crate) name: &'a str,
    pub(crate) help: &'a str,
    pub(crate) unit: &'a str,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ValueView<'a> {
    pub(crate) suffix: &'a str,
    pub(crate) extra: Option<(&'a str, &'a str)>,
    pub(crate) number: Number,
}

/// A listener's status when it does not want to hear more.
pub(crate) struct Stop(pub(crate) i32);

impl From<Stop> for Fault {
    fn from(Stop(status): Stop) -> Self {
        Fault::new(abi::CANCELLED, abi::CATEGORY_FIX_CALL, format!("the receiver stopped the report with {status}"))
            .subject(status.to_string())
    }
}

/// Hears a report: each family, then its points.
pub(crate) trait Events {
    fn family(&mut self, family: &FamilyView<'_>) -> std::result::Result<(), Stop>;
    fn point(&mut self, id: u64, labels: &Labels, values: &[ValueView<'_>]) -> std::result::Result<(), Stop>;
}

/// Tells `events` of everything in the registry and below, in order.
pub(crate) fn walk(registry: &Registry, options: &Options<'_>, events: &mut dyn Events) -> Result<()> {
    let root = registry.root()?;
    // Many metrics may have become hot since the last one was created.
    cell::reserve();
    let (registries, collectors) = {
        let mut state = root.state.lock();
        state.check_there(registry.id)?;
        let registries = state.subtree(registry.id);
        let collectors = state.collectors(&registries);
        (registries, collectors)
    };
    let mut told = gather(&root, &collectors, options);
    if registry.is_root() && !options.no_self {
        self_metrics::tell(&root, &mut told);
    }
    told.retain(|name, family| {
        !family.points.is_empty() && options.wants(name, family.priority, || family.samples(name))
    });
    let mut merge = Merge { told: told.into_iter().peekable(), open: None, events };
    let mut cursor = Cursor::new(&root, (!registry.is_root()).then_some(registries));
    let mut batch = Vec::new();
    while cursor.next(&mut batch, |info| options.wants(&info.name, info.priority(), || info.samples())) {
        options.check_time()?;
        for metric in &batch {
            merge.metric(metric)?;
        }
    }
    Ok(merge.finish()?)
}

impl Options<'_> {
    fn wants(&self, name: &str, priority: i32, samples: impl FnOnce() -> Vec<String>) -> bool {
        priority <= self.verbosity
            && (self.names.is_empty()
                || self.names.contains(name)
                || samples().iter().any(|sample| self.names.contains(sample.as_str())))
    }

    fn check_time(&self) -> Result<()> {
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => {
                Err(Fault::new(abi::CANCELLED, abi::CATEGORY_RETRY, "the report took longer than its timeout")
                    .hint("allow more time, report less, or look for a slow collector"))
            }
            _ => Ok(()),
        }
    }
}

/// Runs the collectors and merges what they tell. Failures are counted, and end no report.
fn gather(root: &Arc<Root>, collectors: &[Arc<Collector>], options: &Options<'_>) -> Families {
    let mut all = Gathered::default();
    for collector in collectors {
        let mut told = Collected::new(Arc::clone(&collector.registry), collector.adds);
        let mut errors = 0;
        if collector.run(options, &mut told).is_err() {
            errors += 1;
            told.families.clear();
        }
        errors += told.refused + drop_clashes(root, &mut told.families) + all.merge(told.families);
        for _ in 0..errors {
            root.stats.collector_error(&collector.client.name);
        }
    }
    all.families
}

/// Takes out what would share a sample name with a metric's family of another name or type, and points that a metric has
/// already. Returns how many.
fn drop_clashes(root: &Root, families: &mut Families) -> u64 {
    let count = |families: &Families| families.values().map(|family| 1 + family.points.len()).sum::<usize>();
    let mut dropped = 0;
    let state = root.state.lock();
    families.retain(|name, family| {
        let fits = family.samples(name).iter().all(|sample| match state.owner_of_sample(sample) {
            None => true,
            Some(info) => *info.name == **name && info.exposure.number() == family.type_,
        });
        dropped += u64::from(!fits);
        fits
    });
    let before = count(families);
    for (name, family) in families.iter_mut() {
        family.points.retain(|labels, point| point.adds || !state.has(name, labels));
    }
    dropped + (before - count(families)) as u64
}

type Points = Peekable<std::collections::btree_map::IntoIter<Labels, CollectedPoint>>;

/// Merges metrics, which come in order, with what was collected.
struct Merge<'e> {
    told: Peekable<std::collections::btree_map::IntoIter<String, CollectedFamily>>,
    /// The family that metrics come of, and what was collected of it and is still to come.
    open: Option<(Arc<FamilyInfo>, Points)>,
    events: &'e mut dyn Events,
}

impl Merge<'_> {
    fn metric(&mut self, metric: &Metric) -> std::result::Result<(), Stop> {
        if !matches!(&self.open, Some((info, _)) if info.uid == metric.family.uid) {
            self.open_family(&metric.family)?;
        }
        let Some((_, rest)) = &mut self.open else { return Ok(()) };
        let mut part = None;
        while let Some((labels, point)) = rest.next_if(|(labels, _)| *labels <= metric.labels) {
            if labels != metric.labels {
                self.events.point(point.id, &labels, &point.views())?;
            } else if point.adds {
                part = Some(point);
            }
            // Otherwise the metric stands, and the collected point gives way.
        }
        let (samples, n) = metric.samples();
        if let Some(part) = part {
            return self.events.point(metric.id, &metric.labels, &part.with(&samples[..n]).views());
        }
        let view = samples.map(|sample| ValueView { suffix: sample.suffix, extra: None, number: sample.number });
        self.events.point(metric.id, &metric.labels, &view[..n])
    }

    fn open_family(&mut self, info: &Arc<FamilyInfo>) -> std::result::Result<(), Stop> {
        self.close_family()?;
        while let Some((name, family)) = self.told.next_if(|(name, _)| **name < *info.name) {
            self.collected(&name, family)?;
        }
        let same = self.told.next_if(|(name, family)| **name == *info.name && family.type_ == info.exposure.number());
        let (help, points) = match same {
            Some((_, family)) => (family.help, family.points),
            None => Default::default(),
        };
        // Made while this report was on its way: the metric's family stands.
        while self.told.next_if(|(name, _)| **name == *info.name).is_some() {}
        let help = if info.help().is_empty() { &help } else { info.help() };
        self.events.family(&FamilyView { help, ..info.view() })?;
        self.open = Some((Arc::clone(info), points.into_iter().peekable()));
        Ok(())
    }

    fn close_family(&mut self) -> std::result::Result<(), Stop> {
        if let Some((_, rest)) = self.open.take() {
            for (labels, point) in rest {
                self.events.point(point.id, &labels, &point.views())?;
            }
        }
        Ok(())
    }

    fn collected(&mut self, name: &str, family: CollectedFamily) -> std::result::Result<(), Stop> {
        self.events.family(&family.view(name))?;
        for (labels, point) in family.points {
            self.events.point(point.id, &labels, &point.views())?;
        }
        Ok(())
    }

    fn finish(mut self) -> std::result::Result<(), Stop> {
        self.close_family()?;
        while let Some((name, family)) = self.told.next() {
            self.collected(&name, family)?;
        }
        Ok(())
    }
}

impl FamilyInfo {
    pub(crate) fn view(&self) -> FamilyView<'_> {
        FamilyView {
            kind: self.kind.number(),
            type_: self.exposure.number(),
            priority: self.priority(),
            name: &self.name,
            help: self.help(),
            unit: self.unit(),
        }
    }
}
