// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The handles that a family made, by their label values: found without an allocation.

use std::collections::hash_map::RandomState;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Handles by label values.
pub(crate) struct Cache<K> {
    hasher: RandomState,
    /// By the hash of the values. Values that share one are told apart in the list.
    entries: RwLock<Entries<K>>,
}

type Entries<K> = HashMap<u64, Vec<(Box<[Box<str>]>, K)>, BuildHasherDefault<Taken>>;

impl<K: Clone> Cache<K> {
    pub(crate) fn new() -> Cache<K> {
        Cache { hasher: RandomState::new(), entries: RwLock::default() }
    }

    pub(crate) fn get<V: AsRef<str>>(&self, values: &[V]) -> Option<K> {
        let entries = self.read();
        let found = entries.get(&self.hash(values))?.iter().find(|(key, _)| same(key, values))?;
        Some(found.1.clone())
    }

    pub(crate) fn insert<V: AsRef<str>>(&self, values: &[V], handle: K) {
        let key = values.iter().map(|value| value.as_ref().into()).collect();
        let replaced = {
            let mut entries = self.write();
            let list = entries.entry(self.hash(values)).or_default();
            let old = list.iter().position(|(key, _)| same(key, values)).map(|at| list.swap_remove(at));
            list.push((key, handle));
            old
        };
        // Outside the lock: releasing a handle calls the library.
        drop(replaced);
    }

    pub(crate) fn remove<V: AsRef<str>>(&self, values: &[V]) -> Option<K> {
        let hash = self.hash(values);
        let mut entries = self.write();
        let list = entries.get_mut(&hash)?;
        let at = list.iter().position(|(key, _)| same(key, values))?;
        let (_, handle) = list.swap_remove(at);
        if list.is_empty() {
            entries.remove(&hash);
        }
        Some(handle)
    }

    fn hash<V: AsRef<str>>(&self, values: &[V]) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        for value in values {
            // Ends each value with a byte that UTF-8 never has: ("a", "bc") is not ("ab", "c").
            hasher.write(value.as_ref().as_bytes());
            hasher.write_u8(0xff);
        }
        hasher.finish()
    }

    // A panic cannot leave the map half changed in a way that matters: a lost entry is made again.
    fn read(&self) -> RwLockReadGuard<'_, Entries<K>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Entries<K>> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn same<V: AsRef<str>>(key: &[Box<str>], values: &[V]) -> bool {
    key.len() == values.len() && key.iter().zip(values).all(|(a, b)| **a == *b.as_ref())
}

/// A hasher for keys that are hashes already.
#[derive(Default)]
struct Taken(u64);

impl Hasher for Taken {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_apart_and_found_again() {
        let cache = Cache::new();
        cache.insert(&["a", "bc"], 1);
        cache.insert(&["ab", "c"], 2);
        cache.insert(&["", "abc"], 3);
        assert_eq!(cache.get(&["a".to_owned(), "bc".to_owned()]), Some(1));
        assert_eq!(cache.get(&["ab", "c"]), Some(2));
        assert_eq!(cache.get(&["", "abc"]), Some(3));
        assert_eq!(cache.get(&["abc", ""]), None);
    }

    #[test]
    fn the_last_insert_stands_and_a_removal_ends_it() {
        let cache = Cache::new();
        cache.insert(&["a"], 1);
        cache.insert(&["a"], 2);
        assert_eq!(cache.get(&["a"]), Some(2));
        assert_eq!(cache.remove(&["a"]), Some(2));
        assert_eq!(cache.remove(&["a"]), None);
        assert_eq!(cache.get(&["a"]), None);
    }
}
