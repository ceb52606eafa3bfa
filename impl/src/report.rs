// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The ordered walk over all that a report holds: metrics and what collectors tell.

mod merge;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use cmetrics_interface as abi;

use crate::cell;
use crate::collected::{Collected, CollectedPoint, Families, Gathered};
use crate::collector::Collector;
use crate::error::{Fault, Result};
use crate::number::Number;
use crate::registry::cursor::Cursor;
use crate::registry::family::FamilyInfo;
use crate::registry::labels::Labels;
use crate::registry::{Registry, Root};
use crate::render::Lines;
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
    fn point(&mut self, id: u64, labels: &[(&str, &str)], values: &[ValueView<'_>]) -> std::result::Result<(), Stop>;

    /// Whoever would rather take a family's metrics as they lie, under the lock, than be told of each.
    fn lines(&mut self) -> Option<&mut Lines> {
        None
    }

    /// After lines: hands on what has come together, if it is much. Without the lock.
    fn flush(&mut self) -> std::result::Result<(), Stop> {
        Ok(())
    }
}

/// Tells `events` of everything in the registry and below, in order.
pub(crate) fn walk(registry: &Registry, options: &Options<'_>, events: &mut dyn Events) -> Result<()> {
    let root = registry.root()?;
    // Many metrics may have become hot since the last one was created.
    cell::reserve();
    let (registries, collectors) = {
        let mut state = root.store.state.lock();
        state.check_there(registry.id)?;
        let registries = state.subtree(registry.id);
        let collectors = state.collectors(&registries);
        (registries, collectors)
    };
    let mut told = gather(&root, &collectors, options);
    // There may be no metric besides what they told.
    options.check_time()?;
    if registry.is_root() && !options.no_self {
        self_metrics::tell(&root, &mut told);
    }
    told.retain(|name, family| {
        !family.points.is_empty() && options.wants(name, family.priority, || family.samples(name))
    });
    let mut told = told.into_iter().peekable();
    let mut cursor = Cursor::new(&root.store, (!registry.is_root()).then_some(registries));
    let wanted = |info: &FamilyInfo| options.wants(info.name(), info.priority(), || info.samples());
    while let Some(info) = cursor.next_family(wanted) {
        options.check_time()?;
        while let Some((name, family)) = told.next_if(|(name, _)| **name < *info.name()) {
            merge::collected(&name, family, events)?;
        }
        match told.next_if(|(name, _)| **name == *info.name()) {
            Some((name, family)) => merge::both(&info, &name, family, &mut cursor, options, events)?,
            None if events.lines().is_some() => stream(&info, &mut cursor, options, events)?,
            None => merge::metrics(&info, &mut cursor, options, events)?,
        }
    }
    for (name, family) in told {
        merge::collected(&name, family, events)?;
    }
    Ok(())
}

/// A family of metrics alone, where the listener takes them as they lie.
fn stream(info: &FamilyInfo, cursor: &mut Cursor<'_>, options: &Options<'_>, events: &mut dyn Events) -> Result<()> {
    let Some(lines) = events.lines() else { return Ok(()) };
    lines.begin(info);
    loop {
        let Some(lines) = events.lines() else { return Ok(()) };
        let more = cursor.piece(lines);
        events.flush()?;
        if !more {
            return Ok(());
        }
        options.check_time()?;
    }
}

impl Options<'_> {
    fn wants(&self, name: &str, priority: i32, samples: impl FnOnce() -> Vec<String>) -> bool {
        priority <= self.verbosity
            && (self.names.is_empty()
                || self.names.contains(name)
                || samples().iter().any(|sample| self.names.contains(sample.as_str())))
    }

    pub(crate) fn check_time(&self) -> Result<()> {
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
            root.store.stats.collector_error(&collector.client.name);
        }
    }
    all.families
}

/// Takes out what would share a sample name with a metric's family of another name or type, and points that a metric has
/// already. Returns how many.
fn drop_clashes(root: &Root, families: &mut Families) -> u64 {
    let count = |families: &Families| families.values().map(|family| 1 + family.points.len()).sum::<usize>();
    let mut dropped = 0;
    let state = root.store.state.lock();
    families.retain(|name, family| {
        let fits = family.samples(name).iter().all(|sample| match state.owner_of_sample(sample) {
            None => true,
            Some(info) => *info.name() == **name && info.exposure.number() == family.type_,
        });
        dropped += u64::from(!fits);
        fits
    });
    let before = count(families);
    for (name, family) in families.iter_mut() {
        let is_there = |labels: &Labels| state.has(name, labels);
        let fits = |labels: &Labels, point: &CollectedPoint| {
            (point.adds || !is_there(labels)) && !point.others(labels).iter().any(is_there)
        };
        family.points.retain(|labels, point| fits(labels, point));
    }
    dropped + (before - count(families)) as u64
}

impl FamilyInfo {
    pub(crate) fn view(&self) -> FamilyView<'_> {
        FamilyView {
            kind: self.kind.number(),
            type_: self.exposure.number(),
            priority: self.priority(),
            name: self.name(),
            help: self.help(),
            unit: self.unit(),
        }
    }
}
