// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Each kind, its updates and how it is exposed.

use std::time::Duration;

use cmetrics::{Kind, MetricType};

use crate::{isolated, own_sample, report, samples};

#[test]
fn a_counter_counts_events_and_wraps() {
    let reg = isolated();
    let requests = reg.counter("requests").get();
    requests.inc();
    requests.add(41);
    assert_eq!(requests.value(), 42);
    assert_eq!(report(&reg), "# HELP requests_total \n# TYPE requests_total counter\nrequests_total 42\n");
    requests.add(u64::MAX);
    assert_eq!(requests.value(), 41);
}

#[test]
fn an_int_counter_keeps_total_and_count() {
    let reg = isolated();
    let bytes = reg.int_counter("bytes").get();
    bytes.add(u64::MAX);
    bytes.add(0);
    assert_eq!((bytes.total(), bytes.count(), bytes.read()), (u64::MAX, 2, (u64::MAX, 2)));
    assert_eq!(report(&reg), "# HELP bytes \n# TYPE bytes summary\nbytes_sum 18446744073709551615\nbytes_count 2\n");
    bytes.add(1);
    assert_eq!(bytes.read(), (0, 3));
}

#[test]
fn a_float_counter_refuses_what_does_not_grow() {
    let reg = isolated();
    let energy = reg.float_counter("energy").get();
    energy.add(1.25);
    for amount in [-0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        energy.add(amount);
    }
    assert_eq!((energy.total(), energy.count(), energy.read()), (1.25, 1, (1.25, 1)));
    assert_eq!(samples(&reg), ["energy_sum 1.25", "energy_count 1"]);
    assert_eq!(own_sample(&reg, r#"cmetrics_refused_updates_total{reason="negative"}"#).as_deref(), Some("1"));
    assert_eq!(own_sample(&reg, r#"cmetrics_refused_updates_total{reason="not_finite"}"#).as_deref(), Some("3"));
}

#[test]
fn a_duration_counter_is_exact_and_refuses_what_it_cannot_hold() {
    let reg = isolated();
    let wait = reg.duration_counter("wait").get();
    wait.add(Duration::new(1, 345));
    wait.add_nanos(0);
    wait.add_nanos(-1);
    wait.add(Duration::from_nanos(1 << 63));
    assert_eq!((wait.total_nanos(), wait.count()), (1_000_000_345, 2));
    assert_eq!((wait.total(), wait.read()), (Duration::new(1, 345), (Duration::new(1, 345), 2)));
    assert_eq!(samples(&reg), ["wait_seconds_sum 1.000000345", "wait_seconds_count 2"]);
    assert_eq!(own_sample(&reg, r#"cmetrics_refused_updates_total{reason="negative"}"#).as_deref(), Some("1"));
    assert_eq!(own_sample(&reg, r#"cmetrics_refused_updates_total{reason="out_of_range"}"#).as_deref(), Some("1"));
}

#[test]
fn an_int_gauge_goes_up_and_down_and_wraps() {
    let reg = isolated();
    let depth = reg.int_gauge("depth").get();
    depth.set(10);
    depth.add(5);
    depth.sub(20);
    depth.inc();
    depth.dec();
    assert_eq!(depth.value(), -5);
    assert_eq!(report(&reg), "# HELP depth \n# TYPE depth gauge\ndepth -5\n");
    depth.set(i64::MAX);
    depth.inc();
    assert_eq!(depth.value(), i64::MIN);
}

#[test]
fn a_float_gauge_is_set_to_anything_and_changed_by_numbers() {
    let reg = isolated();
    let load = reg.float_gauge("load").get();
    load.set(0.5);
    load.add(1.0);
    load.sub(0.25);
    load.inc();
    load.dec();
    load.add(f64::NAN);
    load.sub(f64::INFINITY);
    assert_eq!(load.value(), 1.25);
    assert_eq!(own_sample(&reg, r#"cmetrics_refused_updates_total{reason="not_finite"}"#).as_deref(), Some("2"));
    for (value, text) in [(f64::NAN, "NaN"), (f64::INFINITY, "+Inf"), (f64::NEG_INFINITY, "-Inf")] {
        load.set(value);
        assert_eq!(samples(&reg), [format!("load {text}")]);
    }
}

#[test]
fn a_duration_gauge_has_a_sign_and_the_base_unit_of_seconds() {
    let reg = isolated();
    let skew = reg.duration_gauge("skew").get();
    skew.set(Duration::from_micros(5));
    skew.sub(Duration::from_micros(7));
    skew.add(Duration::from_nanos(1));
    assert_eq!(skew.value_nanos(), -1999);
    skew.inc();
    skew.add_nanos(500);
    skew.sub_nanos(1);
    assert_eq!(skew.value_nanos(), 999_998_500);
    skew.dec();
    assert_eq!(samples(&reg), ["skew_seconds -0.0000015"]);
    skew.set_nanos(i64::MIN);
    skew.set(Duration::MAX);
    skew.add(Duration::MAX);
    skew.sub(Duration::MAX);
    assert_eq!(skew.value_nanos(), i64::MIN);
    assert_eq!(own_sample(&reg, r#"cmetrics_refused_updates_total{reason="out_of_range"}"#).as_deref(), Some("3"));
}

#[test]
fn the_current_time_is_that_of_the_clock() {
    let reg = isolated();
    let (floats, durations) = (reg.float_gauge("a_seconds").get(), reg.duration_gauge("b").get());
    floats.set_to_current_time();
    durations.set_to_current_time();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    assert!((now - floats.value()).abs() < 60.0);
    assert!((now - durations.value_nanos() as f64 / 1e9).abs() < 60.0);
}

#[test]
fn a_kind_known_at_run_time_makes_the_same_metrics() {
    let types = [
        MetricType::Counter,
        MetricType::Summary,
        MetricType::Summary,
        MetricType::Summary,
        MetricType::Gauge,
        MetricType::Gauge,
        MetricType::Gauge,
    ];
    for (kind, metric_type) in Kind::ALL.into_iter().zip(types) {
        let reg = isolated();
        let metric = reg.metric(kind, "it").get();
        assert_eq!(metric.kind(), kind);
        let family = metric.describe().unwrap().family;
        assert_eq!((family.kind, family.metric_type), (Some(kind), metric_type));
        let typed_id = match kind {
            Kind::Counter => reg.counter("it").get().id(),
            Kind::IntCounter => reg.int_counter("it").get().id(),
            Kind::FloatCounter => reg.float_counter("it").get().id(),
            Kind::DurationCounter => reg.duration_counter("it").get().id(),
            Kind::IntGauge => reg.int_gauge("it").get().id(),
            Kind::FloatGauge => reg.float_gauge("it").get().id(),
            _ => reg.duration_gauge("it").get().id(),
        };
        assert_eq!(metric.id(), typed_id);
        assert_eq!(metric.into_counter().is_some(), kind == Kind::Counter);
    }
}

#[test]
fn an_increment_by_value_counter_can_be_exposed_as_its_total() {
    let reg = isolated();
    reg.int_counter("tokens").total_only().get().add(3);
    reg.float_counter("joules").total_only().get().add(0.5);
    reg.duration_counter("busy").total_only().get().add(Duration::from_millis(1));
    assert_eq!(samples(&reg), ["busy_seconds_total 0.001", "joules_total 0.5", "tokens_total 3"]);
    assert!(report(&reg).contains("# TYPE tokens_total counter\n"));
}
