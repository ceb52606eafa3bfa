// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A root of the library's and its model, changed by the same calls. Whatever the library answers is held against the
//! model; a call that fails must have changed nothing.

use std::cell::Cell;
use std::collections::hash_map::{Entry, HashMap};
use std::mem::size_of;
use std::ptr::{dangling_mut, null, null_mut};
use std::rc::Rc;

use cmetrics_interface::v1::*;
use cmetrics_interface::{
    ReportOptions, Status, Text, CANCELLED, FORMAT_PROMETHEUS_TEXT, GONE, INVALID_ARGUMENT, NOT_FOUND, PRIORITY_DEBUG,
    REPORT_NO_SELF,
};

use crate::call;
use crate::call::{api, attempt, Told};
use crate::collect::Collecting;
use crate::expect::{compare, Family, Number};
use crate::lent::{Lent, Pair};
use crate::model::{Failure, Model, Wanted};
use crate::{exposition, rules, told};

/// What a report is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// One of `CMETRICS_PRIORITY_…`.
    pub verbosity: i32,
    /// None is all.
    pub names: Vec<Vec<u8>>,
    /// With the library's own families.
    pub with_self: bool,
    /// After how many chunks the sink stops it, and with which status.
    pub stop: Option<(usize, Status)>,
}

/// Everything.
pub const ALL: Asked = Asked { verbosity: PRIORITY_DEBUG, names: Vec::new(), with_self: false, stop: None };

/// Options of a report, which borrow the names.
fn options(asked: &Asked, names: &[Text]) -> ReportOptions {
    ReportOptions {
        struct_size: size_of::<ReportOptions>() as u32,
        flags: if asked.with_self { 0 } else { REPORT_NO_SELF },
        format: FORMAT_PROMETHEUS_TEXT,
        verbosity: asked.verbosity,
        names: if names.is_empty() { null() } else { names.as_ptr() },
        n_names: names.len() as u64,
        timeout_ns: 0,
    }
}

/// A root, its registries and the handles of its metrics.
pub struct World {
    /// What must be so.
    pub model: Model,
    /// A handle for each registry of the model.
    pub nodes: Vec<*mut Registry>,
    /// Metrics, each with its number in the model.
    pub metrics: Vec<(*mut Metric, usize)>,
    /// The number of each handle that is held, and how many references.
    held: HashMap<*mut Metric, (usize, usize)>,
    /// What collectors tell, and the registry that each is in.
    pub(crate) collecting: Vec<Collecting>,
    pub(crate) drops: Rc<Cell<usize>>,
}

impl Default for World {
    fn default() -> Self {
        let mut root = null_mut();
        let made = attempt(|error| call!(registry.isolated(api(), null(), &raw mut root, error)));
        assert_eq!(made, Ok(()));
        let (metrics, held, collecting) = (Vec::new(), HashMap::new(), Vec::new());
        Self { model: Model::default(), nodes: vec![root], metrics, held, collecting, drops: Rc::default() }
    }
}

/// The library's answer must be the model's.
#[track_caller]
fn agree<T>(told: &Result<(), Told>, expected: &Result<T, Failure>, what: &dyn std::fmt::Debug) {
    match (told, expected) {
        (Ok(()), Ok(_)) => {}
        (Err(told), Err(failure)) => assert!(failure.contains(&told.status), "{told:?} for {failure:?}: {what:?}"),
        (told, Err(failure)) => panic!("{told:?} for {failure:?}: {what:?}"),
        (told, Ok(_)) => panic!("{told:?} for what must be done: {what:?}"),
    }
}

impl World {
    /// Gets a child of a registry.
    pub fn child(&mut self, parent: usize, prefix: &[u8], labels: &[Pair], flags: u32) {
        let expected = self.model.child(parent, prefix, labels, flags);
        let mut lent = Lent::default();
        let (prefix, (data, n_labels)) = (lent.text(prefix), lent.labels(labels));
        let struct_size = size_of::<RegistryDesc>() as u32;
        let desc = Box::new(RegistryDesc { struct_size, flags, prefix, labels: data, n_labels, owner: null_mut() });
        let mut child = dangling_mut();
        let parent = self.nodes[parent];
        let told = attempt(|error| call!(registry.child(parent, &raw const *desc, &raw mut child, error)));
        drop((desc, lent));
        agree(&told, &expected, &(prefix.len, labels));
        match expected {
            Ok((node, true)) => {
                assert_eq!(node, self.nodes.len());
                assert!(!self.nodes.contains(&child), "a new registry is none of those that there were");
                self.nodes.push(child);
            }
            Ok((node, false)) => {
                assert_eq!(child, self.nodes[node], "one registry has one handle");
                call!(registry.release(child));
            }
            Err(_) => {
                assert!(child.is_null(), "a failed call gives no handle");
                self.check();
            }
        }
    }

