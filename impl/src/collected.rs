// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a collector told, checked and copied, until the report comes to its place.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use cmetrics_interface as abi;

use crate::error::{quote, Fault, Result};
use crate::metric::Sample;
use crate::number::Number;
use crate::registry::labels::{check_extra, Labels};
use crate::registry::{check_priority, name, Registry};
use crate::report::{FamilyView, ValueView};

/// A family that no metric of the library backs.
#[derive(Debug)]
pub(crate) struct CollectedFamily {
    pub(crate) kind: i32,
    pub(crate) type_: i32,
    pub(crate) priority: i32,
    pub(crate) help: String,
    pub(crate) unit: String,
    pub(crate) points: BTreeMap<Labels, CollectedPoint>,
    /// A sample has a label of its own that a point could have too.
    pub(crate) has_own_labels: bool,
}

#[derive(Debug)]
pub(crate) struct CollectedPoint {
    pub(crate) id: u64,
    /// It is a part: another of the same labels is added to it.
    pub(crate) adds: bool,
    pub(crate) values: Vec<CollectedValue>,
}

#[derive(Debug)]
pub(crate) struct CollectedValue {
    pub(crate) suffix: String,
    pub(crate) extra: Option<(String, String)>,
    pub(crate) number: Number,
}

/// Families by full name.
pub(crate) type Families = BTreeMap<String, CollectedFamily>;

/// What one run of one collector tells.
pub(crate) struct Collected {
    registry: Arc<Registry>,
    /// Its collector's numbers are added to those of others.
    adds: bool,
    pub(crate) families: Families,
    open: Option<String>,
    /// How much of it was refused.
    pub(crate) refused: u64,
}

impl Collected {
    pub(crate) fn new(registry: Arc<Registry>, adds: bool) -> Self {
        Self { registry, adds, families: Families::new(), open: None, refused: 0 }
    }

    /// Ends the open family: a point without another one is refused.
    pub(crate) fn close(&mut self) {
        self.open = None;
    }

    /// Opens a family.
    pub(crate) fn family(&mut self, told: &FamilyView<'_>) -> Result<()> {
        self.close();
        let opened = self.check_family(told);
        match opened {
            Ok(full) => {
                self.open = Some(full);
                Ok(())
            }
            Err(fault) => Err(self.refuse(fault)),
        }
    }

    fn check_family(&mut self, told: &FamilyView<'_>) -> Result<String> {
        name::check("family name", told.name)?;
        let full = name::join(&self.registry.prefix, told.name);
        if full.len() > name::LONGEST_NAME || told.help.len() > name::LONGEST_HELP || full.starts_with(name::RESERVED) {
            return Err(Fault::invalid(format!(
                "the family {} is too long in name or help, or reserved",
                quote(&full)
            ))
            .subject(told.name)
            .hint("names have at most 512 bytes, help 8192, and do not begin with cmetrics_"));
        }
        if told.unit.len() > name::LONGEST_UNIT {
            return Err(Fault::invalid("the unit is longer than 64 bytes").subject(told.name).hint("use a short word"));
        }
        let priority = check_priority(told.priority, "priority")?;
        let family = self.families.entry(full.clone()).or_insert_with(|| CollectedFamily {
            kind: told.kind,
            type_: told.type_,
            priority,
            help: told.help.to_owned(),
            unit: told.unit.to_owned(),
            points: BTreeMap::new(),
            has_own_labels: false,
        });
        if family.type_ != told.type_ {
            return Err(Fault::invalid(format!("the family {} is told with two types", quote(&full)))
                .subject(told.name)
                .hint("tell each family once, or with the same type"));
        }
        Ok(full)
    }

