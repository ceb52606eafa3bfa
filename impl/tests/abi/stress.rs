// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Everything at once, with metrics that are updated as fast as it goes: they are added to on each CPU apart, where the
//! system can do that. It runs again in a process where it cannot.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::Barrier;
use std::thread;

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

use crate::tool::*;

const UPDATERS: u64 = 4;
const UPDATES: u64 = 400_000;
/// What one update adds to a total.
const AMOUNT: u64 = 3;
const KINDS: [i32; 5] = [KIND_COUNTER, KIND_INT_COUNTER, KIND_FLOAT_COUNTER, KIND_DURATION_COUNTER, KIND_INT_GAUGE];

/// A handle that threads share.
#[derive(Clone, Copy)]
struct Shared(i32, *mut Metric);

// SAFETY: all that is done with handles here is for any thread (docs/abi/threads.md).
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    fn make(registry: usize, kind: i32, name: &str, labels: &[Label]) -> Self {
        Self(kind, create(registry as *mut Registry, &metric_desc(kind, name, labels)).unwrap())
    }

    fn update(self) {
        match self.0 {
            KIND_COUNTER => call!(counter.add(self.1.cast(), AMOUNT)),
            KIND_INT_COUNTER => call!(int_counter.add(self.1.cast(), AMOUNT)),
            KIND_FLOAT_COUNTER => call!(float_counter.add(self.1.cast(), AMOUNT as f64)),
            KIND_DURATION_COUNTER => call!(duration_counter.add(self.1.cast(), AMOUNT.cast_signed())),
            _ => call!(int_gauge.add(self.1.cast(), AMOUNT.cast_signed())),
        }
    }

    /// Total, and count where there is one.
    fn read(self) -> (u64, Option<u64>) {
        let (mut total, mut count, mut float) = (0, 0, 0.0);
        match self.0 {
            KIND_COUNTER => return (call!(counter.value(self.1.cast())), None),
            KIND_INT_GAUGE => return (call!(int_gauge.value(self.1.cast())).cast_unsigned(), None),
            KIND_INT_COUNTER => call!(int_counter.read(self.1.cast(), &raw mut total, &raw mut count)),
            KIND_FLOAT_COUNTER => call!(float_counter.read(self.1.cast(), &raw mut float, &raw mut count)),
            _ => call!(duration_counter.read(self.1.cast(), &raw mut total, &raw mut count)),
        }
        (total + float as u64, Some(count))
    }

    fn has(self, updates: u64) -> bool {
        let (total, count) = self.read();
        (total, count.unwrap_or(updates)) == (updates * AMOUNT, updates)
    }

    fn assert(self, updates: u64) {
        assert!(self.has(updates), "kind {}: {:?} after {updates} updates", self.0, self.read());
    }

    fn release(self) {
        call!(metric.release(self.1));
    }
}

/// Whether total and count are of the same updates also while there are some.
fn pairs_are_whole() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::is_x86_feature_detected!("avx") && std::is_x86_feature_detected!("cmpxchg16b");
    #[cfg(not(target_arch = "x86_64"))]
    cfg!(all(target_arch = "aarch64", target_pointer_width = "64"))
}

/// Metrics of all kinds, made and hot and gone, one after the other: each counts what was added to it alone.
fn come_and_go(root: usize, over: &AtomicBool) -> u64 {
    let mut turn = 0;
    while !over.load(SeqCst) {
        let kind = KINDS[turn as usize % KINDS.len()];
        let value = format!("{}", turn % 7);
        let metric = Shared::make(root, kind, &format!("comes{kind}"), &[label("turn", &value)]);
        metric.assert(0);
        (0..20_000).for_each(|_| metric.update());
        metric.assert(20_000);
        attempt(|error| call!(registry.remove_metric(root as *mut Registry, metric.1, error))).unwrap();
        metric.update();
        metric.assert(20_001);
        metric.release();
        turn += 1;
    }
    turn
}

/// Reports: lines that belong together do, and nothing that counts becomes less.
fn look(root: usize, over: &AtomicBool) -> u64 {
    let (mut last, mut reports) = (HashMap::new(), 0);
    while !over.load(SeqCst) {
        let text = report(root as *mut Registry);
        let samples = text.lines().filter(|line| line.starts_with("stays")).filter_map(|line| line.split_once(' '));
        let samples: HashMap<&str, f64> = samples.map(|(name, value)| (name, value.parse().unwrap())).collect();
        for kind in KINDS {
            let one = |suffix: &str| samples.get(format!("stays{kind}{suffix}").as_str()).copied();
            let Some(value) = one("").or(one("_total")).or(one("_sum")).or(one("_seconds_sum")) else {
                panic!("kind {kind} is not in the report:\n{text}");
            };
            assert!(last.insert(kind, value).unwrap_or(0.0) <= value, "kind {kind}");
            if let Some(count) = one("_count").filter(|_| pairs_are_whole()) {
                assert_eq!(value, count * AMOUNT as f64, "kind {kind}");
            }
        }
        reports += 1;
    }
    reports
}

