// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The whole tree against a simple model, and under many threads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use cmetrics_interface::Text;

use super::tests::{report, wanted};
use super::*;
use crate::metric::counter;
use crate::sync::{AtomicBool, Ordering};

type Row = Vec<(String, String)>;

/// What is in the tree: by name and labels, the value and the registries that made it.
#[derive(Default)]
struct Model {
    series: BTreeMap<String, BTreeMap<Row, (u64, BTreeSet<usize>)>>,
}

impl Model {
    fn report(&self, of: &[usize]) -> String {
        let mut out = String::new();
        for (name, rows) in &self.series {
            let shown: Vec<_> =
                rows.iter().filter(|(_, (_, members))| of.iter().any(|r| members.contains(r))).collect();
            if !shown.is_empty() {
                out += &format!("# HELP {name} \n# TYPE {name} counter\n");
            }
            for (row, (value, _)) in shown {
                let labels: Vec<_> = row.iter().map(|(key, text)| format!("{key}=\"{text}\"")).collect();
                let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
                out += &format!("{name}{labels} {value}\n");
            }
        }
        out
    }
}

/// What the registries add: none, a prefix, a label, both.
const REGISTRIES: [(&str, &[(&str, &str)]); 4] = [("", &[]), ("a", &[]), ("", &[("k", "of")]), ("a", &[("z", "of")])];

struct Tree {
    root: Arc<Root>,
    registries: Vec<Arc<Registry>>,
    model: Model,
    handles: Vec<MetricRef>,
}

impl Tree {
    fn new() -> Self {
        let root = Root::isolated(None);
        let registries = (0..REGISTRIES.len()).map(|i| Self::registry(&root, i)).collect();
        Self { root, registries, model: Model::default(), handles: Vec::new() }
    }

    fn registry(root: &Arc<Root>, i: usize) -> Arc<Registry> {
        let (prefix, labels) = REGISTRIES[i];
        if i == 0 {
            return Arc::clone(&root.top);
        }
        root.top.child(prefix, labels, false, None).unwrap()
    }

    fn full(registry: usize, name: &str, labels: &[(&str, &str)]) -> (String, Row) {
        let (prefix, inherited) = REGISTRIES[registry];
        let mut row: BTreeMap<&str, &str> = inherited.iter().copied().collect();
        row.extend(labels.iter().copied());
        let row = row.into_iter().filter(|(_, value)| !value.is_empty());
        let name = if prefix.is_empty() { format!("{name}_total") } else { format!("{prefix}_{name}_total") };
        (name, row.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
    }

    /// As a client asks.
    fn get(registry: &Registry, name: &str, labels: &[(&str, &str)]) -> MetricRef {
        let lent = super::tests::lend(labels);
        // SAFETY: the texts are there for the call.
        let query = unsafe {
            let texts = [Text::lend(name), Text::ABSENT, Text::ABSENT];
            Query::new(registry.id, (Kind::Counter.number(), 0, 0), texts, &lent)
        };
        // SAFETY: the tests keep the root.
        let found = unsafe { registry.find_at_once(&query) };
        found.unwrap_or_else(|| registry.metric(&wanted(Kind::Counter, name, labels), Some(&query)).unwrap())
    }

    fn add(&mut self, registry: usize, name: &str, labels: &[(&str, &str)], keep: bool) {
        let metric = Self::get(&self.registries[registry], name, labels);
        counter::add(&metric, 3);
        let (full, row) = Self::full(registry, name, labels);
        assert_eq!(*metric.family().name(), *full);
        assert!(metric.labels().eq(row.iter().map(|(key, value)| (&**key, &**value))));
        let there = self.model.series.entry(full).or_default().entry(row).or_default();
        there.0 += 3;
        there.1.insert(registry);
        assert_eq!(counter::value(&metric), there.0);
        if keep {
            self.handles.push(metric);
        }
    }

    fn remove(&mut self, registry: usize, name: &str, labels: &[(&str, &str)]) {
        let (full, row) = Self::full(registry, name, labels);
        let there = self.model.series.get_mut(&full).and_then(|rows| rows.get_mut(&row));
        let found = self.registries[registry].find(&wanted(Kind::Counter, name, labels), false).unwrap();
        assert_eq!(found.is_some(), there.is_some());
        let (Some(metric), Some(there)) = (found, there) else { return };
        assert_eq!(self.registries[registry].remove_metric(&metric).is_ok(), there.1.remove(&registry));
        self.drop_empty();
    }

    fn remove_registry(&mut self, registry: usize) {
        if registry == 0 {
            return;
        }
        self.registries[registry].remove().unwrap();
        self.registries[registry] = Self::registry(&self.root, registry);
        for (_, members) in self.model.series.values_mut().flat_map(BTreeMap::values_mut) {
            members.remove(&registry);
        }
        self.drop_empty();
    }

    fn drop_empty(&mut self) {
        for rows in self.model.series.values_mut() {
            rows.retain(|_, (_, members)| !members.is_empty());
        }
        self.model.series.retain(|_, rows| !rows.is_empty());
    }
}

#[derive(Clone, Debug)]
enum Op {
    Add { registry: usize, name: usize, row: usize, keep: bool },
    Remove { registry: usize, name: usize, row: usize },
    RemoveRegistry(usize),
    Report(usize),
    DropHandles,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        8 => (0..4_usize, 0..3_usize, 0..40_usize, any::<bool>())
            .prop_map(|(registry, name, row, keep)| Op::Add { registry, name, row, keep }),
        5 => (0..4_usize, 0..3_usize, 0..40_usize).prop_map(|(registry, name, row)| Op::Remove { registry, name, row }),
        1 => (0..4_usize).prop_map(Op::RemoveRegistry),
        2 => (0..4_usize).prop_map(Op::Report),
        1 => Just(Op::DropHandles),
    ]
}

