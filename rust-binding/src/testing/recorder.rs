// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::Arc;
use std::{fmt, mem};

use super::notes::{self, Log};
use super::{table, Event};
use crate::{Client, Error, ErrorCode, Registry};

/// A double that notes every update in order, with an isolated root of its own whose numbers are kept as ever.
///
/// Every handle that comes from its registry, of any kind, notes what it is told: it is on a copy of the library's table
/// whose slots for updates write down what they pass on. While its registry is [entered](Registry::enter), that holds of
/// what [`root`](crate::root) gives on this thread too. Parts in other languages count in the same root then, and are not
/// noted. A clone is the same recorder. When the last one is dropped its handles go on counting, unnoted.
///
/// Noting takes a lock and memory: an update of such a handle is not fit for signal handlers.
///
/// ```
/// use cmetrics::testing::Recorder;
///
/// struct Queue { depth: cmetrics::IntGauge }
///
/// impl Queue {
///     fn push(&self) { self.depth.inc(); }
///     fn clear(&self) { self.depth.set(0); }
/// }
///
/// let recorder = Recorder::new();
/// let queue = Queue { depth: recorder.registry().int_gauge("depth").label("queue", "in").get() };
/// queue.push();
/// queue.clear();
/// let events: Vec<String> = recorder.take().iter().map(ToString::to_string).collect();
/// assert_eq!(events, [r#"inc depth{queue="in"} 1"#, r#"set depth{queue="in"} 0"#]);
/// ```
///
/// Code that asks for the root:
///
/// ```
/// let recorder = cmetrics::testing::Recorder::new();
/// let _scope = recorder.registry().enter();
/// cmetrics::root().counter("requests").get().add(3);
/// assert_eq!(recorder.take()[0].to_string(), "add requests_total 3");
/// ```
#[derive(Clone)]
pub struct Recorder {
    inner: Arc<Inner>,
}

struct Inner {
    registry: Registry,
    log: Arc<Log>,
}

impl Recorder {
    /// A recorder with a root of its own.
    ///
    /// # Panics
    ///
    /// Where [`try_new`](Recorder::try_new) fails: a test that sees nothing must not pass.
    ///
    /// ```
    /// assert!(cmetrics::testing::Recorder::new().events().is_empty());
    /// ```
    #[track_caller]
    #[expect(clippy::new_without_default, reason = "a default must not need a library")]
    pub fn new() -> Recorder {
        match Recorder::try_new() {
            Ok(recorder) => recorder,
            Err(err) => panic!("{err}"),
        }
    }

    /// A recorder with a root of its own.
    ///
    /// # Errors
    ///
    /// Those of [`try_root`](crate::try_root); [`is_unavailable`](Error::is_unavailable) also where metrics are disabled
    /// by `CMETRICS_DISABLE`.
    ///
    /// ```
    /// let recorder = cmetrics::testing::Recorder::try_new()?;
    /// recorder.registry().counter("requests").try_get()?.inc();
    /// assert_eq!(recorder.events().len(), 1);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn try_new() -> Result<Recorder, Error> {
        Recorder::try_for(Client::this_program())
    }

    /// A recorder with a root of its own, under a client's name: for what is built on this crate.
    ///
    /// # Errors
    ///
    /// As [`try_new`](Recorder::try_new).
    ///
    /// ```
    /// let plugin = cmetrics::Client::builder("plugin").open()?;
    /// let recorder = cmetrics::testing::Recorder::try_for(&plugin)?;
    /// recorder.registry().counter("calls").get().inc();
    /// assert_eq!(recorder.take()[0].name(), "calls_total");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn try_for(client: &Client) -> Result<Recorder, Error> {
        let plain = client.try_isolated()?;
        if plain.is_noop() {
            return Err(Error::new(ErrorCode::Unavailable, "making a recorder: metrics are disabled in this process")
                .with_hint("unset CMETRICS_DISABLE"));
        }
        let registry = plain.on(table::of(plain.api())?);
        let log = Arc::default();
        notes::begin(registry.id(), &log);
        Ok(Recorder { inner: Arc::new(Inner { registry, log }) })
    }

    /// Its root. What is made in it, and in its children, is recorded.
    ///
    /// ```
    /// let recorder = cmetrics::testing::Recorder::new();
    /// recorder.registry().child("engine").get().counter("steps").get().inc();
    /// assert_eq!(recorder.take()[0].name(), "engine_steps_total");
    /// ```
    pub fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    /// Every update since the last [`take`](Recorder::take), in order. They stay.
    ///
    /// ```
    /// let recorder = cmetrics::testing::Recorder::new();
    /// recorder.registry().counter("requests").get().inc();
    /// assert_eq!(recorder.events(), recorder.events());
    /// ```
    pub fn events(&self) -> Vec<Event> {
        self.inner.log.lock().clone()
    }

    /// Every update since the last call, in order.
    ///
    /// ```
    /// let recorder = cmetrics::testing::Recorder::new();
    /// recorder.registry().counter("requests").get().inc();
    /// assert_eq!(recorder.take().len(), 1);
    /// assert_eq!(recorder.take(), []);
    /// ```
    pub fn take(&self) -> Vec<Event> {
        mem::take(&mut self.inner.log.lock())
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("registry", self.registry()).field("events", &self.events().len()).finish()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        notes::end(&self.log);
    }
}
