// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What could be done to the tree at the wrong moment, or too often.

use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use super::cursor::{Cursor, Shown, Take};
use cmetrics_interface::Text;

use super::tests::{report, wanted};
use super::*;
use crate::metric::counter;
use crate::series::group::Group;
use crate::sync::{AtomicBool, Ordering};

fn get(registry: &Registry, name: &str, labels: &[(&str, &str)]) -> MetricRef {
    registry.metric(&wanted(Kind::Counter, name, labels), None).unwrap()
}

/// Asks as a client does, who is answered at once where these words are known.
fn ask(registry: &Registry, wanted: &Wanted<'_>) -> MetricRef {
    let labels = super::tests::lend(wanted.labels);
    // SAFETY: the texts are there for the call.
    let query = unsafe {
        let texts = [Text::lend(wanted.name), Text::lend(wanted.help), Text::ABSENT];
        Query::new(registry.id, (wanted.kind.number(), 0, wanted.priority), texts, &labels)
    };
    // SAFETY: the tests keep the root.
    let found = unsafe { registry.find_at_once(&query) };
    found.unwrap_or_else(|| registry.metric(wanted, Some(&query)).unwrap())
}

/// The store goes with whoever is last: the root, or one of the handles, which come back at the same moment.
#[test]
fn a_root_ends_while_its_last_handles_are_given_back() {
    const GIVERS: usize = 2;
    for turn in 0..2000 {
        let root = Root::isolated(None);
        let store = Arc::downgrade(&root.store);
        let gate = Barrier::new(GIVERS + 1);
        let handles: Vec<_> = (0..GIVERS).map(|i| get(&root.top, "c", &[("i", &i.to_string())])).collect();
        std::thread::scope(|scope| {
            for metric in handles {
                let gate = &gate;
                scope.spawn(move || {
                    gate.wait();
                    counter::inc(&metric);
                    (0..turn % 50).for_each(|_| std::hint::spin_loop());
                    drop(metric);
                });
            }
            gate.wait();
            drop(root);
        });
        assert_eq!(store.strong_count(), 0, "nothing of it is left");
    }
}

/// Else a family that grows all the time could not be reported: each merge of many old ones with a few new ones takes
/// longer than the next new one.
#[test]
fn a_report_ends_while_others_create() {
    let root = Root::isolated(None);
    for i in 0..100_000_u32 {
        get(&root.top, "c", &[("i", &format!("{:08x}", i.reverse_bits()))]);
    }
    let (over, told) = (AtomicBool::new(false), AtomicBool::new(false));
    let until = Instant::now() + Duration::from_secs(60);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut i = 0_u32;
            while !told.load(Ordering::Relaxed) && Instant::now() < until {
                i += 1;
                get(&root.top, "c", &[("i", &format!("{:08x}new", i.wrapping_mul(0x9e37_79b9)))]);
                get(&root.top, &format!("f{i}"), &[]);
                // Never longer than a merge takes.
                std::thread::sleep(Duration::from_micros(20));
            }
            over.store(true, Ordering::Relaxed);
        });
        let lines = report(&root.top);
        assert!(!over.load(Ordering::Relaxed), "it waited for the others to stop");
        told.store(true, Ordering::Relaxed);
        let old = lines.lines().filter(|line| line.starts_with("c_total") && !line.contains("new")).count();
        assert_eq!(old, 100_000);
    });
}

/// A client that writes something new into each help takes only its own name's part of the sites.
#[test]
fn words_without_end_leave_room_for_others() {
    let root = Root::isolated(None);
    let labels = [("k", "v")];
    for i in 0..20_000 {
        let help = format!("help {i}");
        ask(&root.top, &Wanted { help: &help, ..wanted(Kind::Counter, "c", &labels) });
    }
    let sites = root.store.state.lock().sites;
    assert!(sites < 100, "{sites} sites");
    (0..2).for_each(|_| drop(ask(&root.top, &wanted(Kind::Counter, "d", &labels))));
    assert_eq!(root.store.state.lock().sites, sites + 1);
}

/// A family that has left and comes again is asked for in the same words, while somebody keeps a metric of the old one.
#[test]
fn a_family_comes_again_while_its_old_metrics_are_kept() {
    let root = Root::isolated(None);
    let wanted = wanted(Kind::Counter, "c", &[("k", "v")]);
    let mut kept = Vec::new();
    for turn in 0..5 {
        for _ in 0..3 {
            let metric = ask(&root.top, &wanted);
            assert!(metric.attached());
            kept.push(metric);
        }
        assert_eq!(report(&root.top), "# HELP c_total \n# TYPE c_total counter\nc_total{k=\"v\"} 0\n", "{turn}");
        assert_eq!(root.store.state.lock().sites, 1, "the new one's");
        root.top.remove_metric(&kept[kept.len() - 1]).unwrap();
        assert_eq!((report(&root.top), root.store.state.lock().sites), (String::new(), 0));
    }
    // The same where its registry goes.
    let child = root.top.child("p", &[], false, None).unwrap();
    (0..2).for_each(|_| kept.push(ask(&root.top, &super::tests::wanted(Kind::Counter, "p_c", &[]))));
    let other = ask(&child, &super::tests::wanted(Kind::Counter, "c", &[]));
    child.remove().unwrap();
    assert!(other.attached() && kept[kept.len() - 1] == other);
    root.top.remove_metric(&other).unwrap();
    assert_eq!(root.store.state.lock().sites, 0);
}

/// How many metrics a hold of the lock looks at, at most.
#[derive(Default)]
struct Longest(usize, usize);

impl Take for Longest {
    fn take(&mut self, group: &Group, numbers: &[u32], shown: &Shown<'_>) -> usize {
        self.0 = self.0.max(numbers.len());
        self.1 += numbers.iter().filter(|number| shown.has(group.members(**number))).count();
        numbers.len()
    }
}

#[test]
fn a_walk_looks_at_few_at_a_time_also_where_it_shows_none() {
    let root = Root::isolated(None);
    let child = root.top.child("", &[], false, None).unwrap();
    for i in 0..20_000 {
        get(&root.top, "c", &[("i", &i.to_string())]);
    }
    get(&child, "c", &[("i", "7")]);
    get(&child, "c", &[("i", "z")]);
    let mut cursor = Cursor::new(&root.store, Some([child.id].into()));
    let mut longest = Longest::default();
    let mut pieces = 1;
    assert!(cursor.next_family(|_| true).is_some());
    while cursor.piece(&mut longest) {
        pieces += 1;
    }
    assert_eq!(longest.1, 2);
    assert!(longest.0 <= 4096 && pieces > 4, "{} in {pieces} pieces", longest.0);
}
