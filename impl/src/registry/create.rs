// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How metrics are found and created, under the root's lock.

use std::ptr::NonNull;
use std::sync::Arc;

use cmetrics_interface as abi;

use super::family::{ByName, Family, FamilyInfo};
use super::members::SetId;
use super::site::{Query, Site, Source};
use super::state::State;
use super::store::Store;
use crate::client::ClientInfo;
use crate::error::{quote, Fault, Result};
use crate::metric::{Exposure, Kind, Metric, MetricRef};
use crate::series::group::Keys;
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
        Arc::new(FamilyInfo::new(self.full, self.kind, self.exposure, self.priority, creator, store))
    }
}

impl State {
    /// The metric that `request` names, made if it is not there. Where it is asked for by a query in whose words a metric
    /// was there already, that is remembered.
    pub(super) fn metric(
        &mut self,
        registry: u64,
        request: &Request<'_>,
        query: Option<&Query<'_>>,
        store: &Arc<Store>,
    ) -> Result<MetricRef> {
        let set = self.node(registry)?.set;
        let info = self.family(request.full, request.kind, request.exposure, request.creator)?.cloned();
        let there = self.find(request.full, request.labels);
        let metric = match there {
            Some(metric) => {
                // SAFETY: it is in the tree, which has a reference.
                let metric = unsafe { MetricRef::retain(metric) };
                self.join(registry, &metric);
                metric
            }
            None => self.create(registry, set, request, info.clone(), store)?,
        };
        metric.family().learn(request.help, request.unit, request.priority);
        if let (Some(query), true) = (query, there.is_some()) {
            self.remember(query, &metric, set, store);
        }
        self.empty_bin(&store.sites);
        Ok(metric)
    }

    pub(super) fn find(&self, full: &str, labels: &[(&str, &str)]) -> Option<NonNull<Metric>> {
        let rows = self.group(full, labels)?;
        let values: Vec<_> = labels.iter().map(|(_, value)| Part::of(value.as_bytes())).collect();
        // SAFETY: under the lock; there is a value for each label name.
        unsafe { rows.group().find_values(&values) }
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
        self.count_in(registry, metric.place());
    }

    /// Notes that one series more of the metric's group is of the registry.
    fn count_in(&mut self, registry: u64, metric: NonNull<Metric>) {
        // SAFETY: the metric is in the tree, and so is its group.
        let group = unsafe { metric.as_ref().group };
        if let Some(groups) = self.nodes.get_mut(&registry).and_then(|node| node.groups.as_mut()) {
            // SAFETY: as above.
            let info = || (Arc::clone(unsafe { &group.as_ref().info }), 0);
            groups.entry(group.addr().get()).or_insert_with(info).1 += 1;
        }
    }

    fn create(
        &mut self,
        registry: u64,
        set: SetId,
        request: &Request<'_>,
        info: Option<Arc<FamilyInfo>>,
        store: &Arc<Store>,
    ) -> Result<MetricRef> {
        self.check_limit(request)?;
        let (hash, values) = self.keep_values(request)?;
        let info = info.unwrap_or_else(|| request.new_family(store));
        if self.group(request.full, request.labels).is_none() {
            let rows = Rows::new(Arc::clone(&info), self.keys_of(request));
            let family = self.families.entry(ByName(info)).or_insert_with(|| Family { groups: Vec::new(), series: 0 });
            family.groups.reserve_exact(1);
            family.groups.push(rows);
        }
        let family = self.families.get_mut(request.full);
        let same = |rows: &&mut Rows| rows.group().keys.are_of(request.labels);
        let added = family.and_then(|family| {
            family.series += 1;
            family.groups.iter_mut().find(same)
        });
        // The group is there, with room: both were seen to above.
        let Some(Ok((metric, old))) = added.map(|rows| rows.add(hash, &values, set)) else {
            return Err(Fault::new(abi::INTERNAL, abi::CATEGORY_REPORT_BUG, "a group that was made is not there"));
        };
        self.series += 1;
        self.sets.use_again(set);
        self.bin.put_table(old);
        self.count_in(registry, metric);
        // SAFETY: it is in the tree, which has a reference.
        Ok(unsafe { MetricRef::retain(metric) })
    }

    fn check_limit(&self, request: &Request<'_>) -> Result<()> {
        let limit = |n: u64, why: &str, hint: &str| {
            let message = format!("the family {} has {n} series, the most that {why}", quote(request.full));
            Err(Fault::new(abi::LIMIT, abi::CATEGORY_FIX_ENVIRONMENT, message).subject(request.full).hint(hint))
        };
        let Some(family) = self.families.get(request.full) else { return Ok(()) };
        if self.most_series != 0 && family.series >= self.most_series {
            let hint = "use labels with fewer values, remove series that are over, or raise the limit on the root";
            return limit(self.most_series, "this root allows", hint);
        }
        match self.group(request.full, request.labels).map(Rows::check_room) {
            Some(Err(_)) => {
                let hint = "use labels with fewer values, and remove series that are over";
                limit(family.series, "one family can have with the same label names, or had too many before", hint)
            }
            _ => Ok(()),
        }
    }

    /// Keeps the label values, with a use each, or none at all.
    fn keep_values(&mut self, request: &Request<'_>) -> Result<(u32, Vec<Sym>)> {
        let (mut hash, mut values) = (0, Vec::with_capacity(request.labels.len()));
        for (key, value) in request.labels {
            let part = Part::of(value.as_bytes());
            match self.texts.keep(&part) {
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
            hash = combine(hash, part.hash());
        }
        Ok((hash, values))
    }

    fn keys_of(&mut self, request: &Request<'_>) -> Arc<Keys> {
        let joined: String = request.keys().flat_map(|key| [key, " "]).collect();
        Arc::clone(self.keys.entry(joined.into()).or_insert_with(|| Arc::new(Keys::new(request.keys()))))
    }

    /// A metric that takes updates and that no report shows.
    pub(super) fn detached(&mut self, request: &Request<'_>, store: &Arc<Store>) -> Result<MetricRef> {
        let mut rows = Rows::new(request.new_family(store), self.keys_of(request));
        let metric = match rows.add(0, &[], SetId(u32::MAX)) {
            Ok((metric, _)) => rows.detach(metric),
            Err(_) => return Err(Fault::new(abi::INTERNAL, abi::CATEGORY_REPORT_BUG, "an empty group is full")),
        };
        self.loose.insert(rows.place().addr().get(), rows);
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
            let given = query.labels.iter().position(|given| given.0 == key.as_bytes() && given.1 == value.as_bytes());
            sources.push(match given {
                Some(at) => {
                    used += 1;
                    Source::Given(at as u8)
                }
                // SAFETY: the metric is there, and has this label.
                None => Source::Inherited(unsafe { crate::series::group::Group::sym(metric.place(), i) }),
            });
        }
        if used != query.labels.len() {
            // One of those given has no effect here, and would not be checked.
            return;
        }
        for source in &sources {
            if let Source::Inherited(sym) = source {
                self.texts.use_again(*sym);
            }
        }
        self.sets.use_again(set);
        let old = store.sites.add(Site::new(query, metric.group, sources, set), self.sites);
        self.sites += 1;
        self.bin.put_sites(old);
    }
}
