// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::time::Duration;

use cmetrics_interface::v1::{DurationCounterV1, FloatCounterV1, IntCounterV1, REFUSED_OUT_OF_RANGE};

use crate::duration::nanos;
use crate::handle::handle;
use crate::metric::Handle;

/// Total and count of integer amounts: the bytes of responses and how many responses. Exposed as a `summary` without
/// quantiles, samples `_sum` and `_count`: `rate(x_sum[5m]) / rate(x_count[5m])` is the mean. With
/// [`total_only`](crate::MetricBuilder::total_only) it is a plain `counter` of its total.
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// let bytes = reg.int_counter("response_bytes").get();
/// bytes.add(1500);
/// bytes.add(500);
/// assert_eq!(bytes.read(), (2000, 2));
/// assert!(reg.render()?.contains("response_bytes_sum 2000\nresponse_bytes_count 2\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone)]
pub struct IntCounter {
    vtable: &'static IntCounterV1,
    handle: Handle,
}

handle!(IntCounter, int_counter);

impl IntCounter {
    /// Adds `amount` to the total and 1 to the count. Both wrap at 2⁶⁴.
    ///
    /// ```
    /// let bytes = cmetrics::Registry::isolated().int_counter("response_bytes").get();
    /// bytes.add(1500);
    /// assert_eq!(bytes.total(), 1500);
    /// ```
    #[inline]
    pub fn add(&self, amount: u64) {
        // SAFETY: the counter is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.add)(self.handle.raw(), amount) }
    }

    /// The sum of all amounts.
    ///
    /// ```
    /// assert_eq!(cmetrics::Registry::isolated().int_counter("response_bytes").get().total(), 0);
    /// ```
    #[inline]
    pub fn total(&self) -> u64 {
        self.read().0
    }

    /// How many amounts there were.
    ///
    /// ```
    /// let bytes = cmetrics::Registry::isolated().int_counter("response_bytes").get();
    /// bytes.add(1500);
    /// assert_eq!(bytes.count(), 1);
    /// ```
    #[inline]
    pub fn count(&self) -> u64 {
        self.read().1
    }

    /// Total and count, read together. They differ by at most the updates in flight.
    ///
    /// ```
    /// let bytes = cmetrics::Registry::isolated().int_counter("response_bytes").get();
    /// bytes.add(1500);
    /// assert_eq!(bytes.read(), (1500, 1));
    /// ```
    #[inline]
    pub fn read(&self) -> (u64, u64) {
        let (mut total, mut count) = (0, 0);
        // SAFETY: as in `add`; both numbers are there for the call.
        unsafe { (self.vtable.read)(self.handle.raw(), &mut total, &mut count) };
        (total, count)
    }
}

/// Total and count of amounts that are floats: joules, fractions, scores. Exposed as [`IntCounter`] is.
///
/// ```
/// let energy = cmetrics::Registry::isolated().float_counter("energy_joules").get();
/// energy.add(1.5);
/// energy.add(-1.0); // a counter only grows: refused, and counted among the library's own metrics
/// assert_eq!(energy.read(), (1.5, 1));
/// ```
#[derive(Clone)]
pub struct FloatCounter {
    vtable: &'static FloatCounterV1,
    handle: Handle,
}

handle!(FloatCounter, float_counter);

impl FloatCounter {
    /// Adds `amount` to the total and 1 to the count. A negative, NaN or infinite amount is dropped, and counted in
    /// `cmetrics_refused_updates_total`.
    ///
    /// ```
    /// let energy = cmetrics::Registry::isolated().float_counter("energy_joules").get();
    /// energy.add(1.5);
    /// energy.add(f64::NAN);
    /// assert_eq!(energy.total(), 1.5);
    /// ```
    #[inline]
    pub fn add(&self, amount: f64) {
        // SAFETY: the counter is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.add)(self.handle.raw(), amount) }
    }

    /// The sum of all amounts.
    ///
    /// ```
    /// assert_eq!(cmetrics::Registry::isolated().float_counter("energy_joules").get().total(), 0.0);
    /// ```
    #[inline]
    pub fn total(&self) -> f64 {
        self.read().0
    }

    /// How many amounts there were.
    ///
    /// ```
    /// let energy = cmetrics::Registry::isolated().float_counter("energy_joules").get();
    /// energy.add(1.5);
    /// assert_eq!(energy.count(), 1);
    /// ```
    #[inline]
    pub fn count(&self) -> u64 {
        self.read().1
    }

