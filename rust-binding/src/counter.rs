// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use cmetrics_interface::v1::CounterV1;

use crate::handle::handle;
use crate::metric::Handle;

/// A count of events that only grows: requests, errors, tokens, bytes. Exposed as a `counter`, the sample's name ending
/// in `_total`.
///
/// A handle is cheap to clone, and updating it is one call into the library: no lock, no allocation, no look-up. Keep it
/// where the events happen.
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// let requests = reg.counter("requests").help("Requests that came in").get();
/// requests.inc();
/// requests.add(2);
/// assert!(reg.render()?.contains("requests_total 3\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone)]
pub struct Counter {
    vtable: &'static CounterV1,
    handle: Handle,
}

handle!(Counter, counter);

impl Counter {
    /// Adds one event. Wraps at 2⁶⁴.
    ///
    /// ```
    /// let requests = cmetrics::Registry::isolated().counter("requests").get();
    /// requests.inc();
    /// assert_eq!(requests.value(), 1);
    /// ```
    #[inline]
    pub fn inc(&self) {
        // SAFETY: the counter is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.inc)(self.handle.raw()) }
    }

    /// Adds `n` events. Wraps at 2⁶⁴.
    ///
    /// ```
    /// let tokens = cmetrics::Registry::isolated().counter("tokens").get();
    /// tokens.add(512);
    /// assert_eq!(tokens.value(), 512);
    /// ```
    #[inline]
    pub fn add(&self, n: u64) {
        // SAFETY: as in `inc`.
        unsafe { (self.vtable.add)(self.handle.raw(), n) }
    }

    /// The events so far.
    ///
    /// ```
    /// assert_eq!(cmetrics::Registry::isolated().counter("requests").get().value(), 0);
    /// ```
    #[inline]
    pub fn value(&self) -> u64 {
        // SAFETY: as in `inc`.
        unsafe { (self.vtable.value)(self.handle.raw()) }
    }
}
