// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::time::Duration;

use cmetrics_interface::v1::{DurationGaugeV1, FloatGaugeV1, IntGaugeV1, REFUSED_OUT_OF_RANGE};

use crate::duration::{nanos, nanos_since_epoch};
use crate::handle::handle;
use crate::metric::Handle;

/// An integer that goes up and down: a queue's depth, connections, free blocks. Exposed as a `gauge`. It wraps in two's
/// complement.
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// let depth = reg.int_gauge("queue_depth").get();
/// depth.set(10);
/// depth.sub(3);
/// depth.inc();
/// assert!(reg.render()?.contains("queue_depth 8\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone)]
pub struct IntGauge {
    vtable: &'static IntGaugeV1,
    handle: Handle,
}

handle!(IntGauge, int_gauge);

/// A float that goes up and down: a load, a temperature, a hit rate. Exposed as a `gauge`.
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// let load = reg.float_gauge("load").get();
/// load.set(0.25);
/// load.add(0.5);
/// assert!(reg.render()?.contains("load 0.75\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone)]
pub struct FloatGauge {
    vtable: &'static FloatGaugeV1,
    handle: Handle,
}

handle!(FloatGauge, float_gauge);

/// A duration that goes up and down, kept in signed nanoseconds: an age, a lag, an uptime. Exposed as a `gauge` in exact
/// decimal seconds, the name with `_seconds`. It wraps in two's complement.
///
/// ```
/// use std::time::Duration;
///
/// let reg = cmetrics::Registry::isolated();
/// let skew = reg.duration_gauge("clock_skew").get();
/// skew.set(Duration::from_micros(2));
/// skew.sub(Duration::from_micros(3));
/// assert_eq!(skew.value_nanos(), -1000);
/// assert!(reg.render()?.contains("clock_skew_seconds -0.000001\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone)]
pub struct DurationGauge {
    vtable: &'static DurationGaugeV1,
    handle: Handle,
}

handle!(DurationGauge, duration_gauge);

impl IntGauge {
    /// Sets it.
    ///
    /// ```
    /// let depth = cmetrics::Registry::isolated().int_gauge("depth").get();
    /// depth.set(-7);
    /// assert_eq!(depth.value(), -7);
    /// ```
    #[inline]
    pub fn set(&self, value: i64) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.set)(self.handle.raw(), value) }
    }

    /// Adds `value`.
    ///
    /// ```
    /// let depth = cmetrics::Registry::isolated().int_gauge("depth").get();
    /// depth.add(3);
    /// assert_eq!(depth.value(), 3);
    /// ```
    #[inline]
    pub fn add(&self, value: i64) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.add)(self.handle.raw(), value) }
    }

    /// Subtracts `value`.
    ///
    /// ```
    /// let depth = cmetrics::Registry::isolated().int_gauge("depth").get();
    /// depth.sub(3);
    /// assert_eq!(depth.value(), -3);
    /// ```
    #[inline]
    pub fn sub(&self, value: i64) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.sub)(self.handle.raw(), value) }
    }

    /// Adds 1.
    ///
    /// ```
    /// let depth = cmetrics::Registry::isolated().int_gauge("depth").get();
    /// depth.inc();
    /// assert_eq!(depth.value(), 1);
    /// ```
    #[inline]
    pub fn inc(&self) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.inc)(self.handle.raw()) }
    }

    /// Subtracts 1.
    ///
    /// ```
    /// let depth = cmetrics::Registry::isolated().int_gauge("depth").get();
    /// depth.dec();
    /// assert_eq!(depth.value(), -1);
    /// ```
    #[inline]
    pub fn dec(&self) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.dec)(self.handle.raw()) }
    }

    /// What it is now.
    ///
    /// ```
    /// assert_eq!(cmetrics::Registry::isolated().int_gauge("depth").get().value(), 0);
    /// ```
    #[inline]
    pub fn value(&self) -> i64 {
        // SAFETY: as in `set`.
        unsafe { (self.vtable.value)(self.handle.raw()) }
    }
}

impl FloatGauge {
    /// Sets it; NaN and infinities too.
    ///
    /// ```
    /// let load = cmetrics::Registry::isolated().float_gauge("load").get();
    /// load.set(f64::INFINITY);
    /// assert_eq!(load.value(), f64::INFINITY);
    /// ```
    #[inline]
    pub fn set(&self, value: f64) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.set)(self.handle.raw(), value) }
    }

    /// Adds `value`. A NaN or infinite amount is dropped, and counted in `cmetrics_refused_updates_total`.
    ///
    /// ```
    /// let load = cmetrics::Registry::isolated().float_gauge("load").get();
    /// load.add(0.5);
    /// assert_eq!(load.value(), 0.5);
    /// ```
    #[inline]
    pub fn add(&self, value: f64) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.add)(self.handle.raw(), value) }
    }

    /// Subtracts `value`, with the same care.
    ///
    /// ```
    /// let load = cmetrics::Registry::isolated().float_gauge("load").get();
    /// load.sub(0.5);
    /// assert_eq!(load.value(), -0.5);
    /// ```
    #[inline]
    pub fn sub(&self, value: f64) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.sub)(self.handle.raw(), value) }
    }

    /// Adds 1.
    ///
    /// ```
    /// let load = cmetrics::Registry::isolated().float_gauge("load").get();
    /// load.inc();
    /// assert_eq!(load.value(), 1.0);
    /// ```
    #[inline]
    pub fn inc(&self) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.inc)(self.handle.raw()) }
    }

    /// Subtracts 1.
    ///
    /// ```
    /// let load = cmetrics::Registry::isolated().float_gauge("load").get();
    /// load.dec();
    /// assert_eq!(load.value(), -1.0);
    /// ```
    #[inline]
    pub fn dec(&self) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.dec)(self.handle.raw()) }
    }

    /// Sets it to the seconds since the beginning of 1970, UTC.
    ///
    /// ```
    /// let started = cmetrics::Registry::isolated().float_gauge("last_success_timestamp_seconds").get();
    /// started.set_to_current_time();
    /// assert!(started.value() > 1.5e9);
    /// ```
    pub fn set_to_current_time(&self) {
        match nanos_since_epoch() {
            Some(nanos) => self.set(nanos as f64 / 1e9),
            None => self.handle.refuse(REFUSED_OUT_OF_RANGE),
        }
    }

    /// What it is now.
    ///
    /// ```
    /// assert_eq!(cmetrics::Registry::isolated().float_gauge("load").get().value(), 0.0);
    /// ```
    #[inline]
    pub fn value(&self) -> f64 {
        // SAFETY: as in `set`.
        unsafe { (self.vtable.value)(self.handle.raw()) }
    }
}

