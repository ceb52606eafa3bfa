// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Hashes of texts, and texts as they are compared: a folded multiplication for each 8 bytes, as in wyhash
//! (<https://github.com/wangyi-fudan/wyhash>), with a seed of this process, so that nobody outside can choose label values
//! that collide.

use std::hash::{BuildHasher, RandomState};

use crate::sync::{AtomicU64, Ordering::Relaxed};

const K: u64 = 0x9e37_79b9_7f4a_7c15;
static SEED: AtomicU64 = AtomicU64::new(0);

/// Chooses the seed, once. Before the first hash: hashes are kept.
pub(crate) fn prepare() {
    if SEED.load(Relaxed) == 0 {
        let seed = RandomState::new().hash_one(K) | 1;
        // Who comes second keeps the first one's.
        let _ = SEED.compare_exchange(0, seed, Relaxed, Relaxed);
    }
}

fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// A text with its first and last 8 bytes as words. What is shorter is one word, filled up with zeros.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) first: u64,
    pub(crate) last: u64,
}

impl<'a> Part<'a> {
    pub(crate) const EMPTY: Part<'static> = Part { bytes: &[], first: 0, last: 0 };

    #[inline]
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        let n = bytes.len();
        let (first, last) = if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            // They overlap, with the same bytes in both.
            let (low, high) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            (u64::from(low) | u64::from(high) << (8 * (n - 4)), 0)
        } else {
            (bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0)
        };
        Self { bytes, first, last }
    }

    #[inline]
    pub(crate) fn hash(&self) -> u32 {
        // Spread over the word, so that a length does not cancel out a byte.
        let mut hash = SEED.load(Relaxed) ^ (self.bytes.len() as u64).wrapping_mul(K);
        if self.bytes.len() > 16 {
            for word in self.bytes[8..].chunks_exact(8) {
                hash = mix(hash ^ u64::from_le_bytes(word.try_into().unwrap_or([0; 8])), K);
            }
        }
        hash = mix(self.first ^ hash, self.last ^ K);
        (hash ^ hash >> 32) as u32
    }
}

/// The hash of a row of texts, from theirs.
#[inline]
pub(crate) fn combine(row: u32, text: u32) -> u32 {
    (row.rotate_left(7) ^ text).wrapping_mul(0x9e37_79b1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn texts_that_differ_in_one_place_differ_in_hash() {
        prepare();
        let mut seen = HashSet::new();
        for n in 0..40 {
            let mut text = vec![b'a'; n];
            assert!(seen.insert(Part::of(&text).hash()), "{n}");
            for i in 0..n {
                text[i] = b'b';
                assert!(seen.insert(Part::of(&text).hash()), "{n} {i}");
                text[i] = b'a';
            }
        }
    }

    proptest! {
        #[test]
        fn words_are_those_of_the_text(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let part = Part::of(&bytes);
            let mut first = [0; 8];
            let n = bytes.len().min(8);
            first[..n].copy_from_slice(&bytes[..n]);
            prop_assert_eq!(part.first, u64::from_le_bytes(first));
            if bytes.len() >= 8 {
                prop_assert_eq!(&part.last.to_le_bytes()[..], &bytes[bytes.len() - 8..]);
            }
        }
    }
}
