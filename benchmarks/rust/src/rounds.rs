// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Rounds of short batches: in a round every contestant has its turn, so that what disturbs the machine disturbs them
//! all, and the ratio of two of them within a round is worth more than either's time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::record::Record;

/// The case of what is a limit for all.
pub const LIMIT: &str = "limit";

/// How often everything is done before it is first measured, thrice.
const WARM: u64 = 1 << 16;

/// One way of doing one thing.
pub struct Contestant {
    case: &'static str,
    who: &'static str,
    run: Arc<dyn Fn(u64) + Send + Sync>,
    /// How often a batch does it: for a contestant that must not be done often.
    fixed: Option<u64>,
    one_thread: bool,
}

impl Contestant {
    /// `run` does it as often as it is told, on the thread that calls it.
    pub fn new(case: &'static str, who: &'static str, run: impl Fn(u64) + Send + Sync + 'static) -> Contestant {
        Contestant { case, who, run: Arc::new(run), fixed: None, one_thread: false }
    }

    /// Batches of this size, on one thread alone. Before each batch it is called with 0: to find fresh metrics that
    /// nothing can have adapted to, and to bring them into the caches.
    pub fn cold(mut self, batch: u64) -> Contestant {
        self.fixed = Some(batch);
        self.one_thread = true;
        self
    }
}

/// How long, and with how many threads.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How often each has its turn.
    pub rounds: usize,
    /// About how long a turn of one thread takes.
    pub batch: Duration,
    /// The numbers of threads.
    pub threads: Vec<usize>,
}

/// Gives everyone their turns. The order moves on by one from round to round: nobody always follows the same neighbour.
pub fn play(contestants: &[Contestant], plan: &Plan) -> Vec<Record> {
    pin(0);
    // Hot, where a library adapts to how often something is updated: ours does after 8 times 1024 updates within 8 ms.
    for one in contestants.iter().filter(|one| one.fixed.is_none()) {
        (0..3).for_each(|_| (one.run)(WARM));
    }
    let sizes: Vec<u64> =
        contestants.iter().map(|one| one.fixed.unwrap_or_else(|| calibrate(&*one.run, plan.batch))).collect();
    let mut records = Vec::new();
    for &threads in &plan.threads {
        let mut rounds = vec![Vec::with_capacity(plan.rounds); contestants.len()];
        for round in 0..plan.rounds {
            for turn in 0..contestants.len() {
                let at = (turn + round) % contestants.len();
                let one = &contestants[at];
                if threads == 1 || !one.one_thread {
                    rounds[at].push(measure(one, sizes[at], threads));
                }
            }
        }
        for (one, rounds) in contestants.iter().zip(rounds).filter(|(_, rounds)| !rounds.is_empty()) {
            records.push(Record {
                case: one.case.to_owned(),
                who: one.who.to_owned(),
                at: threads as u64,
                unit: "ns",
                rounds,
            });
        }
    }
    records
}

/// Nanoseconds for one.
fn measure(one: &Contestant, n: u64, threads: usize) -> f64 {
    let warm = if one.fixed.is_some() { 0 } else { n / 8 + 1 };
    let longest = if threads == 1 {
        (one.run)(warm);
        time(&*one.run, n)
    } else {
        together(&one.run, warm, n, threads)
    };
    longest.as_nanos() as f64 / n as f64
}

fn time(run: &dyn Fn(u64), n: u64) -> Duration {
    let start = Instant::now();
    run(n);
    start.elapsed()
}

/// The longest of `threads` that start at once, each on a processor of its own, and all do it `n` times.
fn together(run: &Arc<dyn Fn(u64) + Send + Sync>, warm: u64, n: u64, threads: usize) -> Duration {
    let waiting = Arc::new(AtomicUsize::new(threads));
    let hands: Vec<_> = (0..threads)
        .map(|cpu| {
            let (run, waiting) = (Arc::clone(run), Arc::clone(&waiting));
            std::thread::spawn(move || {
                pin(cpu);
                run(warm);
                // AcqRel and Acquire: nobody begins before everyone has warmed up. A waiter spins, for to be woken
                // takes longer than some batches do.
                waiting.fetch_sub(1, Ordering::AcqRel);
                while waiting.load(Ordering::Acquire) > 0 {
                    std::hint::spin_loop();
                }
                time(&*run, n)
            })
        })
        .collect();
    hands.into_iter().map(|hand| hand.join().expect("a contestant panicked")).max().unwrap_or_default()
}

/// How often it can be done in about `batch`.
fn calibrate(run: &dyn Fn(u64), batch: Duration) -> u64 {
    let mut n = 16;
    loop {
        let took = time(run, n);
        if took * 4 >= batch || n >= 1 << 32 {
            let one = took.as_nanos().max(1) as f64 / n as f64;
            return ((batch.as_nanos() as f64 / one) as u64).max(16);
        }
        n *= 2;
    }
}

/// The processors that this process may use.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Keeps the calling thread on the n-th of the processors that this process may use, if the system lets it.
#[cfg(target_os = "linux")]
fn pin(nth: usize) {
    use std::sync::OnceLock;

    // Of the first caller, which is not kept on one yet; threads inherit what their maker has.
    static ALLOWED: OnceLock<Vec<usize>> = OnceLock::new();
    // SAFETY: a set of processors is plain bits, and zero is the empty one.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    let size = std::mem::size_of_val(&set);
    let allowed = ALLOWED.get_or_init(|| {
        let mut all = set;
        // SAFETY: it is told the set's size, and writes no more.
        unsafe { libc::sched_getaffinity(0, size, &mut all) };
        // SAFETY: each is below the number that a set has.
        (0..libc::CPU_SETSIZE as usize).filter(|cpu| unsafe { libc::CPU_ISSET(*cpu, &all) }).collect()
    });
    let Some(cpu) = allowed.get(nth) else { return };
    // SAFETY: both are told the set's size; where it is not allowed the call fails, and nothing else happens.
    unsafe {
        libc::CPU_SET(*cpu, &mut set);
        libc::sched_setaffinity(0, size, &set);
    }
}

#[cfg(not(target_os = "linux"))]
fn pin(_: usize) {}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn everyone_has_a_turn_in_every_round_with_every_number_of_threads() {
        let done = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&done);
        let plain = Contestant::new("inc", "a", move |n| {
            count.fetch_add(n, Ordering::Relaxed);
        });
        let cold = Contestant::new("inc", "b", |_| ()).cold(7);
        let plan = Plan { rounds: 3, batch: Duration::from_micros(1), threads: vec![1, 2] };
        let records = play(&[plain, cold], &plan);
        let of = |who: &str, at| records.iter().find(|record| record.who == who && record.at == at);
        assert_eq!(of("a", 1).unwrap().rounds.len(), 3);
        assert_eq!(of("a", 2).unwrap().rounds.len(), 3);
        assert_eq!(of("b", 1).unwrap().rounds.len(), 3);
        assert!(of("b", 2).is_none());
        assert!(done.load(Ordering::Relaxed) > 0);
    }
}
