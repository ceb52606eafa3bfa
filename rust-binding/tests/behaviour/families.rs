// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Families of metrics that differ in label values.

use std::thread;
use std::time::Duration;

use cmetrics::{Counter, Family, Kind, Metric};

use crate::{isolated, samples};

#[test]
fn every_kind_has_families() {
    let reg = isolated();
    reg.counter_family("a", ["k"]).get().with(["v"]).inc();
    reg.int_counter_family("b", ["k"]).get().with(["v"]).add(2);
    reg.float_counter_family("c", ["k"]).get().with(["v"]).add(0.5);
    reg.duration_counter_family("d", ["k"]).get().with(["v"]).add(Duration::from_secs(3));
    reg.int_gauge_family("e", ["k"]).get().with(["v"]).set(4);
    reg.float_gauge_family("f", ["k"]).get().with(["v"]).set(0.25);
    reg.duration_gauge_family("g", ["k"]).get().with(["v"]).set_nanos(-1);
    let expected = [
        r#"a_total{k="v"} 1"#,
        r#"b_sum{k="v"} 2"#,
        r#"b_count{k="v"} 1"#,
        r#"c_sum{k="v"} 0.5"#,
        r#"c_count{k="v"} 1"#,
        r#"d_seconds_sum{k="v"} 3"#,
        r#"d_seconds_count{k="v"} 1"#,
        r#"e{k="v"} 4"#,
        r#"f{k="v"} 0.25"#,
        r#"g_seconds{k="v"} -0.000000001"#,
    ];
    assert_eq!(samples(&reg), expected);
}

#[test]
fn the_same_values_are_the_same_metric() {
    let reg = isolated();
    let http = reg.counter_family("http", ["method", "code"]).label("engine", "0").get();
    let get = http.with(["GET", "200"]);
    assert_eq!(get, http.clone().with([String::from("GET"), String::from("200")]));
    assert_eq!(get, reg.counter("http").labels([("code", "200"), ("method", "GET"), ("engine", "0")]).get());
    assert_ne!(get, http.with(["200", "GET"]));
    let again = reg.counter_family("http", ["code", "method"]).label("engine", "0").get();
    assert_eq!(get, again.with(["200", "GET"]));
}

