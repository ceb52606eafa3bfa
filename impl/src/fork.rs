// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a fork needs: no lock held at that moment, and a child that knows it is one.

use std::cell::RefCell;
use std::sync::RwLockWriteGuard;

use crate::sync::{close_gate, AtomicU64, Ordering};

static GENERATION: AtomicU64 = AtomicU64::new(0);

thread_local!(static CLOSED: RefCell<Option<RwLockWriteGuard<'static, ()>>> = const { RefCell::new(None) });

/// How many forks lie between this process and the one that loaded the library. Threads noted under an older number do
/// not exist here.
pub(crate) fn generation() -> u64 {
    // Relaxed: it changes only while the child has a single thread.
    GENERATION.load(Ordering::Relaxed)
}

/// Registers the handlers, once. Called before the first root is made.
pub(crate) fn prepare_for_forks() {
    #[cfg(unix)]
    {
        static ONCE: std::sync::Once = std::sync::Once::new();
        // SAFETY: the handlers are functions of this library, which is never unloaded (build.rs links it nodelete, and an
        // embedded copy lives in the program or in a plugin that its loader pins). A failure (no memory) leaves forks as
        // they are without handlers.
        ONCE.call_once(|| unsafe {
            libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child));
        });
    }
}

extern "C" fn before() {
    let guard = close_gate();
    let _ = CLOSED.try_with(|closed| closed.replace(Some(guard)));
}

extern "C" fn after_in_parent() {
    let _ = CLOSED.try_with(|closed| closed.take());
}

extern "C" fn after_in_child() {
    // Relaxed: the child has this one thread.
    GENERATION.fetch_add(1, Ordering::Relaxed);
    let _ = CLOSED.try_with(|closed| closed.take());
}