/// Resets a registry whose metrics nobody else uses but at agreed times, and one that is always in use.
fn reset(agreed: usize, wild: usize, over: &AtomicBool) {
    const ADDERS: u64 = 2;
    let metrics = KINDS.map(|kind| Shared::make(agreed, kind, &format!("agreed{kind}"), &[]));
    let (go, done) = (Barrier::new(ADDERS as usize + 1), Barrier::new(ADDERS as usize + 1));
    let (last, mut wrong) = (AtomicBool::new(false), Vec::new());
    thread::scope(|scope| {
        for _ in 0..ADDERS {
            scope.spawn(|| {
                while !last.load(SeqCst) {
                    go.wait();
                    metrics.iter().for_each(|metric| (0..10_000).for_each(|_| metric.update()));
                    done.wait();
                }
            });
        }
        while !last.load(SeqCst) {
            go.wait();
            attempt(|error| call!(registry.reset(wild as *mut Registry, error))).unwrap();
            last.store(over.load(SeqCst), SeqCst);
            done.wait();
            wrong.extend(metrics.into_iter().filter(|metric| !metric.has(ADDERS * 10_000)).map(|metric| metric.read()));
            attempt(|error| call!(registry.reset(agreed as *mut Registry, error))).unwrap();
            wrong.extend(metrics.into_iter().filter(|metric| !metric.has(0)).map(|metric| metric.read()));
        }
    });
    // Not above, where the others would wait for ever.
    assert!(wrong.is_empty(), "{wrong:?}");
    metrics.iter().for_each(|metric| metric.release());
}

#[test]
fn totals_are_exact_while_metrics_come_go_and_are_reset_and_reports_run() {
    let root = isolated();
    let (agreed, wild) = (child(root, "agreed_"), child(root, "wild_"));
    let [shared, agreed_at, wild_at] = [root as usize, agreed as usize, wild as usize];
    let stays = KINDS.map(|kind| Shared::make(shared, kind, &format!("stays{kind}"), &[]));
    let reset_often = KINDS.map(|kind| Shared::make(wild_at, kind, &format!("any{kind}"), &[]));
    let (over, updated) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        let others = [scope.spawn(|| come_and_go(shared, &over)), scope.spawn(|| look(shared, &over))];
        let resets = scope.spawn(|| reset(agreed_at, wild_at, &over));
        let updaters: Vec<_> = (0..UPDATERS)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..UPDATES {
                        stays.iter().chain(&reset_often).for_each(|metric| metric.update());
                    }
                    updated.fetch_add(UPDATES, SeqCst);
                })
            })
            .collect();
        let failed = updaters.into_iter().any(|updater| updater.join().is_err());
        over.store(true, SeqCst);
        let did: Vec<_> = others.into_iter().map(|other| other.join().unwrap()).collect();
        resets.join().unwrap();
        println!("{} metrics came and went, {} reports", did[0], did[1]);
        assert!(!failed && did.iter().all(|n| *n > 0));
    });
    stays.iter().for_each(|metric| metric.assert(updated.load(SeqCst)));
    for metric in reset_often {
        let (total, count) = metric.read();
        assert!(total <= UPDATERS * UPDATES * AMOUNT);
        assert!(!pairs_are_whole() || count.is_none_or(|count| total == count * AMOUNT), "{total} {count:?}");
    }
    stays.iter().chain(&reset_often).for_each(|metric| metric.release());
    [agreed, wild, root].into_iter().for_each(|registry| call!(registry.release(registry)));
}

/// The same in a process where no thread has an area for restartable sequences (`docs/decisions/0006-cells.md`).
#[test]
#[cfg(all(target_arch = "x86_64", target_os = "linux", target_env = "gnu"))]
fn the_same_without_rseq() {
    let program = std::env::current_exe().unwrap();
    let tests = std::process::Command::new(program)
        .args(["--exact", "stress::totals_are_exact_while_metrics_come_go_and_are_reset_and_reports_run"])
        .env("GLIBC_TUNABLES", "glibc.pthread.rseq=0")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&tests.stdout);
    assert!(tests.status.success() && told.contains(" 1 passed"), "{told}{}", String::from_utf8_lossy(&tests.stderr));
}