    /// Total and count, read together. They differ by at most the updates in flight.
    ///
    /// ```
    /// let energy = cmetrics::Registry::isolated().float_counter("energy_joules").get();
    /// energy.add(1.5);
    /// assert_eq!(energy.read(), (1.5, 1));
    /// ```
    #[inline]
    pub fn read(&self) -> (f64, u64) {
        let (mut total, mut count) = (0.0, 0);
        // SAFETY: as in `add`; both numbers are there for the call.
        unsafe { (self.vtable.read)(self.handle.raw(), &mut total, &mut count) };
        (total, count)
    }
}

/// Total and count of durations, kept in nanoseconds. Exposed as [`IntCounter`] is, in exact decimal seconds, the name
/// with `_seconds`.
///
/// ```
/// use std::time::Duration;
///
/// let reg = cmetrics::Registry::isolated();
/// let wait = reg.duration_counter("wait").get();
/// wait.add(Duration::from_millis(1500));
/// assert!(reg.render()?.contains("wait_seconds_sum 1.5\nwait_seconds_count 1\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone)]
pub struct DurationCounter {
    vtable: &'static DurationCounterV1,
    handle: Handle,
}

handle!(DurationCounter, duration_counter);

impl DurationCounter {
    /// Adds `amount` to the total and 1 to the count. More than 2⁶³ nanoseconds (292 years) are dropped, and counted in
    /// `cmetrics_refused_updates_total`. The total wraps at 2⁶⁴ nanoseconds.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let wait = cmetrics::Registry::isolated().duration_counter("wait").get();
    /// wait.add(Duration::from_micros(20));
    /// wait.add(Duration::MAX);
    /// assert_eq!((wait.total(), wait.count()), (Duration::from_micros(20), 1));
    /// ```
    #[inline]
    pub fn add(&self, amount: Duration) {
        match nanos(amount) {
            Some(nanos) => self.add_nanos(nanos),
            None => self.handle.refuse(REFUSED_OUT_OF_RANGE),
        }
    }

    /// Adds nanoseconds to the total and 1 to the count. A negative amount is dropped, and counted in
    /// `cmetrics_refused_updates_total`.
    ///
    /// ```
    /// let wait = cmetrics::Registry::isolated().duration_counter("wait").get();
    /// wait.add_nanos(345);
    /// wait.add_nanos(-1);
    /// assert_eq!(wait.total_nanos(), 345);
    /// ```
    #[inline]
    pub fn add_nanos(&self, nanos: i64) {
        // SAFETY: the counter is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.add)(self.handle.raw(), nanos) }
    }

    /// The sum of all amounts.
    ///
    /// ```
    /// let wait = cmetrics::Registry::isolated().duration_counter("wait").get();
    /// assert_eq!(wait.total(), std::time::Duration::ZERO);
    /// ```
    #[inline]
    pub fn total(&self) -> Duration {
        Duration::from_nanos(self.total_nanos())
    }

    /// The sum of all amounts, in nanoseconds.
    ///
    /// ```
    /// let wait = cmetrics::Registry::isolated().duration_counter("wait").get();
    /// wait.add(std::time::Duration::from_micros(2));
    /// assert_eq!(wait.total_nanos(), 2000);
    /// ```
    #[inline]
    pub fn total_nanos(&self) -> u64 {
        self.read_nanos().0
    }

    /// How many amounts there were.
    ///
    /// ```
    /// let wait = cmetrics::Registry::isolated().duration_counter("wait").get();
    /// wait.add_nanos(345);
    /// assert_eq!(wait.count(), 1);
    /// ```
    #[inline]
    pub fn count(&self) -> u64 {
        self.read_nanos().1
    }

    /// Total and count, read together. They differ by at most the updates in flight.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let wait = cmetrics::Registry::isolated().duration_counter("wait").get();
    /// wait.add(Duration::from_secs(1));
    /// assert_eq!(wait.read(), (Duration::from_secs(1), 1));
    /// ```
    #[inline]
    pub fn read(&self) -> (Duration, u64) {
        let (total, count) = self.read_nanos();
        (Duration::from_nanos(total), count)
    }

    #[inline]
    fn read_nanos(&self) -> (u64, u64) {
        let (mut total, mut count) = (0, 0);
        // SAFETY: as in `add_nanos`; both numbers are there for the call.
        unsafe { (self.vtable.read)(self.handle.raw(), &mut total, &mut count) };
        (total, count)
    }
}
