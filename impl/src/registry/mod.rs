// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The tree of registries under a root, and the metrics in it.

mod create;
pub(crate) mod cursor;
mod families;
pub(crate) mod family;
#[cfg(test)]
mod hostile_tests;
mod ids;
pub(crate) mod labels;
pub(crate) mod members;
#[cfg(test)]
mod model_tests;
pub(crate) mod name;
pub(crate) mod query;
mod remove;
mod root;
mod row;
pub(crate) mod scope;
pub(crate) mod site;
mod state;
pub(crate) mod store;
#[cfg(test)]
mod tests;
mod waste;
mod words;

use std::sync::{Arc, Weak};

use cmetrics_interface as abi;

pub(crate) use root::Root;

use crate::client::ClientInfo;
use crate::collector::Collector;
use crate::error::{quote, Fault, Result};
use crate::metric::{Kind, MetricRef};
use crate::sync::next_id;
use create::Request;
use labels::{Inherited, Labels};
use name::Spelling;
use query::Query;

/// A node of the tree: what it adds to names and labels below it. Never changes.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) id: u64,
    root: Weak<Root>,
    /// None is the root of the tree.
    parent: Option<u64>,
    /// All prefixes down to here, joined.
    pub(crate) prefix: String,
    inherited: Inherited,
    owner: Arc<ClientInfo>,
}

/// A metric as a caller describes it.
#[derive(Clone, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) kind: Kind,
    pub(crate) total_only: bool,
    pub(crate) verbatim: bool,
    pub(crate) priority: i32,
    pub(crate) name: &'a str,
    pub(crate) help: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) labels: &'a [(&'a str, &'a str)],
    pub(crate) owner: Option<Arc<ClientInfo>>,
}

impl Registry {
    fn top(root: Weak<Root>, owner: Arc<ClientInfo>) -> Self {
        Self { id: next_id(), root, parent: None, prefix: String::new(), inherited: Inherited::default(), owner }
    }

    /// The root that it belongs to. Whoever holds a handle keeps the root alive.
    pub(crate) fn root(&self) -> Result<Arc<Root>> {
        self.root.upgrade().ok_or_else(|| Fault::gone("the registry's root has ended"))
    }

    /// Where its root is, for the count of references that handles keep.
    pub(crate) fn root_address(&self) -> *const Root {
        self.root.as_ptr()
    }

    pub(crate) fn is_root(&self) -> bool {
        self.parent.is_none()
    }

    /// The labels that a metric without labels of its own gets here.
    pub(crate) fn labels(&self) -> Labels {
        self.inherited.to_labels()
    }

    /// All labels of something here with labels of its own.
    pub(crate) fn merge(&self, own: &Labels) -> Result<Labels> {
        Ok(self.inherited.with(own, false)?.to_labels())
    }

    pub(crate) fn child(
        &self,
        prefix: &str,
        labels: &[(&str, &str)],
        locked: bool,
        owner: Option<Arc<ClientInfo>>,
    ) -> Result<Arc<Registry>> {
        if !prefix.is_empty() {
            name::check("registry prefix", prefix)?;
        }
        let joined = name::join(&self.prefix, prefix);
        if joined.len() > name::LONGEST_NAME {
            return Err(Fault::invalid(format!("the full prefix {} is too long", quote(&joined)))
                .subject(prefix)
                .hint(format!("prefixes have at most {} bytes together", name::LONGEST_NAME)));
        }
        let own = Labels::check(labels)?;
        let inherited = self.inherited.with(&own, locked)?;
        let root = self.root()?;
        let mut state = root.store.state.lock();
        let key = (prefix.to_owned(), own, locked);
        if let Some(there) = state.node(self.id)?.children.get(&key) {
            return Ok(Arc::clone(there));
        }
        let child = Arc::new(Registry {
            id: next_id(),
            root: self.root.clone(),
            parent: Some(self.id),
            prefix: joined,
            inherited,
            owner: owner.unwrap_or_else(|| Arc::clone(&self.owner)),
        });
        state.add_node(child.id, false);
        state.node(self.id)?.children.insert(key, Arc::clone(&child));
        Ok(child)
    }

    /// See [`store::Store::find`].
    ///
    /// # Safety
    ///
    /// The caller has a handle, which keeps the root.
    #[inline]
    pub(crate) unsafe fn find_at_once(&self, query: &Query<'_>) -> Option<MetricRef> {
        // SAFETY: as the caller promises; counting a reference of our own would be the most of what this costs.
        unsafe { &*self.root.as_ptr() }.store.find(query)
    }

    /// The metric that is wanted, made if it is not there. `query` is the same as the caller put it.
    pub(crate) fn metric(&self, wanted: &Wanted<'_>, query: Option<&Query<'_>>) -> Result<MetricRef> {
        let root = self.root()?;
        let full = self.full_name(wanted)?;
        let labels = self.inherited.row(labels::checked(wanted.labels)?)?;
        let request = Request {
            full: &full,
            kind: wanted.kind,
            exposure: wanted.kind.exposure(wanted.total_only),
            labels: &labels,
            help: check_help(wanted)?,
            unit: name::unit(wanted.unit, wanted.kind)?,
            priority: check_priority(wanted.priority, "priority")?,
            creator: wanted.owner.as_ref().unwrap_or(&self.owner),
        };
        // A label that is locked here may be given with its own value; another one in its place has no effect.
        let locked = wanted.labels.iter().any(|(key, _)| self.inherited.locks(key.as_bytes()));
        let query = query.filter(|_| !locked);
        let metric = root.store.state.lock().metric(self.id, &request, query, &root.store);
        metric
    }

