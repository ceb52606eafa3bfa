// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The handles that a family made, by their label values. A hit takes no lock, and writes to nothing that another thread
//! writes to.
//!
//! A reader pins the table, walks it, and pins the entry that it found instead. Removed members stay in the table until
//! it is half full, or half of it was removed; then one of those that are still there takes its place. The old table and
//! the entries that it alone had are freed once nobody has pinned them: at that moment, or when the table is replaced
//! again. So the memory of a family follows how many members it has, not how many it ever had.
//!
//! Nobody waits for a lock: who finds another at work on the table leaves it alone, and what it made is not remembered.
//! A child that was forked while a thread was at work remembers nothing new, and works.

use std::ptr::NonNull;

use super::key::{Key, Seed};
use super::member::Member;
use super::pins::Pin;
use super::sync::{pins, AtomicPtr, Mutex, MutexGuard, Ordering, TryLockError};
use super::table::{Entry, Table};

/// The smallest table.
const LEAST: usize = 8;

/// Handles by label values.
pub(crate) struct Cache<K> {
    seed: Seed,
    table: AtomicPtr<Table<K>>,
    writer: Mutex<Writer<K>>,
}

/// What the one writer knows.
struct Writer<K> {
    /// Entries of the present table.
    used: usize,
    /// Members that were removed since the table was made, as far as is known.
    removed: usize,
    /// Tables that were replaced.
    old: Vec<NonNull<Table<K>>>,
    /// Entries that were left behind, each with the number of the last table that had it.
    gone: Vec<(NonNull<Entry<K>>, u64)>,
}

// SAFETY: the pointers own what they point to, and handles are shared with readers and dropped by any thread.
unsafe impl<K: Send + Sync> Send for Writer<K> {}

impl<K> Cache<K> {
    pub(crate) fn new() -> Cache<K> {
        let table = Box::into_raw(Box::new(Table::new(0, LEAST)));
        let writer = Writer { used: 0, removed: 0, old: Vec::new(), gone: Vec::new() };
        Cache { seed: Seed::random(), table: AtomicPtr::new(table), writer: Mutex::new(writer) }
    }

