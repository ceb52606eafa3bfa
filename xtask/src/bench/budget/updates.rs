// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Updates and look-ups.

use super::{ratio, Bar, Row, EMPTY, PEER, TIKV, US};
use crate::bench::record::{Key, Run};

const LANGUAGES: [(&str, &str); 3] = [("c", "C"), ("cpp", "C++"), ("rust", "Rust")];

fn rust<'a>(case: &'a str, who: &'a str, at: u64) -> Key<'a> {
    ("rust", case, who, at)
}

pub(super) fn rows(run: &Run) -> Vec<Row> {
    let mut rows = Vec::new();
    for (program, language) in LANGUAGES {
        let what = format!("counter inc from {language} / empty call, 1 thread");
        let (one, none) = ((program, "counter inc", US, 1), (program, "limit", EMPTY, 1));
        rows.push(ratio(run, what, Bar::AtMost(1.2), one, none));
    }
    for threads in threads(run) {
        rows.extend(shared(run, threads));
    }
    let empty = rust("limit", EMPTY, 1);
    let mut add = |what: &str, bar, over, under| rows.push(ratio(run, what, bar, over, under));
    add("int total and count / empty call", Bar::AtMost(1.35), rust("int total and count", US, 1), empty);
    add("duration total and count / empty call", Bar::AtMost(1.35), rust("duration total and count", US, 1), empty);
    let float = |who| rust("float add", who, 1);
    add("float total and count, 1 thread: ours / tikv's float", Bar::AtMost(0.85), float(US), float(TIKV));
    add("cold int total and count / empty call", Bar::AtMost(3.0), rust("cold int total and count", US, 1), empty);
    let cold = rust("cold duration total and count", US, 1);
    add("cold duration total and count / empty call", Bar::AtMost(3.0), cold, empty);
    add("cold float total and count / empty call", Bar::AtMost(3.0), rust("cold float total and count", US, 1), empty);
    add("int gauge set / empty call", Bar::AtMost(1.2), rust("int gauge set", US, 1), empty);
    add("float gauge set / empty call", Bar::AtMost(1.2), rust("float gauge set", US, 1), empty);
    let look = |who| rust("3 labels + inc", who, 1);
    add("3 labels + inc, family in hand: tikv / ours", Bar::AtLeast(1.15), look(TIKV), look(US));
    add("3 labels + inc, family in hand: prometheus-client / ours", Bar::AtLeast(2.0), look(PEER), look(US));
    let find = rust("name, 3 labels + inc", US, 1);
    add("name and 3 labels + inc: ours / tikv's with its family in hand", Bar::AtMost(1.7), find, look(TIKV));
    rows
}

/// Two threads always, and as many more as were measured.
fn threads(run: &Run) -> Vec<u64> {
    let incs = run.records.iter().filter(|one| one.case == "counter inc" && one.who == US && one.program == "rust");
    let mut threads: Vec<u64> = incs.map(|one| one.at).filter(|at| *at > 2).chain([2]).collect();
    threads.sort_unstable();
    threads
}

/// So many threads that update one metric.
fn shared(run: &Run, at: u64) -> Vec<Row> {
    let mut rows = Vec::new();
    for (program, language) in LANGUAGES {
        let what = format!("counter inc from {language}, {at} threads on one / its own 1 thread");
        let inc = |at| (program, "counter inc", US, at);
        rows.push(ratio(run, what, Bar::AtMost(1.2), inc(at), inc(1)));
    }
    let both = |case| (rust(case, TIKV, at), rust(case, US, at));
    let (tikv, ours) = both("counter inc");
    rows.push(ratio(run, format!("counter inc, {at} threads on one: tikv / ours"), Bar::AtLeast(3.0), tikv, ours));
    let (tikv, ours) = both("float add");
    let what = format!("float total and count, {at} threads: tikv's float / ours");
    rows.push(ratio(run, what, Bar::AtLeast(6.0), tikv, ours));
    rows
}
