// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! More threads than CPUs, moved about, with signal handlers that update the same cell, and a reader.

use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use crate::cell::wide;
use crate::target::{begin, no_control, restarts, slot, sooner_or_later, warm, Target, Unprotected};

const THREADS: usize = 8;

static TARGET: AtomicPtr<Target> = AtomicPtr::new(null_mut());
static HANDLED: AtomicU64 = AtomicU64::new(0);

extern "C" fn on_signal(_: libc::c_int) {
    // SAFETY: NULL, or what `disturb` keeps until all its threads have ended.
    if let Some(target) = unsafe { TARGET.load(SeqCst).as_ref() } {
        target.bump();
        HANDLED.fetch_add(1, SeqCst);
    }
}

/// Restricts a thread to the CPUs whose bits are set; a refusal leaves it where it is.
pub(crate) fn restrict(thread: libc::pid_t, cpus: u64) {
    // SAFETY: a set of ours, filled in.
    unsafe {
        let mut set: libc::cpu_set_t = core::mem::zeroed();
        (0..64).filter(|cpu| cpus >> cpu & 1 == 1).for_each(|cpu| libc::CPU_SET(cpu, &mut set));
        libc::sched_setaffinity(thread, size_of_val(&set), &raw const set);
    }
}

fn alarm_every(us: i64) {
    let time = libc::timeval { tv_sec: 0, tv_usec: us };
    let timer = libc::itimerval { it_interval: time, it_value: time };
    // SAFETY: a timer of ours.
    assert_eq!(unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, null_mut()) }, 0);
}

fn handle(signal: libc::c_int) {
    // SAFETY: the handler only updates, which is fit for it.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = on_signal as *const () as usize;
        action.sa_flags = libc::SA_RESTART;
        assert_eq!(libc::sigaction(signal, &raw const action, null_mut()), 0);
    }
}

/// What was updated, what is in the target, and how often the reader saw halves of an update or less than before.
#[derive(Debug)]
struct Seen {
    updates: u64,
    signals: u64,
    count: Option<u64>,
    wrong_reads: u64,
    restarts: u64,
}

/// Disturbs for so long, and on until it is enough: that is a count of signals and one of restarts.
fn disturb(target: &Target, time: Duration, enough: impl Fn(u64, u64) -> bool) -> Seen {
    let (signals, restarted) = (HANDLED.load(SeqCst), restarts());
    let so_far = || (HANDLED.load(SeqCst) - signals, restarts() - restarted);
    let (over, done, start) = (AtomicBool::new(false), AtomicBool::new(false), Barrier::new(THREADS + 1));
    let ids = [const { AtomicI32::new(0) }; THREADS];
    let handles = [const { AtomicUsize::new(0) }; THREADS];
    handle(libc::SIGALRM);
    handle(libc::SIGUSR1);
    TARGET.store(core::ptr::from_ref(target).cast_mut(), SeqCst);
    let (mut updates, mut wrong_reads) = (0, 0);
    thread::scope(|scope| {
        let (over, done, start, ids, handles) = (&over, &done, &start, &ids, &handles);
        let workers: Vec<_> = (0..THREADS)
            .map(|worker| {
                scope.spawn(move || {
                    // SAFETY: both tell of this thread.
                    unsafe {
                        ids[worker].store(libc::gettid(), SeqCst);
                        handles[worker].store(libc::pthread_self() as usize, SeqCst);
                    }
                    start.wait();
                    let mut n = 0_u64;
                    while !over.load(SeqCst) {
                        (0..1000).for_each(|_| target.bump());
                        n += 1000;
                    }
                    // Signals are still on their way to this thread.
                    while !done.load(SeqCst) {
                        thread::sleep(Duration::from_millis(1));
                    }
                    n
                })
            })
            .collect();
        let reader = scope.spawn(move || {
            let (mut wrong, mut last) = (0, 0);
            while !over.load(SeqCst) {
                let count = target.count();
                wrong += u64::from(count.map_or(wide::is_on(), |count| count < last));
                last = count.unwrap_or(last);
                thread::yield_now();
            }
            wrong
        });
        start.wait();
        alarm_every(200);
        let (began, mut round) = (Instant::now(), 0_usize);
        sooner_or_later(|| {
            let worker = round * 5 % THREADS;
            restrict(ids[worker].load(SeqCst), [1, 2, 3, u64::MAX][round / THREADS % 4]);
            // SAFETY: the thread runs until `done`.
            unsafe { libc::pthread_kill(handles[worker].load(SeqCst) as libc::pthread_t, libc::SIGUSR1) };
            if round.is_multiple_of(8) {
                thread::sleep(Duration::from_micros(50));
            }
            round += 1;
            let (signals, restarted) = so_far();
            began.elapsed() >= time && enough(signals, restarted)
        });
        alarm_every(0);
        over.store(true, SeqCst);
        wrong_reads = reader.join().unwrap();
        thread::sleep(Duration::from_millis(20));
        done.store(true, SeqCst);
        updates = workers.into_iter().map(|worker| worker.join().unwrap()).sum();
    });
    TARGET.store(null_mut(), SeqCst);
    let (signals, restarts) = so_far();
    Seen { updates: updates + signals, signals, count: target.count(), wrong_reads, restarts }
}

