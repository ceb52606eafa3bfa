// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What theirs holds, in our report.

use cmetrics::bridge::prometheus::attach;
use cmetrics::{assert_metric, Priority, ReportOptions};
use prometheus::proto::{LabelPair, Metric, MetricFamily, MetricType, Quantile, Summary};
use prometheus::{core, CounterVec, Histogram, HistogramOpts, Opts};

use crate::{gauge, isolated, report, text, theirs};

#[test]
fn every_type_comes_over_as_it_is() {
    let requests = CounterVec::new(Opts::new("requests_total", "Requests \\ that\ncame in"), &["path"]).unwrap();
    requests.with_label_values(&["a \"b\" \\ c\nd e"]).inc_by(1.5);
    requests.with_label_values(&["größe"]).inc_by(9_007_199_254_740_992.0);
    let latency = Histogram::with_opts(HistogramOpts::new("latency_seconds", "Time").buckets(vec![0.1, 2.5])).unwrap();
    [0.05, 1.0, 7.0].into_iter().for_each(|seconds| latency.observe(seconds));
    let registry = theirs(vec![Box::new(requests), Box::new(latency), gauge("depth", -3)]);
    let reg = isolated();
    attach(&registry).to(&reg).unwrap();
    let expected = r#"# HELP depth A gauge
# TYPE depth gauge
depth -3
# HELP latency_seconds Time
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 1
latency_seconds_bucket{le="2.5"} 2
latency_seconds_bucket{le="+Inf"} 3
latency_seconds_sum 8.05
latency_seconds_count 3
# HELP requests_total Requests \\ that\ncame in
# TYPE requests_total counter
requests_total{path="a \"b\" \\ c\nd e"} 1.5
requests_total{path="größe"} 9007199254740992
"#;
    assert_eq!(report(&reg), expected);
    // But for how labels are ordered within a line, it is what theirs shows.
    assert_eq!(text(&registry), expected);
}

/// A collector that tells what no metric of the crate does.
struct Odd(core::Desc, Vec<MetricFamily>);

impl core::Collector for Odd {
    fn desc(&self) -> Vec<&core::Desc> {
        vec![&self.0]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.1.clone()
    }
}

fn odd(name: &str, metric_type: MetricType, metric: Metric) -> Box<Odd> {
    let mut family = MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_help("Odd".to_owned());
    family.set_field_type(metric_type);
    family.set_metric(vec![metric]);
    let desc = core::Desc::new(name.to_owned(), "Odd".to_owned(), Vec::new(), Default::default()).unwrap();
    Box::new(Odd(desc, vec![family]))
}

#[test]
fn summaries_keep_their_quantiles_and_untyped_families_break_nothing() {
    let mut quantile = Quantile::default();
    quantile.set_quantile(0.99);
    quantile.set_value(0.2);
    let mut summary = Summary::default();
    summary.set_quantile(vec![quantile]);
    summary.set_sample_sum(1.5);
    summary.set_sample_count(12);
    let mut metric = Metric::default();
    metric.set_summary(summary);
    let untyped = odd("mystery", MetricType::UNTYPED, Metric::default());
    let registry = theirs(vec![odd("rpc_seconds", MetricType::SUMMARY, metric), gauge("depth", 3)]);
    let reg = isolated();
    attach(&registry).to(&reg).unwrap();
    assert_metric!(reg, "rpc_seconds", [("quantile", "0.99")], 0.2);
    assert_metric!(reg, "rpc_seconds_sum", 1.5);
    assert_metric!(reg, "rpc_seconds_count", 12);
    registry.register(untyped).unwrap();
    assert_metric!(reg, "depth", 3);
}

