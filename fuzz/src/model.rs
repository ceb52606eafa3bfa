// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A tree of registries and metrics as the contract describes it, in the plainest way: what a call must come to, and
//! what a report must hold.

use std::collections::{BTreeMap, BTreeSet};

use cmetrics_interface::v1::{METRIC_DETACHED_ON_ERROR, METRIC_TOTAL_ONLY, METRIC_VERBATIM, REGISTRY_LOCKED};
use cmetrics_interface::*;

use crate::expect::{self, Number};
use crate::lent::Pair;
use crate::rules;

/// Label names and values, in order.
pub type Row = Vec<(String, String)>;

/// A metric as a client describes it.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// `CMETRICS_KIND_…`, or any number.
    pub kind: i32,
    /// `CMETRICS_METRIC_…`, or any bits.
    pub flags: u32,
    /// `CMETRICS_PRIORITY_…`, or any number.
    pub priority: i32,
    /// Any bytes.
    pub name: Vec<u8>,
    /// Any bytes.
    pub help: Vec<u8>,
    /// Any bytes.
    pub unit: Vec<u8>,
    /// Any bytes.
    pub labels: Vec<Pair>,
}

/// A registry. The first one is the root.
#[derive(Debug, Default)]
struct Node {
    parent: Option<usize>,
    prefix: String,
    inherited: BTreeMap<String, (String, bool)>,
    gone: bool,
}

/// A series, in a report or no longer.
#[derive(Clone, Debug)]
pub struct Series {
    /// Of its family.
    pub kind: i32,
    type_: i32,
    /// The number or total: its bits.
    pub total: u64,
    /// How many amounts.
    pub count: u64,
    members: BTreeSet<usize>,
}

#[derive(Debug)]
struct Family {
    kind: i32,
    type_: i32,
    help: String,
    unit: String,
    priority: i32,
    rows: BTreeMap<Row, usize>,
}

/// A root with all below it.
#[derive(Debug)]
pub struct Model {
    nodes: Vec<Node>,
    children: BTreeMap<(usize, String, Row, bool), usize>,
    families: BTreeMap<String, Family>,
    /// All series that there ever were.
    pub series: Vec<Series>,
    most: u64,
}

/// A call fails with one of these.
pub type Failure = BTreeSet<Status>;

impl Default for Model {
    fn default() -> Self {
        let (children, families, series) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        Self { nodes: vec![Node::default()], children, families, series, most: 0 }
    }
}

impl Model {
    /// A child of a registry: its number, and whether it is new.
    pub fn child(
        &mut self,
        parent: usize,
        prefix: &[u8],
        given: &[Pair],
        flags: u32,
    ) -> Result<(usize, bool), Failure> {
        let mut failure = Failure::new();
        let fits = |prefix: &&str| prefix.is_empty() || rules::is_metric_name(prefix.as_bytes());
        let prefix = rules::text(prefix, 512).filter(fits);
        let joined = prefix.map(|prefix| rules::join(&self.nodes[parent].prefix, prefix));
        let own = rules::labels(given);
        let locked = flags & REGISTRY_LOCKED != 0;
        let inherited = own.as_ref().map(|own| {
            let mut all = self.nodes[parent].inherited.clone();
            for (key, value) in own {
                if all.get(key).is_none_or(|(_, locked)| !locked) {
                    all.insert(key.clone(), (value.clone(), locked));
                }
            }
            all
        });
        if joined.as_ref().is_none_or(|joined| joined.len() > 512)
            || inherited.as_ref().is_none_or(|all| all.len() > 64)
        {
            failure.insert(INVALID_ARGUMENT);
        }
        if flags & !REGISTRY_LOCKED != 0 {
            failure.insert(UNSUPPORTED);
        }
        if self.nodes[parent].gone {
            failure.insert(GONE);
        }
        let (Some(prefix), Some(joined), Some(own), Some(inherited), true) =
            (prefix, joined, own, inherited, failure.is_empty())
        else {
            return Err(failure);
        };
        let key = (parent, prefix.to_owned(), own, locked);
        if let Some(there) = self.children.get(&key) {
            return Ok((*there, false));
        }
        self.children.insert(key, self.nodes.len());
        self.nodes.push(Node { parent: Some(parent), prefix: joined, inherited, gone: false });
        Ok((self.nodes.len() - 1, true))
    }

