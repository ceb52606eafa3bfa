// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How metrics are found and created, under the root's lock.

use std::ptr::NonNull;
use std::sync::Arc;

use cmetrics_interface as abi;

use super::family::FamilyInfo;
use super::members::SetId;
use super::query::Query;
use super::row::{Row, Value};
use super::site::{self, Site, Source};
use super::state::State;
use super::store::Store;
use crate::client::ClientInfo;
use crate::error::{quote, Fault, Result};
use crate::metric::{Exposure, Kind, Metric, MetricRef};
use crate::series::group::{Group, Keys};
use crate::series::hash::{combine, Part};
use crate::series::rows::Rows;
use crate::series::text::Sym;

/// A metric that is wanted, checked and with its full name.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) full: &'a str,
    pub(super) kind: Kind,
    pub(super) exposure: Exposure,
    /// All of them, in the order of their names.
    pub(super) labels: &'a [(&'a str, &'a str)],
    pub(super) help: &'a str,
    pub(super) unit: &'a str,
    pub(super) priority: i32,
    pub(super) creator: &'a Arc<ClientInfo>,
}

impl Request<'_> {
    fn keys(&self) -> impl Iterator<Item = &str> + Clone {
        self.labels.iter().map(|(key, _)| *key)
    }

    fn new_family(&self, store: &Arc<Store>) -> Arc<FamilyInfo> {
        let creator = Arc::clone(self.creator);
        Arc::new(FamilyInfo::new(
            [self.full, self.help, self.unit],
            self.kind,
            self.exposure,
            self.priority,
            creator,
            store,
        ))
    }
}

/// The group of a family with the names of these labels. Under the lock.
fn rows_of<'l>(info: &FamilyInfo, labels: &[(&str, &str)]) -> Option<Rows<'l>> {
    // SAFETY: methods of the state are called under the lock; the family is in the tree.
    unsafe { info.groups() }.find(|rows| rows.group().keys.are_of(labels))
}

/// The metric with the values of these labels, whose names are the group's.
fn find_in(rows: Rows<'_>, labels: &[(&str, &str)]) -> Option<NonNull<Metric>> {
    let values: Vec<_> = labels.iter().map(|(_, value)| Part::of(value.as_bytes())).collect();
    // SAFETY: whoever has rows has the lock; there is a value for each label name.
    unsafe { rows.group().find_values(&values) }
}

impl State {
    /// The metric that `request` names, made if it is not there. Where a query asks in these words, and a metric of the
    /// group was there already, they are remembered.
    pub(super) fn metric(
        &mut self,
        registry: u64,
        request: &Request<'_>,
        query: Option<&Query<'_>>,
        store: &Arc<Store>,
    ) -> Result<MetricRef> {
        let set = self.node(registry)?.set;
        let info = self.family(request.full, request.kind, request.exposure, request.creator)?.cloned();
        let rows = info.as_ref().and_then(|info| rows_of(info, request.labels));
        let metric = match rows.and_then(|rows| find_in(rows, request.labels)) {
            Some(metric) => {
                // SAFETY: it is in the tree, which has a reference.
                let metric = unsafe { MetricRef::retain(metric) };
                self.join(registry, &metric);
                metric
            }
            None => self.create(registry, set, request, info.as_ref(), store)?,
        };
        metric.family().learn(request.help, request.unit, request.priority);
        if let (Some(query), Some(_)) = (query, rows) {
            self.remember(query, &metric, set, store);
        }
        self.empty_bin();
        Ok(metric)
    }

