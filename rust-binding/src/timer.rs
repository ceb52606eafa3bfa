// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::mem;
use std::time::{Duration, Instant};

use crate::DurationCounter;

/// Measures the time until it is dropped, and adds it to a [`DurationCounter`]; see
/// [`start_timer`](DurationCounter::start_timer). The clock is monotonic. Dropping never panics.
///
/// ```
/// let latency = cmetrics::Registry::isolated().duration_counter("latency").get();
/// fn handle(latency: &cmetrics::DurationCounter, ok: bool) -> Result<(), String> {
///     let _timer = latency.start_timer(); // counts whichever way the function is left
///     if ok { Ok(()) } else { Err("refused".to_owned()) }
/// }
/// handle(&latency, true).unwrap();
/// handle(&latency, false).unwrap_err();
/// assert_eq!(latency.count(), 2);
/// ```
#[derive(Debug)]
#[must_use = "a timer that is dropped at once measures nothing: bind it to a name such as _timer"]
pub struct Timer {
    counter: DurationCounter,
    start: Instant,
    armed: bool,
}

impl Timer {
    pub(crate) fn start(counter: DurationCounter) -> Timer {
        Timer { counter, start: Instant::now(), armed: true }
    }

    /// The time so far. The timer goes on.
    ///
    /// ```
    /// let timer = cmetrics::Registry::isolated().duration_counter("latency").get().start_timer();
    /// assert!(timer.elapsed() <= timer.elapsed());
    /// ```
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Adds the time now, and gives it.
    ///
    /// ```
    /// let latency = cmetrics::Registry::isolated().duration_counter("latency").get();
    /// let took = latency.start_timer().stop();
    /// assert_eq!(latency.total(), took);
    /// ```
    pub fn stop(mut self) -> Duration {
        let elapsed = self.elapsed();
        self.counter.add(elapsed);
        self.armed = false;
        elapsed
    }

    /// Ends the timer without adding anything, and gives the time.
    ///
    /// ```
    /// let latency = cmetrics::Registry::isolated().duration_counter("latency").get();
    /// latency.start_timer().discard();
    /// assert_eq!(latency.count(), 0);
    /// ```
    pub fn discard(mut self) -> Duration {
        self.armed = false;
        self.elapsed()
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if mem::take(&mut self.armed) {
            self.counter.add(self.start.elapsed());
        }
    }
}