/// One of 40 label sets, with five sets of names.
fn with_row<T>(row: usize, use_it: impl FnOnce(&[(&str, &str)]) -> T) -> T {
    let (value, other) = ((row / 5).to_string(), (row % 3).to_string());
    match row % 5 {
        0 => use_it(&[("k", &value)]),
        1 => use_it(&[("j", &value), ("k", &other)]),
        2 => use_it(&[("l", &value), ("k", "x")]),
        3 => use_it(&[("k", &value), ("empty", "")]),
        _ => use_it(&[("a", "1"), ("b", &value), ("c", &other), ("d", "4"), ("e", "5")]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_tree_is_as_its_model(ops in proptest::collection::vec(op(), 1..250)) {
        let mut tree = Tree::new();
        let names = ["x", "y", "a_x"];
        for op in ops {
            match op {
                Op::Add { registry, name, row, keep } => {
                    with_row(row, |labels| tree.add(registry, names[name], labels, keep));
                }
                Op::Remove { registry, name, row } => with_row(row, |labels| tree.remove(registry, names[name], labels)),
                Op::RemoveRegistry(registry) => tree.remove_registry(registry),
                Op::DropHandles => tree.handles.clear(),
                Op::Report(registry) => {
                    let of: Vec<usize> = if registry == 0 { (0..4).collect() } else { vec![registry] };
                    prop_assert_eq!(report(&tree.registries[registry]), tree.model.report(&of));
                }
            }
        }
        prop_assert_eq!(report(&tree.root.top), tree.model.report(&[0, 1, 2, 3]));
        // Handles outlive the root.
        let Tree { root, handles, registries, .. } = tree;
        drop((root, registries));
        for metric in &handles {
            prop_assert!(!metric.attached());
            counter::inc(metric);
            let _ = (metric.labels().count(), metric.family().help());
        }
    }
}

#[test]
fn a_million_comings_and_goings_take_the_memory_of_a_few() {
    let root = Root::isolated(None);
    for i in 0..30_000 {
        let value = format!("request {i}");
        let metric = Tree::get(&root.top, "churn", &[("id", &value), ("same", "1")]);
        root.top.remove_metric(&metric).unwrap();
        if i % 1000 == 7 {
            let name = format!("family_{i}");
            let metric = Tree::get(&root.top, &name, &[("id", &value)]);
            root.top.remove_metric(&metric).unwrap();
            assert_eq!(report(&root.top), "");
        }
    }
    drop(Tree::get(&root.top, "last", &[]));
    let state = root.store.state.lock();
    assert_eq!(state.series, 1);
    // What waits for its grace period is little, however long readers of other tests take.
    assert!(state.used < 20_000, "{} metrics are not freed", state.used);
}

#[test]
fn places_of_metrics_are_used_again_whenever_they_became_free() {
    let root = Root::isolated(None);
    let stays = [Tree::get(&root.top, "churn", &[("id", "a")]), Tree::get(&root.top, "churn", &[("id", "b")])];
    for i in 0..20_000 {
        let metric = Tree::get(&root.top, "churn", &[("id", &i.to_string())]);
        root.top.remove_metric(&metric).unwrap();
        // Before or after the order has dropped it.
        if i % 3 == 0 {
            drop(metric);
            assert_eq!(report(&root.top).lines().count(), 4);
        } else {
            assert_eq!(report(&root.top).lines().count(), 4);
            drop(metric);
        }
    }
    let _state = root.store.state.lock();
    // SAFETY: under the lock; the group has metrics.
    let places = unsafe { crate::series::rows::Rows::of(stays[0].group) }.len();
    assert!(places < 10_000, "{places} places");
}

#[test]
fn threads_create_find_remove_and_report_at_once() {
    let root = Root::isolated(None);
    let stop = AtomicBool::new(false);
    let kept: Vec<MetricRef> = (0..8).map(|i| Tree::get(&root.top, "kept", &[("i", &i.to_string())])).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4_usize)
            .map(|thread| {
                let root = &root;
                scope.spawn(move || {
                    let registry = Tree::registry(root, thread % 4);
                    for i in 0..6000_usize {
                        counter::inc(&Tree::get(&root.top, "kept", &[("i", &(i % 8).to_string())]));
                        with_row((i * 7 + thread) % 40, |labels| {
                            let metric = Tree::get(&registry, ["x", "y"][i % 2], labels);
                            counter::inc(&metric);
                            if i % 3 == 0 {
                                // Somebody else may have removed it.
                                let _ = registry.remove_metric(&metric);
                            }
                            assert_eq!(metric.labels().count(), metric.labels().filter(|(_, v)| !v.is_empty()).count());
                        });
                    }
                })
            })
            .collect();
        let reporter = scope.spawn(|| {
            let mut reports = 0;
            while !stop.load(Ordering::Relaxed) {
                let text = report(&root.top);
                let mut lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
                assert!(lines.iter().all(|line| line.split(' ').count() == 2 && line.contains("_total")), "{text}");
                let all = lines.len();
                lines.sort_unstable();
                lines.dedup_by_key(|line| line.split(' ').next().unwrap_or("").to_owned());
                assert_eq!(lines.len(), all, "nothing is told twice");
                reports += 1;
            }
            reports
        });
        for worker in workers {
            worker.join().unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        assert!(reporter.join().unwrap() > 0);
    });
    assert_eq!(kept.iter().map(|metric| counter::value(metric)).sum::<u64>(), 4 * 6000);
    drop(root);
    assert!(kept.iter().all(|metric| !metric.attached()));
}

