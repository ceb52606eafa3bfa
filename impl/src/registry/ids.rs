// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Maps by numbers that the library gives out itself: nobody can choose them, and so they need no strong hash.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

pub(super) type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, id: u64) {
        // Fibonacci hashing; the map looks at the highest and the lowest bits.
        let spread = (self.0 ^ id).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = spread ^ spread >> 32;
    }

    fn write_usize(&mut self, id: usize) {
        self.write_u64(id as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::hash::BuildHasher;

    #[test]
    fn numbers_and_addresses_spread() {
        let hash = |id: u64| BuildHasherDefault::<IdHasher>::default().hash_one(id);
        for step in [1, 8, 64, 4096] {
            let low: HashSet<u64> = (0..1000).map(|i| hash(i * step) % 4096).collect();
            assert!(low.len() > 700, "{step}: {}", low.len());
        }
    }
}
