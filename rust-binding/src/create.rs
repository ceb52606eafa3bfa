// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Making and finding metrics: the slots behind every builder and family.

use std::ptr;

use cmetrics_interface::v1::METRIC_DETACHED_ON_ERROR;
use cmetrics_interface::Label;

use crate::builder::warn_detached;
use crate::error::call;
use crate::labels::warn_reserved;
use crate::metric::Handle;
use crate::spec::Spec;
use crate::{ffi, library, Error, ErrorCode, Metric, MetricKind, Registry};

impl Registry {
    pub(crate) fn get_metric<K: MetricKind>(&self, spec: &Spec<'_>, labels: &[Label]) -> K {
        let (handle, made) = self.create(spec, labels, METRIC_DETACHED_ON_ERROR);
        if let Err(err) = made {
            warn_detached(&spec.name, &err);
        }
        K::from_metric(Metric::new(handle.unwrap_or_else(|| Handle::noop(spec.kind)), spec.kind))
    }

    pub(crate) fn try_get_metric<K: MetricKind>(&self, spec: &Spec<'_>, labels: &[Label]) -> Result<K, Error> {
        let (handle, made) = self.create(spec, labels, 0);
        made?;
        let handle = handle.ok_or_else(|| {
            Error::new(ErrorCode::Internal, format!("making {:?}: the library gave no metric", spec.name))
        })?;
        Ok(K::from_metric(Metric::new(handle, spec.kind)))
    }

    /// Makes or gets. With `METRIC_DETACHED_ON_ERROR` there may be both a handle and an error.
    fn create(&self, spec: &Spec<'_>, labels: &[Label], flags: u32) -> (Option<Handle>, Result<(), Error>) {
        // SAFETY: callers lend labels whose texts live at least as long as this call.
        let keys = labels.iter().map(|label| unsafe { ffi::lent_str(label.key) });
        warn_reserved(keys);
        library::count_handle(self.api());
        let desc = spec.desc(labels, self.owner_raw(), flags);
        let mut raw = ptr::null_mut();
        let made = call(self.api(), "making a metric", |error| {
            // SAFETY: the registry is live, and the desc with what it points to is there for the call.
            unsafe { (self.api().registry().metric)(self.raw(), &desc, &mut raw, error) }
        });
        // SAFETY: what the slot stored is a metric of this table with a reference that is ours, or NULL.
        let handle = (!raw.is_null()).then(|| unsafe { Handle::own(self.api(), raw) });
        (handle, made)
    }

    pub(crate) fn find_metric<K: MetricKind>(&self, spec: &Spec<'_>, labels: &[Label]) -> Result<Option<K>, Error> {
        let desc = spec.desc(labels, self.owner_raw(), 0);
        let mut raw = ptr::null_mut();
        let found = call(self.api(), "looking for a metric", |error| {
            // SAFETY: as in `create`.
            unsafe { (self.api().registry().find)(self.raw(), &desc, &mut raw, error) }
        });
        // SAFETY: as in `create`.
        let handle = (!raw.is_null()).then(|| unsafe { Handle::own(self.api(), raw) });
        match found {
            Ok(()) => Ok(handle.map(|handle| K::from_metric(Metric::new(handle, spec.kind)))),
            Err(err) if err.is_not_found() => Ok(None),
            Err(err) => Err(err),
        }
    }
}
