// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Label values as the key of a table: their hash, and the one text that they are kept as.
//!
//! The hash reads a short value as two words and folds their product, as wyhash and foldhash do. Its seed is secret and
//! another one in each family. That makes chosen collisions hard, not impossible; a table does not search on for long
//! (see cache.rs), so that they cost what a look-up in the library costs and no more.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// What a family's hashes begin with.
#[derive(Clone, Copy)]
pub(crate) struct Seed {
    low: u64,
    high: u64,
}

/// Ends each value in a key. UTF-8 never has it.
const END: u8 = 0xff;
/// The words of so many values are read once.
const READ: usize = 4;

/// Values that are looked for.
pub(crate) struct Wanted<'a, V> {
    values: &'a [V],
    /// The length of their key.
    length: usize,
    /// Of those values that are short.
    words: [(u64, u64); READ],
    /// Never 0.
    pub(crate) hash: u64,
}

impl Seed {
    pub(crate) fn random() -> Seed {
        let random = RandomState::new();
        Seed { low: random.hash_one(1), high: random.hash_one(2) }
    }

    #[inline(always)]
    pub(crate) fn want<V: AsRef<str>>(self, values: &[V]) -> Wanted<'_, V> {
        let mut wanted = Wanted { values, length: values.len(), words: [(0, 0); READ], hash: 0 };
        for (at, value) in values.iter().enumerate() {
            let bytes = value.as_ref().as_bytes();
            let (low, high) = self.read(bytes);
            if at < READ {
                wanted.words[at] = (low, high);
            }
            wanted.length += bytes.len();
            let folded = fold(low ^ self.low, (high ^ self.high).wrapping_add(bytes.len() as u64));
            wanted.hash = wanted.hash.rotate_left(23) ^ folded;
        }
        // A table looks at the low bits.
        wanted.hash = (wanted.hash ^ wanted.hash >> 32) | 1 << 63;
        wanted
    }

    /// A short value as it is; of a longer one, what it folds to.
    #[inline(always)]
    fn read(self, bytes: &[u8]) -> (u64, u64) {
        match bytes.len() {
            0..=16 => words(bytes),
            17..=32 => {
                let ((a, b), (c, d)) = (words(&bytes[..16]), words(&bytes[bytes.len() - 16..]));
                (fold(a ^ self.low, b ^ self.high) ^ c, d)
            }
            _ => (self.long(bytes), 0),
        }
    }

    #[inline(never)]
    fn long(self, bytes: &[u8]) -> u64 {
        let (blocks, last) = bytes.split_at((bytes.len() - 1) / 16 * 16);
        blocks.chunks_exact(16).chain([last]).fold(0, |state, block| {
            let (low, high) = words(block);
            fold(low ^ self.low, high ^ self.high ^ state)
        })
    }
}

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// At most 16 bytes as two words: texts of the same length are equal if these are.
#[inline(always)]
fn words(bytes: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
    } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
    } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        (u16::from_le_bytes(*first).into(), u16::from_le_bytes(*last).into())
    } else {
        (bytes.first().map_or(0, |byte| u64::from(*byte)), 0)
    }
}

/// Label values, one after the other.
pub(crate) struct Key(Box<[u8]>);

impl Key {
    pub(crate) fn new<V: AsRef<str>>(values: &[V]) -> Key {
        let mut bytes = Vec::with_capacity(values.iter().map(|value| value.as_ref().len() + 1).sum());
        for value in values {
            bytes.extend_from_slice(value.as_ref().as_bytes());
            bytes.push(END);
        }
        Key(bytes.into_boxed_slice())
    }

    /// Whether these are its values. Where the lengths agree, the bytes between the values are as many as the ends in
    /// the key; the values have none of those; so they are the ends, and need not be looked at.
    #[inline(always)]
    pub(crate) fn is<V: AsRef<str>>(&self, wanted: &Wanted<'_, V>) -> bool {
        if self.0.len() != wanted.length {
            return false;
        }
        let mut rest = &*self.0;
        for (at, value) in wanted.values.iter().enumerate() {
            let value = value.as_ref().as_bytes();
            // SAFETY: the values with a byte after each are as long as the key.
            let (head, tail) = unsafe { rest.split_at_unchecked(value.len()) };
            let same = match value.len() {
                0..=16 => words(head) == if at < READ { wanted.words[at] } else { words(value) },
                // `==` is a call.
                17..=32 => {
                    let n = value.len() - 16;
                    words(&head[..16]) == words(&value[..16]) && words(&head[n..]) == words(&value[n..])
                }
                _ => head == value,
            };
            if !same {
                return false;
            }
            // SAFETY: as above.
            rest = unsafe { tail.get_unchecked(1..) };
        }
        true
    }
}
