// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a root knows, behind its one lock: families and nodes. No code of a client runs in here.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::family::{told, Family, FamilyInfo, Series};
use super::labels::Labels;
use super::{name, Registry};
use crate::client::ClientInfo;
use crate::collector::Collector;
use crate::error::{quote, Fault, Result};
use crate::metric::{Exposure, Kind, Metric};
use crate::stats::Stats;

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) families: BTreeMap<Arc<str>, Family>,
    /// Which family every sample name belongs to.
    reserved: HashMap<String, Arc<str>>,
    pub(super) nodes: HashMap<u64, Node>,
    series: u64,
    /// The most series that a family may have; 0 is any number.
    pub(super) most_series: u64,
}

/// A registry's place in the tree.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) children: HashMap<(String, Labels, bool), Arc<Registry>>,
    pub(super) collectors: Vec<Arc<Collector>>,
    members: HashSet<(Arc<str>, Labels)>,
}

/// A metric that is wanted, checked and with its full name.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) full: &'a str,
    pub(super) kind: Kind,
    pub(super) exposure: Exposure,
    pub(super) labels: Labels,
    pub(super) help: &'a str,
    pub(super) unit: &'a str,
    pub(super) priority: i32,
    pub(super) creator: Arc<ClientInfo>,
}

impl Request<'_> {
    fn new_family(&self) -> FamilyInfo {
        FamilyInfo::new(self.full, self.kind, self.exposure, self.priority, Arc::clone(&self.creator))
    }
}

impl State {
    pub(super) fn node(&mut self, id: u64) -> Result<&mut Node> {
        self.nodes.get_mut(&id).ok_or_else(|| {
            Fault::gone("the registry was removed").hint("get it anew with child, or keep it until its last use")
        })
    }

    /// GONE if the registry is not in the tree any more.
    pub(crate) fn check_there(&mut self, id: u64) -> Result<()> {
        self.node(id).map(|_| ())
    }

    pub(crate) fn series_count(&self) -> u64 {
        self.series
    }

    /// The metric that `request` names, made if it is not there.
    pub(super) fn metric(&mut self, registry: u64, request: Request<'_>, stats: &Arc<Stats>) -> Result<Arc<Metric>> {
        self.node(registry)?;
        let there = self.family(request.full, request.kind, request.exposure, &request.creator)?;
        let info = there.unwrap_or_else(|| Arc::new(request.new_family()));
        let family = self
            .families
            .entry(Arc::clone(&info.name))
            .or_insert_with(|| Family { info: Arc::clone(&info), series: BTreeMap::new() });
        if !family.series.contains_key(&request.labels)
            && self.most_series != 0
            && family.series.len() as u64 >= self.most_series
        {
            return Err(Fault::new(
                cmetrics_interface::LIMIT,
                cmetrics_interface::CATEGORY_FIX_ENVIRONMENT,
                format!(
                    "the family {} has {} series, the most that this root allows",
                    quote(&info.name),
                    self.most_series
                ),
            )
            .subject(&*info.name)
            .hint("use labels with fewer values, remove series that are over, or raise the limit on the root"));
        }
        if family.series.is_empty() {
            for name in info.samples() {
                self.reserved.insert(name, Arc::clone(&info.name));
            }
        }
        info.learn(request.help, request.unit, request.priority);
        let series = family.series.entry(request.labels.clone()).or_insert_with(|| {
            self.series += 1;
            let metric = Metric::new(Arc::clone(&info), request.labels.clone(), Arc::clone(stats), true);
            Series { metric: Arc::new(metric), members: Vec::new() }
        });
        if !series.members.contains(&registry) {
            series.members.push(registry);
        }
        let metric = Arc::clone(&series.metric);
        self.node(registry)?.members.insert((Arc::clone(&info.name), request.labels));
        Ok(metric)
    }

