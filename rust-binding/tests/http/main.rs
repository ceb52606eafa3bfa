// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reports over HTTP: what is answered, how connections are treated, and TLS.

mod client;
mod connections;
mod limits;
mod mounted;
mod requests;
mod server;
mod tls;

use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::Mutex;

use cmetrics::Registry;

/// A root of this test's own with one counter at 1.
fn isolated() -> Registry {
    let registry = Registry::try_isolated().expect("the library is linked into the tests");
    registry.counter("requests").get().inc();
    registry
}

/// A collector that tells that it runs, and returns when it is told to, or when the other end is dropped.
fn hanging(registry: &Registry) -> (Receiver<()>, Sender<()>) {
    let (runs, running) = channel();
    let (go_on, gate) = channel();
    let (runs, gate) = (Mutex::new(runs), Mutex::new(gate));
    let collect = move |_: &mut cmetrics::Collect<'_>| {
        let _ = runs.lock().unwrap().send(());
        let _ = gate.lock().unwrap().recv();
        Ok::<(), cmetrics::Error>(())
    };
    registry.collector(collect).unwrap();
    (running, go_on)
}
