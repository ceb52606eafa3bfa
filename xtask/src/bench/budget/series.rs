// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reports, and what many series take to make and to hold.

use super::{ratio, Bar, Row, PEER, TIKV, US};
use crate::bench::record::{Key, Run};

fn ours<'a>(case: &'a str, who: &'a str, at: u64) -> Key<'a> {
    ("series cmetrics", case, who, at)
}

pub(super) fn reports(run: &Run) -> Vec<Row> {
    let sizes = run.sizes();
    let most = sizes.last().copied().unwrap_or_default();
    let (report, limit) = (ours("report", US, most), ours("report", "cached prefix", most));
    let mut rows = Vec::new();
    rows.push(ratio(run, format!("report of {most} counters / cached prefix"), Bar::AtMost(2.8), report, limit));
    for (who, least) in [(TIKV, 40.0), (PEER, 7.0), ("measured", 5.0)] {
        let program = format!("series {who}");
        let peer = (program.as_str(), "report", who, most);
        rows.push(ratio(run, format!("report of {most} counters: {who} / ours"), Bar::AtLeast(least), peer, report));
    }
    for (label, most_ratio, what) in [
        (", a unique label", 4.5, "a unique label, report / cached prefix"),
        (", floats", 1.6, "floats, report / zmij"),
    ] {
        let case = format!("report{label}");
        rows.push(ratio(
            run,
            what.to_owned(),
            Bar::AtMost(most_ratio),
            ours(&case, US, most),
            ours(&case, "cached prefix", most),
        ));
    }
    let costs: Vec<f64> = sizes.iter().filter_map(|at| run.median(("series cmetrics", "report", US, *at))).collect();
    let (low, high) = costs.iter().fold((f64::MAX, 0.0_f64), |(low, high), cost| (low.min(*cost), high.max(*cost)));
    rows.push(Row {
        what: format!("report per series, dearest / cheapest of {} to {most}", sizes.first().unwrap_or(&0)),
        bar: Bar::AtMost(1.5),
        unit: "",
        found: (costs.len() > 1).then_some(high / low),
    });
    let tail = |who| ("series cmetrics tail", "update p99.9", who, most);
    let (beside, alone) = (tail("cmetrics, during a report"), tail("cmetrics, no report"));
    rows.push(ratio(run, "update p99.9 during reports / with none", Bar::AtMost(1.3), beside, alone));
    rows
}

pub(super) fn memory(run: &Run) -> Vec<Row> {
    let most = run.sizes().last().copied().unwrap_or_default();
    let value = |what: &str, bar: f64, unit, case: &str| Row {
        what: what.to_owned(),
        bar: Bar::AtMost(bar),
        unit,
        found: run.median(("series cmetrics", case, US, most)),
    };
    let shared = run.median(ours("resident after a report", US, most));
    let unique = run.median(ours("resident after a report, a unique label", US, most));
    // In families of a thousand and of a hundred.
    let extra = ["", ", families of 100"].map(|shape| format!("extra memory of a report{shape}"));
    let extra = extra.iter().filter_map(|case| run.median(ours(case, US, most)));
    // "/api/v1/resource/" and as many digits as a number below `most` has.
    let text = 17.0 + (0..most).map(|n| n.max(1).ilog10() + 1).sum::<u32>() as f64 / most.max(1) as f64;
    vec![
        value("create + first add", 400.0, "ns/series", "create + first add"),
        value("first report", 600.0, "ns/series", "first report"),
        Row {
            what: "extra memory while rendering".to_owned(),
            bar: Bar::AtMost(1_048_576.0),
            unit: "B",
            found: extra.into_iter().max_by(f64::total_cmp),
        },
        value("resident: counter", 80.0, "B/series", "resident after a report"),
        value("resident: float total and count", 100.0, "B/series", "resident after a report, pairs"),
        Row {
            what: "resident: what a unique value adds, less its text".to_owned(),
            bar: Bar::AtMost(24.0),
            unit: "B/series",
            found: shared.zip(unique).map(|(shared, unique)| unique - shared - text),
        },
        value("resident: families of 10", 160.0, "B/series", "resident after a report, families of 10"),
        value("resident: families of 1", 400.0, "B/series", "resident after a report, families of 1"),
    ]
}
