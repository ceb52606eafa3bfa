// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! From the hash of a row of label values to the number of a metric in its group. Readers take no lock; changes are made
//! under the root's. A table that is too small is replaced, and freed after a grace period.

use core::ptr::null_mut;
use core::slice;

use crate::sync::{AtomicPtr, AtomicU32, Ordering};

/// Numbers of metrics are below this: an entry has 24 bits for one, plus one, and 8 bits of the hash.
pub(crate) const MOST: u32 = GONE - 1;
/// What an entry has in place of a number when its metric is gone. A search goes on behind it.
const GONE: u32 = (1 << 24) - 1;

/// Open addressing, linear, at most 7/8 full.
#[derive(Debug)]
pub(crate) struct Table {
    /// The first word is the number of entries, a power of two. NULL is no entries.
    words: AtomicPtr<AtomicU32>,
}

/// A table that was replaced.
#[derive(Debug)]
pub(crate) struct OldTable(*mut AtomicU32, usize);

// SAFETY: it owns its memory.
unsafe impl Send for OldTable {}

impl OldTable {
    pub(crate) fn bytes(&self) -> usize {
        self.1 * 4
    }
}

impl Drop for OldTable {
    fn drop(&mut self) {
        // SAFETY: made by `Table::replace` of a boxed slice of this length, and owned.
        drop(unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(self.0, self.1)) });
    }
}

impl Table {
    pub(crate) const fn new() -> Self {
        Self { words: AtomicPtr::new(null_mut()) }
    }

    #[inline]
    fn entries(&self) -> Option<&[AtomicU32]> {
        // Acquire: the entries are seen.
        let words = self.words.load(Ordering::Acquire);
        if words.is_null() {
            return None;
        }
        // SAFETY: the first word is how many follow. The table stays while a reader may be in it (see `replace`).
        unsafe { Some(slice::from_raw_parts(words.add(1), (*words).load(Ordering::Relaxed) as usize)) }
    }

    /// The numbers that may be of this hash, until `is` knows one; None if there is no table yet.
    #[inline]
    pub(crate) fn find<T>(&self, hash: u32, mut is: impl FnMut(u32) -> Option<T>) -> Option<Option<T>> {
        let entries = self.entries()?;
        let mask = entries.len() - 1;
        let mut at = hash as usize & mask;
        // There is always a free entry.
        loop {
            // Acquire: the metric is seen.
            let entry = entries[at].load(Ordering::Acquire);
            if entry == 0 {
                return Some(None);
            }
            if entry >> 24 == hash >> 24 && entry & GONE != GONE {
                if let Some(found) = is((entry & GONE) - 1) {
                    return Some(Some(found));
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Under the lock: adds a number. False if there is no room.
    pub(crate) fn add(&self, hash: u32, number: u32, taken: u32) -> bool {
        let Some(entries) = self.entries() else { return false };
        if (taken as usize + 1) * 8 > entries.len() * 7 {
            return false;
        }
        put(entries, hash, number);
        true
    }

    /// Under the lock: takes a number out. The entry stays taken.
    pub(crate) fn remove(&self, hash: u32, number: u32) {
        let Some(entries) = self.entries() else { return };
        let mask = entries.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match entries[at].load(Ordering::Relaxed) {
                0 => return,
                // Relaxed: who still finds the metric sees that it is detached, or in use by others.
                entry if entry & GONE == number + 1 => {
                    return entries[at].store(entry & !GONE | GONE, Ordering::Relaxed);
                }
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Under the lock: a new table for `count` numbers, with room for at least a sixth more, so that it is not replaced
    /// again soon where numbers come and go. The old one may be freed once no reader that is there now is left.
    #[must_use]
    pub(crate) fn replace(&self, count: u32, all: impl Iterator<Item = (u32, u32)>) -> Option<OldTable> {
        let room = (count as usize + 1).next_power_of_two() * 2;
        let room = if count as usize * 4 <= room / 2 * 3 { room / 2 } else { room };
        let words: Box<[AtomicU32]> =
            (0..=room).map(|i| AtomicU32::new(if i == 0 { room as u32 } else { 0 })).collect();
        for (hash, number) in all {
            put(&words[1..], hash, number);
        }
        // Release: who sees the table sees what is in it.
        let old = self.words.swap(Box::into_raw(words).cast(), Ordering::AcqRel);
        Self::old(old)
    }

    fn old(words: *mut AtomicU32) -> Option<OldTable> {
        if words.is_null() {
            return None;
        }
        // SAFETY: it was a table, and its first word is how many follow.
        let room = unsafe { (*words).load(Ordering::Relaxed) } as usize;
        Some(OldTable(words, room + 1))
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        drop(Self::old(self.words.load(Ordering::Relaxed)));
    }
}

fn put(entries: &[AtomicU32], hash: u32, number: u32) {
    let mask = entries.len() - 1;
    let mut at = hash as usize & mask;
    while entries[at].load(Ordering::Relaxed) != 0 {
        at = (at + 1) & mask;
    }
    // Release: who sees the entry sees the metric.
    entries[at].store(hash >> 24 << 24 | (number + 1), Ordering::Release);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_new_table_has_room_for_some_more() {
        for count in 0..3000 {
            let table = Table::new();
            drop(table.replace(count, (0..count).map(|number| (number, number))));
            let more = (0..).take_while(|more| table.add(count + more, count + more, count + more)).count();
            assert!(more >= (count / 6) as usize, "{more} after {count}");
        }
    }

    proptest! {
        #[test]
        fn as_a_map(ops in proptest::collection::vec((0_u32..40, any::<bool>()), 0..400), spread in 0_u32..3) {
            let hash = |number: u32| number.wrapping_mul([0, 1, 0x9e37_79b9][spread as usize]);
            let table = Table::new();
            let (mut model, mut taken) = (BTreeMap::new(), 0);
            for (number, add) in ops {
                if add && !model.contains_key(&number) {
                    model.insert(number, ());
                    if table.add(hash(number), number, taken) {
                        taken += 1;
                    } else {
                        let all = model.keys().map(|number| (hash(*number), *number));
                        drop(table.replace(model.len() as u32, all));
                        taken = model.len() as u32;
                    }
                } else if !add && model.remove(&number).is_some() {
                    table.remove(hash(number), number);
                }
                for number in 0..40 {
                    let found = table.find(hash(number), |n| (n == number).then_some(n)).flatten();
                    prop_assert_eq!(found.is_some(), model.contains_key(&number));
                }
            }
        }
    }
}
