// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The only door to locks and to atomics. (Cells are compiled into tests with another door: tests/cells_model.)
//!
//! Every lock is taken through the fork gate: [`Lock::lock`] passes it as a reader, and a fork passes it as the writer,
//! so that no lock is held, by any thread, at the moment of a fork. Locks therefore never nest: a second reader on one
//! thread could wait for a writer who waits for the first. Debug builds check it. No callback runs under a lock.

use std::ops::{Deref, DerefMut};
#[cfg(unix)]
use std::sync::RwLockWriteGuard;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

#[cfg(striped)]
pub(crate) use core::sync::atomic::AtomicIsize;
pub(crate) use core::sync::atomic::{fence, AtomicPtr};
pub(crate) use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, Ordering};
pub(crate) use std::sync::OnceLock;

static FORK_GATE: RwLock<()> = RwLock::new(());

/// Data behind a lock that is never held across a fork.
#[derive(Debug, Default)]
pub(crate) struct Lock<T>(Mutex<T>);

/// Access to the data of a [`Lock`].
pub(crate) struct Guard<'a, T> {
    data: MutexGuard<'a, T>,
    _gate: RwLockReadGuard<'static, ()>,
    _alone: depth::Alone,
}

impl<T> Lock<T> {
    pub(crate) const fn new(data: T) -> Self {
        Self(Mutex::new(data))
    }

    /// Waits for the lock. A panic while it was held leaves the data as it was then: every change below is complete
    /// before anything that could panic.
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        let alone = depth::Alone::enter();
        let gate = FORK_GATE.read().unwrap_or_else(PoisonError::into_inner);
        Guard { data: self.0.lock().unwrap_or_else(PoisonError::into_inner), _gate: gate, _alone: alone }
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.data
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.data
    }
}

/// Keeps every lock free while it lives. For a fork.
#[cfg(unix)]
pub(crate) fn close_gate() -> RwLockWriteGuard<'static, ()> {
    FORK_GATE.write().unwrap_or_else(PoisonError::into_inner)
}

/// The next number of a sequence that starts at 1 and never repeats: ids of registries, metrics and families.
pub(crate) fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    // Relaxed: the number publishes nothing but itself.
    NEXT.fetch_add(1, Ordering::Relaxed)
}

mod depth {
    #[cfg(debug_assertions)]
    thread_local!(static HELD: core::cell::Cell<bool> = const { core::cell::Cell::new(false) });

    /// Shows, in debug builds, that this thread holds no second lock.
    pub(super) struct Alone;

    impl Alone {
        pub(super) fn enter() -> Self {
            #[cfg(debug_assertions)]
            let _ = HELD.try_with(|held| assert!(!held.replace(true), "locks must not nest"));
            Self
        }
    }

    #[cfg(debug_assertions)]
    impl Drop for Alone {
        fn drop(&mut self) {
            let _ = HELD.try_with(|held| held.set(false));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_start_above_zero_and_differ() {
        let (a, b) = (next_id(), next_id());
        assert!(a > 0 && b > a);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "locks must not nest")]
    fn nested_locks_are_found() {
        let (a, b) = (Lock::new(1), Lock::new(2));
        let _a = a.lock();
        let _b = b.lock();
    }
}