#[test]
fn a_time_stamp_is_not_taken_for_the_number() {
    let mut stamped = Metric::default();
    let mut gauge = prometheus::proto::Gauge::default();
    gauge.set_value(0.25);
    stamped.set_gauge(gauge);
    stamped.set_timestamp_ms(1_700_000_000_000);
    let mut label = LabelPair::default();
    label.set_name("path".to_owned());
    label.set_value("/a b".to_owned());
    stamped.set_label(vec![label]);
    let reg = isolated();
    attach(&theirs(vec![odd("ratio", MetricType::GAUGE, stamped)])).to(&reg).unwrap();
    assert_metric!(reg, "ratio", [("path", "/a b")], 0.25);
}

#[test]
fn prefix_labels_and_exclusions_hold() {
    let reg = isolated();
    let registry = theirs(vec![gauge("depth", 3), gauge("secret", 4)]);
    attach(&registry).prefix("legacy").label("engine", "0").exclude(["secret"]).to(&reg).unwrap();
    let expected = "# HELP legacy_depth A gauge\n# TYPE legacy_depth gauge\nlegacy_depth{engine=\"0\"} 3\n";
    assert_eq!(report(&reg), expected);
    // A second engine's registry has the same families.
    attach(&theirs(vec![gauge("depth", 5)])).prefix("legacy").label("engine", "1").to(&reg).unwrap();
    assert_eq!(report(&reg), format!("{expected}legacy_depth{{engine=\"1\"}} 5\n"));
}

#[test]
fn what_both_define_is_refused_and_named() {
    let reg = isolated();
    reg.int_gauge("depth").get().set(1);
    reg.counter("depth_other").get();
    let registry = theirs(vec![gauge("depth", 3), gauge("load", 4)]);
    let err = attach(&registry).to(&reg).unwrap_err();
    assert!(err.is_conflict());
    assert_eq!(err.subject(), Some("depth"));
    assert!(err.to_string().contains("both sides define depth (hint: exclude"), "{err}");
    assert!(!report(&reg).contains("load"), "nothing is attached");
    attach(&registry).exclude(["depth"]).to(&reg).unwrap();
    assert_metric!(reg, "depth", 1);
    assert_metric!(reg, "load", 4);
}

#[test]
fn a_clash_of_another_kind_or_of_a_sample_is_refused_too() {
    let reg = isolated();
    reg.duration_counter("rpc").get();
    let err = attach(&theirs(vec![gauge("rpc_seconds_sum", 3)])).to(&reg).unwrap_err();
    assert_eq!((err.is_conflict(), err.subject()), (true, Some("rpc_seconds_sum")));
    // Elsewhere in the tree.
    let err = attach(&theirs(vec![gauge("rpc_seconds_sum", 3)])).to(&reg.child("").label("a", "b").get()).unwrap_err();
    assert!(err.is_conflict());
}

#[test]
fn a_clash_that_comes_later_is_counted_and_never_shown_twice() {
    let reg = isolated();
    attach(&theirs(vec![gauge("depth", 3), gauge("load", 4)])).to(&reg).unwrap();
    reg.float_gauge("depth").get().set(0.5);
    for _ in 0..2 {
        let text = report(&reg);
        assert_eq!(text.matches("# TYPE depth ").count(), 1, "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("depth ")).count(), 1, "{text}");
        assert!(text.contains("load 4\n"));
    }
    let own = reg.render_with(&ReportOptions::new().verbosity(Priority::Debug)).unwrap();
    let errors = own.lines().find(|line| line.starts_with("cmetrics_collector_errors_total{")).unwrap();
    assert!(!errors.ends_with(" 0"), "{errors}");
}

#[test]
fn what_is_detached_is_gone_and_can_come_back() {
    let (reg, registry) = (isolated(), theirs(vec![gauge("depth", 3)]));
    let attached = attach(&registry).to(&reg).unwrap();
    assert!(attach(&registry).to(&reg).unwrap_err().is_conflict(), "it is there already");
    attached.detach().unwrap();
    assert_eq!(report(&reg), "");
    attach(&registry).to(&reg).unwrap();
    assert_metric!(reg, "depth", 3);
}