    /// A metric that takes updates and that no report shows, in place of one that could not be created.
    pub(crate) fn detached(&self, kind: Kind, total_only: bool, name: &str) -> Result<MetricRef> {
        let root = self.root()?;
        let spelling = Spelling { kind, total_only, verbatim: false };
        let full = name::exposed(&self.prefix, name, spelling).unwrap_or_else(|_| name.chars().take(80).collect());
        root.store.stats.refuse_series(&full);
        let request = Request {
            full: &full,
            kind,
            exposure: kind.exposure(total_only),
            labels: &[],
            help: "",
            unit: "",
            priority: abi::PRIORITY_NORMAL,
            creator: &self.owner,
        };
        let metric = root.store.state.lock().detached(&request, &root.store);
        metric
    }

    /// The metric of this name and these labels if it is there, of any kind or of `wanted`'s.
    pub(crate) fn find(&self, wanted: &Wanted<'_>, any_kind: bool) -> Result<Option<MetricRef>> {
        name::check("metric name", wanted.name)?;
        let labels = self.inherited.row(labels::checked(wanted.labels)?)?;
        let root = self.root()?;
        let mut state = root.store.state.lock();
        state.node(self.id)?;
        // SAFETY: what is found is in the tree, which has a reference, under the lock.
        let retain = |metric| unsafe { MetricRef::retain(metric) };
        if !any_kind {
            let full = self.full_name(wanted)?;
            let exposure = wanted.kind.exposure(wanted.total_only);
            state.family(&full, wanted.kind, exposure, wanted.owner.as_ref().unwrap_or(&self.owner))?;
            return Ok(state.find(&full, &labels).map(retain));
        }
        let spellings = Kind::ALL.into_iter().flat_map(|kind| {
            [(false, false), (true, false), (false, true)].map(|(total_only, verbatim)| Spelling {
                kind,
                total_only,
                verbatim,
            })
        });
        let mut names =
            spellings.filter_map(|spelling| Some((spelling, name::exposed(&self.prefix, wanted.name, spelling).ok()?)));
        Ok(names.find_map(|(spelling, full)| {
            let kind = state.families.get(&full)?.kind;
            state.find(&full, &labels).filter(|_| kind == spelling.kind).map(retain)
        }))
    }

    pub(crate) fn remove_metric(&self, metric: &MetricRef) -> Result<()> {
        let root = self.root()?;
        // Of another root's metrics this one knows nothing.
        let is_ours = metric.family().is_in(&root.store);
        let left = {
            let mut state = root.store.state.lock();
            state.check_there(self.id)?;
            is_ours && state.leave(self.id, metric, &root.store.sites)?
        };
        if left {
            return Ok(());
        }
        let name = metric.family().name();
        let labels = labels::told(metric.labels());
        Err(Fault::new(
            abi::NOT_FOUND,
            abi::CATEGORY_FIX_CALL,
            format!("the metric {}{labels} was not created through this registry", quote(name)),
        )
        .subject(name)
        .hint("remove it through the registry that created it; it may be removed already"))
    }

    /// Removes it with all below it.
    pub(crate) fn remove(&self) -> Result<()> {
        let Some(parent) = self.parent else {
            return Err(Fault::invalid("a root cannot be removed")
                .hint("remove its registries or metrics, or use an isolated root and release it"));
        };
        let root = self.root()?;
        let collectors = {
            let mut state = root.store.state.lock();
            state.node(self.id)?;
            state.remove(self.id, parent, &root.store.sites)
        };
        for collector in collectors {
            collector.remove();
        }
        Ok(())
    }

    pub(crate) fn add_collector(&self, collector: &Arc<Collector>) -> Result<()> {
        self.root()?.store.state.lock().node(self.id)?.collectors.push(Arc::clone(collector));
        Ok(())
    }

    pub(crate) fn forget_collector(&self, collector: &Collector) {
        if let Ok(root) = self.root() {
            root.store.state.lock().forget_collector(collector);
        }
    }

    pub(crate) fn limit_series(&self, per_family: u64) -> Result<()> {
        if !self.is_root() {
            return Err(Fault::invalid("a limit on series belongs to a root").hint("set it on the root registry"));
        }
        self.root()?.store.state.lock().most_series = per_family;
        Ok(())
    }

    fn full_name(&self, wanted: &Wanted<'_>) -> Result<String> {
        let Wanted { kind, total_only, verbatim, .. } = *wanted;
        name::exposed(&self.prefix, wanted.name, Spelling { kind, total_only, verbatim })
    }
}

fn check_help<'a>(wanted: &Wanted<'a>) -> Result<&'a str> {
    if wanted.help.len() > name::LONGEST_HELP {
        return Err(Fault::invalid(format!(
            "the help of {} has {} bytes; the most is {}",
            quote(wanted.name),
            wanted.help.len(),
            name::LONGEST_HELP
        ))
        .subject(wanted.name)
        .hint("say it in a sentence"));
    }
    Ok(wanted.help)
}

/// One of the known priorities. `what` is it for the message.
pub(crate) fn check_priority(priority: i32, what: &str) -> Result<i32> {
    use abi::{PRIORITY_CRITICAL, PRIORITY_DEBUG, PRIORITY_HIGH, PRIORITY_LOW, PRIORITY_NORMAL};
    match priority {
        PRIORITY_CRITICAL | PRIORITY_HIGH | PRIORITY_NORMAL | PRIORITY_LOW | PRIORITY_DEBUG => Ok(priority),
        _ => Err(Fault::unsupported(format!("the {what} {priority} is not known here"))
            .subject(priority.to_string())
            .hint("use -200 (critical), -100 (high), 0 (normal), 100 (low) or 200 (debug)")),
    }
}
