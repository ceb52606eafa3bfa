// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

use crate::tool::*;

#[test]
fn nothing_to_report_is_zero_bytes() {
    let root = isolated();
    assert_eq!(report(root), "");
    call!(registry.release(root));
}

#[test]
fn verbosity_keeps_what_is_at_least_that_important() {
    let root = isolated();
    let levels = [PRIORITY_CRITICAL, PRIORITY_HIGH, PRIORITY_NORMAL, PRIORITY_LOW, PRIORITY_DEBUG];
    for (i, priority) in levels.into_iter().enumerate() {
        release(create(root, &MetricDesc { priority, ..metric_desc(KIND_INT_GAUGE, &format!("g{i}"), &[]) }).unwrap());
    }
    for (i, verbosity) in levels.into_iter().enumerate() {
        let text = render(root, &ReportOptions { verbosity, ..options() }).unwrap();
        assert_eq!(text.matches("# TYPE").count(), i + 1);
    }
    call!(registry.release(root));
}

#[test]
fn a_name_filter_takes_families_by_name_or_sample() {
    let root = isolated();
    release(counter(root, "a"));
    release(create(root, &metric_desc(KIND_INT_COUNTER, "b", &[])).unwrap());
    release(create(root, &metric_desc(KIND_INT_GAUGE, "c", &[])).unwrap());
    let names = [Text::lend("a_total"), Text::lend("b_count")];
    let text = render(root, &ReportOptions { names: names.as_ptr(), n_names: 2, ..options() }).unwrap();
    assert!(text.contains("a_total 0") && text.contains("b_sum 0") && !text.contains("c 0"), "{text}");
    call!(registry.release(root));
}

#[test]
fn time_that_is_up_cancels() {
    let root = isolated();
    let none = render(root, &ReportOptions { timeout_ns: 1, ..options() }).unwrap_err();
    assert_eq!(none.code, CANCELLED, "where nothing is counted, collectors may have taken the time");
    release(counter(root, "a"));
    let told = render(root, &ReportOptions { timeout_ns: 1, ..options() }).unwrap_err();
    assert_eq!((told.code, told.category), (CANCELLED, CATEGORY_RETRY));
    assert!(render(root, &ReportOptions { timeout_ns: u64::MAX, ..options() }).is_ok());
    call!(registry.release(root));
}

#[test]
fn the_librarys_own_families_come_from_a_root_alone() {
    let root = isolated();
    let below = child(root, "a");
    release(counter(below, "x"));
    let own = ReportOptions { flags: 0, ..options() };
    let text = render(root, &own).unwrap();
    let info = format!("cmetrics_info{{abi=\"1\",version=\"{}\"}} 1\n", env!("CARGO_PKG_VERSION"));
    assert!(text.contains(&info) && text.contains("cmetrics_series 1\n"), "{text}");
    assert!(!text.contains("refused"), "refusals appear once nonzero");
    assert!(!render(below, &own).unwrap().contains("cmetrics_"));
    assert!(!render(root, &ReportOptions { verbosity: 0, ..own }).unwrap().contains("cmetrics_"));
    call!(registry.release(below));
    call!(registry.release(root));
}

#[test]
fn labels_and_help_are_escaped() {
    let root = isolated();
    let labels = [label("k", "quote \" backslash \\ newline \n tab\t 模型")];
    let help = Text::lend("quote \" backslash \\ newline \n end");
    release(create(root, &MetricDesc { help, ..metric_desc(KIND_INT_GAUGE, "g", &labels) }).unwrap());
    let expected = "# HELP g quote \" backslash \\\\ newline \\n end\n# TYPE g gauge\n\
        g{k=\"quote \\\" backslash \\\\ newline \\n tab\t 模型\"} 0\n";
    assert_eq!(report(root), expected);
    call!(registry.release(root));
}
