// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What metric is wanted, as builders collect it and as the library takes it.

use cmetrics_interface::v1::{Client, MetricDesc};
use cmetrics_interface::{Label, Text};

use crate::{ffi, Kind, Priority};

#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) help: String,
    pub(crate) unit: String,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) priority: Priority,
    /// `METRIC_…`.
    pub(crate) flags: u32,
}

impl Spec {
    pub(crate) fn new(kind: Kind, name: String) -> Spec {
        Spec {
            kind,
            name,
            help: String::new(),
            unit: String::new(),
            labels: Vec::new(),
            priority: Priority::Normal,
            flags: 0,
        }
    }

    /// This wish in the form that crosses the boundary. It borrows from `self` and `labels`: those are all of the
    /// metric's labels, for `self.labels` may be only some of them.
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
