// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use crate::{FloatGauge, IntGauge};

/// Counts itself in a gauge while it lives; see [`IntGauge::track_inprogress`]. It is `Send`, and may be held across an
/// `await`. Dropping never panics.
///
/// ```
/// let running = cmetrics::Registry::isolated().int_gauge("requests_running").get();
/// {
///     let _first = running.track_inprogress();
///     let _second = running.track_inprogress();
///     assert_eq!(running.value(), 2);
/// }
/// assert_eq!(running.value(), 0);
/// ```
#[derive(Debug)]
#[must_use = "what is dropped at once counts nothing: bind it to a name such as _running"]
pub struct InProgress {
    gauge: Gauge,
}

#[derive(Debug)]
enum Gauge {
    Int(IntGauge),
    Float(FloatGauge),
}

impl IntGauge {
    /// Adds 1 now, and takes it away when the guard is dropped: however the work ends, by a panic too.
    ///
    /// ```
    /// let running = cmetrics::Registry::isolated().int_gauge("requests_running").get();
    /// let serve = |request: &str| {
    ///     let _running = running.track_inprogress();
    ///     assert_eq!(running.value(), 1);
    ///     request.len()
    /// };
    /// assert_eq!((serve("abc"), running.value()), (3, 0));
    /// ```
    pub fn track_inprogress(&self) -> InProgress {
        self.inc();
        InProgress { gauge: Gauge::Int(self.clone()) }
    }
}

impl FloatGauge {
    /// Adds 1 now, and takes it away when the guard is dropped: however the work ends, by a panic too.
    ///
    /// ```
    /// let running = cmetrics::Registry::isolated().float_gauge("requests_running").get();
    /// let guard = running.track_inprogress();
    /// assert_eq!(running.value(), 1.0);
    /// drop(guard);
    /// assert_eq!(running.value(), 0.0);
    /// ```
    pub fn track_inprogress(&self) -> InProgress {
        self.inc();
        InProgress { gauge: Gauge::Float(self.clone()) }
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        match &self.gauge {
            Gauge::Int(gauge) => gauge.dec(),
            Gauge::Float(gauge) => gauge.dec(),
        }
    }
}
