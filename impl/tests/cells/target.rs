// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

#[cfg(striped)]
use crate::cell::rseq;
use crate::cell::{wide, Cell};

/// Set to a number of stripes by `again`.
#[cfg(striped)]
pub(crate) const STRIPES: &str = "CMETRICS_TEST_STRIPES";

/// Runs the tests one after the other, since signals and timers are the process's. Returns whether cells can be hot.
pub(crate) fn begin() -> (MutexGuard<'static, ()>, bool) {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    (alone, prepare())
}

#[cfg(striped)]
fn prepare() -> bool {
    match std::env::var(STRIPES) {
        Ok(stripes) => rseq::start(stripes.parse().unwrap()),
        Err(_) => crate::cell::prepare(|| true),
    }
    rseq::stripes() != 0
}

#[cfg(not(striped))]
fn prepare() -> bool {
    crate::cell::prepare(|| true);
    false
}

/// How often sequences were restarted.
pub(crate) fn restarts() -> u64 {
    #[cfg(striped)]
    return rseq::RESTARTS.load(SeqCst);
    #[cfg(not(striped))]
    0
}

/// Makes a cell hot, where it can be.
pub(crate) fn warm(cell: &Cell) {
    #[cfg(striped)]
    cell.warm();
    #[cfg(not(striped))]
    let _ = cell;
}

/// The slot of a hot cell.
pub(crate) fn slot(cell: &Cell) -> Option<usize> {
    #[cfg(striped)]
    return cell.slot();
    #[cfg(not(striped))]
    {
        let _ = cell;
        None
    }
}

/// Tells threads to end, also when an assertion fails: a scope waits for them.
pub(crate) struct End<'a>(pub(crate) &'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

/// Whether something that nobody promises happens within a minute, if it is tried again and again. (It mostly does the
/// first time; a machine that is busy with other things may take longer.)
pub(crate) fn sooner_or_later(mut happens: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end {
        if happens() {
            return true;
        }
    }
    false
}

/// Why a control cannot show here what it is to show.
pub(crate) fn no_control() -> Option<&'static str> {
    let preloaded = std::env::var("LD_PRELOAD").unwrap_or_default();
    preloaded
        .contains("vgpreload")
        .then_some("valgrind runs one thread at a time, and signals only between blocks of code")
}

/// What is added to. Each update adds [`AMOUNT`], and 1 to the count.
pub(crate) enum Target {
    /// Counts alone.
    Events(Cell),
    Word(Cell),
    Pair(Cell),
    Float(Cell),
    /// The control: a pair for each CPU, added to as in a sequence, that nothing restarts.
    Unprotected(Unprotected),
}

pub(crate) const AMOUNT: u64 = 3;

pub(crate) struct Unprotected(Box<[UnsafeCell<[u64; 2]>]>);

// SAFETY: it is not: threads overwrite each other's additions, which the test is to notice. Every access is volatile.
unsafe impl Sync for Unprotected {}

impl Unprotected {
    pub(crate) fn new() -> Self {
        Self((0..1024).map(|_| UnsafeCell::default()).collect())
    }

    fn bump(&self) {
        // SAFETY: a number of a CPU, and memory for it; see Sync.
        unsafe {
            let pair = self.0[usize::try_from(libc::sched_getcpu()).unwrap() % self.0.len()].get();
            let [total, count] = pair.read_volatile();
            pair.write_volatile([total + AMOUNT, count + 1]);
        }
    }
}

impl Target {
    pub(crate) fn all() -> [Self; 4] {
        [Self::Events(Cell::new()), Self::Word(Cell::new()), Self::Pair(Cell::new()), Self::Float(Cell::new())]
    }

    pub(crate) fn cell(&self) -> Option<&Cell> {
        match self {
            Self::Events(cell) | Self::Word(cell) | Self::Pair(cell) | Self::Float(cell) => Some(cell),
            Self::Unprotected(_) => None,
        }
    }

    pub(crate) fn bump(&self) {
        match self {
            Self::Events(cell) => cell.inc(),
            Self::Word(cell) => cell.add(AMOUNT),
            Self::Pair(cell) => cell.add_pair(AMOUNT),
            Self::Float(cell) => cell.add_float_pair(AMOUNT as f64),
            Self::Unprotected(pairs) => pairs.bump(),
        }
    }

    /// As [`count`](Self::count), while there may be updates: where pairs are not read whole, it tells nothing.
    pub(crate) fn is_whole(&self) -> bool {
        self.count().is_some() || !wide::is_on()
    }

    /// How many updates are in it; nothing if total and count are not of the same updates.
    pub(crate) fn count(&self) -> Option<u64> {
        let (total, count) = match self {
            Self::Events(cell) => return Some(cell.total()),
            Self::Word(cell) => (cell.total(), cell.total() / AMOUNT),
            Self::Pair(cell) => cell.pair(),
            Self::Float(cell) => {
                let (total, count) = cell.float_pair();
                (f64::from_bits(total) as u64, count)
            }
            // SAFETY: see Sync.
            Self::Unprotected(pairs) => pairs.0.iter().fold((0, 0), |sum, pair| unsafe {
                let [total, count] = pair.get().read_volatile();
                (sum.0 + total, sum.1 + count)
            }),
        };
        match self {
            Self::Word(_) => total.is_multiple_of(AMOUNT).then_some(total / AMOUNT),
            _ => (total == count * AMOUNT).then_some(count),
        }
    }
}
