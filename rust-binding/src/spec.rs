// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What metric is wanted, as builders collect it and as the library takes it.

use std::borrow::Cow;

use cmetrics_interface::v1::{Client, MetricDesc};
use cmetrics_interface::{Label, Text};

use crate::{ffi, Kind, Priority};

/// So many labels take no allocation.
const FEW: usize = 4;

type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

#[derive(Clone, Debug)]
pub(crate) struct Spec<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: Cow<'a, str>,
    pub(crate) help: Cow<'a, str>,
    pub(crate) unit: Cow<'a, str>,
    pub(crate) labels: Pairs<'a>,
    pub(crate) priority: Priority,
    /// `METRIC_…`.
    pub(crate) flags: u32,
}

/// Labels in the order in which they were given.
#[derive(Clone, Debug)]
pub(crate) struct Pairs<'a> {
    few: [Pair<'a>; FEW],
    /// How many of `few` are there.
    n: usize,
    /// Those that came later.
    more: Vec<Pair<'a>>,
}

impl<'a> Pairs<'a> {
    #[inline]
    fn new() -> Pairs<'a> {
        Pairs { few: [const { (Cow::Borrowed(""), Cow::Borrowed("")) }; FEW], n: 0, more: Vec::new() }
    }

    #[inline]
    pub(crate) fn push(&mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        let pair = (key.into(), value.into());
        match self.few.get_mut(self.n) {
            Some(place) => {
                *place = pair;
                self.n += 1;
            }
            None => self.more.push(pair),
        }
    }

    /// Lends them with those of `more`.
    pub(crate) fn lend_with(&self, more: impl Iterator<Item = Label>) -> Vec<Label> {
        self.few[..self.n].iter().chain(&self.more).map(lend).chain(more).collect()
    }

    /// Lends them for a call.
    #[inline]
    pub(crate) fn lent<R>(&self, call: impl FnOnce(&[Label]) -> R) -> R {
        if self.more.is_empty() {
            call(&self.few.each_ref().map(lend)[..self.n])
        } else {
            call(&self.lend_with(std::iter::empty()))
        }
    }
}

#[inline]
fn lend((key, value): &Pair<'_>) -> Label {
    Label { key: Text::lend(key), value: Text::lend(value) }
}

impl<'a> Spec<'a> {
    #[inline]
    pub(crate) fn new(kind: Kind, name: Cow<'a, str>) -> Spec<'a> {
        Spec {
            kind,
            name,
            help: Cow::Borrowed(""),
            unit: Cow::Borrowed(""),
            labels: Pairs::new(),
            priority: Priority::Normal,
            flags: 0,
        }
    }

    /// This wish in the form that crosses the boundary. It borrows from `self` and `labels`: those are all of the
    /// metric's labels, for `self.labels` may be only some of them.
    #[inline]
    pub(crate) fn desc(&self, labels: &[Label], owner: *mut Client, flags: u32) -> MetricDesc {
        MetricDesc {
            struct_size: ffi::size_of::<MetricDesc>(),
            flags: self.flags | flags,
            kind: self.kind.as_raw(),
            priority: self.priority.as_raw(),
            name: Text::lend(&self.name),
            help: Text::lend(&self.help),
            unit: Text::lend(&self.unit),
            labels: labels.as_ptr(),
            n_labels: labels.len() as u64,
            owner,
        }
    }
}