    /// Adds a point to the open family.
    pub(crate) fn point(&mut self, id: u64, labels: &[(&str, &str)], values: &[ValueView<'_>]) -> Result<()> {
        let added = self.check_point(id, labels, values);
        added.map_err(|fault| self.refuse(fault))
    }

    fn check_point(&mut self, id: u64, labels: &[(&str, &str)], values: &[ValueView<'_>]) -> Result<()> {
        let labels = self.registry.merge(&Labels::check(labels)?)?;
        let family = self.open.as_ref().and_then(|open| self.families.get_mut(open)).ok_or_else(|| {
            Fault::invalid("a point without a family").hint("tell a family first; points of a refused one are refused")
        })?;
        let adds_up = matches!(family.type_, abi::TYPE_COUNTER | abi::TYPE_SUMMARY | abi::TYPE_HISTOGRAM);
        let mut samples = HashSet::with_capacity(values.len());
        for value in values {
            if !value.suffix.is_empty() {
                name::check("suffix", value.suffix)?;
            }
            if let Some((key, text)) = value.extra {
                check_extra(key, text)?;
                if !text.is_empty() && labels.iter().any(|(label, _)| label == key) {
                    return Err(Fault::invalid(format!(
                        "the label {} of a sample is one of its point's too",
                        quote(key)
                    ))
                    .subject(key)
                    .hint("give each label name once"));
                }
            }
            if !samples.insert((value.suffix, value.own_label())) {
                return Err(Fault::invalid(format!("a point tells the sample {:?} twice", value.suffix))
                    .subject(value.suffix)
                    .hint("tell samples that differ in their suffix or in their own label"));
            }
        }
        if values.is_empty() || family.points.contains_key(&labels) {
            return Err(Fault::invalid(format!("a point {} without values, or told twice", labels.told()))
                .subject(labels.told())
                .hint("tell each label set of a family once, with its values"));
        }
        if family.tells_again(&labels, values.iter().copied()) {
            return Err(Fault::invalid(format!("a point {} tells a series that another one tells", labels.told()))
                .subject(labels.told())
                .hint("tell each series once: a label of a sample is like one of its point"));
        }
        family.has_own_labels |= values.iter().any(ValueView::is_like_of_a_point);
        let own = |value: &ValueView<'_>| CollectedValue {
            suffix: value.suffix.to_owned(),
            extra: value.own_label().map(|(key, text)| (key.to_owned(), text.to_owned())),
            number: value.number,
        };
        family.points.insert(
            labels,
            CollectedPoint { id, adds: self.adds && adds_up, values: values.iter().map(own).collect() },
        );
        Ok(())
    }

    fn refuse(&mut self, fault: Fault) -> Fault {
        self.refused += 1;
        fault
    }

    /// Counts something that could not even be read.
    pub(crate) fn refuse_unread(&mut self) {
        self.refused += 1;
    }
}

/// What several collectors told, merged. What is there first stays.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) families: Families,
    /// Which family every sample name belongs to.
    samples: HashMap<String, String>,
}

impl Gathered {
    /// Takes in what one collector told. How many families and points did not fit is returned.
    pub(crate) fn merge(&mut self, told: Families) -> u64 {
        told.into_iter().map(|(name, family)| self.merge_family(name, family)).sum()
    }

    fn merge_family(&mut self, name: String, family: CollectedFamily) -> u64 {
        let samples = family.samples(&name);
        let free = |sample: &String| self.samples.get(sample).is_none_or(|owner| *owner == name);
        let same = self.families.get(&name).is_none_or(|there| there.type_ == family.type_);
        if !same || !samples.iter().all(free) {
            return 1;
        }
        self.samples.extend(samples.into_iter().map(|sample| (sample, name.clone())));
        match self.families.entry(name) {
            Entry::Vacant(free) => {
                free.insert(family);
                0
            }
            Entry::Occupied(mut there) => there.get_mut().take_in(family),
        }
    }
}

impl CollectedFamily {
    /// Takes in the points of another of the same name and type. How many were there already is returned.
    fn take_in(&mut self, other: CollectedFamily) -> u64 {
        self.priority = self.priority.min(other.priority);
        for (known, told) in [(&mut self.help, other.help), (&mut self.unit, other.unit)] {
            if known.is_empty() {
                *known = told;
            }
        }
        self.has_own_labels |= other.has_own_labels;
        let mut dropped = 0;
        for (labels, point) in other.points {
            if self.tells_again(&labels, point.values.iter().map(CollectedValue::view)) {
                dropped += 1;
                continue;
            }
            match self.points.entry(labels) {
                Entry::Vacant(free) => drop(free.insert(point)),
                Entry::Occupied(mut there) if there.get().adds || point.adds => there.get_mut().add(point),
                Entry::Occupied(_) => dropped += 1,
            }
        }
        dropped
    }

