// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Many threads at once.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use cmetrics::{Kind, ReportOptions};

use crate::{isolated, samples};

#[test]
fn threads_that_make_the_same_metric_at_once_get_one() {
    let reg = isolated();
    for round in 0..50 {
        let barrier = Arc::new(Barrier::new(8));
        let threads: Vec<_> = (0..8)
            .map(|n| {
                let (reg, barrier) = (reg.clone(), Arc::clone(&barrier));
                thread::spawn(move || {
                    barrier.wait();
                    // Half of them by another path and spelling.
                    let metric = match n % 2 {
                        0 => reg.counter(format!("a_it{round}")).label("k", "v").get(),
                        _ => reg.child("a").label("k", "v").get().counter(format!("it{round}_total")).get(),
                    };
                    metric.inc();
                    metric.id()
                })
            })
            .collect();
        let ids: HashSet<u64> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!(ids.len(), 1, "round {round}");
    }
    assert!(samples(&reg).iter().all(|sample| sample.ends_with(" 8")), "{:?}", samples(&reg));
}

#[test]
fn no_update_is_lost_while_reports_run() {
    const UPDATES: u64 = 20_000;
    let reg = isolated();
    let family = reg.int_counter_family("work", ["worker"]).get();
    let (total, gauge) = (reg.counter("total").get(), reg.int_gauge("balance").get());
    thread::scope(|scope| {
        for worker in ["a", "b", "a", "b"] {
            let (family, total, gauge) = (family.clone(), total.clone(), gauge.clone());
            scope.spawn(move || {
                for n in 0..UPDATES {
                    family.with([worker]).add(2);
                    total.inc();
                    if n % 2 == 0 {
                        gauge.inc();
                    } else {
                        gauge.dec();
                    }
                }
            });
        }
        for _ in 0..20 {
            for family in reg.snapshot(&ReportOptions::new()).unwrap() {
                assert!(!family.points.is_empty());
            }
            assert!(reg.render().unwrap().ends_with('\n'));
        }
    });
    assert_eq!(family.with(["a"]).read(), (4 * UPDATES, 2 * UPDATES));
    assert_eq!(family.with(["b"]).read(), (4 * UPDATES, 2 * UPDATES));
    assert_eq!((total.value(), gauge.value()), (4 * UPDATES, 0));
}

#[test]
fn making_removing_and_releasing_at_once_is_safe() {
    let reg = isolated();
    thread::scope(|scope| {
        for n in 0..4 {
            let reg = &reg;
            scope.spawn(move || {
                for round in 0..500 {
                    let child = reg.child("a").label("round", (round % 7).to_string()).get();
                    let metric = child.metric(Kind::ALL[round % 7], format!("it{}", round % 7)).get();
                    drop(metric.describe());
                    if (n + round) % 5 == 0 {
                        // Another thread may have been faster.
                        drop(child.remove());
                    }
                    drop(child.remove_metric(&metric));
                }
            });
        }
    });
    assert!(report_is_whole(&reg.render().unwrap()));
}

#[test]
fn members_come_and_go_while_reports_run() {
    const THREADS: u64 = 4;
    const ROUNDS: u64 = 3000;
    let reg = isolated();
    let sessions = reg.counter_family("sessions", ["user", "kind"]).get();
    let (stays, done) = (sessions.with(["all", "k"]).clone(), AtomicBool::new(false));
    thread::scope(|scope| {
        let (reg, sessions, done) = (&reg, &sessions, &done);
        let reports = scope.spawn(move || {
            while !done.load(Ordering::Relaxed) {
                assert!(report_is_whole(&reg.render().unwrap()));
            }
        });
        let workers: Vec<_> = (0..THREADS)
            .map(|n| {
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let user = format!("{n}-{round}");
                        let mine = sessions.with([&user, "k"]);
                        (0..3).for_each(|_| sessions.with([&user, "k"]).inc());
                        sessions.with(["all", "k"]).inc();
                        assert_eq!(mine.value(), 3);
                        // Half of them by the family, half behind its back.
                        if round % 2 == 0 {
                            sessions.remove([&user, "k"]).unwrap();
                        } else {
                            reg.remove_metric(&*mine).unwrap();
                        }
                        assert!(!mine.is_attached() && mine.value() == 3, "a removed member that is held");
                    }
                })
            })
            .collect();
        workers.into_iter().for_each(|worker| worker.join().unwrap());
        done.store(true, Ordering::Relaxed);
        reports.join().unwrap();
    });
    assert_eq!(stays.value(), THREADS * ROUNDS);
    assert_eq!(samples(&reg), [format!(r#"sessions_total{{kind="k",user="all"}} {}"#, THREADS * ROUNDS)]);
}

fn report_is_whole(report: &str) -> bool {
    report.is_empty() || report.ends_with('\n')
}
