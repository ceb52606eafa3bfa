// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A hash table that readers walk without a lock and without a write. One writer at a time puts entries in; none is ever
//! taken out or changed: a table is replaced as a whole.

use std::ptr::{self, NonNull};

use super::key::{Key, Wanted};
use super::sync::{AtomicPtr, AtomicU64, Ordering};

/// How many slots a look-up goes through at most. In a table that is half full, values whose hashes are not chosen to
/// be near each other stand further away than this less than once in 10¹⁰.
const FURTHEST: usize = 128;

/// A handle by its label values.
pub(crate) struct Entry<K> {
    pub(crate) key: Key,
    pub(crate) handle: K,
    /// The number of the first table that had it.
    pub(crate) born: u64,
}

pub(crate) struct Table<K> {
    /// Counted from 0 within a family.
    pub(crate) number: u64,
    mask: usize,
    slots: Box<[Slot<K>]>,
}

struct Slot<K> {
    /// 0 while there is no entry.
    hash: AtomicU64,
    entry: AtomicPtr<Entry<K>>,
}

impl<K> Table<K> {
    /// `size` is a power of two.
    pub(crate) fn new(number: u64, size: usize) -> Table<K> {
        let empty = |_| Slot { hash: AtomicU64::new(0), entry: AtomicPtr::new(ptr::null_mut()) };
        Table { number, mask: size - 1, slots: (0..size).map(empty).collect() }
    }

    pub(crate) fn size(&self) -> usize {
        self.slots.len()
    }

    /// The first entry of these values' hash, if it is of these values and `usable`: nearly always what there is to find.
    ///
    /// # Safety
    ///
    /// Nobody frees entries of this table meanwhile.
    #[inline(always)]
    pub(crate) unsafe fn first<V: AsRef<str>>(
        &self,
        wanted: &Wanted<'_, V>,
        usable: impl Fn(&K) -> bool,
    ) -> Option<NonNull<Entry<K>>> {
        let step = self.seek(wanted.hash, 0)?;
        // SAFETY: as the caller promises.
        unsafe { self.slot(wanted.hash, step).get(wanted, usable) }
    }

    /// The first entry of these values that is `usable`: more than one may be there where old ones are not.
    ///
    /// # Safety
    ///
    /// Nobody frees entries of this table meanwhile.
    pub(crate) unsafe fn find<V: AsRef<str>>(
        &self,
        wanted: &Wanted<'_, V>,
        usable: impl Fn(&K) -> bool,
    ) -> Option<NonNull<Entry<K>>> {
        let mut step = 0;
        loop {
            step = self.seek(wanted.hash, step)?;
            // SAFETY: as the caller promises.
            let there = unsafe { self.slot(wanted.hash, step).get(wanted, &usable) };
            if there.is_some() {
                return there;
            }
            step += 1;
        }
    }

    /// The next step on a hash's way, from this one on, where there is an entry of it.
    #[inline(always)]
    fn seek(&self, hash: u64, from: usize) -> Option<usize> {
        for step in from..FURTHEST {
            // Acquire: the entry was made before its hash was put here.
            match self.slot(hash, step).hash.load(Ordering::Acquire) {
                there if there == hash => return Some(step),
                0 => return None,
                _ => {}
            }
        }
        None
    }

    /// The slot where a hash belongs, or so many after it.
    #[inline(always)]
    fn slot(&self, hash: u64, step: usize) -> &Slot<K> {
        // SAFETY: the number of slots is a power of two, so that no masked number is beyond them.
        unsafe { self.slots.get_unchecked((hash as usize).wrapping_add(step) & self.mask) }
    }

    /// Puts an entry in, for the one writer. False where there is no place for it near enough.
    pub(crate) fn put(&self, hash: u64, entry: NonNull<Entry<K>>) -> bool {
        // Relaxed: only the writer changes slots.
        let mut way = (0..FURTHEST).map(|step| self.slot(hash, step));
        let Some(slot) = way.find(|slot| slot.hash.load(Ordering::Relaxed) == 0) else { return false };
        // Relaxed: readers look at the hash first.
        slot.entry.store(entry.as_ptr(), Ordering::Relaxed);
        // Release: for who sees the hash, the entry is there.
        slot.hash.store(hash, Ordering::Release);
        true
    }

    /// All entries with their hashes, for the one writer.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (u64, NonNull<Entry<K>>)> + '_ {
        // Relaxed: only the writer changes slots.
        let there = |slot: &Slot<K>| Some((slot.hash.load(Ordering::Relaxed), slot.entry.load(Ordering::Relaxed)));
        self.slots.iter().filter_map(there).filter_map(|(hash, entry)| Some((hash, NonNull::new(entry)?)))
    }
}

impl<K> Slot<K> {
    /// The entry here, which is of these values' hash, if it is of these values and `usable`.
    ///
    /// # Safety
    ///
    /// The hash was loaded with Acquire, and nobody frees the entry meanwhile.
    #[inline(always)]
    unsafe fn get<V: AsRef<str>>(
        &self,
        wanted: &Wanted<'_, V>,
        usable: impl Fn(&K) -> bool,
    ) -> Option<NonNull<Entry<K>>> {
        // Relaxed: stored before the hash.
        let entry = NonNull::new(self.entry.load(Ordering::Relaxed))?;
        // SAFETY: the entry lives as long as the caller promises, and never changes.
        let Entry { key, handle, .. } = unsafe { entry.as_ref() };
        (key.is(wanted) && usable(handle)).then_some(entry)
    }
}