impl DurationGauge {
    /// Sets it. More than 2⁶³ nanoseconds (292 years) are dropped, and counted in `cmetrics_refused_updates_total`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let age = cmetrics::Registry::isolated().duration_gauge("age").get();
    /// age.set(Duration::from_micros(3));
    /// age.set(Duration::MAX);
    /// assert_eq!(age.value_nanos(), 3000);
    /// ```
    #[inline]
    pub fn set(&self, value: Duration) {
        match nanos(value) {
            Some(nanos) => self.set_nanos(nanos),
            None => self.handle.refuse(REFUSED_OUT_OF_RANGE),
        }
    }

    /// Adds `value`. More than 2⁶³ nanoseconds (292 years) are dropped, and counted in `cmetrics_refused_updates_total`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let age = cmetrics::Registry::isolated().duration_gauge("age").get();
    /// age.add(Duration::from_micros(3));
    /// age.add(Duration::MAX);
    /// assert_eq!(age.value_nanos(), 3000);
    /// ```
    #[inline]
    pub fn add(&self, value: Duration) {
        match nanos(value) {
            Some(nanos) => self.add_nanos(nanos),
            None => self.handle.refuse(REFUSED_OUT_OF_RANGE),
        }
    }

    /// Subtracts `value`. More than 2⁶³ nanoseconds (292 years) are dropped, and counted in `cmetrics_refused_updates_total`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let age = cmetrics::Registry::isolated().duration_gauge("age").get();
    /// age.sub(Duration::from_micros(3));
    /// age.sub(Duration::MAX);
    /// assert_eq!(age.value_nanos(), -3000);
    /// ```
    #[inline]
    pub fn sub(&self, value: Duration) {
        match nanos(value) {
            Some(nanos) => self.sub_nanos(nanos),
            None => self.handle.refuse(REFUSED_OUT_OF_RANGE),
        }
    }

    /// Sets it to a number of nanoseconds.
    ///
    /// ```
    /// let skew = cmetrics::Registry::isolated().duration_gauge("skew").get();
    /// skew.set_nanos(-345);
    /// assert_eq!(skew.value_nanos(), -345);
    /// ```
    #[inline]
    pub fn set_nanos(&self, nanos: i64) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.set)(self.handle.raw(), nanos) }
    }

    /// Adds nanoseconds.
    ///
    /// ```
    /// let skew = cmetrics::Registry::isolated().duration_gauge("skew").get();
    /// skew.add_nanos(345);
    /// assert_eq!(skew.value_nanos(), 345);
    /// ```
    #[inline]
    pub fn add_nanos(&self, nanos: i64) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.add)(self.handle.raw(), nanos) }
    }

    /// Subtracts nanoseconds.
    ///
    /// ```
    /// let skew = cmetrics::Registry::isolated().duration_gauge("skew").get();
    /// skew.sub_nanos(345);
    /// assert_eq!(skew.value_nanos(), -345);
    /// ```
    #[inline]
    pub fn sub_nanos(&self, nanos: i64) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.sub)(self.handle.raw(), nanos) }
    }

    /// Adds one second.
    ///
    /// ```
    /// let skew = cmetrics::Registry::isolated().duration_gauge("skew").get();
    /// skew.inc();
    /// assert_eq!(skew.value_nanos(), 1_000_000_000);
    /// ```
    #[inline]
    pub fn inc(&self) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.inc)(self.handle.raw()) }
    }

    /// Subtracts one second.
    ///
    /// ```
    /// let skew = cmetrics::Registry::isolated().duration_gauge("skew").get();
    /// skew.dec();
    /// assert_eq!(skew.value_nanos(), -1_000_000_000);
    /// ```
    #[inline]
    pub fn dec(&self) {
        // SAFETY: the gauge is live while `self` holds its reference, and of this vtable's kind.
        unsafe { (self.vtable.dec)(self.handle.raw()) }
    }

    /// Sets it to the time since the beginning of 1970, UTC.
    ///
    /// ```
    /// let started = cmetrics::Registry::isolated().duration_gauge("last_success_timestamp").get();
    /// started.set_to_current_time();
    /// assert!(started.value_nanos() > 1_500_000_000_000_000_000);
    /// ```
    pub fn set_to_current_time(&self) {
        match nanos_since_epoch() {
            Some(nanos) => self.set_nanos(nanos),
            None => self.handle.refuse(REFUSED_OUT_OF_RANGE),
        }
    }

    /// What it is now, in nanoseconds. A [`Duration`] could not tell a negative one.
    ///
    /// ```
    /// assert_eq!(cmetrics::Registry::isolated().duration_gauge("age").get().value_nanos(), 0);
    /// ```
    #[inline]
    pub fn value_nanos(&self) -> i64 {
        // SAFETY: as in `set_nanos`.
        unsafe { (self.vtable.value)(self.handle.raw()) }
    }
}