    /// The full name and all labels of a metric, or what is wrong with it as far as that is seen without the tree.
    fn identity(&self, node: usize, wanted: &Wanted) -> Result<(String, Row), Failure> {
        let mut failure = Failure::new();
        let Node { prefix, inherited, gone, .. } = &self.nodes[node];
        if *gone {
            failure.insert(GONE);
        }
        let known = METRIC_TOTAL_ONLY | METRIC_VERBATIM | METRIC_DETACHED_ON_ERROR;
        let kind = rules::KINDS.contains(&wanted.kind);
        if !kind && wanted.kind != 0 || !rules::PRIORITIES.contains(&wanted.priority) || wanted.flags & !known != 0 {
            failure.insert(UNSUPPORTED);
        }
        let full = rules::full_name(prefix, &wanted.name, wanted.kind, wanted.flags);
        let row = rules::labels(&wanted.labels).map(|own| {
            let mut all: BTreeMap<String, String> =
                inherited.iter().map(|(key, (value, _))| (key.clone(), value.clone())).collect();
            for (key, value) in own {
                if inherited.get(&key).is_none_or(|(_, locked)| !locked) {
                    all.insert(key, value);
                }
            }
            all.into_iter().collect::<Row>()
        });
        let sound = wanted.kind != 0
            && rules::text(&wanted.help, 8192).is_some()
            && rules::is_unit(&wanted.unit, wanted.kind)
            && row.as_ref().is_none_or(|row| row.len() <= 64);
        match (full, row) {
            (Some(full), Some(row)) if sound && failure.is_empty() => Ok((full, row)),
            (full, row) => {
                if full.is_none() || row.is_none() || !sound {
                    failure.insert(INVALID_ARGUMENT);
                }
                Err(failure)
            }
        }
    }

    /// Whether a family of this name, kind and type can be there beside the others.
    fn fits(&self, full: &str, kind: i32, type_: i32) -> bool {
        if let Some(there) = self.families.get(full) {
            return there.kind == kind && there.type_ == type_;
        }
        let own = rules::samples(full, type_);
        self.families.iter().all(|(name, other)| rules::samples(name, other.type_).iter().all(|one| !own.contains(one)))
    }