    /// The metric of the site's group with these values, made if it is not there. None says nothing.
    pub(super) fn metric_at(&mut self, site: &Site, row: &Row<'_>) -> Option<MetricRef> {
        if !site.is_there() {
            return None;
        }
        // SAFETY: under the lock, and the site is there: so is its group, which may have left the tree with its family.
        let (rows, info) = unsafe { (Rows::of(site.group), &site.group.as_ref().info) };
        // SAFETY: under the lock.
        let is_gone = rows.attached() == 0 && unsafe { info.is_gone() };
        // SAFETY: as above, and the family is in the tree.
        let is_full = || self.most_series != 0 && unsafe { info.series() } >= self.most_series;
        if is_gone || is_full() || rows.check_room().is_err() {
            return None;
        }
        let mut values = [Sym::from_number(0); site::MOST_SOURCES];
        let n = row.values().len();
        for (i, value) in row.values().iter().enumerate() {
            let Some(sym) = self.keep(value) else {
                // SAFETY: kept above, and nobody knows of it.
                values[..i].iter().for_each(|sym| unsafe { self.texts.give_up(*sym) });
                return None;
            };
            values[i] = sym;
        }
        let values = &values[..n];
        // SAFETY: under the lock; equal texts have equal numbers.
        if let Some(there) = unsafe { rows.group().find(row.hash(), |i, sym| sym == values[i]) } {
            // SAFETY: kept above; the metric that is there has uses of its own, and is in the tree.
            unsafe {
                values.iter().for_each(|sym| self.texts.give_up(*sym));
                let there = MetricRef::retain(there);
                self.join(site.registry, &there);
                return Some(there);
            }
        }
        let metric = self.add(site.registry, site.members, rows, row.hash(), values)?;
        self.empty_bin();
        Some(metric)
    }

    /// Keeps a value that may not be UTF-8.
    fn keep(&mut self, value: &Value<'_>) -> Option<Sym> {
        let known = match value {
            Value::Given(part, hash) => self.texts.find(part, *hash),
            Value::Inherited(sym) => Some(*sym),
        };
        match (known, value) {
            (Some(sym), _) => {
                self.texts.use_again(sym);
                Some(sym)
            }
            (None, Value::Given(part, hash)) => {
                str::from_utf8(part.bytes).ok().and_then(|_| self.texts.keep(part, *hash).ok())
            }
            (None, Value::Inherited(_)) => None,
        }
    }

    pub(super) fn find(&self, full: &str, labels: &[(&str, &str)]) -> Option<NonNull<Metric>> {
        find_in(rows_of(self.families.get(full)?, labels)?, labels)
    }

    /// A metric that is there was asked for through this registry too.
    fn join(&mut self, registry: u64, metric: &MetricRef) {
        let before = metric.members();
        if self.sets.of(before).contains(&registry) {
            return;
        }
        let members = self.sets.with(before, registry);
        // SAFETY: attached, and under the lock.
        unsafe { Rows::set_members(metric.place(), members) };
        self.count_in(registry, metric.group);
    }

    /// Notes that one series more of the group is of the registry.
    fn count_in(&mut self, registry: u64, group: NonNull<Group>) {
        if registry == self.root {
            return;
        }
        if let Some(groups) = self.nodes.get_mut(&registry).and_then(|node| node.groups.as_mut()) {
            *groups.entry(group).or_insert(0) += 1;
        }
    }

    fn create(
        &mut self,
        registry: u64,
        set: SetId,
        request: &Request<'_>,
        info: Option<&Arc<FamilyInfo>>,
        store: &Arc<Store>,
    ) -> Result<MetricRef> {
        let rows = info.and_then(|info| rows_of(info, request.labels));
        self.check_limit(request, info, rows)?;
        let (hash, values) = self.keep_values(request)?;
        let rows = rows.unwrap_or_else(|| self.add_group(request, info, store));
        self.add(registry, set, rows, hash, &values)
            .ok_or_else(|| Fault::new(abi::INTERNAL, abi::CATEGORY_REPORT_BUG, "a group with room is full"))
    }

