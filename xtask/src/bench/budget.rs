// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the library may cost: each row against the figures of a run.

mod series;
mod updates;

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

/// Every row, in the order of the subject: updates, look-ups, reports, memory, Python.
pub(super) fn rows(run: &Run) -> Vec<Row> {
    let mut rows = updates::rows(run);
    rows.extend(series::reports(run));
    rows.extend(series::memory(run));
    rows.extend(python(run));
    rows
}

fn ratio(run: &Run, what: impl Into<String>, bar: Bar, over: Key<'_>, under: Key<'_>) -> Row {
    Row { what: what.into(), bar, unit: "", found: run.ratio(over, under).map(|all| all.median) }
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
    fn more_threads_have_rows_of_their_own_where_they_were_measured() {
        let count = |records: Vec<Record>| rows(&run(records)).len();
        let one = |at| record("rust", "counter inc", US, at, 2.0);
        assert_eq!(count(vec![one(1), one(2), one(4), one(8)]), count(vec![one(1)]) + 2 * 5);
        let rows = rows(&run(vec![one(1), one(16), record("rust", "counter inc", TIKV, 16, 100.0)]));
        check(&rows, "counter inc from Rust, 16 threads on one / its own 1 thread", Some(1.0), "met");
        check(&rows, "counter inc, 16 threads on one: tikv / ours", Some(50.0), "met");
    }

    #[test]
    fn the_memory_of_a_report_is_that_of_the_worse_shape() {
        let ours = "series cmetrics";
        let rows = rows(&run(vec![
            record(ours, "report", US, 1000, 10.0),
            record(ours, "extra memory of a report", US, 1000, 4096.0),
            record(ours, "extra memory of a report, families of 100", US, 1000, 8192.0),
        ]));
        check(&rows, "extra memory while rendering", Some(8192.0), "met");
    }

    #[test]
    fn reports_are_judged_at_the_most_series_and_against_the_fewest() {
        let ours = "series cmetrics";
        let rows = rows(&run(vec![
            record(ours, "report", US, 1000, 10.0),
            record(ours, "report", US, 10_000, 20.0),
            record(ours, "report", "cached prefix", 10_000, 10.0),
            record("series measured", "report", "measured", 10_000, 80.0),
            record(ours, "resident after a report", US, 10_000, 60.0),
            record(ours, "resident after a report, a unique label", US, 10_000, 110.0),
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
