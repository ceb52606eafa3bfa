// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::{Arc, Weak};

use super::cursor::Cursor;
use super::state::{Node, State};
use super::Registry;
use crate::client::ClientInfo;
use crate::error::Result;
use crate::fork;
use crate::stats::Stats;
use crate::sync::{Lock, OnceLock};

/// A tree of registries with its metrics: the process's, or an isolated one.
#[derive(Debug)]
pub(crate) struct Root {
    pub(crate) top: Arc<Registry>,
    pub(crate) state: Lock<State>,
    pub(crate) stats: Arc<Stats>,
}

impl Root {
    /// A root of its own.
    pub(crate) fn isolated(owner: Option<Arc<ClientInfo>>) -> Arc<Root> {
        fork::prepare_for_forks();
        Arc::new_cyclic(|me: &Weak<Root>| {
            let top = Arc::new(Registry::top(me.clone(), owner.unwrap_or_default()));
            let mut state = State::default();
            state.nodes.insert(top.id, Node::default());
            Root { top, state: Lock::new(state), stats: Arc::default() }
        })
    }

    /// The root of this process, for ever.
    pub(crate) fn process() -> &'static Arc<Root> {
        static PROCESS: OnceLock<Arc<Root>> = OnceLock::new();
        static MAKING: Lock<()> = Lock::new(());
        PROCESS.get().unwrap_or_else(|| {
            // Through the fork gate, so that a child never finds it half made.
            let _alone = MAKING.lock();
            PROCESS.get_or_init(|| Root::isolated(None))
        })
    }

    /// Sets every metric of a registry and below to zero.
    pub(crate) fn reset(&self, registry: &Registry) -> Result<()> {
        let registries = {
            let mut state = self.state.lock();
            state.node(registry.id)?;
            state.subtree(registry.id)
        };
        let mut cursor = Cursor::new(self, Some(registries));
        let mut batch = Vec::new();
        while cursor.next(&mut batch, |_| true) {
            for metric in &batch {
                metric.cell.reset();
            }
        }
        Ok(())
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let state = self.state.get_mut();
        for series in state.families.values().flat_map(|family| family.series.values()) {
            series.metric.detach();
        }
        let collectors: Vec<_> =
            state.nodes.values_mut().flat_map(|node| std::mem::take(&mut node.collectors)).collect();
        for collector in collectors {
            collector.remove();
        }
    }
}