    /// A group for what is requested, and a family if there is none.
    fn add_group<'l>(&mut self, request: &Request<'_>, info: Option<&Arc<FamilyInfo>>, store: &Arc<Store>) -> Rows<'l> {
        let info = info.cloned().unwrap_or_else(|| {
            let info = request.new_family(store);
            self.families.add(Arc::clone(&info));
            info
        });
        let group = Rows::new_group(Arc::clone(&info), self.keys_of(request));
        // SAFETY: under the lock; new, and in no list.
        unsafe {
            info.add_group(group);
            Rows::of(group)
        }
    }

    fn add(&mut self, registry: u64, set: SetId, rows: Rows<'_>, hash: u32, values: &[Sym]) -> Option<MetricRef> {
        let (metric, old) = rows.add(hash, values, set).ok()?;
        if rows.attached() == 1 {
            // SAFETY: under the lock.
            unsafe { rows.group().info.count_alive(1) };
        }
        self.series += 1;
        self.used += 1;
        self.sets.use_again(set);
        self.bin.put_table(old);
        self.count_in(registry, rows.place());
        Some(metric)
    }

    fn check_limit(&self, request: &Request<'_>, info: Option<&Arc<FamilyInfo>>, rows: Option<Rows<'_>>) -> Result<()> {
        let limit = |n: u64, why: &str, hint: &str| {
            let message = format!("the family {} has {n} series, the most that {why}", quote(request.full));
            Err(Fault::new(abi::LIMIT, abi::CATEGORY_FIX_ENVIRONMENT, message).subject(request.full).hint(hint))
        };
        // SAFETY: under the lock; the family is in the tree.
        let series = || info.map_or(0, |info| unsafe { info.series() });
        if self.most_series != 0 && series() >= self.most_series {
            let hint = "use labels with fewer values, remove series that are over, or raise the limit on the root";
            return limit(self.most_series, "this root allows", hint);
        }
        match rows.map(Rows::check_room) {
            Some(Err(_)) => {
                let hint = "use labels with fewer values, and remove series that are over";
                limit(series(), "one family can have with the same label names, or had too many before", hint)
            }
            _ => Ok(()),
        }
    }

    /// Keeps the label values, with a use each, or none at all.
    fn keep_values(&mut self, request: &Request<'_>) -> Result<(u32, Vec<Sym>)> {
        let (mut hash, mut values) = (0, Vec::with_capacity(request.labels.len()));
        for (key, value) in request.labels {
            let part = Part::of(value.as_bytes());
            let of_value = part.hash();
            match self.texts.keep(&part, of_value) {
                Ok(sym) => values.push(sym),
                Err(_) => {
                    for sym in values {
                        // SAFETY: kept above, and nobody knows of it.
                        unsafe { self.texts.give_up(sym) };
                    }
                    let message = format!("there is no room for one more value of the label {}", quote(key));
                    return Err(Fault::new(abi::LIMIT, abi::CATEGORY_FIX_ENVIRONMENT, message)
                        .subject(*key)
                        .hint("use labels with fewer values, and remove series that are over"));
                }
            }
            hash = combine(hash, of_value);
        }
        Ok((hash, values))
    }

    fn keys_of(&mut self, request: &Request<'_>) -> Arc<Keys> {
        let joined: String = request.keys().flat_map(|key| [key, " "]).collect();
        Arc::clone(self.keys.entry(joined.into()).or_insert_with(|| Arc::new(Keys::new(request.keys()))))
    }

    /// A metric that takes updates and that no report shows.
    pub(super) fn detached(&mut self, request: &Request<'_>, store: &Arc<Store>) -> Result<MetricRef> {
        let group = Rows::new_group(request.new_family(store), self.keys_of(request));
        // SAFETY: under the lock; new.
        let rows = unsafe { Rows::of(group) };
        let full = || Fault::new(abi::INTERNAL, abi::CATEGORY_REPORT_BUG, "an empty group is full");
        let (metric, _) = rows.add(0, &[], SetId(u32::MAX)).map_err(|_| full())?;
        self.used += 1;
        // The tree's reference goes, and is not the last one.
        rows.detach(metric.place()).give_up();
        Ok(metric)
    }

    /// Makes a site for the query, which found the metric.
    fn remember(&mut self, query: &Query<'_>, metric: &MetricRef, set: SetId, store: &Arc<Store>) {
        if !store.sites.wants(query, self.sites) || metric.members() != set {
            return;
        }
        let mut used = 0;
        let mut sources = Vec::with_capacity(metric.labels().len());
        for (i, (key, value)) in metric.labels().enumerate() {
            sources.push(match query.position(key, value) {
                Some(at) => {
                    used += 1;
                    Source::given(at)
                }
                // SAFETY: the metric is there, and has this label.
                None => Source::inherited(unsafe { Group::sym(metric.place(), i) }),
            });
        }
        if used != query.keys().len() {
            // One of those given has no effect here, and would not be checked.
            return;
        }
        let Some(site) = Site::new(query, metric.group, &sources, set) else { return };
        for sym in sources.iter().filter_map(|source| source.place().err()) {
            self.texts.use_again(sym);
        }
        self.sets.use_again(set);
        let old = store.sites.add(site, self.sites);
        self.sites += 1;
        // SAFETY: under the lock; the metric's group.
        unsafe { Rows::of(metric.group) }.count_site(1);
        self.bin.put_sites(old);
    }
}
