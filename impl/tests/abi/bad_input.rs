// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::size_of;
use core::ptr::{dangling, null, null_mut};

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

use crate::tool::*;

#[track_caller]
fn check(change: impl FnOnce(&mut MetricDesc), code: Status, needle: &str) {
    let root = isolated();
    let mut desc = metric_desc(KIND_COUNTER, "x", &[]);
    change(&mut desc);
    let told = create(root, &desc).unwrap_err();
    assert_eq!(told.code, code, "{told:?}");
    assert!(told.message.contains(needle), "{told:?}");
    assert!(report(root).is_empty(), "nothing may be left behind");
    call!(registry.release(root));
}

#[test]
fn names_and_texts_are_checked() {
    let long = "n".repeat(513);
    let help = "h".repeat(8193);
    check(|desc| desc.name = Text::ABSENT, INVALID_ARGUMENT, "empty");
    check(|desc| desc.name = Text::lend("a b"), INVALID_ARGUMENT, "\"a b\" is not valid");
    check(|desc| desc.name = Text::lend(&long), INVALID_ARGUMENT, "longer than 512");
    check(
        |desc| desc.name = Text { data: [0xffu8, 0xfe].as_ptr().cast(), len: 2 },
        INVALID_ARGUMENT,
        "not UTF-8 from byte 0",
    );
    check(|desc| desc.name = Text { data: null(), len: 3 }, INVALID_ARGUMENT, "length but no bytes");
    check(|desc| desc.name = Text { data: dangling(), len: u64::MAX }, INVALID_ARGUMENT, "no text here can have");
    check(|desc| desc.help = Text::lend(&help), INVALID_ARGUMENT, "8193 bytes");
    check(|desc| desc.unit = Text::lend("a b"), INVALID_ARGUMENT, "unit");
    check(|desc| (desc.kind, desc.name) = (KIND_DURATION_GAUGE, Text::lend("x_ms")), INVALID_ARGUMENT, "unit ms");
}

#[test]
fn labels_are_checked() {
    let twice = [label("a", "1"), label("a", "2")];
    let reserved = [label("le", "1")];
    let many = vec![label("a", "1"); 65];
    let labels = |labels: &[Label], needle: &str| {
        let (data, n) = (labels.as_ptr(), labels.len() as u64);
        check(|desc| (desc.labels, desc.n_labels) = (data, n), INVALID_ARGUMENT, needle);
    };
    labels(&twice, "given twice");
    labels(&reserved, "reserved");
    labels(&many, "65");
    check(|desc| (desc.labels, desc.n_labels) = (null(), 1), INVALID_ARGUMENT, "no array");
    check(|desc| (desc.labels, desc.n_labels) = (core::ptr::without_provenance(9), 1), INVALID_ARGUMENT, "no array");
    check(|desc| desc.n_labels = u64::MAX, INVALID_ARGUMENT, "most is 64");
}

#[test]
fn numbers_from_the_future_are_unsupported() {
    check(|desc| desc.kind = 99, UNSUPPORTED, "kind 99");
    check(|desc| desc.kind = 0, INVALID_ARGUMENT, "no kind");
    check(|desc| desc.priority = 50, UNSUPPORTED, "priority 50");
    check(|desc| desc.flags = 1 << 31, UNSUPPORTED, "flags 0x80000000");
}

#[test]
fn sizes_are_checked() {
    let size = size_of::<MetricDesc>() as u32;
    for wrong in [0, 1, 8, size - 1, 4097, u32::MAX] {
        check(|desc| desc.struct_size = wrong, INVALID_ARGUMENT, "struct_size");
    }
    #[repr(C)]
    struct Larger {
        desc: MetricDesc,
        more: u64,
    }
    let root = isolated();
    let mut larger = Larger { desc: metric_desc(KIND_COUNTER, "x", &[]), more: 0 };
    larger.desc.struct_size = size_of::<Larger>() as u32;
    let make = |larger: &Larger| {
        let mut metric = null_mut();
        let desc = core::ptr::from_ref(larger).cast();
        let made = attempt(|error| call!(registry.metric(root, desc, &raw mut metric, error)));
        call!(metric.release(metric));
        made
    };
    make(&larger).unwrap();
    larger.more = 1;
    assert_eq!(make(&larger).unwrap_err().code, UNSUPPORTED);
    call!(registry.release(root));
}

