// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the crate does through the library, concept by concept.

mod bad_input;
mod clients;
mod collectors;
mod conflicts;
mod families;
mod handles;
mod injected;
mod kinds;
mod logs;
mod registries;
mod removal;
mod reports;
mod round_trip;
mod scopes;
mod snapshots;
mod threads;
mod timers;

use cmetrics::{Priority, Registry, ReportOptions};

/// A root of this test's own.
fn isolated() -> Registry {
    Registry::try_isolated().expect("the library is linked into the tests")
}

/// Everything that is reported, the library's own families left out.
fn report(registry: &Registry) -> String {
    registry.render_with(&ReportOptions::new().verbosity(Priority::Debug).no_self()).unwrap()
}

/// The samples of a report: its lines but for HELP and TYPE.
fn samples(registry: &Registry) -> Vec<String> {
    report(registry).lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// The value of one of the library's own samples, told by `registry`'s root.
fn own_sample(registry: &Registry, sample: &str) -> Option<String> {
    let report = registry.render_with(&ReportOptions::new().verbosity(Priority::Debug)).unwrap();
    let prefix = format!("{sample} ");
    report.lines().find_map(|line| line.strip_prefix(&prefix)).map(str::to_owned)
}