    /// Would a point tell a series that a point of other labels tells? Where a sample has a label of its own, that may be.
    fn tells_again<'a>(&self, labels: &Labels, mut values: impl Iterator<Item = ValueView<'a>>) -> bool {
        let tells = |at: &[(&str, &str)], suffix: &str, extra: Option<(&str, &str)>| {
            let point = Labels::check(at).ok().and_then(|at| self.points.get(&at));
            point.is_some_and(|point| point.views().iter().any(|own| own.suffix == suffix && own.extra == extra))
        };
        values.any(|value| {
            let own = value.own_label().filter(|_| value.is_like_of_a_point());
            if own.is_none() && (value.own_label().is_some() || !self.has_own_labels) {
                return false;
            }
            let all: Vec<_> = labels.iter().chain(own).collect();
            let mut others = all.iter().enumerate().filter(|(_, label)| own != Some(**label));
            own.is_some() && tells(&all, value.suffix, None)
                || others.any(|(i, label)| tells(&[&all[..i], &all[i + 1..]].concat(), value.suffix, Some(*label)))
        })
    }

    pub(crate) fn view<'a>(&'a self, name: &'a str) -> FamilyView<'a> {
        let Self { kind, type_, priority, .. } = *self;
        FamilyView { kind, type_, priority, name, help: &self.help, unit: &self.unit }
    }

    /// The names of its samples, its own included.
    pub(crate) fn samples(&self, name: &str) -> Vec<String> {
        let suffixes = self.points.values().flat_map(|point| point.values.iter().map(|value| &*value.suffix));
        let mut names: Vec<String> = suffixes.chain([""]).map(|suffix| format!("{name}{suffix}")).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl CollectedPoint {
    /// Adds up the values that both have.
    fn add(&mut self, other: CollectedPoint) {
        self.adds &= other.adds;
        for value in other.values {
            match self.values.iter_mut().find(|own| own.suffix == value.suffix && own.extra == value.extra) {
                // Quantiles do not add up.
                Some(own) if own.extra.as_ref().is_some_and(|(key, _)| key == "quantile") => {}
                Some(own) => own.number = own.number.plus(value.number),
                None => self.values.push(value),
            }
        }
    }

    /// The label sets, other than its own, of series that it tells.
    pub(crate) fn others(&self, labels: &Labels) -> Vec<Labels> {
        let own = self.values.iter().map(CollectedValue::view).filter(ValueView::is_like_of_a_point);
        let all = own.map(|value| labels.iter().chain(value.own_label()).collect::<Vec<_>>());
        all.filter_map(|all| Labels::check(&all).ok()).collect()
    }

    /// Adds a metric's samples up with its own values.
    pub(crate) fn with(mut self, samples: &[Sample]) -> Self {
        let own =
            |sample: &Sample| CollectedValue { suffix: sample.suffix.to_owned(), extra: None, number: sample.number };
        let metric = CollectedPoint { id: self.id, adds: true, values: samples.iter().map(own).collect() };
        let told = std::mem::replace(&mut self, metric);
        self.add(told);
        self
    }

    pub(crate) fn views(&self) -> Vec<ValueView<'_>> {
        self.values.iter().map(CollectedValue::view).collect()
    }
}

impl<'a> ValueView<'a> {
    /// The label of this sample alone. One of an empty value is none.
    fn own_label(&self) -> Option<(&'a str, &'a str)> {
        self.extra.filter(|(_, text)| !text.is_empty())
    }

    /// Has it one that a point could have too?
    fn is_like_of_a_point(&self) -> bool {
        self.own_label().is_some_and(|(key, _)| key != "le" && key != "quantile")
    }
}

impl CollectedValue {
    fn view(&self) -> ValueView<'_> {
        let extra = self.extra.as_ref().map(|(key, text)| (&**key, &**text));
        ValueView { suffix: &self.suffix, extra, number: self.number }
    }

    /// A value as `CMETRICS_VALUE_…` says.
    pub(crate) fn number(type_: i32, bits: u64) -> Result<Number> {
        match type_ {
            abi::VALUE_U64 => Ok(Number::U64(bits)),
            abi::VALUE_I64 => Ok(Number::I64(bits.cast_signed())),
            abi::VALUE_F64 => Ok(Number::F64(f64::from_bits(bits))),
            abi::VALUE_U64_NS => Ok(Number::U64Ns(bits)),
            abi::VALUE_I64_NS => Ok(Number::I64Ns(bits.cast_signed())),
            _ => {
                Err(Fault::unsupported(format!("the value type {type_} is not known here")).subject(type_.to_string()))
            }
        }
    }
}
