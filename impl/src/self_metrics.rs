// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The library's own families, told by a root. Their names begin with `cmetrics_`, which nobody else can use.

use std::collections::BTreeMap;

use cmetrics_interface as abi;

use crate::collected::{CollectedFamily, CollectedPoint, CollectedValue, Families};
use crate::election;
use crate::number::Number;
use crate::registry::labels::Labels;
use crate::registry::Root;
use crate::stats;
use crate::version::SEMVER;

/// Adds the root's own families to `families`.
pub(crate) fn tell(root: &Root, families: &mut Families) {
    let series = root.store.state.lock().series_count();
    let mut gauge = |name: &str, help: &str, labels: &[(&str, &str)], value: u64| {
        let family = family(abi::TYPE_GAUGE, abi::PRIORITY_LOW, help, [(labels, value)]);
        families.insert(name.to_owned(), family);
    };
    let abi_version = abi::NEWEST.to_string();
    let info = [("version", SEMVER), ("abi", abi_version.as_str())];
    gauge("cmetrics_info", "The library that provides for this process", &info, 1);
    gauge("cmetrics_copies", "Copies of the library that this process has loaded", &[], election::count() as u64);
    gauge("cmetrics_series", "Series in this root", &[], series);

    let mut counters = |name: &str, help: &str, priority: i32, label: &str, counts: &[(String, u64)]| {
        if counts.is_empty() {
            return;
        }
        let points: Vec<_> = counts.iter().map(|(value, n)| ([(label, value.as_str())], *n)).collect();
        let points = points.iter().map(|(labels, n)| (&labels[..], *n));
        families.insert(name.to_owned(), family(abi::TYPE_COUNTER, priority, help, points));
    };
    let reasons = stats::REASONS.iter().zip(root.store.stats.refused_updates()).filter(|(_, n)| *n > 0);
    let reasons: Vec<_> = reasons.map(|(reason, n)| ((*reason).to_owned(), n)).collect();
    counters(
        "cmetrics_refused_updates_total",
        "Amounts that a metric cannot take and that were dropped",
        abi::PRIORITY_NORMAL,
        "reason",
        &reasons,
    );
    counters(
        "cmetrics_refused_series_total",
        "Metrics that could not be created and whose updates go nowhere",
        abi::PRIORITY_NORMAL,
        "family",
        &root.store.stats.refused_series(),
    );
    counters(
        "cmetrics_collector_errors_total",
        "Failures of collectors, and what they told that was refused",
        abi::PRIORITY_LOW,
        "client",
        &root.store.stats.collector_errors(),
    );
    let noop = stats::noop_handles();
    if noop > 0 {
        let help = "Metrics that clients made before they found the library";
        let family = family(abi::TYPE_COUNTER, abi::PRIORITY_LOW, help, [(&[][..], noop)]);
        families.insert("cmetrics_noop_handles_total".to_owned(), family);
    }
}

fn family<'a>(
    type_: i32,
    priority: i32,
    help: &str,
    points: impl IntoIterator<Item = (&'a [(&'a str, &'a str)], u64)>,
) -> CollectedFamily {
    let point = |(labels, n): (&[(&str, &str)], u64)| {
        let value = CollectedValue { suffix: String::new(), extra: None, number: Number::U64(n) };
        // The labels' names are right; a value too long (a family's name never is) would leave the label out.
        (
            Labels::check(labels).unwrap_or_else(|_| Labels::none()),
            CollectedPoint { id: 0, adds: false, values: vec![value] },
        )
    };
    let points: BTreeMap<_, _> = points.into_iter().map(point).collect();
    let (help, unit) = (help.to_owned(), String::new());
    CollectedFamily { kind: 0, type_, priority, help, unit, points, has_own_labels: false }
}