fn time() -> Duration {
    let seconds = std::env::var("CMETRICS_STRESS_SECONDS").ok().map(|seconds| seconds.parse().unwrap());
    Duration::from_secs_f64(seconds.unwrap_or(0.7))
}

#[test]
fn no_update_is_lost_or_torn_under_migration_and_signals() {
    let (_alone, can_be_hot) = begin();
    for target in Target::all() {
        let cell = target.cell().unwrap();
        let seen = disturb(&target, time(), |signals, restarts| {
            signals > 100 && (!can_be_hot || restarts > 0 && slot(cell).is_some())
        });
        println!("{seen:?}");
        assert_eq!(seen.count, Some(seen.updates), "{seen:?}");
        assert_eq!(seen.wrong_reads, 0, "{seen:?}");
        assert!(seen.signals > 100, "{seen:?}");
        assert_eq!(slot(cell).is_some(), can_be_hot);
        assert!(!can_be_hot || seen.restarts > 0, "nothing was disturbed: {seen:?}");
    }
}

/// One thread overwrites another's addition, or a signal handler's, if it is disturbed between two instructions: some of
/// many thousand disturbances hit them.
#[test]
fn the_same_without_restarts_loses_updates() {
    let (_alone, _) = begin();
    if let Some(why) = no_control() {
        return println!("left out: {why}");
    }
    let target = Target::Unprotected(Unprotected::new());
    let lost = || {
        let seen = disturb(&target, time() / 10, |_, _| true);
        seen.count != Some(seen.updates)
    };
    assert!(sooner_or_later(lost), "the disturbance finds nothing where there is something to find");
}

#[test]
fn threads_without_rseq_lose_nothing_beside_those_that_have_it() {
    let (_alone, can_be_hot) = begin();
    for target in Target::all() {
        warm(target.cell().unwrap());
        let (target, left) = (&target, &AtomicU64::new(0));
        thread::scope(|scope| {
            for worker in 0..THREADS {
                scope.spawn(move || {
                    if can_be_hot && worker % 2 == 0 {
                        left.fetch_add(u64::from(unregister()), SeqCst);
                    }
                    (0..300_000).for_each(|_| target.bump());
                });
            }
        });
        if can_be_hot && left.load(SeqCst) == 0 {
            println!("left out: the kernel does not let a thread leave rseq");
        }
        assert_eq!(target.count(), Some(300_000 * THREADS as u64));
    }
}

/// Takes this thread's area from the kernel. False if it does not let go of it: then the area is larger than here.
#[cfg(striped)]
pub(crate) fn unregister() -> bool {
    // SAFETY: the area of this thread, as glibc tells; nobody needs it but the cells, which are to notice.
    unsafe {
        let offset = libc::dlsym(libc::RTLD_DEFAULT, c"__rseq_offset".as_ptr()).cast::<isize>().read();
        let thread: usize;
        core::arch::asm!("movq %fs:0, {}", out(reg) thread, options(att_syntax, nostack, readonly));
        let (unregister, signature) = (1, 0x5305_3053_u32);
        libc::syscall(libc::SYS_rseq, thread.wrapping_add_signed(offset), 32_u32, unregister, signature) == 0
    }
}

#[cfg(not(striped))]
pub(crate) fn unregister() -> bool {
    false
}
