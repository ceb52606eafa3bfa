// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a root knows, behind its one lock: families, with their series, and nodes. No code of a client runs in here.

use std::collections::{HashMap, HashSet};
use std::ptr::NonNull;
use std::sync::Arc;

use super::families::Families;
use super::family::{told, FamilyInfo};
use super::ids::IdMap;
use super::labels::Labels;
use super::members::{MemberSets, SetId};
use super::{name, Registry};
use crate::client::ClientInfo;
use crate::collector::Collector;
use crate::error::{quote, Fault, Result};
use crate::metric::{Exposure, Kind};
use crate::series::group::{Group, Keys};
use crate::series::text::Texts;

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) families: Families,
    pub(super) texts: Texts,
    pub(super) sets: MemberSets,
    /// Label names of groups, by all of them in one text.
    pub(super) keys: HashMap<Box<str>, Arc<Keys>>,
    pub(super) nodes: IdMap<u64, Node>,
    /// The registry at the top, which keeps no count of groups.
    pub(super) root: u64,
    pub(super) series: u64,
    /// Metrics that are not freed, in the tree or not.
    pub(super) used: u64,
    pub(super) sites: usize,
    /// The most series that a family may have; 0 is any number.
    pub(super) most_series: u64,
    pub(super) bin: super::waste::WasteBin,
    /// The root has ended.
    pub(super) ended: bool,
}

// SAFETY: what groups and metrics it points to are its own, and are changed under its lock, or by atomic operations.
unsafe impl Send for State {}

/// A registry's place in the tree.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) children: HashMap<(String, Labels, bool), Arc<Registry>>,
    pub(super) collectors: Vec<Arc<Collector>>,
    /// The set of this registry alone, with one use.
    pub(super) set: SetId,
    /// The groups with series that were created through it, and how many those are. None is a root's, which
    /// is never removed.
    pub(super) groups: Option<IdMap<NonNull<Group>, u64>>,
}

impl State {
    pub(super) fn add_node(&mut self, id: u64, is_root: bool) {
        if is_root {
            self.root = id;
        }
        let (children, collectors, set) = (HashMap::new(), Vec::new(), self.sets.only(id));
        self.nodes.insert(id, Node { children, collectors, set, groups: (!is_root).then(IdMap::default) });
    }

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

    /// The family of this full name, if it is there. CONFLICT if it is of another kind or exposed in another way, or if
    /// another family emits a sample of one of its names.
    pub(super) fn family(
        &self,
        full: &str,
        kind: Kind,
        exposure: Exposure,
        creator: &ClientInfo,
    ) -> Result<Option<&Arc<FamilyInfo>>> {
        let requested = || told(kind, exposure, full, creator);
        if let Some(info) = self.families.get(full) {
            if info.kind == kind && info.exposure == exposure {
                return Ok(Some(info));
            }
            let kind = info.kind.name();
            let article = if kind.starts_with('i') { "an" } else { "a" };
            let message = format!("the name {} stands for {article} {kind} already", quote(full));
            return Err(Fault::conflict(message, info.told(), requested())
                .subject(full)
                .hint("use the same kind and flags everywhere, or another name"));
        }
        for name in name::samples(full, exposure) {
            if let Some(other) = self.owner_of_sample(&name) {
                let message =
                    format!("{} and {} would both use the name {}", quote(full), quote(other.name()), quote(&name));
                return Err(Fault::conflict(message, other.told(), requested())
                    .subject(full)
                    .hint("choose a name whose samples (with _total, _sum, _count, _created) are its own"));
            }
        }
        Ok(None)
    }

    /// Is there a series of this family with these labels?
    pub(crate) fn has(&self, full: &str, labels: &Labels) -> bool {
        let labels: Vec<_> = labels.iter().collect();
        self.find(full, &labels).is_some()
    }

    /// Who has a sample of this name, if any family has.
    pub(crate) fn owner_of_sample(&self, sample: &str) -> Option<&FamilyInfo> {
        let owner = |name: &str| {
            let info = self.families.get(name)?;
            info.samples().iter().any(|own| own == sample).then_some(&**info)
        };
        name::owners(sample).find_map(|name| owner(&name))
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
