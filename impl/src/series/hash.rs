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
    #[inline]
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        let n = bytes.len();
        let (first, last) = if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            // They overlap, with the same bytes in both.
            let (low, high) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            (u64::from(low) | u64::from(high) << (8 * (n - 4)), 0)
        } else if let (Some(first), Some(last)) = (bytes.first(), bytes.last()) {
            // As above: of one byte and of two, some are the same.
            let byte = |at: usize, byte: u8| u64::from(byte) << (8 * at);
            (byte(0, *first) | byte(n / 2, bytes[n / 2]) | byte(n - 1, *last), 0)
        } else {
            (0, 0)
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

/// Are two texts the same?
#[inline]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    let n = a.len();
    if n != b.len() {
        return false;
    }
    let word =
        |text: &[u8], at: usize| text.get(at..at + 8).and_then(|word| word.try_into().ok()).map(u64::from_le_bytes);
    let half =
        |text: &[u8], at: usize| text.get(at..at + 4).and_then(|half| half.try_into().ok()).map(u32::from_le_bytes);
    match n {
        0 => true,
        // As in `Part::of`.
        1..=3 => a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1],
        4..=7 => half(a, 0) == half(b, 0) && half(a, n - 4) == half(b, n - 4),
        _ => word(a, 0) == word(b, 0) && word(a, n - 8) == word(b, n - 8) && same_between(a, b),
    }
}

/// Of two texts of one length with the same first and last 8 bytes: are those between the same, too?
#[inline]
pub(crate) fn same_between(a: &[u8], b: &[u8]) -> bool {
    a.len() <= 16 || same_blocks(a, b)
}

/// (A call, so that callers keep no registers for it.)
#[inline(never)]
fn same_blocks(a: &[u8], b: &[u8]) -> bool {
    let n = a.len().min(b.len());
    // Whole blocks from where the first word ends; the last block ends with the text.
    let block = |of: &[u8], at: usize| of.get(at..at + 16).map_or(0, u128_of);
    let mut at = 8;
    while at + 16 < n {
        if block(a, at) != block(b, at) {
            return false;
        }
        at += 16;
    }
    n < 16 || block(a, n - 16) == block(b, n - 16)
}

#[inline]
fn u128_of(block: &[u8]) -> u128 {
    block.try_into().map_or(0, u128::from_le_bytes)
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
        fn a_text_is_the_same_or_differs_anywhere(bytes in proptest::collection::vec(any::<u8>(), 1..100), at: usize) {
            let mut other = bytes.clone();
            prop_assert!(same(&bytes, &other) && !same(&bytes, &bytes[1..]));
            let at = at % bytes.len();
            other[at] ^= 1;
            prop_assert!(!same(&bytes, &other));
        }

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