    /// The handle of these values, if it is there, `usable`, and can be pinned. It may not be found where others of its
    /// hash are, or were removed: then [`search`](Self::search).
    #[inline(always)]
    pub(crate) fn get<V: AsRef<str>>(&self, values: &[V], usable: impl Fn(&K) -> bool) -> Option<Member<'_, K>> {
        let wanted = self.seed.want(values);
        let (pin, table) = self.pinned()?;
        // SAFETY: the table is pinned, so that neither it nor an entry that it has is freed.
        let entry = unsafe { table.as_ref().first(&wanted, usable)? };
        // SAFETY: as above.
        Some(unsafe { lend(entry, pin) })
    }

    /// The same, if it is anywhere in the table.
    #[cold]
    pub(crate) fn search<V: AsRef<str>>(&self, values: &[V], usable: impl Fn(&K) -> bool) -> Option<Member<'_, K>> {
        let wanted = self.seed.want(values);
        let (pin, table) = self.pinned()?;
        // SAFETY: as in `get`.
        let entry = unsafe { table.as_ref().find(&wanted, usable)? };
        // SAFETY: as in `get`.
        Some(unsafe { lend(entry, pin) })
    }

    #[inline(always)]
    fn pinned(&self) -> Option<(Pin, NonNull<Table<K>>)> {
        // Acquire: the table was made before. It may be replaced before it is pinned.
        let mut table = self.table.load(Ordering::Acquire);
        loop {
            let pin = Pin::new(table.cast())?;
            // SeqCst: see pins.rs.
            let now = self.table.load(Ordering::SeqCst);
            if now == table {
                return NonNull::new(table).map(|table| (pin, table));
            }
            table = now;
        }
    }

    /// Remembers a handle, unless a usable one is there, or another thread is at work here.
    pub(crate) fn insert<V: AsRef<str>>(&self, values: &[V], handle: K, usable: impl Fn(&K) -> bool) {
        let Some(mut writer) = self.writer() else { return };
        let wanted = self.seed.want(values);
        // SAFETY: the lock is held, and its holder alone frees tables and entries; here and below.
        let is_there = |usable: &dyn Fn(&K) -> bool| unsafe { self.present().find(&wanted, usable) }.is_some();
        if is_there(&usable) {
            return;
        }
        // One that is not usable was removed by somebody else.
        writer.removed += usize::from(is_there(&|_| true));
        let mut garbage = Garbage::default();
        if 2 * writer.used >= self.present().size() {
            garbage.add(self.replace(&mut writer, &usable));
        }
        let entry = Box::new(Entry { key: Key::new(values), handle, born: self.present().number });
        let entry = NonNull::from(Box::leak(entry));
        let mut is_put = self.present().put(wanted.hash, entry);
        if !is_put && writer.removed > 0 {
            garbage.add(self.replace(&mut writer, &usable));
            is_put = self.present().put(wanted.hash, entry);
        }
        if is_put {
            writer.used += 1;
        } else {
            garbage.entries.push(entry);
        }
        // Before the garbage is freed, which calls the library.
        drop(writer);
    }

    /// To be told of each member that was removed.
    pub(crate) fn removed(&self, usable: impl Fn(&K) -> bool) {
        let Some(mut writer) = self.writer() else { return };
        writer.removed += 1;
        let garbage = if writer.removed >= LEAST && 2 * writer.removed >= writer.used {
            self.replace(&mut writer, usable)
        } else {
            Garbage::default()
        };
        drop(writer);
        drop(garbage);
    }

    /// Puts a table of the usable entries in the place of the present one. Gives what can be freed.
    fn replace(&self, writer: &mut MutexGuard<'_, Writer<K>>, usable: impl Fn(&K) -> bool) -> Garbage<K> {
        let old = self.present();
        // SAFETY: the lock is held, and its holder alone frees entries.
        let is_usable = |entry: &NonNull<Entry<K>>| usable(unsafe { &entry.as_ref().handle });
        let (stay, go): (Vec<_>, Vec<_>) = old.entries().partition(|(_, entry)| is_usable(entry));
        // At most a quarter is taken then, so that a quarter can come before the next time.
        let new = Table::new(old.number + 1, (4 * stay.len()).next_power_of_two().max(LEAST));
        let (put, far): (Vec<_>, Vec<_>) = stay.into_iter().partition(|(hash, entry)| new.put(*hash, *entry));
        (writer.used, writer.removed) = (put.len(), 0);
        writer.gone.extend(go.into_iter().chain(far).map(|(_, entry)| (entry, old.number)));
        // Acquire: as in `present`.
        writer.old.extend(NonNull::new(self.table.load(Ordering::Acquire)));
        // SeqCst: see pins.rs. Who loads it sees the table as it was made.
        self.table.store(Box::into_raw(Box::new(new)), Ordering::SeqCst);
        writer.collect()
    }

    /// The present table, for who holds the lock: nobody else frees it.
    fn present(&self) -> &Table<K> {
        // SAFETY: `table` always points to a table, which the holder of the lock frees after it was replaced. Callers
        // do not use the old one after `replace`.
        // Acquire: the table was made before.
        unsafe { &*self.table.load(Ordering::Acquire) }
    }

    /// Nothing where another thread is at work.
    fn writer(&self) -> Option<MutexGuard<'_, Writer<K>>> {
        match self.writer.try_lock() {
            Ok(writer) => Some(writer),
            // What can panic under the lock, a lack of memory, does so before anything is changed.
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl<K> Writer<K> {
    /// Takes out what was replaced and is not pinned.
    fn collect(&mut self) -> Garbage<K> {
        let pinned = pins().all();
        let is_pinned = |what: *mut ()| pinned.binary_search(&what).is_ok();
        let (kept, tables) = std::mem::take(&mut self.old).into_iter().partition(|old| is_pinned(old.as_ptr().cast()));
        self.old = kept;
        // SAFETY: what is in `old` is not freed.
        let held: Vec<u64> = self.old.iter().map(|old| unsafe { old.as_ref().number }).collect();
        let (kept, entries): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.gone).into_iter().partition(|(entry, last)| {
                // SAFETY: what is in `gone` is not freed.
                let born = unsafe { entry.as_ref().born };
                is_pinned(entry.as_ptr().cast()) || held.iter().any(|number| (born..=*last).contains(number))
            });
        self.gone = kept;
        Garbage { tables, entries: entries.into_iter().map(|(entry, _)| entry).collect() }
    }
}

/// Narrows a pin from a table to an entry.
///
/// # Safety
///
/// The pin is of a table that has the entry.
#[inline(always)]
unsafe fn lend<'a, K>(entry: NonNull<Entry<K>>, pin: Pin) -> Member<'a, K> {
    pin.narrow(entry.as_ptr().cast());
    // SAFETY: the entry is pinned, first by its table, now by itself; this makes a pointer to a field of it.
    unsafe { Member::lent(NonNull::new_unchecked(&raw mut (*entry.as_ptr()).handle), pin) }
}

/// What nobody can reach any more. Freed when it is dropped.
struct Garbage<K> {
    tables: Vec<NonNull<Table<K>>>,
    entries: Vec<NonNull<Entry<K>>>,
}

impl<K> Default for Garbage<K> {
    fn default() -> Garbage<K> {
        Garbage { tables: Vec::new(), entries: Vec::new() }
    }
}

impl<K> Garbage<K> {
    fn add(&mut self, mut more: Garbage<K>) {
        self.tables.append(&mut more.tables);
        self.entries.append(&mut more.entries);
    }
}

impl<K> Drop for Garbage<K> {
    fn drop(&mut self) {
        for table in self.tables.drain(..) {
            // SAFETY: made by a Box, in one place alone, and out of reach.
            drop(unsafe { Box::from_raw(table.as_ptr()) });
        }
        for entry in self.entries.drain(..) {
            // SAFETY: as above.
            drop(unsafe { Box::from_raw(entry.as_ptr()) });
        }
    }
}

impl<K> Drop for Cache<K> {
    fn drop(&mut self) {
        // Whoever had pinned something had borrowed this cache.
        let mut garbage = Garbage::default();
        garbage.entries.extend(self.present().entries().map(|(_, entry)| entry));
        garbage.tables.extend(NonNull::new(self.table.load(Ordering::Acquire)));
        if let Some(mut writer) = self.writer() {
            garbage.entries.extend(writer.gone.drain(..).map(|(entry, _)| entry));
            garbage.tables.append(&mut writer.old);
        }
    }
}