#[test]
fn pointers_that_are_required_are_checked() {
    let root = isolated();
    let desc = metric_desc(KIND_COUNTER, "x", &[]);
    let mut metric: *mut Metric = null_mut();
    let misaligned = core::ptr::from_mut(&mut metric).cast::<u8>().wrapping_add(1).cast();
    let place = &raw mut metric;
    let code = |call: &dyn Fn(*mut *mut Error) -> Status| attempt(call).unwrap_err().code;
    assert_eq!(code(&|e| call!(registry.metric(null_mut(), &raw const desc, place, e))), INVALID_ARGUMENT);
    assert_eq!(code(&|e| call!(registry.metric(root, null(), place, e))), INVALID_ARGUMENT);
    assert_eq!(code(&|e| call!(registry.metric(root, &raw const desc, null_mut(), e))), INVALID_ARGUMENT);
    assert_eq!(code(&|e| call!(registry.metric(root, &raw const desc, misaligned, e))), INVALID_ARGUMENT);
    assert_eq!(code(&|e| call!(registry.render(root, null(), null(), e))), INVALID_ARGUMENT);
    assert_eq!(code(&|e| call!(registry.visit(root, null(), null(), e))), INVALID_ARGUMENT);
    assert_eq!(code(&|e| call!(collector.add(root, null(), null_mut(), e))), INVALID_ARGUMENT);
    assert_eq!(code(&|e| call!(collector.remove(null_mut(), e))), INVALID_ARGUMENT);
    assert_eq!(code(&|e| call!(registry.remove_metric(root, null_mut(), e))), INVALID_ARGUMENT);
    assert_eq!(call!(registry.metric(root, null(), place, null_mut())), INVALID_ARGUMENT);
    let misaligned = core::ptr::without_provenance_mut(9);
    assert_eq!(call!(registry.metric(root, &raw const desc, place, misaligned)), INVALID_ARGUMENT);
    assert_eq!(call!(error.read(null(), null_mut())), INVALID_ARGUMENT);
    assert_eq!(call!(registry.content_type(api(), 0, null_mut())), INVALID_ARGUMENT);
    assert_eq!(call!(registry.describe(root, None, null_mut())), INVALID_ARGUMENT);
    call!(registry.release(root));
}

#[test]
fn null_handles_take_updates_and_releases() {
    call!(counter.inc(null_mut()));
    call!(counter.add(null_mut(), 3));
    call!(int_counter.add(null_mut(), 3));
    call!(float_counter.add(null_mut(), -3.0));
    call!(duration_counter.add(null_mut(), -3));
    call!(int_gauge.set(null_mut(), 3));
    call!(float_gauge.add(null_mut(), f64::NAN));
    call!(duration_gauge.dec(null_mut()));
    assert_eq!((call!(counter.value(null_mut())), call!(metric.id(null_mut()))), (0, 0));
    assert_eq!((call!(metric.kind(null_mut())), call!(metric.attached(null_mut()))), (0, 0));
    let (mut total, mut count) = (7, 7);
    call!(int_counter.read(null_mut(), &raw mut total, &raw mut count));
    assert_eq!((total, count), (0, 0));
    call!(metric.refuse(null_mut(), 1));
    call!(metric.release(null_mut()));
    call!(registry.release(null_mut()));
    call!(client.release(null_mut()));
    call!(client.close(null_mut()));
    call!(collector.release(null_mut()));
    call!(error.release(null_mut()));
    assert_eq!(call!(registry.id(null_mut())), 0);
}

#[test]
fn report_options_are_checked() {
    let root = isolated();
    release(counter(root, "x"));
    let code = |change: &dyn Fn(&mut ReportOptions)| {
        let mut options = options();
        change(&mut options);
        render(root, &options).unwrap_err().code
    };
    assert_eq!(code(&|options| options.format = 9), UNSUPPORTED);
    assert_eq!(code(&|options| options.verbosity = 9), UNSUPPORTED);
    assert_eq!(code(&|options| options.flags = 8), UNSUPPORTED);
    assert_eq!(code(&|options| options.n_names = 2), INVALID_ARGUMENT);
    assert_eq!(code(&|options| options.struct_size = 4), INVALID_ARGUMENT);
    let mut media_type = Text::ABSENT;
    assert_eq!(call!(registry.content_type(api(), 5, &raw mut media_type)), UNSUPPORTED);
    assert_eq!(call!(registry.content_type(api(), 0, &raw mut media_type)), OK);
    assert_eq!(string(media_type), "text/plain; version=0.0.4; charset=utf-8");
    call!(registry.release(root));
}

#[test]
fn an_isolated_root_has_no_prefix() {
    let mut registry = null_mut();
    let desc = registry_desc("p", &[]);
    let told = attempt(|e| call!(registry.isolated(api(), &raw const desc, &raw mut registry, e))).unwrap_err();
    assert_eq!(told.code, INVALID_ARGUMENT);
}
