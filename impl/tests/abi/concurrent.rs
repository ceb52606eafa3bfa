// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

use crate::tool::*;

#[test]
fn updates_creations_and_reports_at_once_lose_nothing() {
    const THREADS: usize = 6;
    const ROUNDS: usize = 20;
    const METRICS: usize = 200;
    let root = isolated();
    let address = root as usize;
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(SeqCst) {
                    let text = report(address as *mut Registry);
                    assert!(text.is_empty() || text.ends_with('\n'));
                    let names: Vec<_> = text.lines().filter(|line| line.starts_with("# TYPE")).collect();
                    assert!(names.is_sorted(), "families in order, each once");
                    assert!(text.lines().all(|line| line.starts_with('#') || line.split(' ').count() == 2));
                }
            });
        }
        let workers: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    let root = address as *mut Registry;
                    for _ in 0..ROUNDS {
                        for i in 0..METRICS {
                            let counter = counter(root, &format!("m{i}"));
                            call!(counter.inc(counter));
                            call!(metric.release(counter.cast()));
                        }
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().unwrap();
        }
        over.store(true, SeqCst);
    });
    let text = report(root);
    let expected = format!(" {}", THREADS * ROUNDS);
    assert_eq!(text.lines().filter(|line| line.ends_with(&expected)).count(), METRICS);
    call!(registry.release(root));
}

#[test]
fn what_exists_throughout_a_report_appears_once_while_others_come_and_go() {
    let root = isolated();
    let address = root as usize;
    for i in 0..3000 {
        let value = format!("{i:05}");
        let made = create(root, &metric_desc(KIND_INT_GAUGE, "stays", &[label("i", &value)])).unwrap();
        call!(metric.release(made));
    }
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let root = address as *mut Registry;
            while !over.load(SeqCst) {
                let value = "00500x";
                for name in ["comes", "stays"] {
                    let labels = [label("i", value)];
                    let made = create(root, &metric_desc(KIND_INT_GAUGE, name, &labels)).unwrap();
                    attempt(|error| call!(registry.remove_metric(root, made, error))).unwrap();
                    call!(metric.release(made));
                }
            }
        });
        for _ in 0..50 {
            let text = report(root);
            let lines: Vec<_> = text.lines().filter(|line| line.starts_with("stays{") && !line.contains('x')).collect();
            assert_eq!(lines.len(), 3000);
            assert!(lines.is_sorted());
        }
        over.store(true, SeqCst);
    });
    call!(registry.release(root));
}
