// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::future::Future;
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

impl DurationCounter {
    /// Starts a timer that adds the time until it is dropped or stopped.
    ///
    /// ```
    /// let latency = cmetrics::Registry::isolated().duration_counter("latency").get();
    /// {
    ///     let _timer = latency.start_timer();
    ///     // … the work …
    /// }
    /// assert_eq!(latency.count(), 1);
    /// ```
    pub fn start_timer(&self) -> Timer {
        Timer::start(self.clone())
    }

    /// Runs `work` and gives what it returns; adds the time that it took, also if it panics.
    ///
    /// ```
    /// let latency = cmetrics::Registry::isolated().duration_counter("latency").get();
    /// let answer = latency.observe_duration(|| 6 * 7);
    /// assert_eq!((answer, latency.count()), (42, 1));
    /// ```
    pub fn observe_duration<R>(&self, work: impl FnOnce() -> R) -> R {
        let _timer = self.start_timer();
        work()
    }

    /// Awaits `future` and adds the time from its first poll until it is done, or dropped: a cancelled request counts
    /// too. A future that is never polled adds nothing.
    ///
    /// The guard of [`start_timer`](DurationCounter::start_timer) does the same inside of an `async fn`: it is `Send`, and
    /// may be held across an `await`.
    ///
    /// ```
    /// # use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
    /// # fn block_on<F: Future>(future: F) -> F::Output {
    /// #     let (mut future, mut context) = (pin!(future), Context::from_waker(Waker::noop()));
    /// #     loop { if let Poll::Ready(done) = future.as_mut().poll(&mut context) { return done } }
    /// # }
    /// let latency = cmetrics::Registry::isolated().duration_counter("latency").get();
    /// let generate = async { "a token" };
    /// let token = block_on(latency.observe_duration_async(generate));
    /// assert_eq!((token, latency.count()), ("a token", 1));
    /// ```
    pub fn observe_duration_async<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        let counter = self.clone();
        async move {
            let _timer = counter.start_timer();
            future.await
        }
    }
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

    /// [`stop`](Timer::stop) in the words of the crate `prometheus`; the time is a [`Duration`].
    ///
    /// ```
    /// let latency = cmetrics::Registry::isolated().duration_counter("latency").get();
    /// let took = latency.start_timer().stop_and_record();
    /// assert_eq!(latency.read(), (took, 1));
    /// ```
    pub fn stop_and_record(self) -> Duration {
        self.stop()
    }

    /// [`discard`](Timer::discard) in the words of the crate `prometheus`; the time is a [`Duration`].
    ///
    /// ```
    /// let latency = cmetrics::Registry::isolated().duration_counter("latency").get();
    /// latency.start_timer().stop_and_discard();
    /// assert_eq!(latency.count(), 0);
    /// ```
    pub fn stop_and_discard(self) -> Duration {
        self.discard()
    }

    /// Adds the time now: [`stop`](Timer::stop) for those who do not want the time.
    ///
    /// ```
    /// let latency = cmetrics::Registry::isolated().duration_counter("latency").get();
    /// latency.start_timer().observe_duration();
    /// assert_eq!(latency.count(), 1);
    /// ```
    pub fn observe_duration(self) {
        self.stop();
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
