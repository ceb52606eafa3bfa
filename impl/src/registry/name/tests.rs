// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use super::*;
use proptest::prelude::*;

fn plain(kind: Kind) -> Spelling {
    Spelling { kind, total_only: false, verbatim: false }
}

#[test]
fn suffixes_are_added_once_where_missing() {
    let check = |prefix: &str, name: &str, spelling: Spelling, expected: &str| {
        assert_eq!(exposed(prefix, name, spelling).unwrap(), expected);
    };
    let total = |kind| Spelling { total_only: true, ..plain(kind) };
    let verbatim = |kind| Spelling { verbatim: true, ..plain(kind) };
    check("", "requests", plain(Kind::Counter), "requests_total");
    check("", "requests_total", plain(Kind::Counter), "requests_total");
    check("dynamo", "requests", plain(Kind::Counter), "dynamo_requests_total");
    check("agent_", "tx", plain(Kind::IntGauge), "agent_tx");
    check("vllm:", "tokens", plain(Kind::IntCounter), "vllm:tokens");
    check("", "wait", plain(Kind::DurationCounter), "wait_seconds");
    check("", "wait_seconds", plain(Kind::DurationGauge), "wait_seconds");
    check("", "busy", total(Kind::DurationCounter), "busy_seconds_total");
    check("", "busy_total", total(Kind::DurationCounter), "busy_seconds_total");
    check("", "busy_seconds_total", total(Kind::DurationCounter), "busy_seconds_total");
    check("", "bytes", total(Kind::IntCounter), "bytes_total");
    check("p", "nv_success", verbatim(Kind::Counter), "p_nv_success");
    check("", "odd_total", verbatim(Kind::IntGauge), "odd_total");
    check("", "wait", verbatim(Kind::DurationGauge), "wait");
    check("", "a:b", plain(Kind::IntGauge), "a:b");
}

#[test]
fn wrong_suffixes_are_refused_with_the_cure() {
    let check = |name: &str, spelling: Spelling, hint: &str| {
        let story = exposed("", name, spelling).unwrap_err().into_story();
        assert!(story.hint.contains(hint), "{}", story.hint);
        assert_eq!(story.subject, name);
    };
    check("x_total", plain(Kind::IntGauge), "drop _total");
    check("x_total", plain(Kind::IntCounter), "TOTAL_ONLY");
    check("x_ms", plain(Kind::DurationCounter), "int counter");
    check("x_minutes", plain(Kind::DurationGauge), "int gauge");
    check("x_us", Spelling { verbatim: true, ..plain(Kind::DurationGauge) }, "drop _us");
    check("x_ms_total", Spelling { total_only: true, ..plain(Kind::DurationCounter) }, "drop _ms");
    check("x", Spelling { total_only: true, ..plain(Kind::IntGauge) }, "leave it out");
    check("cmetrics_x", plain(Kind::Counter), "own");
    check("", plain(Kind::Counter), "give one");
    check("1x", plain(Kind::Counter), "letters");
    check("naïve", plain(Kind::Counter), "letters");
    check("a b", plain(Kind::Counter), "letters");
}

#[test]
fn the_longest_name_counts_prefix_and_suffix() {
    let fits = "n".repeat(LONGEST_NAME - "p_".len() - "_total".len());
    assert_eq!(exposed("p", &fits, plain(Kind::Counter)).unwrap().len(), LONGEST_NAME);
    assert!(exposed("p", &format!("{fits}n"), plain(Kind::Counter)).is_err());
}

#[test]
fn families_reserve_what_they_can_emit() {
    assert_eq!(samples("x_total", Exposure::Counter), ["x", "x_total", "x_created"]);
    assert_eq!(samples("x", Exposure::Counter), ["x", "x_total", "x_created"]);
    assert_eq!(samples("x", Exposure::Summary), ["x", "x_sum", "x_count", "x_created"]);
    assert_eq!(samples("x", Exposure::Gauge), ["x"]);
    assert_eq!(samples("_total", Exposure::Counter), ["_total", "_created"]);
}

#[test]
fn durations_are_in_seconds() {
    assert_eq!(unit("", Kind::DurationGauge).unwrap(), "seconds");
    assert_eq!(unit("bytes", Kind::IntGauge).unwrap(), "bytes");
    assert!(unit("bytes", Kind::DurationCounter).is_err());
    assert!(unit("a b", Kind::IntGauge).is_err());
}

proptest! {
    #[test]
    fn valid_names_are_exactly_those_of_the_grammar(name in "[a-zA-Z0-9_:é -]{0,6}") {
        let mut bytes = name.bytes();
        let first = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_' || b == b':');
        let valid = first && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b':');
        prop_assert_eq!(check("name", &name).is_ok(), valid);
    }

    #[test]
    fn exposing_an_exposed_name_changes_nothing(name in "[a-z][a-z_]{0,8}", total_only: bool, which in 0usize..7) {
        let kind = Kind::ALL[which];
        let spelling = Spelling { kind, total_only: total_only && !kind.is_gauge(), verbatim: false };
        if let Ok(once) = exposed("", &name, spelling) {
            prop_assert_eq!(exposed("", &once, spelling).unwrap(), once);
        }
    }
}
