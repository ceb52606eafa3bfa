// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Code of Python that reports need: what it told last, how old that is, and how often it failed.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, ArcSwapOption};
use cmetrics::{Collector, Error, FloatGauge, IntGauge, Metric};
use pyo3::prelude::*;

use crate::told::Told;

/// What was told less than this ago serves the reports that nobody in Python asked for.
const MINIMUM_AGE: Duration = Duration::from_millis(100);

/// How many messages of what the library refused are remembered, so that each is logged once.
const MOST_MESSAGES: usize = 64;

/// A collector, or a gauge's function.
pub(crate) struct Source {
    pub(crate) number: u64,
    /// What it is called in logs and in the label `collector`.
    pub(crate) name: String,
    /// The numbers of its registry and those above, the root first.
    pub(crate) path: Box<[u64]>,
    /// None once it was removed.
    pub(crate) code: ArcSwapOption<Code>,
    /// What it told last; none before its first run.
    pub(crate) told: ArcSwapOption<Told>,
    pub(crate) failures: AtomicU64,
    /// Families and series that its own code left out.
    pub(crate) refused: AtomicU64,
    /// Whether its last run failed: one line in the log for each spell of failures.
    pub(crate) failing: AtomicBool,
    /// When its last run ended, in nanoseconds since the anchor; 0 before that.
    ended: AtomicU64,
    /// How many nanoseconds its last run took.
    took: AtomicU64,
    /// The threads that it runs on, each with its process: a fork's child has none of its parent's.
    running: Mutex<Vec<(u32, ThreadId)>>,
    messages: Mutex<Messages>,
    /// To take it out of its registry.
    pub(crate) handle: OnceLock<Collector>,
}

/// What is called, and where the answer goes.
pub(crate) enum Code {
    Collect(Py<PyAny>),
    Int(IntGauge, Py<PyAny>),
    Float(FloatGauge, Py<PyAny>),
}

#[derive(Default)]
struct Messages {
    seen: HashSet<String>,
    new: Vec<String>,
}

/// All that are there. Readers take no lock: a fork could leave it taken.
static LISTED: LazyLock<ArcSwap<Vec<Arc<Source>>>> = LazyLock::new(ArcSwap::default);

static ANCHOR: LazyLock<Instant> = LazyLock::new(Instant::now);

