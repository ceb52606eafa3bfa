// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! When memory that readers without a lock may look at can be used again: after a grace period.
//!
//! A reader is in a [`Section`] while it looks. Whoever takes something out of what readers can reach puts it into a
//! [`Bin`], which empties itself once every section that had begun by then has ended. As in sleepable RCU
//! (<https://lwn.net/Articles/202847/>), there are two phases, each with a count of sections begun and of sections ended;
//! new sections are of the present phase, so that the other one runs dry. The counts are per CPU where the system can do
//! that, and the memory barriers that readers go without are made by who waits (`membarrier`).

use crate::cell::tally::{barrier, Tally};
use crate::sync::{AtomicU64, Ordering};

struct Phase {
    begun: Tally,
    ended: Tally,
}

static PHASES: [Phase; 2] = [const { Phase { begun: Tally::new(), ended: Tally::new() } }; 2];
/// How often the phase has changed.
static PERIOD: AtomicU64 = AtomicU64::new(0);

/// While it lives, nothing that could be reached when it began is used again. Sections are short, and call
/// nothing that is not ours. One that goes on to create a metric waits for the root's lock: that delays what is freed, and
/// nothing else, since who has the lock never waits for a section.
pub(crate) struct Section(&'static Phase);

impl Section {
    #[inline]
    pub(crate) fn begin() -> Self {
        // Relaxed: any phase is right, since who waits looks at both.
        let phase = &PHASES[(PERIOD.load(Ordering::Relaxed) % 2) as usize];
        phase.begun.add();
        Self(phase)
    }
}

impl Drop for Section {
    #[inline]
    fn drop(&mut self) {
        self.0.ended.add();
    }
}

/// A moment in the past: what was out of reach then is free once [`has_passed`](Self::has_passed).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(u64);

impl Moment {
    pub(crate) fn now() -> Self {
        // SeqCst: not before the stores that took something out of reach.
        Self(PERIOD.load(Ordering::SeqCst))
    }

    /// Has every section ended that had begun at this moment? Moves the phases on as far as they go; waits for nobody.
    pub(crate) fn has_passed(self) -> bool {
        loop {
            let period = PERIOD.load(Ordering::SeqCst);
            // The first change may have been under way at the moment. Each of the next two saw one phase dry since.
            if period >= self.0 + 3 {
                return true;
            }
            if !advance(period) {
                return false;
            }
        }
    }
}

/// Changes the phase if the other one is dry. False if it is not.
fn advance(period: u64) -> bool {
    let other = &PHASES[((period + 1) % 2) as usize];
    // Ends before beginnings: a section that has not ended by the first sum has begun by the second one, if it could
    // reach what was taken out of reach before this call.
    let ended = other.ended.sum();
    if !barrier() || other.begun.sum() != ended {
        return false;
    }
    // Somebody else may have done it.
    let _ = PERIOD.compare_exchange(period, period + 1, Ordering::SeqCst, Ordering::SeqCst);
    true
}

/// In a forked child: sections of threads that are not there have ended.
#[cfg(unix)]
pub(crate) fn after_fork_in_child() {
    for phase in &PHASES {
        phase.begun.clear();
        phase.ended.clear();
    }
}

/// What waits for its grace period. Not emptied by being dropped: who drops it knows that no reader is left.
#[derive(Debug)]
pub(crate) struct Bin<T> {
    /// Out of reach since the moment.
    waiting: Option<(Moment, Vec<T>)>,
    fresh: Vec<T>,
    /// What `fresh` weighs.
    weight: usize,
    /// How heavy it may get before it is looked at again.
    limit: usize,
}

/// (Tests want to see what it does.)
const LIMIT: usize = if cfg!(test) { 4 } else { 256 };

impl<T> Default for Bin<T> {
    fn default() -> Self {
        Self { waiting: None, fresh: Vec::new(), weight: 0, limit: LIMIT }
    }
}

impl<T> Bin<T> {
    /// Puts in what readers cannot reach any more. `weight` is about its size in units of 64 bytes.
    pub(crate) fn put(&mut self, out_of_reach: T, weight: usize) {
        self.fresh.push(out_of_reach);
        self.weight += weight.max(1);
    }

    pub(crate) fn is_heavy(&self) -> bool {
        self.weight >= self.limit
    }

    /// What can be used again now, as far as that is known without waiting.
    pub(crate) fn take(&mut self) -> Vec<T> {
        let mut free = self.take_waiting();
        if self.waiting.is_none() && !self.fresh.is_empty() {
            self.waiting = Some((Moment::now(), core::mem::take(&mut self.fresh)));
            (self.weight, self.limit) = (0, LIMIT);
            free.append(&mut self.take_waiting());
        }
        // A reader that does not come on is not asked for each time.
        self.limit = self.weight + LIMIT;
        free
    }

    fn take_waiting(&mut self) -> Vec<T> {
        match &self.waiting {
            Some((moment, _)) if moment.has_passed() => self.waiting.take().map_or_else(Vec::new, |(_, free)| free),
            _ => Vec::new(),
        }
    }

    /// Everything, where no reader is left.
    pub(crate) fn take_all(&mut self) -> Vec<T> {
        let mut all = self.waiting.take().map_or_else(Vec::new, |(_, waiting)| waiting);
        all.append(&mut self.fresh);
        self.weight = 0;
        all
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use super::*;
    use crate::sync::AtomicBool;

    /// Sections of other tests are of no concern; those of these tests are.
    fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In the end: another test's thread may be held up in a section.
    fn passes(moment: Moment) -> bool {
        let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while !moment.has_passed() {
            if std::time::Instant::now() > until {
                return false;
            }
            std::thread::yield_now();
        }
        true
    }

    #[test]
    fn a_moment_passes_when_sections_have_ended_and_not_before() {
        let _alone = alone();
        let section = Section::begin();
        let moment = Moment::now();
        assert!((0..1000).all(|_| !moment.has_passed()));
        drop(section);
        assert!(passes(moment));
    }

    #[test]
    fn later_sections_hold_nothing_up() {
        let _alone = alone();
        let moment = Moment::now();
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut last = Section::begin();
                while !stop.load(Ordering::Relaxed) {
                    // Never without a section.
                    last = Section::begin();
                }
                drop(last);
            });
            let passed = passes(moment);
            stop.store(true, Ordering::Relaxed);
            assert!(passed);
        });
    }

    #[test]
    fn a_bin_gives_everything_back_once() {
        let _alone = alone();
        let mut bin = Bin::default();
        let mut back = Vec::new();
        let section = Section::begin();
        for i in 0..1000 {
            bin.put(i, 1);
            if bin.is_heavy() {
                back.append(&mut bin.take());
            }
        }
        assert!(back.is_empty());
        drop(section);
        assert!(passes(Moment::now()));
        for _ in 0..2 {
            back.append(&mut bin.take());
            assert!(passes(Moment::now()));
        }
        back.append(&mut bin.take());
        back.sort_unstable();
        assert_eq!(back, Vec::from_iter(0..1000));
    }

    /// A word that writers replace and readers look at: a reader must never see one that was "used again".
    #[test]
    fn readers_never_see_what_was_used_again() {
        use crate::sync::AtomicU32;
        const USED_AGAIN: u32 = 7;
        let _alone = alone();
        let words: Vec<AtomicU32> = (0..64).map(|_| AtomicU32::new(0)).collect();
        let present = AtomicU32::new(0);
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let _section = Section::begin();
                        let word = &words[present.load(Ordering::Acquire) as usize];
                        for _ in 0..50 {
                            assert_eq!(word.load(Ordering::Relaxed), 0);
                        }
                    }
                });
            }
            let (mut free, mut bin) = (Vec::from_iter(1..64_u32), Bin::default());
            let mut reused = 0;
            for _ in 0..200_000 {
                let Some(next) = free.pop() else {
                    for word in bin.take() {
                        words[word as usize].store(USED_AGAIN, Ordering::Relaxed);
                        words[word as usize].store(0, Ordering::Relaxed);
                        free.push(word);
                        reused += 1;
                    }
                    continue;
                };
                let old = present.swap(next, Ordering::AcqRel);
                bin.put(old, 1);
            }
            stop.store(true, Ordering::Relaxed);
            assert!(reused > 0);
        });
    }
}
