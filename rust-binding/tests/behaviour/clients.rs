// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Who acts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use cmetrics::{Client, CollectedFamily, MetricType};

use crate::{isolated, samples};

#[test]
fn what_is_made_through_a_client_carries_its_name() {
    let client = Client::builder("scheduler").version("2.0").language("python").file("sched.py").open().unwrap();
    let reg = client.isolated();
    reg.child("a").get().int_gauge("it").get();
    let err = reg.counter("a_it").try_get().unwrap_err();
    assert!(err.existing().unwrap().contains("scheduler"), "{err:?}");
}

#[test]
fn a_program_that_names_nobody_acts_under_the_name_of_its_file() {
    let reg = isolated();
    reg.int_gauge("it").get();
    let err = reg.counter("it").try_get().unwrap_err();
    let stem = std::env::current_exe().unwrap().file_stem().unwrap().to_string_lossy().into_owned();
    assert!(err.existing().unwrap().contains(&stem), "{err:?}");
}

#[test]
fn closing_removes_the_clients_collectors_and_keeps_its_metrics() {
    let (mine, reg) = (Client::builder("plugin").open().unwrap(), isolated());
    let scope = reg.enter();
    let root = mine.root();
    drop(scope);
    let dropped = Arc::new(AtomicUsize::new(0));
    let token = Token(Arc::clone(&dropped));
    root.collector(move |out| {
        let _kept = &token;
        out.family(&CollectedFamily::new("collected", MetricType::Gauge))?;
        out.value(&[], 1_u64)
    })
    .unwrap();
    root.counter("made").get().inc();
    assert_eq!(samples(&reg), ["collected 1", "made_total 1"]);
    mine.close();
    mine.close();
    assert_eq!(dropped.load(Ordering::SeqCst), 1, "the closure is dropped, so that its code can be unloaded");
    assert_eq!(samples(&reg), ["made_total 1"]);
    assert!(root.counter("late").try_get().unwrap_err().is_gone());
    assert!(root.collector(|_| Ok::<(), cmetrics::Error>(())).unwrap_err().is_gone());
    assert_eq!(samples(&reg), ["made_total 1"]);
}

#[test]
fn the_last_handle_of_a_client_takes_its_collectors_along() {
    let reg = isolated();
    let scope = reg.enter();
    let client = Client::builder("short-lived").open().unwrap();
    let root = client.root();
    drop(scope);
    let collector = root.collector(|out| {
        out.family(&CollectedFamily::new("collected", MetricType::Gauge))?;
        out.value(&[], 1_u64)
    });
    drop(collector);
    drop(client.clone());
    assert_eq!(samples(&reg), ["collected 1"]);
    drop(client);
    assert_eq!(samples(&reg), ["collected 1"], "a registry of the client still lives");
    drop(root);
    assert!(samples(&reg).is_empty());
}

#[test]
fn texts_have_limits() {
    assert!(Client::builder("n".repeat(256)).open().is_ok());
    assert!(Client::builder("n".repeat(257)).open().unwrap_err().is_invalid_argument());
    assert!(Client::builder("n").file("f".repeat(4097)).open().unwrap_err().is_invalid_argument());
    let err = Client::builder("n").version("v".repeat(257)).get().try_root().unwrap_err();
    assert!(err.is_invalid_argument());
    Client::builder("n").version("v".repeat(257)).get().root().counter("unseen").get().inc();
}

struct Token(Arc<AtomicUsize>);

impl Drop for Token {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
