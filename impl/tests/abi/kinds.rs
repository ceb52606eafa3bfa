// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::cell::RefCell;
use core::ptr::null_mut;

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

use crate::tool::*;

#[test]
fn every_kind_is_exposed_by_its_rules() {
    let root = isolated();
    let made = RefCell::new(Vec::new());
    let make = |kind, name: &str, flags| {
        let metric = create(root, &MetricDesc { flags, ..metric_desc(kind, name, &[]) }).unwrap();
        made.borrow_mut().push(metric);
        metric
    };
    let counter = make(KIND_COUNTER, "a", 0).cast();
    call!(counter.inc(counter));
    call!(counter.add(counter, u64::MAX));
    call!(counter.add(counter, 5));
    let int = make(KIND_INT_COUNTER, "b", 0).cast();
    call!(int_counter.add(int, u64::MAX));
    let float = make(KIND_FLOAT_COUNTER, "c", 0).cast();
    call!(float_counter.add(float, 0.5));
    call!(float_counter.add(float, -0.0));
    let duration = make(KIND_DURATION_COUNTER, "d", 0).cast();
    call!(duration_counter.add(duration, 1_500_000_000));
    let total = make(KIND_DURATION_COUNTER, "e", METRIC_TOTAL_ONLY).cast();
    call!(duration_counter.add(total, 1));
    let gauge = make(KIND_INT_GAUGE, "f", 0).cast();
    call!(int_gauge.set(gauge, i64::MAX));
    call!(int_gauge.add(gauge, 1));
    let float_gauge = make(KIND_FLOAT_GAUGE, "g", 0).cast();
    call!(float_gauge.set(float_gauge, 2.0));
    call!(float_gauge.sub(float_gauge, 0.5));
    let duration_gauge = make(KIND_DURATION_GAUGE, "h", 0).cast();
    call!(duration_gauge.set(duration_gauge, -345));
    call!(duration_gauge.inc(duration_gauge));
    call!(duration_gauge.dec(duration_gauge));
    let text = report(root);
    let samples: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let expected = [
        "a_total 5",
        "b_sum 18446744073709551615",
        "b_count 1",
        "c_sum 0.5",
        "c_count 2",
        "d_seconds_sum 1.5",
        "d_seconds_count 1",
        "e_seconds_total 0.000000001",
        "f -9223372036854775808",
        "g 1.5",
        "h_seconds -0.000000345",
    ];
    assert_eq!(samples, expected);
    let (mut sum, mut count) = (0.0, 0);
    call!(float_counter.read(float, &raw mut sum, &raw mut count));
    assert_eq!((sum, count), (0.5, 2));
    call!(float_counter.read(float, null_mut(), &raw mut count));
    assert_eq!(call!(int_gauge.value(gauge)), i64::MIN);
    made.take().into_iter().for_each(release);
    call!(registry.release(root));
}

#[test]
fn refused_amounts_change_nothing_and_are_counted() {
    let root = isolated();
    let make = |kind, name: &str| create(root, &metric_desc(kind, name, &[])).unwrap();
    let counter: *mut FloatCounter = make(KIND_FLOAT_COUNTER, "c").cast();
    for amount in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        call!(float_counter.add(counter, amount));
    }
    let duration: *mut DurationCounter = make(KIND_DURATION_COUNTER, "d").cast();
    call!(duration_counter.add(duration, -1));
    let gauge: *mut FloatGauge = make(KIND_FLOAT_GAUGE, "g").cast();
    call!(float_gauge.add(gauge, f64::NAN));
    call!(float_gauge.sub(gauge, f64::INFINITY));
    call!(metric.refuse(gauge.cast(), REFUSED_OUT_OF_RANGE));
    call!(metric.refuse(gauge.cast(), 77));
    let text = render(root, &ReportOptions { flags: 0, verbosity: 0, ..options() }).unwrap();
    for line in [
        "c_sum 0\nc_count 0",
        "d_seconds_count 0",
        "\ng 0\n",
        "cmetrics_refused_updates_total{reason=\"negative\"} 2\n",
        "cmetrics_refused_updates_total{reason=\"not_finite\"} 5\n",
        "cmetrics_refused_updates_total{reason=\"out_of_range\"} 1\n",
        "cmetrics_refused_updates_total{reason=\"other\"} 1\n",
    ] {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
    [counter.cast(), duration.cast(), gauge.cast()].into_iter().for_each(release::<Metric>);
    call!(registry.release(root));
}

#[test]
fn reset_sets_zero_below_a_registry() {
    let root = isolated();
    let below = child(root, "a");
    let (top, deep) = (counter(root, "top"), counter(below, "deep"));
    call!(counter.add(top, 3));
    call!(counter.add(deep, 3));
    attempt(|error| call!(registry.reset(below, error))).unwrap();
    assert_eq!((call!(counter.value(top)), call!(counter.value(deep))), (3, 0));
    [top, deep].into_iter().for_each(release);
    call!(registry.release(below));
    call!(registry.release(root));
}