    /// The metric that is wanted, made if it is not there.
    pub fn metric(&mut self, node: usize, wanted: &Wanted) -> Result<usize, Failure> {
        let (full, row) = self.identity(node, wanted)?;
        let type_ = rules::type_of(wanted.kind, wanted.flags);
        if !self.fits(&full, wanted.kind, type_) {
            return Err(Failure::from([CONFLICT]));
        }
        let there = self.families.get(&full);
        let number = there.and_then(|family| family.rows.get(&row)).copied();
        let count = there.map_or(0, |family| family.rows.len() as u64);
        if number.is_none() && self.most != 0 && count >= self.most {
            return Err(Failure::from([LIMIT]));
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let unit = if rules::is_duration(wanted.kind) { "seconds".to_owned() } else { text(&wanted.unit) };
        let family = self.families.entry(full).or_insert_with(|| Family {
            kind: wanted.kind,
            type_,
            help: String::new(),
            unit: String::new(),
            priority: wanted.priority,
            rows: BTreeMap::new(),
        });
        for (known, told) in [(&mut family.help, text(&wanted.help)), (&mut family.unit, unit)] {
            if known.is_empty() {
                *known = told;
            }
        }
        family.priority = family.priority.min(wanted.priority);
        let number = *family.rows.entry(row).or_insert(self.series.len());
        if number == self.series.len() {
            let members = BTreeSet::new();
            self.series.push(Series { kind: wanted.kind, type_, total: 0, count: 0, members });
        }
        self.series[number].members.insert(node);
        Ok(number)
    }

    /// A metric that no report shows.
    pub fn detached(&mut self, kind: i32) -> usize {
        self.series.push(Series { kind, type_: 0, total: 0, count: 0, members: BTreeSet::new() });
        self.series.len() - 1
    }

    /// The metric that is looked for, of a kind that is told.
    pub fn find(&self, node: usize, wanted: &Wanted) -> Result<Option<usize>, Failure> {
        let (full, row) = self.identity(node, wanted)?;
        if !self.fits(&full, wanted.kind, rules::type_of(wanted.kind, wanted.flags)) {
            return Err(Failure::from([CONFLICT]));
        }
        Ok(self.families.get(&full).and_then(|family| family.rows.get(&row)).copied())
    }

    /// Caps what is created from now on.
    pub fn limit(&mut self, most: u64) {
        self.most = most;
    }

    /// Whether reports show a series.
    pub fn is_attached(&self, series: usize) -> bool {
        !self.series[series].members.is_empty()
    }

    /// All prefixes down to a registry.
    pub fn prefix(&self, node: usize) -> &str {
        &self.nodes[node].prefix
    }

    /// Whether a registry was removed.
    pub fn is_gone(&self, node: usize) -> bool {
        self.nodes[node].gone
    }

    /// Takes a series out of one registry.
    pub fn remove_metric(&mut self, node: usize, series: usize) -> Result<(), Failure> {
        if self.nodes[node].gone {
            return Err(Failure::from([GONE]));
        }
        if !self.series[series].members.remove(&node) {
            return Err(Failure::from([NOT_FOUND]));
        }
        self.forget();
        Ok(())
    }

    /// Removes a registry with all below it: their numbers are returned.
    pub fn remove(&mut self, node: usize) -> Result<BTreeSet<usize>, Failure> {
        if node == 0 {
            return Err(Failure::from([INVALID_ARGUMENT]));
        }
        if self.nodes[node].gone {
            return Err(Failure::from([GONE]));
        }
        let below = self.subtree(node);
        for node in &below {
            self.nodes[*node].gone = true;
        }
        self.children.retain(|_, child| !below.contains(child));
        for series in &mut self.series {
            series.members.retain(|member| !below.contains(member));
        }
        self.forget();
        Ok(below)
    }

    fn forget(&mut self) {
        let series = &self.series;
        for family in self.families.values_mut() {
            family.rows.retain(|_, number| !series[*number].members.is_empty());
        }
        self.families.retain(|_, family| !family.rows.is_empty());
    }

    /// A registry and all that is below it and was not removed.
    pub fn subtree(&self, top: usize) -> BTreeSet<usize> {
        let mut all = BTreeSet::from([top]);
        // A child comes after its parent.
        for (number, node) in self.nodes.iter().enumerate() {
            if !node.gone && node.parent.is_some_and(|parent| all.contains(&parent)) {
                all.insert(number);
            }
        }
        all
    }

    /// Sets all of a registry and below to zero.
    pub fn reset(&mut self, node: usize) -> Result<(), Failure> {
        if self.nodes[node].gone {
            return Err(Failure::from([GONE]));
        }
        let below = self.subtree(node);
        for series in self.series.iter_mut().filter(|series| !series.members.is_disjoint(&below)) {
            (series.total, series.count) = (0, 0);
        }
        Ok(())
    }

    /// What a report of a registry holds.
    pub fn report(&self, node: usize, verbosity: i32, names: &[Vec<u8>]) -> Vec<expect::Family> {
        let below = self.subtree(node);
        let named = |name: &str, family: &Family| {
            let samples = rules::samples(name, family.type_);
            let is = |one: &Vec<u8>| **one == *name.as_bytes() || samples.iter().any(|own| *own.as_bytes() == **one);
            names.is_empty() || names.iter().any(is)
        };
        let shown = self.families.iter().filter(|(name, family)| family.priority <= verbosity && named(name, family));
        let families = shown.map(|(name, family)| {
            let rows = family.rows.iter().filter(|(_, number)| !self.series[**number].members.is_disjoint(&below));
            let points =
                rows.map(|(row, number)| expect::Point { labels: row.clone(), values: self.series[*number].values() });
            expect::Family {
                name: name.clone(),
                help: family.help.clone(),
                unit: family.unit.clone(),
                kind: family.kind,
                type_: family.type_,
                priority: family.priority,
                points: points.collect(),
            }
        });
        families.filter(|family| !family.points.is_empty()).collect()
    }
}

impl Series {
    /// Its number or total, with its unit.
    pub fn number(&self) -> Number {
        match self.kind {
            KIND_COUNTER | KIND_INT_COUNTER => Number::U64(self.total),
            KIND_DURATION_COUNTER => Number::U64Ns(self.total),
            KIND_INT_GAUGE => Number::I64(self.total as i64),
            KIND_DURATION_GAUGE => Number::I64Ns(self.total as i64),
            _ => Number::F64(f64::from_bits(self.total)),
        }
    }

    fn values(&self) -> Vec<(String, Number)> {
        if self.type_ == TYPE_SUMMARY {
            vec![("_sum".to_owned(), self.number()), ("_count".to_owned(), Number::U64(self.count))]
        } else {
            vec![(String::new(), self.number())]
        }
    }
}
