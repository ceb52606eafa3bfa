// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_void;
use core::mem::size_of;
use core::ptr::null_mut;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::mpsc;
use std::time::Duration;

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

use crate::client::open;
use crate::tool::*;

/// A collector made of a closure, which counts its drops.
struct Code<'a> {
    run: Box<dyn Fn(&Visitor) -> Status + Send + Sync + 'a>,
    drops: &'a AtomicU32,
}

unsafe extern "C" fn collect(user: *mut c_void, _: *const ReportOptions, into: *const Visitor) -> Status {
    // SAFETY: user is a Code, and the visitor is lent.
    unsafe { ((*user.cast::<Code<'_>>()).run)(&*into) }
}

unsafe extern "C" fn drop_code(user: *mut c_void) {
    // SAFETY: user is the box that add gave away.
    let code = unsafe { Box::from_raw(user.cast::<Code<'_>>()) };
    code.drops.fetch_add(1, SeqCst);
}

fn add<'a>(
    registry: *mut Registry,
    owner: *mut Client,
    drops: &'a AtomicU32,
    run: impl Fn(&Visitor) -> Status + Send + Sync + 'a,
) -> Result<*mut Collector, Box<Told>> {
    add_with(0, registry, owner, drops, run)
}

fn add_with<'a>(
    flags: u32,
    registry: *mut Registry,
    owner: *mut Client,
    drops: &'a AtomicU32,
    run: impl Fn(&Visitor) -> Status + Send + Sync + 'a,
) -> Result<*mut Collector, Box<Told>> {
    let code = Box::into_raw(Box::new(Code { run: Box::new(run), drops }));
    let user = code.cast();
    let struct_size = size_of::<CollectorDesc>() as u32;
    let desc = CollectorDesc { struct_size, flags, owner, collect: Some(collect), drop: Some(drop_code), user };
    let mut collector = null_mut();
    let added = attempt(|error| call!(collector.add(registry, &raw const desc, &raw mut collector, error)));
    // SAFETY: it was refused, and so is still ours. This is not counted as a drop.
    added.map(|()| collector).inspect_err(|_| drop(unsafe { Box::from_raw(code) }))
}

/// Adds one that stays until its registry or its client goes.
pub(crate) fn add_to_stay<'a>(
    registry: *mut Registry,
    owner: *mut Client,
    drops: &'a AtomicU32,
    run: impl Fn(&Visitor) -> Status + Send + Sync + 'a,
) {
    call!(collector.release(add(registry, owner, drops, run).unwrap()));
}

pub(crate) fn tell_family(into: &Visitor, type_: i32, name: &str) -> Status {
    let (struct_size, flags) = (size_of::<Family>() as u32, 0);
    let (name, help, unit) = (Text::lend(name), Text::lend("told"), Text::ABSENT);
    let family = Family { struct_size, flags, kind: 0, type_, priority: 0, zero: 0, name, help, unit };
    // SAFETY: the visitor is lent.
    unsafe { (into.family.unwrap())(into.user, &raw const family) }
}

pub(crate) fn value<'a>(suffix: &'a str, extra: (&'a str, &'a str), bits: u64) -> Value {
    Value { suffix: Text::lend(suffix), extra: label(extra.0, extra.1), type_: VALUE_U64, zero: 0, bits }
}

pub(crate) fn tell_point(into: &Visitor, labels: &[Label], values: &[Value]) -> Status {
    let point = Point {
        struct_size: size_of::<Point>() as u32,
        flags: 0,
        id: 0,
        labels: labels.as_ptr(),
        n_labels: labels.len() as u64,
        values: values.as_ptr(),
        n_values: values.len() as u64,
    };
    // SAFETY: the visitor is lent.
    unsafe { (into.point.unwrap())(into.user, &raw const point) }
}

#[test]
fn a_histogram_passes_through() {
    let root = isolated();
    let below = child(root, "rpc");
    let drops = AtomicU32::new(0);
    release(counter(root, "rpc_a"));
    release(counter(root, "rpc_z"));
    let collector = add(below, null_mut(), &drops, |into| {
        assert_eq!(tell_family(into, TYPE_HISTOGRAM, "latency_seconds"), OK);
        let labels = [label("method", "get")];
        let values = [
            value("_bucket", ("le", "0.1"), 3),
            value("_bucket", ("le", "+Inf"), 4),
            Value { type_: VALUE_F64, ..value("_sum", ("", ""), 1.5f64.to_bits()) },
            value("_count", ("", ""), 4),
        ];
        tell_point(into, &labels, &values)
    });
    let text = report(root);
    let expected = "# HELP rpc_a_total \n# TYPE rpc_a_total counter\nrpc_a_total 0\n\
        # HELP rpc_latency_seconds told\n# TYPE rpc_latency_seconds histogram\n\
        rpc_latency_seconds_bucket{method=\"get\",le=\"0.1\"} 3\nrpc_latency_seconds_bucket{method=\"get\",le=\"+Inf\"} 4\n\
        rpc_latency_seconds_sum{method=\"get\"} 1.5\nrpc_latency_seconds_count{method=\"get\"} 4\n\
        # HELP rpc_z_total \n# TYPE rpc_z_total counter\nrpc_z_total 0\n";
    assert_eq!(text, expected);
    call!(collector.release(collector.unwrap()));
    call!(registry.release(below));
    call!(registry.release(root));
    assert_eq!(drops.into_inner(), 1);
}

#[test]
fn collected_points_merge_with_metrics_and_clashes_give_way() {
    let root = isolated();
    let drops = AtomicU32::new(0);
    let own = [label("k", "b")];
    release(create(root, &metric_desc(KIND_COUNTER, "x", &own)).unwrap());
    release(create(root, &metric_desc(KIND_INT_COUNTER, "s", &[])).unwrap());
    let engine = open("engine", "");
    add_to_stay(root, engine, &drops, |into| {
        tell_family(into, TYPE_COUNTER, "x_total");
        for name in ["a", "b", "c"] {
            tell_point(into, &[label("k", name)], &[value("", ("", ""), 9)]);
        }
        tell_family(into, TYPE_GAUGE, "s_count");
        tell_point(into, &[], &[value("", ("", ""), 1)])
    });
    let text = report(root);
    let lines: Vec<_> = text.lines().filter(|line| line.starts_with('x')).collect();
    assert_eq!(lines, ["x_total{k=\"a\"} 9", "x_total{k=\"b\"} 0", "x_total{k=\"c\"} 9"]);
    assert_eq!(text.matches("s_count").count(), 1);
    let own = render(root, &ReportOptions { flags: 0, ..options() }).unwrap();
    // In each of two reports: the point that a metric has, and the clash with s.
    assert!(own.contains("cmetrics_collector_errors_total{client=\"engine\"} 4\n"), "{own}");
    call!(client.release(engine));
    assert_eq!(drops.load(SeqCst), 1, "the last reference closes the client, which removes its collectors");
    call!(registry.release(root));
}

#[test]
fn collectors_that_clash_with_each_other_give_way_in_order() {
    let root = isolated();
    let drops = AtomicU32::new(0);
    let late = open("late", "");
    add_to_stay(root, null_mut(), &drops, |into| {
        tell_family(into, TYPE_SUMMARY, "x");
        tell_point(into, &[], &[value("_sum", ("", ""), 1), value("_count", ("", ""), 2)]);
        tell_family(into, TYPE_GAUGE, "g");
        tell_point(into, &[], &[value("", ("", ""), 1)])
    });
    add_to_stay(root, late, &drops, |into| {
        for name in ["x_count", "g"] {
            tell_family(into, TYPE_GAUGE, name);
            tell_point(into, &[], &[value("", ("", ""), 9)]);
        }
        tell_family(into, TYPE_COUNTER, "x");
        tell_point(into, &[], &[value("", ("", ""), 9)])
    });
    let own = render(root, &ReportOptions { flags: 0, ..options() }).unwrap();
    assert!(own.contains("cmetrics_collector_errors_total{client=\"late\"} 3\n"), "{own}");
    assert!(own.contains("x_sum 1\nx_count 2\n") && own.contains("\ng 1\n") && !own.contains(" 9\n"), "{own}");
    call!(client.release(late));
    call!(registry.release(root));
}

#[test]
fn bad_tellings_are_refused_counted_and_break_no_report() {
    let root = isolated();
    let drops = AtomicU32::new(0);
    release(counter(root, "x"));
    add_to_stay(root, null_mut(), &drops, |into| {
        assert_eq!(tell_point(into, &[], &[value("", ("", ""), 1)]), INVALID_ARGUMENT);
        assert_eq!(tell_family(into, TYPE_GAUGE, "a b"), INVALID_ARGUMENT);
        assert_eq!(tell_family(into, TYPE_GAUGE, "cmetrics_x"), INVALID_ARGUMENT);
        assert_eq!(tell_family(into, TYPE_GAUGE, "good"), OK);
        assert_eq!(tell_point(into, &[label("__x", "1")], &[value("", ("", ""), 1)]), INVALID_ARGUMENT);
        assert_eq!(tell_point(into, &[], &[]), INVALID_ARGUMENT);
        assert_eq!(tell_point(into, &[], &[Value { type_: 99, ..value("", ("", ""), 1) }]), UNSUPPORTED);
        let twice = [value("_bucket", ("le", "1"), 1), value("_bucket", ("le", "1"), 1)];
        assert_eq!(tell_point(into, &[], &twice), INVALID_ARGUMENT);
        let both = [label("m", "1")];
        assert_eq!(tell_point(into, &both, &[value("", ("m", "2"), 1)]), INVALID_ARGUMENT);
        assert_eq!(tell_point(into, &[], &[value("", ("", ""), 1)]), OK);
        assert_eq!(tell_point(into, &[], &[value("", ("", ""), 2)]), INVALID_ARGUMENT);
        OK
    });
    add_to_stay(root, null_mut(), &drops, |into| {
        tell_family(into, TYPE_GAUGE, "failed");
        tell_point(into, &[], &[value("", ("", ""), 1)]);
        5
    });
    let text = report(root);
    assert!(text.contains("good 1\n") && text.contains("x_total 0\n") && !text.contains("failed"), "{text}");
    call!(registry.release(root));
    assert_eq!(drops.into_inner(), 2);
}

#[test]
fn points_after_a_family_that_cannot_be_read_are_no_other_familys() {
    let root = isolated();
    let drops = AtomicU32::new(0);
    add_to_stay(root, null_mut(), &drops, |into| {
        for unreadable in [Text { data: c"\xff".as_ptr(), len: 1 }, Text { data: core::ptr::null(), len: 1 }] {
            tell_family(into, TYPE_GAUGE, "good");
            let (struct_size, flags) = (size_of::<Family>() as u32, 0);
            let (name, help, unit) = (unreadable, Text::ABSENT, Text::ABSENT);
            let family =
                Family { struct_size, flags, kind: 0, type_: TYPE_GAUGE, priority: 0, zero: 0, name, help, unit };
            // SAFETY: the visitor is lent, and the name cannot be read in a way that the contract allows.
            let told = unsafe { (into.family.unwrap())(into.user, &raw const family) };
            assert_eq!(told, INVALID_ARGUMENT);
            assert_eq!(tell_point(into, &[], &[value("", ("", ""), 1)]), INVALID_ARGUMENT);
        }
        OK
    });
    assert_eq!(report(root), "");
    call!(registry.release(root));
    assert_eq!(drops.into_inner(), 1);
}

#[test]
fn a_collector_may_remove_itself_and_ask_for_a_report() {
    let root = isolated();
    let drops = AtomicU32::new(0);
    let own = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let place = own.clone();
    let (address, drops_seen) = (root as usize, &drops);
    let collector = add(root, null_mut(), &drops, move |into| {
        assert!(!report(address as *mut Registry).contains("inner"), "it does not run inside itself");
        let collector = place.load(SeqCst) as *mut Collector;
        attempt(|error| call!(collector.remove(collector, error))).unwrap();
        assert_eq!(drops_seen.load(SeqCst), 0, "dropped only after the run");
        tell_family(into, TYPE_GAUGE, "inner");
        tell_point(into, &[], &[value("", ("", ""), 1)])
    })
    .unwrap();
    own.store(collector as usize, SeqCst);
    assert!(report(root).contains("inner 1"));
    assert_eq!(drops.load(SeqCst), 1);
    assert!(!report(root).contains("inner"));
    attempt(|error| call!(collector.remove(collector, error))).unwrap();
    call!(collector.release(collector));
    call!(registry.release(root));
    assert_eq!(drops.load(SeqCst), 1);
}

#[test]
fn closing_a_client_waits_for_its_running_collectors() {
    let root = isolated();
    let drops = AtomicU32::new(0);
    let engine = open("engine", "");
    let (started, wait_started) = mpsc::channel();
    let finished = AtomicU32::new(0);
    let finished_seen = &finished;
    add_to_stay(root, engine, &drops, move |_| {
        started.send(()).unwrap();
        std::thread::sleep(Duration::from_millis(50));
        finished_seen.fetch_add(1, SeqCst);
        OK
    });
    let address = root as usize;
    std::thread::scope(|scope| {
        scope.spawn(move || report(address as *mut Registry));
        wait_started.recv().unwrap();
        call!(client.close(engine));
        assert_eq!((finished.load(SeqCst), drops.load(SeqCst)), (1, 1));
    });
    call!(client.release(engine));
    call!(registry.release(root));
}

#[test]
fn drop_is_not_called_where_adding_failed() {
    let root = isolated();
    let below = child(root, "a");
    attempt(|error| call!(registry.remove(below, error))).unwrap();
    let drops = AtomicU32::new(0);
    assert_eq!(add(below, null_mut(), &drops, |_| OK).unwrap_err().code, GONE);
    assert_eq!(drops.into_inner(), 0);
    call!(registry.release(below));
    call!(registry.release(root));
}

#[test]
fn removing_a_registry_removes_its_collectors() {
    let root = isolated();
    let (a, drops) = (child(root, "a"), AtomicU32::new(0));
    let b = child(a, "b");
    add_to_stay(b, null_mut(), &drops, |_| OK);
    attempt(|error| call!(registry.remove(a, error))).unwrap();
    assert_eq!(drops.load(SeqCst), 1);
    [b, a, root].into_iter().for_each(|registry| call!(registry.release(registry)));
}

/// Tells a series that a metric has as well, one that none has, a summary and a gauge.
fn tell_parts(into: &Visitor) -> Status {
    assert_eq!(tell_family(into, TYPE_COUNTER, "requests_total"), OK);
    assert_eq!(tell_point(into, &[], &[value("", ("", ""), 40)]), OK);
    assert_eq!(tell_point(into, &[label("of", "others")], &[value("", ("", ""), 7)]), OK);
    assert_eq!(tell_family(into, TYPE_SUMMARY, "size"), OK);
    assert_eq!(tell_point(into, &[], &[value("_sum", ("", ""), 100), value("_count", ("", ""), 3)]), OK);
    assert_eq!(tell_family(into, TYPE_GAUGE, "in_flight"), OK);
    assert_eq!(tell_point(into, &[], &[value("", ("", ""), 5)]), OK);
    OK
}

#[test]
fn a_part_of_a_count_is_added_to_the_rest() {
    let root = isolated();
    let drops = AtomicU32::new(0);
    let kinds = [(KIND_COUNTER, "requests"), (KIND_INT_COUNTER, "size"), (KIND_INT_GAUGE, "in_flight")];
    let metrics = kinds.map(|(kind, name)| create(root, &metric_desc(kind, name, &[])).unwrap());
    call!(counter.add(metrics[0].cast(), 2));
    call!(int_counter.add(metrics[1].cast(), 11));
    call!(int_gauge.add(metrics[2].cast(), 1));
    let first = add_with(COLLECTOR_ADDS, root, null_mut(), &drops, tell_parts).unwrap();
    let expected = |requests, others, sum, count| {
        format!(
            "# HELP in_flight \n# TYPE in_flight gauge\nin_flight 1\n# HELP requests_total told\n# TYPE requests_total counter\n\
             requests_total {requests}\nrequests_total{{of=\"others\"}} {others}\n# HELP size told\n\
             # TYPE size summary\nsize_sum {sum}\nsize_count {count}\n"
        )
    };
    let own = ReportOptions { flags: REPORT_NO_SELF, ..options() };
    let report = |own| render(root, own).unwrap();
    assert_eq!(report(&own), expected(42, 7, 111, 4));
    let second = add_with(COLLECTOR_ADDS, root, null_mut(), &drops, tell_parts).unwrap();
    assert_eq!(report(&own), expected(82, 14, 211, 7));
    // A gauge is nobody's part: the metric stands, and each of the others is an error.
    let told = render(root, &ReportOptions { flags: 0, ..options() }).unwrap();
    assert!(told.contains("cmetrics_collector_errors_total"), "{told}");
    for collector in [first, second] {
        attempt(|error| call!(collector.remove(collector, error))).unwrap();
        call!(collector.release(collector));
    }
    assert_eq!(report(&own).lines().filter(|line| !line.starts_with('#')).count(), 4);
    assert_eq!(drops.load(SeqCst), 2);
    metrics.into_iter().for_each(release);
    call!(registry.release(root));
}

#[test]
fn a_collector_of_unknown_flags_is_refused_and_stays_its_owners() {
    let drops = AtomicU32::new(0);
    let root = isolated();
    let refused = add_with(2, root, null_mut(), &drops, |_| OK).unwrap_err();
    assert_eq!(refused.code, UNSUPPORTED);
    assert_eq!(drops.load(SeqCst), 0);
    call!(registry.release(root));
}
