// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::{Arc, Weak};

use super::cursor::Cursor;
use super::store::Store;
use super::Registry;
use crate::client::ClientInfo;
use crate::error::Result;
use crate::fork;
use crate::series::hash;
use crate::sync::{Lock, OnceLock};

/// A tree of registries with its metrics: the process's, or an isolated one.
#[derive(Debug)]
pub(crate) struct Root {
    pub(crate) top: Arc<Registry>,
    pub(crate) store: Arc<Store>,
}

impl Root {
    /// A root of its own.
    pub(crate) fn isolated(owner: Option<Arc<ClientInfo>>) -> Arc<Root> {
        fork::prepare_for_forks();
        hash::prepare();
        Arc::new_cyclic(|me: &Weak<Root>| {
            let top = Arc::new(Registry::top(me.clone(), owner.unwrap_or_default()));
            Root { store: Store::with_root(top.id), top }
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
            let mut state = self.store.state.lock();
            state.check_there(registry.id)?;
            state.subtree(registry.id)
        };
        let mut cursor = Cursor::new(&self.store, (!registry.is_root()).then_some(registries));
        let mut batch = Vec::new();
        while cursor.next_family(|_| true).is_some() {
            loop {
                let more = cursor.batch(&mut batch);
                for metric in &batch {
                    metric.cell.reset();
                }
                if !more {
                    break;
                }
            }
        }
        Ok(())
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let collectors: Vec<_> = {
            let mut state = self.store.state.lock();
            state.nodes.values_mut().flat_map(|node| std::mem::take(&mut node.collectors)).collect()
        };
        self.store.end();
        for collector in collectors {
            collector.remove();
        }
    }
}
