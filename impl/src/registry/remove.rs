// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How metrics and registries leave, under the root's lock.

use std::collections::hash_map::{Entry, HashMap};
use std::ptr::NonNull;
use std::sync::Arc;

use super::members::SetId;
use super::site::Sites;
use super::state::State;
use crate::collector::Collector;
use crate::error::Result;
use crate::metric::{Metric, MetricRef};
use crate::series::rows::Rows;

impl State {
    /// Was the metric created through the registry? Then it leaves it.
    pub(super) fn leave(&mut self, registry: u64, metric: &MetricRef, sites: &Sites) -> Result<bool> {
        self.node(registry)?;
        let left = self.sets.of(metric.members()).contains(&registry);
        if left {
            if let Some(groups) = self.nodes.get_mut(&registry).and_then(|node| node.groups.as_mut()) {
                if let Entry::Occupied(mut entry) = groups.entry(metric.group) {
                    *entry.get_mut() -= 1;
                    if *entry.get() == 0 {
                        entry.remove();
                    }
                }
            }
            if self.drop_member(registry, metric.place()) {
                self.forget_sites_of_gone(sites);
            }
            self.empty_bin();
        }
        Ok(left)
    }

    /// Takes a metric out of what one registry reports, and out of the tree when that was the last one. True if sites
    /// are left of its family, which is gone.
    fn drop_member(&mut self, registry: u64, metric: NonNull<Metric>) -> bool {
        // SAFETY: it is in the tree.
        let members = unsafe { metric.as_ref() }.members();
        let rest = self.sets.without(members, registry);
        if rest == SetId::NONE {
            self.detach(metric)
        } else {
            // SAFETY: attached, and under the lock.
            unsafe { Rows::set_members(metric, rest) };
            false
        }
    }

    /// Takes a metric out of the tree, and its family with the last one. Its set was given up. True if sites are left of
    /// the family, which is gone.
    fn detach(&mut self, metric: NonNull<Metric>) -> bool {
        // SAFETY: it is in the tree, and so is its group, under the lock.
        let rows = unsafe { Rows::of(metric.as_ref().group) };
        let last = rows.detach(metric).give_up();
        self.series -= 1;
        let info = &rows.group().info;
        let mut has_sites = false;
        // SAFETY: under the lock.
        if rows.attached() == 0 && unsafe { info.count_alive(-1) } {
            // It has left the tree when its groups are looked at, which nothing is added to any more.
            self.families.remove(info.name());
            // SAFETY: under the lock. A group that is thrown away is freed later.
            for rows in unsafe { info.groups() } {
                has_sites |= rows.has_sites();
                if rows.used() == 0 {
                    self.throw_away(rows);
                }
            }
        }
        if let Some(metric) = last {
            self.bin.put_metric(metric);
        }
        has_sites
    }

    /// Takes a registry and all below it out of the tree. What is returned must be removed without the lock.
    pub(super) fn remove(&mut self, top: u64, parent: u64, sites: &Sites) -> Vec<Arc<Collector>> {
        let (mut collectors, mut has_sites) = (Vec::new(), false);
        let subtree = self.subtree(top);
        for id in &subtree {
            let Some(node) = self.nodes.remove(id) else { continue };
            for group in node.groups.into_iter().flat_map(HashMap::into_keys) {
                // SAFETY: under the lock; a group with series of a registry is in the tree.
                let rows = unsafe { Rows::of(group) };
                let of_it = |number: &u32| self.sets.of(rows.group().members(*number)).contains(id);
                let members: Vec<_> = (0..rows.len()).filter(of_it).map(|number| rows.group().at(number)).collect();
                for metric in members {
                    has_sites |= self.drop_member(*id, metric);
                }
            }
            self.sets.give_up(node.set);
            collectors.extend(node.collectors);
        }
        self.forget_sites(sites, |site| subtree.contains(&site.registry));
        if has_sites {
            self.forget_sites_of_gone(sites);
        }
        if let Some(parent) = self.nodes.get_mut(&parent) {
            parent.children.retain(|_, child| child.id != top);
        }
        self.empty_bin();
        collectors
    }
}
