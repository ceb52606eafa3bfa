// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Families: what all series of one full name have in common, in the whole tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::labels::Labels;
use super::name;
use crate::client::ClientInfo;
use crate::metric::{Exposure, Kind, Metric};
use crate::sync::{next_id, AtomicI32, OnceLock, Ordering::Relaxed};

/// What a family is. Shared by its metrics, and outlives its place in the tree with them.
#[derive(Debug)]
pub(crate) struct FamilyInfo {
    /// Tells this family from a later one of the same name.
    pub(crate) uid: u64,
    pub(crate) name: Arc<str>,
    pub(crate) kind: Kind,
    pub(crate) exposure: Exposure,
    pub(crate) creator: Arc<ClientInfo>,
    /// The first that is not empty.
    help: OnceLock<Arc<str>>,
    unit: OnceLock<Arc<str>>,
    /// The most important that was asked for.
    priority: AtomicI32,
}

impl FamilyInfo {
    pub(crate) fn new(name: &str, kind: Kind, exposure: Exposure, priority: i32, creator: Arc<ClientInfo>) -> Self {
        let (help, unit) = (OnceLock::new(), OnceLock::new());
        let priority = AtomicI32::new(priority);
        Self { uid: next_id(), name: name.into(), kind, exposure, creator, help, unit, priority }
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
    pub(crate) info: Arc<FamilyInfo>,
    pub(crate) series: BTreeMap<Labels, Series>,
}

/// A series in the tree, with the registries through which it was created.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) metric: Arc<Metric>,
    pub(crate) members: Vec<u64>,
}