    /// The family of this full name, if it is there. CONFLICT if it is of another kind or exposed in another way, or if
    /// another family emits a sample of one of its names.
    pub(super) fn family(
        &self,
        full: &str,
        kind: Kind,
        exposure: Exposure,
        creator: &ClientInfo,
    ) -> Result<Option<Arc<FamilyInfo>>> {
        let requested = || told(kind, exposure, full, creator);
        if let Some(family) = self.families.get(full) {
            let info = &family.info;
            if info.kind == kind && info.exposure == exposure {
                return Ok(Some(Arc::clone(info)));
            }
            let message = format!("the name {} stands for a {} already", quote(full), info.kind.name());
            return Err(Fault::conflict(message, info.told(), requested())
                .subject(full)
                .hint("use the same kind and flags everywhere, or another name"));
        }
        for name in name::samples(full, exposure) {
            if let Some(other) = self.owner_of_sample(&name) {
                let message =
                    format!("{} and {} would both use the name {}", quote(full), quote(&other.name), quote(&name));
                return Err(Fault::conflict(message, other.told(), requested())
                    .subject(full)
                    .hint("choose a name whose samples (with _total, _sum, _count, _created) are its own"));
            }
        }
        Ok(None)
    }

    pub(super) fn find(&self, full: &str, labels: &Labels) -> Option<&Arc<Metric>> {
        self.families.get(full)?.series.get(labels).map(|series| &series.metric)
    }

    pub(crate) fn has(&self, full: &str, labels: &Labels) -> bool {
        self.find(full, labels).is_some()
    }

    /// Who has a sample of this name, if any family has.
    pub(crate) fn owner_of_sample(&self, name: &str) -> Option<&FamilyInfo> {
        self.families.get(self.reserved.get(name)?).map(|family| &*family.info)
    }

    /// Was this very metric created through the registry? Then it leaves it.
    pub(super) fn leave(&mut self, registry: u64, metric: &Metric) -> Result<bool> {
        let key = (Arc::clone(&metric.family.name), metric.labels.clone());
        let here = self.find(&key.0, &key.1).is_some_and(|found| found.id == metric.id);
        let left = here && self.node(registry)?.members.remove(&key);
        if left {
            self.drop_member(registry, &key);
        }
        Ok(left)
    }

    /// Takes a series out of what one registry reports, and out of the tree when it was the last.
    fn drop_member(&mut self, registry: u64, (name, labels): &(Arc<str>, Labels)) {
        let Some(family) = self.families.get_mut(name) else { return };
        let Some(series) = family.series.get_mut(labels) else { return };
        series.members.retain(|member| *member != registry);
        if !series.members.is_empty() {
            return;
        }
        series.metric.detach();
        family.series.remove(labels);
        self.series -= 1;
        if family.series.is_empty() {
            for sample in family.info.samples() {
                self.reserved.remove(&sample);
            }
            self.families.remove(name);
        }
    }

    /// The registry and all below it.
    pub(crate) fn subtree(&self, top: u64) -> HashSet<u64> {
        let (mut found, mut open) = (HashSet::new(), vec![top]);
        while let Some(id) = open.pop() {
            if let Some(node) = self.nodes.get(&id) {
                found.insert(id);
                open.extend(node.children.values().map(|child| child.id));
            }
        }
        found
    }

    /// Takes a registry and all below it out of the tree. What is returned must be removed without the lock.
    pub(super) fn remove(&mut self, top: u64, parent: u64) -> Vec<Arc<Collector>> {
        let mut collectors = Vec::new();
        for id in self.subtree(top) {
            let Some(node) = self.nodes.remove(&id) else { continue };
            for member in &node.members {
                self.drop_member(id, member);
            }
            collectors.extend(node.collectors);
        }
        if let Some(parent) = self.nodes.get_mut(&parent) {
            parent.children.retain(|_, child| child.id != top);
        }
        collectors
    }

    /// Every collector of these registries, in the order of their registries' ids and then of their own.
    pub(crate) fn collectors(&self, of: &HashSet<u64>) -> Vec<Arc<Collector>> {
        let mut ids: Vec<_> = of.iter().collect();
        ids.sort_unstable();
        ids.into_iter().filter_map(|id| self.nodes.get(id)).flat_map(|node| node.collectors.iter().cloned()).collect()
    }

    pub(super) fn forget_collector(&mut self, collector: &Collector) {
        if let Some(node) = self.nodes.get_mut(&collector.registry.id) {
            node.collectors.retain(|other| !std::ptr::eq(&**other, collector));
        }
    }
}