/// Changes the tree with each chunk.
struct Meddling<'a> {
    root: &'a Root,
    text: Vec<u8>,
    chunks: usize,
}

impl crate::render::Sink for Meddling<'_> {
    fn write(&mut self, chunk: &[u8]) -> std::result::Result<(), crate::report::Stop> {
        self.text.extend_from_slice(chunk);
        self.chunks += 1;
        // New ones all over the family, and old ones that go: those whose number is odd.
        for i in 0..200 {
            let value = format!("{:05}", (i * 97 + self.chunks) % 6000);
            Tree::get(&self.root.top, "big", &[("id", &value), ("new", &self.chunks.to_string())]);
            Tree::get(&self.root.top, "big", &[("id", &format!("{value}new"))]);
            Tree::get(&self.root.top, "big", &[("id", &format!("{value}new")), ("z", "1")]);
            let odd = format!("{:05}", ((i * 31 + self.chunks * 7) % 3000) * 2 + 1);
            for labels in [&[("id", &*odd)][..], &[("id", &odd), ("z", "1")]] {
                if let Some(metric) = self.root.top.find(&wanted(Kind::Counter, "big", labels), false).unwrap() {
                    self.root.top.remove_metric(&metric).unwrap();
                }
            }
            let _ = self.root.top.find(&wanted(Kind::Counter, "gone", &[]), false);
        }
        Ok(())
    }
}

#[test]
fn what_stays_is_told_once_and_in_order_while_the_rest_changes() {
    let root = Root::isolated(None);
    let mut stay = Vec::new();
    for i in 0..6000_usize {
        let value = format!("{:05}", (i * 4001) % 6000);
        let labels = [("id", &*value), ("z", "1")];
        for labels in [&labels[..1], &labels] {
            Tree::get(&root.top, "big", labels);
            if value.as_bytes()[4] % 2 == 0 {
                let texts: Vec<_> = labels.iter().map(|(key, value)| format!("{key}=\"{value}\"")).collect();
                stay.push(format!("big_total{{{}}} 0", texts.join(",")));
            }
        }
    }
    stay.sort_unstable();
    let options = crate::report::Options { no_self: true, ..Default::default() };
    let mut sink = Meddling { root: &root, text: Vec::new(), chunks: 0 };
    crate::render::render(&root.top, &options, &mut sink).unwrap();
    assert!(sink.chunks > 4, "{} chunks", sink.chunks);
    let text = String::from_utf8(sink.text).unwrap();
    let lines: Vec<&str> = text.lines().skip(2).collect();
    // Without quotes and braces, the order of lines is that of labels here.
    let key = |line: &str| line.replace(['"', '{', '}'], " ");
    assert!(lines.is_sorted_by(|a, b| key(a) < key(b)), "in order, nothing twice");
    let told: Vec<&str> =
        lines.iter().copied().filter(|line| stay.binary_search(&(*line).to_owned()).is_ok()).collect();
    assert_eq!(told.len(), stay.len());
}
