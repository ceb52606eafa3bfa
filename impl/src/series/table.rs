// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! From the hash of a row of label values to the number of a metric in its group. Readers take no lock; changes are made
//! under the root's. A table that is too small is replaced, and freed after a grace period.

use core::mem::ManuallyDrop;
use core::ptr::null_mut;
use core::slice;
use std::alloc::{alloc_zeroed, dealloc, handle_alloc_error, Layout};

use crate::sync::{AtomicPtr, AtomicU32, Ordering};

/// Numbers of metrics are below this: an entry has 24 bits for one, plus one, and 8 bits of the hash.
pub(crate) const MOST: u32 = GONE - 1;
/// What an entry has in place of a number when its metric is gone. A search goes on behind it.
const GONE: u32 = (1 << 24) - 1;

/// Open addressing, linear, at most 7/8 full.
#[derive(Debug)]
pub(crate) struct Table {
    /// Where the entries are, a multiple of [`ALIGN`]; below that, how many there are ([`Room`]), so that a search reads
    /// the entries' line alone. NULL is no entries.
    words: AtomicPtr<AtomicU32>,
}

/// A table that was replaced.
#[derive(Debug)]
pub(crate) struct OldTable(*mut AtomicU32);

// SAFETY: it owns its memory.
unsafe impl Send for OldTable {}

/// What every allocation is aligned to.
const ALIGN: usize = 16;
/// The least room, as a power of two.
const LEAST: u32 = 3;
/// In place of a room that is too large to be told: it is in a word before the entries.
const LARGE: usize = ALIGN - 1;

/// How many entries a table has: a power of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Room(u32);

impl Room {
    /// For at least so many entries.
    fn for_entries(n: usize) -> Self {
        Self(n.next_power_of_two().ilog2().max(LEAST))
    }

    fn entries(self) -> usize {
        1 << self.0
    }

    /// What stands below the address.
    fn tag(self) -> usize {
        LARGE.min((self.0 - LEAST) as usize)
    }

    /// How many words come before the entries, whose alignment they keep.
    fn before(self) -> usize {
        if self.tag() == LARGE {
            ALIGN / size_of::<AtomicU32>()
        } else {
            0
        }
    }

    fn layout(self) -> Layout {
        let words = self.before() + self.entries();
        Layout::array::<AtomicU32>(words).and_then(|all| all.align_to(ALIGN)).unwrap_or(Layout::new::<u128>())
    }

    /// Entries that are all free; the tagged address.
    fn alloc(self) -> *mut AtomicU32 {
        let layout = self.layout();
        // SAFETY: the layout has a size.
        let memory = unsafe { alloc_zeroed(layout) }.cast::<AtomicU32>();
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        // SAFETY: there are as many words; a word of zeros is a number.
        let entries = unsafe {
            if self.tag() == LARGE {
                memory.write(AtomicU32::new(self.0));
            }
            memory.add(self.before())
        };
        entries.map_addr(|at| at | self.tag())
    }

    /// The entries and the room of a tagged address.
    ///
    /// # Safety
    ///
    /// It came from [`alloc`](Self::alloc), and has not been freed.
    #[inline]
    unsafe fn of(tagged: *mut AtomicU32) -> (*mut AtomicU32, Self) {
        let (entries, tag) = (tagged.map_addr(|at| at & !(ALIGN - 1)), tagged.addr() & (ALIGN - 1));
        if tag != LARGE {
            return (entries, Self(tag as u32 + LEAST));
        }
        // SAFETY: the room is in the first of the words before the entries.
        let room = unsafe { (*entries.sub(ALIGN / size_of::<AtomicU32>())).load(Ordering::Relaxed) };
        (entries, Self(room))
    }
}

impl OldTable {
    pub(crate) fn bytes(&self) -> usize {
        // SAFETY: it is not freed yet.
        unsafe { Room::of(self.0) }.1.layout().size()
    }
}

impl Drop for OldTable {
    fn drop(&mut self) {
        // SAFETY: allocated in `Room::alloc`, with this layout, and owned.
        unsafe {
            let (entries, room) = Room::of(self.0);
            dealloc(entries.sub(room.before()).cast(), room.layout());
        }
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
        // SAFETY: the table stays while a reader may be in it (see `replace`).
        unsafe {
            let (entries, room) = Room::of(words);
            Some(slice::from_raw_parts(entries, room.entries()))
        }
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
        let new = Self { words: AtomicPtr::new(Room::for_entries(room).alloc()) };
        if let Some(entries) = new.entries() {
            all.for_each(|(hash, number)| put(entries, hash, number));
        }
        // Release: who sees the table sees what is in it.
        let old = self.words.swap(ManuallyDrop::new(new).words.load(Ordering::Relaxed), Ordering::AcqRel);
        Self::old(old)
    }

    fn old(words: *mut AtomicU32) -> Option<OldTable> {
        (!words.is_null()).then(|| OldTable(words))
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

    #[test]
    fn tables_of_all_sizes_know_how_large_they_are() {
        for count in [0, 1, 7, 100, 5000, 100_000, 200_000, 300_000] {
            let table = Table::new();
            drop(table.replace(count, (0..count).map(|number| (number.wrapping_mul(0x9e37_79b1), number))));
            let room = table.entries().unwrap().len();
            assert!(room.is_power_of_two() && room * 7 >= count as usize * 8 && room <= (count as usize).max(4) * 3);
            let taken = table.entries().unwrap().iter().filter(|entry| entry.load(Ordering::Relaxed) != 0).count();
            assert_eq!(taken, count as usize);
            let old = table.replace(0, core::iter::empty()).unwrap();
            assert!(old.bytes() / 4 - room <= 4, "{} bytes for {room}", old.bytes());
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