#[test]
fn the_number_of_values_is_checked_at_run_time_where_the_names_were_a_list() {
    let reg = isolated();
    let family: Family<Counter> = reg.counter_family("http", vec!["method", "code"]).get();
    family.with(&["GET", "200"][..]).inc();
    family.with(vec!["GET".to_owned(), "200".to_owned()]).inc();
    for values in [&[][..], &["GET"], &["GET", "200", "more"]] {
        let err = family.try_with(values).unwrap_err();
        assert!(err.is_invalid_argument());
        assert_eq!(err.subject(), Some("http"));
        assert!(err.message().contains("method, code"), "{err}");
        family.with(values).inc();
    }
    assert_eq!(samples(&reg), [r#"http_total{method="GET",code="200"} 2"#].map(sorted));
}

/// Labels stand in the order of their names.
fn sorted(sample: &str) -> String {
    sample.replace(r#"method="GET",code="200""#, r#"code="200",method="GET""#)
}

#[test]
fn a_kind_known_at_run_time_has_families_too() {
    let reg = isolated();
    let family: Family<Metric> = reg.metric_family(Kind::IntGauge, "depth", vec!["queue".to_owned()]).get();
    family.with(vec!["a"]).clone().into_int_gauge().unwrap().set(3);
    assert_eq!(samples(&reg), [r#"depth{queue="a"} 3"#]);
}

#[test]
fn a_removed_member_starts_again_at_zero() {
    let reg = isolated();
    let sessions = reg.int_gauge_family("sessions", ["user"]).get();
    let old = sessions.with(["ada"]);
    old.set(3);
    sessions.remove(["ada"]).unwrap();
    assert!(!old.is_attached());
    assert!(sessions.remove(["ada"]).unwrap_err().is_not_found());
    let new = sessions.with(["ada"]);
    assert_ne!(old.id(), new.id());
    assert_eq!(samples(&reg), [r#"sessions{user="ada"} 0"#]);
}

#[test]
fn a_member_removed_behind_the_familys_back_is_made_again() {
    let reg = isolated();
    let engine = reg.child("engine").get();
    let errors = engine.counter_family("errors", ["type"]).get();
    engine.remove_metric(&*errors.with(["io"])).unwrap();
    errors.with(["io"]).inc();
    assert_eq!(samples(&reg), [r#"engine_errors_total{type="io"} 1"#]);
    engine.remove().unwrap();
    errors.with(["io"]).inc();
    assert!(errors.try_with(["io"]).unwrap_err().is_gone());
    assert!(samples(&reg).is_empty());
}

#[test]
fn a_member_made_elsewhere_can_be_removed_by_the_family() {
    let reg = isolated();
    let sessions = reg.counter_family("sessions", ["user"]).get();
    reg.counter("sessions").label("user", "bob").get();
    sessions.remove(["bob"]).unwrap();
    assert!(samples(&reg).is_empty());
}

#[test]
fn a_thread_may_hold_more_members_than_it_can_pin() {
    let reg = isolated();
    let hits = reg.counter_family("hits", ["i"]).get();
    let names: Vec<String> = (0..40).map(|n| n.to_string()).collect();
    names.iter().for_each(|name| hits.with([name]).inc());
    let held: Vec<_> = names.iter().map(|name| hits.with([name])).collect();
    held.iter().for_each(|member| member.inc());
    assert!(names.iter().zip(&held).all(|(name, member)| hits.with([name]) == *member));
    thread::scope(|scope| drop(scope.spawn(move || drop(held))));
    names.iter().for_each(|name| assert_eq!(hits.with([name]).value(), 2));
}

#[test]
fn a_family_finds_members_anew_however_often_they_are_removed() {
    let reg = isolated();
    let errors = reg.counter_family("errors", ["type"]).get();
    for round in 0..500 {
        let io = errors.with(["io"]);
        io.add(round);
        assert_eq!(io.value(), round);
        assert_eq!(errors.with(["io"]), io);
        reg.remove_metric(&*io).unwrap();
    }
    assert!(samples(&reg).is_empty());
}

#[test]
fn a_limit_is_told_and_lifted() {
    let reg = isolated();
    reg.limit_series(Some(2)).unwrap();
    let users = reg.counter_family("users", ["user"]).get();
    for user in ["a", "b", "c", "d"] {
        users.with([user]).inc();
    }
    assert!(users.try_with(["c"]).unwrap_err().is_limit());
    assert_eq!(samples(&reg).len(), 2);
    reg.limit_series(None).unwrap();
    users.with(["c"]).inc();
    assert_eq!(samples(&reg).last().unwrap(), r#"users_total{user="c"} 1"#);
    assert!(reg.limit_series(Some(0)).unwrap_err().is_invalid_argument());
    assert!(reg.child("a").get().limit_series(Some(1)).unwrap_err().is_invalid_argument());
}

#[test]
fn a_family_checks_its_name_before_its_first_member() {
    let reg = isolated();
    reg.int_gauge("depth").get();
    assert!(reg.counter_family("depth", ["a"]).try_get().unwrap_err().is_conflict());
    let clash = reg.counter_family("depth", ["a"]).get();
    assert!(clash.try_with(["1"]).unwrap_err().is_conflict(), "and again with each member");
    assert!(reg.counter_family("not a name", ["a"]).try_get().unwrap_err().is_invalid_argument());
    let fixed_twice = reg.counter_family("it", ["a"]).label("a", "1").try_get();
    assert!(fixed_twice.unwrap_err().is_invalid_argument());
    reg.counter_family("it", ["a"]).try_get().unwrap();
    assert_eq!(samples(&reg), ["depth 0"], "a family without members shows nothing");
}
