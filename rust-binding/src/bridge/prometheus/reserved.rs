// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Which of our names are free in a registry of theirs.
//!
//! It merges families of one name without a look at them, so that what is exposed must not have a name of its own. A name
//! is reserved by registering a [`Mark`] of it: that fails where theirs has a family of that name, and makes what they
//! register under that name later fail. Registering waits for a gathering to end, and a new name is found in the middle of
//! one. Another thread asks then: it gathers too, sees what there is, and reserves when it can.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use prometheus::proto::{Gauge, Metric, MetricFamily, MetricType};

use super::live::{lock, Mark};
use crate::log_once;

/// A gathering waits so long for an answer. What has none yet is there the next time.
const PATIENCE: Duration = Duration::from_millis(250);

/// What an exposure tells a thread that asks: its name shows what the registry puts before names.
const PROBE: &str = "cmetrics_bridge_probe";

thread_local! {
    static PROBING: Cell<bool> = const { Cell::new(false) };
}

/// The answer to one who asks what else there is.
pub(super) fn probed() -> Option<Vec<MetricFamily>> {
    PROBING.get().then(|| {
        let mut metric = Metric::default();
        metric.set_gauge(Gauge::default());
        let mut family = MetricFamily::default();
        family.set_name(PROBE.to_owned());
        family.set_help(PROBE.to_owned());
        family.set_field_type(MetricType::GAUGE);
        family.set_metric(vec![metric]);
        vec![family]
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Ours,
    Theirs,
    /// Somebody asks.
    Unknown,
}

pub(super) struct Names {
    theirs: prometheus::Registry,
    owners: Mutex<HashMap<String, Owner>>,
    /// The names whose marks are there. Held while one is registered; who gathers does not wait for it.
    reserved: Mutex<HashSet<String>>,
}

impl Names {
    pub(super) fn new(theirs: &prometheus::Registry) -> Arc<Names> {
        Arc::new(Names { theirs: theirs.clone(), owners: Mutex::default(), reserved: Mutex::default() })
    }

    /// Reserves names. Those that are taken are returned.
    pub(super) fn reserve<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let (mut taken, mut reserved) = (Vec::new(), lock(&self.reserved));
        for name in names.into_iter() {
            let mark = || Mark::new(name.to_owned()).and_then(|mark| self.theirs.register(Box::new(mark)));
            if reserved.contains(name) || mark().is_ok() {
                reserved.insert(name.to_owned());
                lock(&self.owners).insert(name.to_owned(), Owner::Ours);
            } else {
                lock(&self.owners).insert(name.to_owned(), Owner::Theirs);
                taken.push(name.to_owned());
            }
        }
        taken
    }

    /// Gives all names back.
    pub(super) fn release(&self) {
        for name in std::mem::take(&mut *lock(&self.reserved)) {
            if let Ok(mark) = Mark::new(name) {
                // An error: it is not there, and that is what is wanted.
                let _gone = self.theirs.unregister(Box::new(mark));
            }
        }
        lock(&self.owners).clear();
    }

    /// Leaves the families whose names are ours, in the middle of a gathering.
    pub(super) fn ours_of(self: &Arc<Self>, mut families: Vec<MetricFamily>) -> Vec<MetricFamily> {
        let new: Vec<String> = {
            let mut owners = lock(&self.owners);
            let new = families.iter().map(MetricFamily::name).filter(|name| !owners.contains_key(*name));
            let new: Vec<_> = new.map(str::to_owned).collect();
            owners.extend(new.iter().map(|name| (name.clone(), Owner::Unknown)));
            new
        };
        if !new.is_empty() {
            // An error: nobody answered in time.
            let _late = self.ask(new).recv_timeout(PATIENCE);
        }
        let owners = lock(&self.owners);
        families.retain(|family| owners.get(family.name()) == Some(&Owner::Ours));
        families
    }

    fn ask(self: &Arc<Self>, new: Vec<String>) -> Receiver<()> {
        let (answer, answered) = mpsc::channel();
        let names = Arc::clone(self);
        let again = new.clone();
        let asking = thread::Builder::new().name("cmetrics-bridge".to_owned()).spawn(move || {
            PROBING.set(true);
            let theirs = names.others();
            {
                let mut owners = lock(&names.owners);
                for name in &new {
                    let owner = if theirs.contains(name) { Owner::Theirs } else { Owner::Ours };
                    owners.insert(name.clone(), owner);
                }
            }
            // An error: the gathering had no more patience.
            let _gone = answer.send(());
            let (taken, free): (Vec<_>, Vec<_>) = new.into_iter().partition(|name| theirs.contains(name));
            let late = names.reserve(free.iter().map(String::as_str));
            taken.iter().chain(&late).for_each(|name| warn(name));
        });
        if asking.is_err() {
            // The next gathering asks again.
            let mut owners = lock(&self.owners);
            owners.retain(|name, _| !again.contains(name));
        }
        answered
    }

    /// The names of what is there beside us, as theirs has them before it puts a prefix to them.
    fn others(&self) -> HashSet<String> {
        let names: Vec<String> = self.theirs.gather().iter().map(|family| family.name().to_owned()).collect();
        let prefix = names.iter().find_map(|name| name.strip_suffix(PROBE)).unwrap_or("").to_owned();
        names.into_iter().map(|name| name.strip_prefix(&*prefix).map(str::to_owned).unwrap_or(name)).collect()
    }
}

fn warn(name: &str) {
    log_once::warn(&format!("exposed {name}"), || {
        format!("the family {name:?} is not shown in a prometheus registry, which has one of that name")
    });
}