thread_local! {
    /// What reports on this thread leave out: what runs here, and what [`without`] was told.
    static LEFT_OUT: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn all() -> Arc<Vec<Arc<Source>>> {
    LISTED.load_full()
}

/// Makes sure that nothing is made for the first time while a process forks.
pub(crate) fn ready() {
    LazyLock::force(&LISTED);
    LazyLock::force(&ANCHOR);
}

/// Does something while reports on this thread leave these out.
pub(crate) fn without<T>(numbers: &[u64], what: impl FnOnce() -> T) -> T {
    struct Before(usize);
    impl Drop for Before {
        fn drop(&mut self) {
            LEFT_OUT.with_borrow_mut(|left_out| left_out.truncate(self.0));
        }
    }
    let _before = LEFT_OUT.with_borrow_mut(|left_out| {
        left_out.extend_from_slice(numbers);
        Before(left_out.len() - numbers.len())
    });
    what()
}

/// Whether this thread is inside code that a report needs.
pub(crate) fn inside() -> bool {
    LEFT_OUT.with_borrow(|left_out| !left_out.is_empty())
}

fn since_anchor() -> u64 {
    u64::try_from(ANCHOR.elapsed().as_nanos()).unwrap_or(u64::MAX).max(1)
}

impl Source {
    /// Makes one, and lists it. `name` becomes one that no other in its root has.
    pub(crate) fn listed(name: &str, path: &[u64], code: Code) -> Arc<Source> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        // Relaxed: the numbers only have to differ.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let source = Arc::new(Source {
            number,
            name: free_name(name, path),
            path: path.into(),
            code: ArcSwapOption::from_pointee(code),
            told: ArcSwapOption::empty(),
            failures: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            failing: AtomicBool::new(false),
            ended: AtomicU64::new(0),
            took: AtomicU64::new(0),
            running: Mutex::default(),
            messages: Mutex::default(),
            handle: OnceLock::new(),
        });
        LISTED.rcu(|listed| {
            let mut listed = Vec::clone(listed);
            listed.push(Arc::clone(&source));
            listed
        });
        source
    }

    /// Lets go of all that it holds: it was removed.
    pub(crate) fn unlist(&self) {
        self.code.store(None);
        self.told.store(None);
        LISTED.rcu(|listed| listed.iter().filter(|other| other.number != self.number).cloned().collect::<Vec<_>>());
    }

    pub(crate) fn is_listed(&self) -> bool {
        LISTED.load().iter().any(|other| other.number == self.number)
    }

    /// The metric whose function this is.
    pub(crate) fn metric(&self) -> Option<Metric> {
        match self.code.load().as_deref()? {
            Code::Collect(_) => None,
            Code::Int(gauge, _) => Some(gauge.as_metric()),
            Code::Float(gauge, _) => Some(gauge.as_metric()),
        }
    }

    /// Takes it out of its registry, if it is there.
    pub(crate) fn remove(&self) -> Result<(), Error> {
        self.handle.get().map_or(Ok(()), Collector::remove)
    }

    pub(crate) fn is_left_out(&self) -> bool {
        LEFT_OUT.with_borrow(|left_out| left_out.contains(&self.number))
    }

    /// Whether it ran so lately that it need not run again.
    pub(crate) fn is_fresh(&self) -> bool {
        // Relaxed: a moment, which publishes nothing.
        let ended = self.ended.load(Ordering::Relaxed);
        ended != 0 && u128::from(since_anchor().saturating_sub(ended)) < MINIMUM_AGE.as_nanos()
    }

    /// How long its last run took, in nanoseconds.
    pub(crate) fn took(&self) -> u64 {
        // Relaxed: a guess of how long the next one takes.
        self.took.load(Ordering::Relaxed)
    }

    /// How old what it told is; none before its first run that went well.
    pub(crate) fn age(&self) -> Option<Duration> {
        self.told.load().as_ref().map(|told| told.at.elapsed())
    }

    /// Exchanges what it told, unless another run that began later has done so.
    pub(crate) fn keep(&self, told: Told) {
        let told = Arc::new(told);
        self.told.rcu(|kept| match kept {
            Some(kept) if kept.at > told.at => Some(Arc::clone(kept)),
            _ => Some(Arc::clone(&told)),
        });
        // Relaxed: a hint for the log.
        self.failing.store(false, Ordering::Relaxed);
    }

    /// A run begins on this thread. False if it runs here already, or was removed.
    pub(crate) fn begin(&self) -> bool {
        if self.is_left_out() || !self.is_listed() {
            return false;
        }
        self.threads().push(here());
        LEFT_OUT.with_borrow_mut(|left_out| left_out.push(self.number));
        true
    }

    /// The run that began on this thread at that moment is over.
    pub(crate) fn end(&self, began: Instant) {
        LEFT_OUT.with_borrow_mut(|left_out| {
            if let Some(at) = left_out.iter().rposition(|number| *number == self.number) {
                left_out.remove(at);
            }
        });
        let here = here();
        let mut running = self.threads();
        if let Some(at) = running.iter().position(|other| *other == here) {
            running.remove(at);
        }
        drop(running);
        // Relaxed: moments, which publish nothing.
        self.took.store(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.ended.store(since_anchor(), Ordering::Relaxed);
    }

    /// Waits until it runs nowhere, except around this call. Not inside the lock: runs need the interpreter to finish.
    pub(crate) fn wait(&self, py: Python<'_>) {
        while self.runs_elsewhere() {
            py.detach(|| thread::sleep(Duration::from_millis(1)));
        }
    }

    /// Whether it runs, and not around this call.
    pub(crate) fn runs_elsewhere(&self) -> bool {
        let (process, me) = here();
        let running = self.threads();
        let elsewhere = running.iter().any(|(pid, thread)| *pid == process && *thread != me);
        elsewhere && !running.contains(&(process, me))
    }

    /// Notes what the library refused, for the log. A message that cannot be noted now comes again.
    pub(crate) fn note(&self, refused: &Error) {
        let Ok(mut messages) = self.messages.try_lock() else { return };
        let message = refused.to_string();
        if messages.seen.len() < MOST_MESSAGES && messages.seen.insert(message.clone()) {
            messages.new.push(message);
        }
    }

    /// What was noted and not taken yet.
    pub(crate) fn take_notes(&self) -> Vec<String> {
        self.messages.try_lock().map(|mut messages| std::mem::take(&mut messages.new)).unwrap_or_default()
    }

    fn threads(&self) -> MutexGuard<'_, Vec<(u32, ThreadId)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// This thread of this process.
fn here() -> (u32, ThreadId) {
    (std::process::id(), thread::current().id())
}

/// `name`, or with a number behind it if another of the same root is called so.
fn free_name(name: &str, path: &[u64]) -> String {
    let name: String = name.chars().take(200).collect();
    let listed = LISTED.load();
    let taken = |name: &str| listed.iter().any(|other| other.path.first() == path.first() && other.name == name);
    if !taken(&name) {
        return name;
    }
    (2_u64..).map(|n| format!("{name}-{n}")).find(|name| !taken(name)).unwrap_or_default()
}