    /// Gets a metric.
    pub fn metric(&mut self, node: usize, wanted: &Wanted) {
        let before = self.model.series.len();
        let expected = self.model.metric(node, wanted);
        let (told, metric) = self.ask(node, wanted, true);
        agree(&told, &expected, wanted);
        let detached = wanted.flags & METRIC_DETACHED_ON_ERROR != 0 && rules::KINDS.contains(&wanted.kind);
        let flags = METRIC_TOTAL_ONLY | METRIC_VERBATIM | METRIC_DETACHED_ON_ERROR;
        let number = match expected {
            Ok(number) => number,
            Err(_) if detached && wanted.flags & !flags == 0 => self.model.detached(wanted.kind),
            Err(_) => {
                assert!(metric.is_null(), "a failed call gives no metric");
                return self.check();
            }
        };
        assert!(!metric.is_null(), "a metric, or a detached one in its place: {wanted:?}");
        assert_eq!(call!(metric.kind(metric)), wanted.kind);
        assert_eq!(call!(metric.attached(metric)) == 1, self.model.is_attached(number), "{wanted:?}");
        if number < before {
            self.check_value(metric, number);
        }
        // One metric has one handle as long as it is held, and one handle is of one metric.
        let held = self.held.entry(metric).or_insert((number, 0));
        assert_eq!(held.0, number, "{wanted:?}");
        held.1 += 1;
        self.metrics.push((metric, number));
    }

    /// Looks for a metric.
    pub fn find(&mut self, node: usize, wanted: &Wanted) {
        let expected = self.model.find(node, wanted);
        let (told, metric) = self.ask(node, wanted, false);
        match &expected {
            Ok(None) => {
                assert!(metric.is_null());
                assert_eq!(told.map_err(|told| told.status), Err(NOT_FOUND), "{wanted:?}");
            }
            Ok(Some(number)) => {
                agree(&told, &expected, wanted);
                self.check_value(metric, *number);
                call!(metric.release(metric));
            }
            Err(_) => agree(&told, &expected, wanted),
        }
    }

    fn ask(&self, node: usize, wanted: &Wanted, make: bool) -> (Result<(), Told>, *mut Metric) {
        let mut lent = Lent::default();
        let (name, help, unit) = (lent.text(&wanted.name), lent.text(&wanted.help), lent.text(&wanted.unit));
        let (labels, n_labels) = lent.labels(&wanted.labels);
        let Wanted { kind, flags, priority, .. } = *wanted;
        let struct_size = size_of::<MetricDesc>() as u32;
        let owner = null_mut();
        let desc =
            Box::new(MetricDesc { struct_size, flags, kind, priority, name, help, unit, labels, n_labels, owner });
        let (mut metric, registry, desc) = (dangling_mut(), self.nodes[node], &raw const *desc);
        let told = attempt(|error| {
            if make {
                call!(registry.metric(registry, desc, &raw mut metric, error))
            } else {
                call!(registry.find(registry, desc, &raw mut metric, error))
            }
        });
        (told, metric)
    }

    fn check_value(&self, metric: *mut Metric, number: usize) {
        let told = told::describe(metric);
        let series = &self.model.series[number];
        assert_eq!(told.kind, series.kind);
        assert!(told.points[0].values[0].1.is(series.number()), "{told:?} for {series:?}");
    }

    /// Gives a handle back.
    pub fn release(&mut self, at: usize) {
        let (metric, _) = self.metrics.swap_remove(at);
        call!(metric.release(metric));
        if let Entry::Occupied(mut held) = self.held.entry(metric) {
            held.get_mut().1 -= 1;
            if held.get().1 == 0 {
                held.remove();
            }
        }
    }

    /// Takes a metric out of a registry.
    pub fn remove_metric(&mut self, node: usize, at: usize) {
        let (metric, number) = self.metrics[at];
        let expected = self.model.remove_metric(node, number);
        let registry = self.nodes[node];
        let told = attempt(|error| call!(registry.remove_metric(registry, metric, error)));
        agree(&told, &expected, &(node, number));
        assert_eq!(call!(metric.attached(metric)) == 1, self.model.is_attached(number));
    }

    /// Removes a registry.
    pub fn remove(&mut self, node: usize) {
        let expected = self.model.remove(node);
        let registry = self.nodes[node];
        let told = attempt(|error| call!(registry.remove(registry, error)));
        agree(&told, &expected, &node);
        if let Ok(gone) = expected {
            let before = self.collecting.len();
            self.collecting.retain(|collecting| !gone.contains(&collecting.node));
            self.expect_drops(before - self.collecting.len());
        }
    }

