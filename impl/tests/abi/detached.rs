// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ptr::null_mut;

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

use crate::tool::*;

fn attempt_detached(registry: *mut Registry, desc: &mut MetricDesc) -> (*mut Metric, Told) {
    desc.flags |= METRIC_DETACHED_ON_ERROR;
    let mut metric = null_mut();
    let told = attempt(|error| call!(registry.metric(registry, desc, &raw mut metric, error))).unwrap_err();
    (metric, *told)
}

#[test]
fn a_failed_creation_gives_a_detached_metric_that_counts_unseen() {
    let root = isolated();
    release(counter(root, "x"));
    let (metric, told) = attempt_detached(root, &mut metric_desc(KIND_INT_GAUGE, "x_total", &[]));
    assert_eq!(told.code, INVALID_ARGUMENT);
    assert_eq!((call!(metric.kind(metric)), call!(metric.attached(metric))), (KIND_INT_GAUGE, 0));
    call!(int_gauge.set(metric.cast(), 4));
    assert_eq!(call!(int_gauge.value(metric.cast())), 4);
    let text = render(root, &ReportOptions { flags: 0, verbosity: 0, ..options() }).unwrap();
    assert!(text.contains("cmetrics_refused_series_total{family=\"x_total\"} 1\n"), "{text}");
    call!(metric.release(metric));
    call!(registry.release(root));
}

#[test]
fn whatever_was_wrong_with_the_name_a_known_kind_gives_a_handle() {
    let root = isolated();
    let bytes = [0xffu8];
    let not_utf8 = Text { data: bytes.as_ptr().cast(), len: 1 };
    for name in [Text::ABSENT, not_utf8, Text::lend("a b"), Text::lend("cmetrics_mine")] {
        let (metric, _) = attempt_detached(root, &mut MetricDesc { name, ..metric_desc(KIND_COUNTER, "", &[]) });
        assert!(!metric.is_null());
        call!(metric.release(metric));
    }
    let (metric, told) = attempt_detached(root, &mut metric_desc(99, "x", &[]));
    assert!(metric.is_null() && told.code == UNSUPPORTED);
    call!(registry.release(root));
}
