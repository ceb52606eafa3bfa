// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the library may cost: each row against the figures of a run.

use super::record::{Key, Run};

/// What a row asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Bar {
    AtMost(f64),
    AtLeast(f64),
}

/// A row of the budget, and what was measured; `None` if a part of it was left out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) what: String,
    pub(super) bar: Bar,
    pub(super) unit: &'static str,
    pub(super) found: Option<f64>,
}

impl Row {
    pub(super) fn met(&self) -> Option<bool> {
        self.found.map(|found| match self.bar {
            Bar::AtMost(most) => found <= most,
            Bar::AtLeast(least) => found >= least,
        })
    }

    pub(super) fn verdict(&self) -> &'static str {
        match self.met() {
            Some(true) => "met",
            Some(false) => "not met yet",
            None => "not measured",
        }
    }
}

const US: &str = "cmetrics";
const TIKV: &str = "tikv prometheus";
const PEER: &str = "prometheus-client";
const EMPTY: &str = "empty vtable call";
const LANGUAGES: [(&str, &str); 3] = [("c", "C"), ("cpp", "C++"), ("rust", "Rust")];

/// Every row, in the order of the subject: updates, look-ups, reports, memory, Python.
pub(super) fn rows(run: &Run) -> Vec<Row> {
    let mut rows = updates(run);
    rows.extend(reports(run));
    rows.extend(memory(run));
    rows.extend(python(run));
    rows
}

fn ratio(run: &Run, what: impl Into<String>, bar: Bar, over: Key<'_>, under: Key<'_>) -> Row {
    Row { what: what.into(), bar, unit: "", found: run.ratio(over, under).map(|all| all.median) }
}

fn updates(run: &Run) -> Vec<Row> {
    let rust = |case, who, at| ("rust", case, who, at);
    let empty = rust("limit", EMPTY, 1);
    let mut rows = Vec::new();
    for (program, language) in LANGUAGES {
        let (one, none) = ((program, "counter inc", US, 1), (program, "limit", EMPTY, 1));
        rows.push(ratio(
            run,
            format!("counter inc from {language} / empty call, 1 thread"),
            Bar::AtMost(1.2),
            one,
            none,
        ));
    }
    for (program, language) in LANGUAGES {
        let (one, two) = ((program, "counter inc", US, 1), (program, "counter inc", US, 2));
        let what = format!("counter inc from {language}, 2 threads on one / its own 1 thread");
        rows.push(ratio(run, what, Bar::AtMost(1.2), two, one));
    }
    let mut add = |what: &str, bar, over, under| rows.push(ratio(run, what, bar, over, under));
    let inc = |who| rust("counter inc", who, 2);
    add("counter inc, 2 threads on one: tikv / ours", Bar::AtLeast(3.0), inc(TIKV), inc(US));
    add("int total and count / empty call", Bar::AtMost(1.35), rust("int total and count", US, 1), empty);
    add("duration total and count / empty call", Bar::AtMost(1.35), rust("duration total and count", US, 1), empty);
    let float = |who, threads| rust("float add", who, threads);
    add("float total and count, 1 thread: ours / tikv's float", Bar::AtMost(0.85), float(US, 1), float(TIKV, 1));
    add("float total and count, 2 threads: tikv's float / ours", Bar::AtLeast(6.0), float(TIKV, 2), float(US, 2));
    add("cold pair / empty call", Bar::AtMost(3.0), rust("cold pair", US, 1), empty);
    add("int gauge set / empty call", Bar::AtMost(1.2), rust("int gauge set", US, 1), empty);
    add("float gauge set / empty call", Bar::AtMost(1.2), rust("float gauge set", US, 1), empty);
    let look = |who| rust("3 labels + inc", who, 1);
    add("3 labels + inc, family in hand: tikv / ours", Bar::AtLeast(1.15), look(TIKV), look(US));
    add("3 labels + inc, family in hand: prometheus-client / ours", Bar::AtLeast(2.0), look(PEER), look(US));
    let find = rust("name, 3 labels + inc", US, 1);
    add("name and 3 labels + inc: ours / tikv's with its family in hand", Bar::AtMost(1.7), find, look(TIKV));
    rows
}

fn ours<'a>(case: &'a str, who: &'a str, at: u64) -> Key<'a> {
    ("series cmetrics", case, who, at)
}