    /// Sets a registry to zero.
    pub fn reset(&mut self, node: usize) {
        let expected = self.model.reset(node);
        let registry = self.nodes[node];
        let told = attempt(|error| call!(registry.reset(registry, error)));
        agree(&told, &expected, &node);
    }

    /// Caps series.
    pub fn limit(&mut self, most: u64) {
        self.model.limit(most);
        let root = self.nodes[0];
        assert_eq!(attempt(|error| call!(registry.limit_series(root, most, error))), Ok(()));
    }

    /// So many collectors were dropped, since this was asked last.
    pub(crate) fn expect_drops(&self, n: usize) {
        assert_eq!(self.drops.replace(0), n, "each collector is dropped once, when it goes");
    }

    /// The whole report is the model's.
    pub fn check(&self) {
        let text = told::render(self.nodes[0], &raw const *Box::new(options(&ALL, &[])), None).expect("a report");
        self.compare(0, &ALL, &text);
    }

    /// Asks for a report of a registry, reads it, and compares it with the model; and a visit likewise.
    pub fn report(&self, node: usize, asked: &Asked) {
        let mut lent = Lent::default();
        let names: Box<[Text]> = asked.names.iter().map(|name| lent.text(name)).collect();
        let options = Box::new(options(asked, &names));
        let options = &raw const *options;
        let text = told::render(self.nodes[node], options, asked.stop);
        let gone = self.model.is_gone(node);
        let sound = asked.names.iter().all(|name| std::str::from_utf8(name).is_ok() && name.len() <= 1 << 20);
        let text = match text {
            Ok(text) => text,
            Err(told) => {
                let may = [(GONE, gone), (INVALID_ARGUMENT, !sound), (CANCELLED, asked.stop.is_some())];
                assert!(may.contains(&(told.status, true)), "{told:?}");
                return;
            }
        };
        assert!(!gone && sound, "a report that must fail");
        let told = self.compare(node, asked, &text);
        if !asked.with_self {
            self.compare_visit(node, options, asked, &told);
        }
    }

    /// Reads a report, compares it with the model, and gives what it tells beside the library's own families.
    fn compare(&self, node: usize, asked: &Asked, text: &str) -> Vec<exposition::Family> {
        let mut told = exposition::parse(text).unwrap_or_else(|why| panic!("{why}\nin the report\n{text}"));
        told.retain(|family| !family.name.starts_with("cmetrics_"));
        let expected = self.model.report(node, asked.verbosity, &asked.names);
        if self.collects_in(node) {
            self.compare_collected(node, &told, &expected).unwrap_or_else(|why| panic!("{why}\nin the report\n{text}"));
        } else {
            compare(&told, &expected).unwrap_or_else(|why| panic!("{why}\nin the report\n{text}"));
        }
        told
    }

    /// A visit tells what a report does, with its numbers and units.
    fn compare_visit(&self, node: usize, options: *const ReportOptions, asked: &Asked, told: &[exposition::Family]) {
        let (visited, ids) = told::visit(self.nodes[node], options).expect("a visit where there is a report");
        assert_eq!(visited.len(), told.len());
        for (visited, told) in visited.iter().zip(told) {
            assert_eq!((&visited.name, &visited.help), (&told.name, &told.help));
            let values = visited.points.iter().flat_map(|point| &point.values);
            assert_eq!(values.clone().count(), told.samples.len(), "{visited:?} {told:?}");
            for ((suffix, number), sample) in values.zip(&told.samples) {
                assert!(*suffix == sample.suffix && number.is_told_as(&sample.value), "{visited:?} {sample:?}");
            }
        }
        if self.collects_in(node) {
            return;
        }
        assert!(ids.iter().all(|id| *id != 0), "a metric has an id");
        for (visited, expected) in visited.iter().zip(self.model.report(node, asked.verbosity, &asked.names)) {
            let of = |family: &Family| (family.kind, family.type_, family.priority, family.unit.clone());
            assert_eq!(of(visited), of(&expected), "{visited:?}");
            let same = |(a, b): (&(String, Number), &(String, Number))| a.0 == b.0 && a.1.is(b.1);
            for (visited, expected) in visited.points.iter().zip(&expected.points) {
                assert_eq!(visited.labels, expected.labels);
                assert!(visited.values.iter().zip(&expected.values).all(same), "{visited:?} {expected:?}");
            }
        }
    }
}

impl Drop for World {
    /// Gives everything back, the root before the metrics.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let collectors = self.collecting.len();
        for node in self.nodes.drain(..) {
            call!(registry.release(node));
        }
        assert_eq!(self.drops.replace(0), collectors, "an end of a root drops its collectors");
        for (metric, _) in self.metrics.drain(..) {
            assert_eq!(call!(metric.attached(metric)), 0, "a root's end detaches its metrics");
            call!(metric.release(metric));
        }
    }
}
