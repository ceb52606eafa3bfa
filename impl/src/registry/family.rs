// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Families: what all series of one full name have in common, in the whole tree.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::name;
use super::store::{Store, StorePtr};
use crate::client::ClientInfo;
use crate::metric::{Exposure, Kind};
use crate::series::rows::Rows;
use crate::stats::Stats;
use crate::sync::{AtomicI32, OnceLock, Ordering::Relaxed};

/// What a family is. Shared by its groups, and outlives its place in the tree with them.
#[derive(Debug)]
pub(crate) struct FamilyInfo {
    pub(crate) name: Box<str>,
    pub(crate) kind: Kind,
    pub(crate) exposure: Exposure,
    /// The most important that was asked for.
    priority: AtomicI32,
    pub(crate) creator: Arc<ClientInfo>,
    /// The first that is not empty.
    help: OnceLock<Box<str>>,
    unit: OnceLock<Box<str>>,
    store: StorePtr,
}

impl FamilyInfo {
    pub(crate) fn new(
        name: &str,
        kind: Kind,
        exposure: Exposure,
        priority: i32,
        creator: Arc<ClientInfo>,
        store: &Arc<Store>,
    ) -> Self {
        let (help, unit) = (OnceLock::new(), OnceLock::new());
        let priority = AtomicI32::new(priority);
        Self { name: name.into(), kind, exposure, priority, creator, help, unit, store: StorePtr::new(store) }
    }

    pub(crate) fn help(&self) -> &str {
        self.help.get().map_or("", |help| help)
    }

    pub(crate) fn unit(&self) -> &str {
        self.unit.get().map_or("", |unit| unit)
    }

    pub(crate) fn priority(&self) -> i32 {
        // Relaxed: it publishes nothing but itself.
        self.priority.load(Relaxed)
    }

    /// Where its series are.
    pub(super) fn store(&self) -> StorePtr {
        self.store
    }

    pub(crate) fn stats(&self) -> &Stats {
        // SAFETY: who has a family's metric, or the family in the tree, keeps the store.
        unsafe { &self.store.get().stats }
    }

    /// Takes in what one more creation says. Called under the root's lock.
    pub(crate) fn learn(&self, help: &str, unit: &str, priority: i32) {
        for (known, told) in [(&self.help, help), (&self.unit, unit)] {
            if !told.is_empty() {
                known.get_or_init(|| told.into());
            }
        }
        self.priority.fetch_min(priority, Relaxed);
    }

    /// For messages: `counter "x_total", created by "vllm" (python)`.
    pub(crate) fn told(&self) -> String {
        told(self.kind, self.exposure, &self.name, &self.creator)
    }

    /// Every sample name that it can emit.
    pub(crate) fn samples(&self) -> Vec<String> {
        name::samples(&self.name, self.exposure)
    }
}

/// For messages, of a family that is there or that was asked for.
pub(crate) fn told(kind: Kind, exposure: Exposure, name: &str, creator: &ClientInfo) -> String {
    let total_only = if exposure == Exposure::Counter && kind != Kind::Counter { " (total only)" } else { "" };
    format!("{}{total_only} {name:?}, created by {}", kind.name(), creator.who())
}

/// A family in the tree.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) groups: Vec<Rows>,
    /// How many series it has in all groups.
    pub(crate) series: u64,
}

/// A family's place among others: its name.
#[derive(Clone, Debug)]
pub(crate) struct ByName(pub(crate) Arc<FamilyInfo>);

impl Borrow<str> for ByName {
    fn borrow(&self) -> &str {
        &self.0.name
    }
}

impl PartialEq for ByName {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for ByName {}

impl PartialOrd for ByName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ByName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.name.cmp(&other.0.name)
    }
}
