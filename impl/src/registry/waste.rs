// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How memory comes back: of metrics after their last reference, of groups after their last metric, of tables and sites
//! that were replaced. All of it waits until no reader without the lock can be looking.

use std::ptr::NonNull;
use std::sync::Arc;

use super::site::{Old, Site, Sites};
use super::state::State;
use crate::grace::Bin;
use crate::metric::Metric;
use crate::series::group::{Group, Keys};
use crate::series::rows::Rows;
use crate::series::table::OldTable;

#[derive(Debug)]
enum Waste {
    /// Detached, without references.
    Metric(NonNull<Metric>),
    /// Without metrics.
    Group(NonNull<Group>),
    Table(#[expect(dead_code, reason = "it is dropped in its time")] OldTable),
    Site(Old),
}

#[derive(Debug, Default)]
pub(super) struct WasteBin(Bin<Waste>);

impl WasteBin {
    pub(super) fn put_metric(&mut self, metric: NonNull<Metric>) {
        self.0.put(Waste::Metric(metric), 1);
    }

    pub(super) fn put_table(&mut self, old: Option<OldTable>) {
        if let Some(old) = old {
            let weight = old.bytes() / 64;
            self.0.put(Waste::Table(old), weight);
        }
    }

    pub(super) fn put_sites(&mut self, old: impl IntoIterator<Item = Old>) {
        for old in old {
            self.0.put(Waste::Site(old), 8);
        }
    }
}

impl State {
    /// Frees what can be freed, if that is much.
    pub(super) fn empty_bin(&mut self) {
        if self.bin.0.is_heavy() {
            for waste in self.bin.0.take() {
                self.free(waste);
            }
        }
    }

    /// No reader can see it any more.
    fn free(&mut self, waste: Waste) {
        match waste {
            Waste::Metric(metric) => self.free_metric(metric),
            Waste::Group(group) => {
                // SAFETY: out of the tree, without metrics and sites, and unseen by now; it is thrown away once.
                let group = unsafe { Rows::free_group(group) };
                self.forget_keys(&group.keys);
            }
            Waste::Table(_) | Waste::Site(Old::Table(_)) => {}
            Waste::Site(Old::Site(site)) => {
                self.sets.give_up(site.members);
                for sym in site.sources().iter().filter_map(|source| source.place().err()) {
                    // SAFETY: the site had a use, and nobody reads it any more.
                    unsafe { self.texts.give_up(sym) };
                }
            }
        }
    }

    fn free_metric(&mut self, metric: NonNull<Metric>) {
        // SAFETY: under the lock; a metric that is not freed keeps its group.
        let rows = unsafe { Rows::of(metric.as_ref().group) };
        // SAFETY: detached and without references when it was thrown away, and unseen by now.
        unsafe { rows.free(metric, &mut self.texts) };
        self.used -= 1;
        // SAFETY: under the lock. A family without series is not in the tree.
        if rows.used() == 0 && unsafe { rows.group().info.is_gone() } {
            self.throw_away(rows);
        }
    }

    /// A group that is not in the tree and has no metrics. (Its sites are forgotten when it leaves the tree.)
    pub(super) fn throw_away(&mut self, rows: Rows<'_>) {
        self.bin.0.put(Waste::Group(rows.place()), 8);
    }

    /// A group with these label names is freed.
    fn forget_keys(&mut self, keys: &Arc<Keys>) {
        // Its own and the map's: no other group has them.
        if Arc::strong_count(keys) == 2 {
            let joined: String = keys.iter().flat_map(|key| [&**key, " "]).collect();
            self.keys.remove(&*joined);
        }
    }

    pub(super) fn forget_sites(&mut self, sites: &Sites, gone: impl Fn(&Site) -> bool) {
        if self.sites == 0 {
            return;
        }
        let old = sites.forget(gone);
        for old in &old {
            if let Old::Site(site) = old {
                // SAFETY: under the lock; the group may have been thrown away in this hold of it, but is not freed yet.
                unsafe { Rows::of(site.group) }.count_site(-1);
                self.sites -= 1;
            }
        }
        self.bin.put_sites(old);
    }

    /// Forgets the sites of families that have left the tree, before anything of them is freed.
    pub(super) fn forget_sites_of_gone(&mut self, sites: &Sites) {
        // SAFETY: as above.
        self.forget_sites(sites, |site| unsafe { site.group.as_ref().info.is_gone() });
    }

    /// The last reference to a metric was given up. True if the store has nothing left to be kept for.
    pub(super) fn give_back(&mut self, metric: NonNull<Metric>) -> bool {
        self.bin.put_metric(metric);
        if self.ended {
            self.free_all();
        } else {
            self.empty_bin();
        }
        self.ended && self.used == 0
    }

    /// The root has ended: metrics are detached, and those without handles are gone. True if some are left.
    pub(super) fn end(&mut self, sites: &Sites) -> bool {
        let families = std::mem::take(&mut self.families);
        for info in families.iter() {
            // SAFETY: under the lock. A group is not freed before `free_all`.
            for rows in unsafe { info.groups() } {
                if rows.attached() != 0 {
                    // SAFETY: under the lock. None of them stays attached.
                    unsafe { info.count_alive(-1) };
                }
                for metric in (0..rows.len()).map(|number| rows.group().at(number)) {
                    // SAFETY: a number below the length is of a metric.
                    if unsafe { metric.as_ref() }.attached() {
                        if let Some(metric) = rows.detach(metric).give_up() {
                            self.bin.put_metric(metric);
                        }
                    }
                }
                if rows.used() == 0 {
                    self.throw_away(rows);
                }
            }
        }
        self.series = 0;
        self.ended = true;
        self.forget_sites(sites, |_| true);
        // Whoever looked for a metric had the root: no reader is left.
        self.free_all();
        self.used != 0
    }

    /// No reader is left at all.
    fn free_all(&mut self) {
        loop {
            let all = self.bin.0.take_all();
            if all.is_empty() {
                return;
            }
            for waste in all {
                self.free(waste);
            }
        }
    }
}
