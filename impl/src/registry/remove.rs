// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How metrics and registries leave, under the root's lock.

use std::ptr::NonNull;
use std::sync::Arc;

use super::members::SetId;
use super::site::Sites;
use super::state::State;
use crate::collector::Collector;
use crate::error::Result;
use crate::metric::{Metric, MetricRef};
use crate::series::group::Group;
use crate::series::rows::Rows;

impl State {
    /// Was the metric created through the registry? Then it leaves it.
    pub(super) fn leave(&mut self, registry: u64, metric: &MetricRef, sites: &Sites) -> Result<bool> {
        self.node(registry)?;
        let left = self.sets.of(metric.members()).contains(&registry);
        if left {
            if let Some(groups) = self.nodes.get_mut(&registry).and_then(|node| node.groups.as_mut()) {
                let group = metric.group.addr().get();
                if let Some((_, count)) = groups.get_mut(&group) {
                    *count -= 1;
                    if *count == 0 {
                        groups.remove(&group);
                    }
                }
            }
            self.drop_member(registry, metric.place());
            self.empty_bin(sites);
        }
        Ok(left)
    }

    /// Takes a metric out of what one registry reports, and out of the tree when that was the last one.
    fn drop_member(&mut self, registry: u64, metric: NonNull<Metric>) {
        // SAFETY: it is in the tree.
        let members = unsafe { metric.as_ref() }.members();
        let rest = self.sets.without(members, registry);
        if rest == SetId::NONE {
            self.detach(metric);
        } else {
            // SAFETY: attached, and under the lock.
            unsafe { Rows::set_members(metric, rest) };
        }
    }

    /// Takes a metric out of the tree, and its family with the last one. Its set was given up.
    fn detach(&mut self, metric: NonNull<Metric>) {
        // SAFETY: it is in the tree, and so is its group.
        let group = unsafe { metric.as_ref().group };
        let Some(rows) = self.rows(group) else { return };
        let last = rows.detach(metric).give_up();
        // SAFETY: as above: the metric, attached or not, keeps the group.
        let name: &str = unsafe { &group.as_ref().info.name };
        self.series -= 1;
        if let Some(family) = self.families.get_mut(name) {
            family.series -= 1;
            if family.series == 0 {
                if let Some(family) = self.families.remove(name) {
                    self.loose.extend(family.groups.into_iter().map(|rows| (rows.place().addr().get(), rows)));
                }
            }
        }
        if let Some(metric) = last {
            self.bin.put_metric(metric);
        }
    }

    /// Takes a registry and all below it out of the tree. What is returned must be removed without the lock.
    pub(super) fn remove(&mut self, top: u64, parent: u64, sites: &Sites) -> Vec<Arc<Collector>> {
        let mut collectors = Vec::new();
        let subtree = self.subtree(top);
        for id in &subtree {
            let Some(node) = self.nodes.remove(id) else { continue };
            for (group, (info, _)) in node.groups.into_iter().flatten() {
                let there = self.families.get(&*info.name).into_iter().flat_map(|family| &family.groups);
                let Some(rows) = there.into_iter().find(|rows| rows.place().addr().get() == group) else { continue };
                let group: &Group = rows.group();
                let of_it = |number: &u32| self.sets.of(group.members(*number)).contains(id);
                let members: Vec<_> = (0..rows.len()).filter(of_it).map(|number| group.at(number)).collect();
                for metric in members {
                    self.drop_member(*id, metric);
                }
            }
            self.sets.give_up(node.set);
            collectors.extend(node.collectors);
        }
        self.forget_sites(sites, |site| subtree.contains(&site.registry));
        if let Some(parent) = self.nodes.get_mut(&parent) {
            parent.children.retain(|_, child| child.id != top);
        }
        self.empty_bin(sites);
        collectors
    }
}
