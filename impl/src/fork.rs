// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a fork needs: no lock held at that moment, and a child that knows it is one.

use crate::sync::{AtomicBool, AtomicU64, Ordering};

static GENERATION: AtomicU64 = AtomicU64::new(0);
static IN_USE: AtomicBool = AtomicBool::new(false);

/// How many forks lie between this process and the one that first used the library. Threads noted under an older number
/// do not exist here.
pub(crate) fn generation() -> u64 {
    // Relaxed: it changes only while the child has a single thread.
    GENERATION.load(Ordering::Relaxed)
}

/// Registers the handlers, if the system has forks, and counts forks from now on. Called before the first lock is taken.
pub(crate) fn prepare_for_forks() {
    #[cfg(unix)]
    handlers::register();
    // Relaxed: a fork that begins at this moment may be counted or not.
    IN_USE.store(true, Ordering::Relaxed);
}

#[cfg(unix)]
mod handlers {
    use std::cell::RefCell;
    use std::mem::ManuallyDrop;
    use std::sync::RwLockWriteGuard;

    use super::{GENERATION, IN_USE};
    use crate::sync::{close_gate, AtomicBool, Ordering};

    // The gate that this thread keeps closed for a fork. Without a destructor, which would keep the module of a plugin in
    // memory until the thread ends.
    thread_local!(static CLOSED: RefCell<Option<Closed>> = const { RefCell::new(None) });

    type Closed = ManuallyDrop<RwLockWriteGuard<'static, ()>>;

    fn open() {
        let _ = CLOSED.try_with(|closed| closed.take().map(ManuallyDrop::into_inner));
    }

    /// Nothing here waits for another thread, which a child may not have. Two threads that come first at once both
    /// register; the handlers bear to run twice.
    pub(super) fn register() {
        static DONE: AtomicBool = AtomicBool::new(false);
        // Acquire, with the Release below: who sees it sees the handlers registered.
        if DONE.load(Ordering::Acquire) {
            return;
        }
        // SAFETY: the handlers are functions of this module. A copy that provides is never unloaded; when another one is,
        // the C library takes back what was registered from its module. A failure (no memory) leaves forks as they are
        // without handlers.
        unsafe { libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child)) };
        DONE.store(true, Ordering::Release);
    }

    /// Registers when the module is loaded. A fork that has begun runs no handler that is registered meanwhile: were the
    /// first call to register alone, the child of such a fork could find a lock held by a thread that it does not have.
    #[cfg(elf)]
    #[used]
    #[link_section = ".init_array"]
    static AT_LOAD: extern "C" fn() = at_load;

    #[cfg(elf)]
    extern "C" fn at_load() {
        register();
    }

    extern "C" fn before() {
        let _ = CLOSED.try_with(|closed| {
            let mut closed = closed.borrow_mut();
            if closed.is_none() {
                *closed = Some(ManuallyDrop::new(close_gate()));
            }
        });
    }

    extern "C" fn after_in_parent() {
        open();
    }

    extern "C" fn after_in_child() {
        // Relaxed: the child has this one thread.
        GENERATION.fetch_add(u64::from(IN_USE.load(Ordering::Relaxed)), Ordering::Relaxed);
        crate::grace::after_fork_in_child();
        open();
    }
}
