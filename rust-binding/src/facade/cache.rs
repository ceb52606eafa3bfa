// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Handles that were made, by their keys: every use of a macro asks for one.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{PoisonError, RwLock};

use metrics::Key;

/// Threads that use different metrics seldom meet at one lock.
const SHARDS: usize = 16;

type Shard<H> = RwLock<HashMap<Key, H, BuildHasherDefault<Known>>>;

pub(super) struct Cache<H> {
    shards: [Shard<H>; SHARDS],
}

impl<H> Default for Cache<H> {
    fn default() -> Cache<H> {
        Cache { shards: std::array::from_fn(|_| Shard::default()) }
    }
}

impl<H: Clone> Cache<H> {
    pub(super) fn get(&self, key: &Key, make: impl FnOnce() -> H) -> H {
        // The map uses other bits of the hash than these.
        let shard = &self.shards[(key.get_hash() >> 32) as usize % SHARDS];
        if let Some(handle) = shard.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return handle.clone();
        }
        // Outside the lock: a logger that hears a warning may use metrics itself. Of two that are made at once both are
        // the same metric.
        let handle = make();
        let mut handles = shard.write().unwrap_or_else(PoisonError::into_inner);
        handles.entry(key.clone()).or_insert(handle).clone()
    }

    /// One key of a name, if one was used.
    pub(super) fn any_of(&self, name: &str) -> Option<Key> {
        self.shards.iter().find_map(|shard| {
            let handles = shard.read().unwrap_or_else(PoisonError::into_inner);
            handles.keys().find(|key| key.name() == name).cloned()
        })
    }
}

/// The hash of a key is in the key.
#[derive(Default)]
pub(super) struct Known(u64);

impl Hasher for Known {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