fn reports(run: &Run) -> Vec<Row> {
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

fn memory(run: &Run) -> Vec<Row> {
    let most = run.sizes().last().copied().unwrap_or_default();
    let value = |what: &str, bar: f64, unit, case: &str| Row {
        what: what.to_owned(),
        bar: Bar::AtMost(bar),
        unit,
        found: run.median(("series cmetrics", case, US, most)),
    };
    let shared = run.median(("series cmetrics", "resident", US, most));
    let unique = run.median(("series cmetrics", "resident, a unique label", US, most));
    // "/api/v1/resource/" and as many digits as a number below `most` has.
    let text = 17.0 + (0..most).map(|n| n.max(1).ilog10() + 1).sum::<u32>() as f64 / most.max(1) as f64;
    vec![
        value("create + first add", 400.0, "ns/series", "create + first add"),
        value("first report", 600.0, "ns/series", "first report"),
        value("extra memory while rendering", 1_048_576.0, "B", "extra memory of a report"),
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

fn python(run: &Run) -> Vec<Row> {
    let one = |case, who| ("python", case, who, 1);
    let peer = "prometheus_client";
    let (inc, nothing) = (one("inc()", US), one("limit", "empty C method"));
    let mut rows = vec![ratio(run, "Python inc() / empty C method", Bar::AtMost(1.7), inc, nothing)];
    for (case, least) in [("inc()", 20.0), ("add(1.5)", 12.0), ("labels().inc()", 9.0)] {
        let what = format!("Python {case}: prometheus_client / ours");
        rows.push(ratio(run, what, Bar::AtLeast(least), one(case, peer), one(case, US)));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::record::Record;
    use super::*;

    fn record(program: &str, case: &str, who: &str, at: u64, figure: f64) -> Record {
        let (program, case, who) = (program.to_owned(), case.to_owned(), who.to_owned());
        Record { program, case, who, at, unit: "ns".to_owned(), rounds: vec![figure; 3] }
    }

    fn run(records: Vec<Record>) -> Run {
        Run { machine: Vec::new(), quick: true, left_out: Vec::new(), records }
    }

    fn check(rows: &[Row], what: &str, found: Option<f64>, verdict: &str) {
        let row = rows.iter().find(|row| row.what == what).unwrap_or_else(|| panic!("no row {what}: {rows:?}"));
        assert_eq!((row.found, row.verdict()), (found, verdict), "{what}");
    }

    #[test]
    fn rows_are_met_missed_or_not_measured() {
        let rows = rows(&run(vec![
            record("rust", "limit", EMPTY, 1, 2.0),
            record("rust", "counter inc", US, 1, 2.4),
            record("rust", "counter inc", US, 2, 9.6),
            record("rust", "counter inc", TIKV, 2, 28.8),
        ]));
        check(&rows, "counter inc from Rust / empty call, 1 thread", Some(1.2), "met");
        check(&rows, "counter inc from Rust, 2 threads on one / its own 1 thread", Some(4.0), "not met yet");
        check(&rows, "counter inc, 2 threads on one: tikv / ours", Some(3.0), "met");
        check(&rows, "counter inc from C / empty call, 1 thread", None, "not measured");
    }

    #[test]
    fn reports_are_judged_at_the_most_series_and_against_the_fewest() {
        let ours = "series cmetrics";
        let rows = rows(&run(vec![
            record(ours, "report", US, 1000, 10.0),
            record(ours, "report", US, 10_000, 20.0),
            record(ours, "report", "cached prefix", 10_000, 10.0),
            record("series measured", "report", "measured", 10_000, 80.0),
            record(ours, "resident", US, 10_000, 60.0),
            record(ours, "resident, a unique label", US, 10_000, 110.0),
        ]));
        check(&rows, "report of 10000 counters / cached prefix", Some(2.0), "met");
        check(&rows, "report of 10000 counters: measured / ours", Some(4.0), "not met yet");
        check(&rows, "report per series, dearest / cheapest of 1000 to 10000", Some(2.0), "not met yet");
        let added = rows.iter().find(|row| row.what.contains("a unique value adds")).unwrap().found.unwrap();
        assert!((added - (50.0 - 17.0 - 3.889)).abs() < 0.01, "{added}");
    }

    #[test]
    fn a_run_without_figures_has_every_row_and_meets_none() {
        assert!(rows(&run(Vec::new())).iter().all(|row| row.met().is_none()));
    }
}
