// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Code of clients that tells of families when a report is made. It runs with no lock held.

use std::fmt;
use std::sync::Arc;
use std::thread::{self, Thread, ThreadId};

use crate::client::ClientInfo;
use crate::collected::Collected;
use crate::error::Result;
use crate::fork;
use crate::registry::Registry;
use crate::report::Options;
use crate::sync::Lock;

/// What a collector does. It is dropped once, after its last run.
pub(crate) trait Collect: Send + Sync {
    /// Tells `into`. A failure is the client's status.
    fn collect(&self, options: &Options<'_>, into: &mut Collected) -> std::result::Result<(), i32>;
}

/// A collector in its registry.
pub(crate) struct Collector {
    pub(crate) registry: Arc<Registry>,
    pub(crate) client: Arc<ClientInfo>,
    /// Its numbers are added to those of others.
    pub(crate) adds: bool,
    state: Lock<State>,
}

struct State {
    /// Gone once it is removed.
    code: Option<Arc<dyn Collect>>,
    /// The threads that it runs on, each with the fork generation that it belongs to.
    running: Vec<(u64, ThreadId)>,
    waiting: Vec<Thread>,
}

impl Collector {
    pub(crate) fn add(
        registry: Arc<Registry>,
        client: Arc<ClientInfo>,
        adds: bool,
        code: Arc<dyn Collect>,
    ) -> Result<Arc<Self>> {
        let state = Lock::new(State { code: Some(code), running: Vec::new(), waiting: Vec::new() });
        let collector = Arc::new(Self { registry, client, adds, state });
        collector.registry.add_collector(&collector)?;
        Ok(collector)
    }

    /// Runs it, unless it is removed or runs on this thread already (it asked for a report itself).
    pub(crate) fn run(&self, options: &Options<'_>, into: &mut Collected) -> std::result::Result<(), i32> {
        let me = (fork::generation(), thread::current().id());
        let code = {
            let mut state = self.state.lock();
            match &state.code {
                Some(code) if !state.running.contains(&me) => {
                    let code = Arc::clone(code);
                    state.running.push(me);
                    code
                }
                _ => return Ok(()),
            }
        };
        let run = Run { collector: self, me, code: Some(code) };
        run.code.as_ref().map_or(Ok(()), |code| code.collect(options, into))
    }

    /// Takes it out and waits until it runs nowhere, except from inside itself.
    pub(crate) fn remove(&self) {
        self.registry.forget_collector(self);
        let code = self.state.lock().code.take();
        drop(code);
        loop {
            let me = (fork::generation(), thread::current().id());
            let mut state = self.state.lock();
            // Threads of an older generation stayed behind in the parent process.
            state.running.retain(|(generation, _)| *generation == me.0);
            if state.running.is_empty() || state.running.contains(&me) {
                return;
            }
            state.waiting.push(thread::current());
            drop(state);
            thread::park();
        }
    }
}

/// One run, until it is over in whatever way.
struct Run<'a> {
    collector: &'a Collector,
    me: (u64, ThreadId),
    /// Some until the end.
    code: Option<Arc<dyn Collect>>,
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        // If it was removed meanwhile, the client's `drop` runs here, before anyone is told that it is over.
        self.code = None;
        let mut state = self.collector.state.lock();
        state.running.retain(|other| *other != self.me);
        let waiting = if state.running.is_empty() { std::mem::take(&mut state.waiting) } else { Vec::new() };
        drop(state);
        waiting.iter().for_each(Thread::unpark);
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").field("client", &self.client).finish_non_exhaustive()
    }
}
