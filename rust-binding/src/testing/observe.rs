// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use super::{Recorder, ScopedRoot, Snapshot};
use crate::{Error, Registry};

/// Where numbers can be looked up: what the assertions take.
///
/// ```
/// use cmetrics::assert_metric;
/// use cmetrics::testing::{Observe, Snapshot};
///
/// fn requests(at: &impl Observe) -> f64 {
///     at.observe().unwrap().get("requests_total", &[]).unwrap().value().as_f64()
/// }
///
/// let reg = cmetrics::Registry::isolated();
/// reg.counter("requests").get().inc();
/// assert_eq!(requests(&reg), 1.0);
/// assert_eq!(requests(&Snapshot::of(&reg)), 1.0);
/// ```
pub trait Observe {
    /// What it holds now.
    ///
    /// # Errors
    ///
    /// [`is_gone`](Error::is_gone) for a registry that was removed.
    ///
    /// ```
    /// use cmetrics::testing::Observe;
    ///
    /// assert!(cmetrics::Registry::isolated().observe().unwrap().samples().is_empty());
    /// ```
    fn observe(&self) -> Result<Snapshot, Error>;
}

impl Observe for Registry {
    fn observe(&self) -> Result<Snapshot, Error> {
        Snapshot::try_of(self)
    }
}

impl Observe for Snapshot {
    fn observe(&self) -> Result<Snapshot, Error> {
        Ok(self.clone())
    }
}

impl Observe for ScopedRoot {
    fn observe(&self) -> Result<Snapshot, Error> {
        Snapshot::try_of(self)
    }
}

impl Observe for Recorder {
    fn observe(&self) -> Result<Snapshot, Error> {
        Snapshot::try_of(self.registry())
    }
}

impl<T: Observe + ?Sized> Observe for &T {
    fn observe(&self) -> Result<Snapshot, Error> {
        (**self).observe()
    }
}
