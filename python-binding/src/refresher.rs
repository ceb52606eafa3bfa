// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The thread that runs Python's collectors for reports that nobody in Python asked for.
//!
//! A report waits for it for a short time and never for the interpreter's lock. The thread is Python's own, a daemon:
//! where the interpreter ends while a collector hangs, nothing of Rust is on its stack. It begins with the first report
//! that wants it, in a child of a fork anew.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use pyo3::prelude::*;

use crate::refresh::PyRefresh;
use crate::source::{self, Source};

/// What one report waits at most, for all collectors together.
const BUDGET: Duration = Duration::from_millis(50);

/// How long a fork waits for a collector that runs: what it has locked would stay so in the child.
const FORK_WAIT: Duration = Duration::from_secs(1);

/// How long the end of the interpreter waits for a collector that runs.
pub(crate) const LAST_WAIT: Duration = Duration::from_secs(5);

struct Refresher {
    /// The process that it is of: a forked child has no such thread, and its locks are as they were at the fork.
    process: u32,
    state: Mutex<State>,
    work: Condvar,
    done: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Arc<Source>>,
    /// Since when somebody waits for those that have not run yet.
    asked: HashMap<u64, Instant>,
    has_thread: bool,
    /// The thread, while it runs one.
    busy: Option<ThreadId>,
    /// How many forks are about to happen: none is to begin.
    forks: usize,
    stopped: bool,
}

static REFRESHER: LazyLock<ArcSwap<Refresher>> = LazyLock::new(|| ArcSwap::from_pointee(Refresher::new()));

/// Makes sure that nothing is made for the first time while a process forks.
pub(crate) fn ready() {
    LazyLock::force(&REFRESHER);
}

/// This process's.
fn here() -> Arc<Refresher> {
    let there = REFRESHER.load_full();
    if there.process == std::process::id() {
        return there;
    }
    let fresh = Arc::new(Refresher::new());
    let before = REFRESHER.compare_and_swap(&there, Arc::clone(&fresh));
    if Arc::ptr_eq(&before, &there) {
        fresh
    } else {
        REFRESHER.load_full()
    }
}

impl Refresher {
    fn new() -> Refresher {
        let (state, work, done) = Default::default();
        Refresher { process: std::process::id(), state, work, done }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has `wanted` run, with all others of its root that are due, and waits for it: no longer than the budget of the report
/// and half of the time that the report has left. Nothing waits for one that has been waited for in vain.
pub(crate) fn freshen(wanted: &Arc<Source>, left: Option<Duration>) {
    // Inside of a collector there is nobody to wait for but this thread.
    if wanted.is_fresh() || source::inside() {
        return;
    }
    let here = here();
    let mut state = here.lock();
    if state.stopped {
        return;
    }
    let since = match state.asked.get(&wanted.number) {
        Some(since) => *since,
        None => ask(&mut state, wanted),
    };
    if !state.has_thread {
        state.has_thread = begin();
    }
    here.work.notify_one();
    let until = since + left.map_or(BUDGET, |left| BUDGET.min(left / 2));
    while state.asked.contains_key(&wanted.number) {
        let rest = until.saturating_duration_since(Instant::now());
        if rest.is_zero() {
            return;
        }
        state = here.done.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// Queues all of the root that are due, the quick ones first.
fn ask(state: &mut State, wanted: &Source) -> Instant {
    let now = Instant::now();
    let all = source::all();
    let due = |other: &&Arc<Source>| {
        let own = other.number == wanted.number;
        own || (other.path.first() == wanted.path.first()
            && !other.is_fresh()
            && !state.asked.contains_key(&other.number))
    };
    let mut due: Vec<Arc<Source>> = all.iter().filter(due).cloned().collect();
    due.sort_by_key(|source| source.took());
    state.asked.extend(due.iter().map(|source| (source.number, now)));
    state.queue.extend(due);
    now
}

/// Starts the thread, on one that may wait for the interpreter's lock. False if there is none to be had.
fn begin() -> bool {
    let start = || {
        let started = Python::try_attach(|py| {
            let started = py.import("cmetrics._refresh").and_then(|module| module.call_method0("start")?.extract());
            started.unwrap_or_else(|failure: PyErr| {
                failure.write_unraisable(py, None);
                false
            })
        });
        if started != Some(true) {
            let here = here();
            here.lock().has_thread = false;
            here.done.notify_all();
        }
    };
    thread::Builder::new().name("cmetrics-start".to_owned()).spawn(start).is_ok()
}

/// What is to run next, for the thread; ``None`` at the end.
#[pyfunction]
pub(crate) fn _next_refresh(py: Python<'_>) -> Option<PyRefresh> {
    let here = here();
    let next = py.detach(|| {
        let mut state = here.lock();
        state.busy = None;
        here.done.notify_all();
        loop {
            if state.stopped {
                state.has_thread = false;
                here.done.notify_all();
                return None;
            }
            if let Some(source) = if state.forks == 0 { state.queue.pop_front() } else { None } {
                state.busy = Some(thread::current().id());
                return Some(source);
            }
            state = here.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    });
    next.map(PyRefresh::new)
}

/// `source` has run.
pub(crate) fn ran(source: &Source) {
    let here = here();
    if here.lock().asked.remove(&source.number).is_some() {
        here.done.notify_all();
    }
}

/// Waits a little until the thread runs nothing, and keeps it from beginning: a fork is about to happen.
#[pyfunction]
pub(crate) fn _before_fork(py: Python<'_>) {
    let here = here();
    py.detach(|| {
        let mut state = here.lock();
        state.forks += 1;
        let until = Instant::now() + FORK_WAIT;
        // What forks from inside of a collector does not wait for itself.
        while state.busy.is_some_and(|busy| busy != thread::current().id()) {
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return;
            }
            state = here.done.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
    });
}

/// The fork has happened, and this is the parent. A child begins anew.
#[pyfunction]
pub(crate) fn _after_fork() {
    let here = here();
    let mut state = here.lock();
    state.forks = state.forks.saturating_sub(1);
    here.work.notify_all();
}

/// Ends the thread. False if a collector that it runs has not come to an end.
pub(crate) fn stop() -> bool {
    let here = here();
    let mut state = here.lock();
    state.stopped = true;
    state.queue.clear();
    here.work.notify_all();
    let until = Instant::now() + LAST_WAIT;
    while state.has_thread {
        let rest = until.saturating_duration_since(Instant::now());
        if rest.is_zero() {
            return false;
        }
        state = here.done.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
    }
    true
}
