// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Metrics that code is given.

use std::sync::Arc;

use cmetrics::{Kind, Metric, MetricSpec, Metrics, Priority, Registry};

use crate::{isolated, report};

#[test]
fn all_that_a_builder_can_say_is_said_by_a_spec() {
    let (given, built) = (isolated(), isolated());
    let spec = MetricSpec::new("tokens").help("Tokens").unit("tokens").label("model", "llama").total_only();
    Metrics::int_counter(&given, spec.clone().priority(Priority::High)).add(3);
    let builder = built.int_counter("tokens").help("Tokens").unit("tokens").label("model", "llama").total_only();
    builder.priority(Priority::High).get().add(3);
    Metrics::counter(&given, MetricSpec::new("successes").verbatim()).inc();
    built.counter("successes").verbatim().get().inc();
    assert_eq!(report(&given), report(&built));
    let high = given.snapshot(&cmetrics::ReportOptions::new().verbosity(Priority::High)).unwrap();
    assert_eq!(high[0].family.unit, "tokens");
}

#[test]
fn every_kind_comes_through_a_trait_object() {
    let reg = isolated();
    let metrics: Arc<dyn Metrics> = Arc::new(reg.clone());
    let below = metrics.below("deep", &[("rank".to_owned(), "0".to_owned())]);
    below.counter("counter".into()).inc();
    below.int_counter("int_counter".into()).add(1);
    below.float_counter("float_counter".into()).add(1.0);
    below.duration_counter("duration_counter".into()).add_nanos(1);
    below.int_gauge("int_gauge".into()).set(1);
    below.float_gauge("float_gauge".into()).set(1.0);
    below.duration_gauge("duration_gauge".into()).set_nanos(1);
    let families = reg.snapshot(&cmetrics::ReportOptions::new().no_self()).unwrap();
    let mut kinds: Vec<_> = families.iter().map(|family| family.family.kind.unwrap()).collect();
    kinds.sort_by_key(|kind| Kind::ALL.iter().position(|other| other == kind));
    assert_eq!(kinds, Kind::ALL);
    assert!(families.iter().all(|family| family.points[0].labels[0].1 == "0"));
}

/// Gives gauges whatever is asked for.
struct Odd(Registry);

impl Metrics for Odd {
    fn make(&self, _kind: Kind, spec: &MetricSpec) -> Metric {
        self.0.make(Kind::IntGauge, spec)
    }

    fn below(&self, prefix: &str, labels: &[(String, String)]) -> Box<dyn Metrics> {
        self.0.below(prefix, labels)
    }
}

#[test]
fn a_double_that_gives_another_kind_breaks_nothing() {
    let odd = Odd(isolated());
    let counter = odd.counter("depth".into());
    counter.inc();
    assert_eq!((counter.value(), counter.is_attached()), (0, false));
    odd.int_gauge("depth".into()).set(3);
    assert_eq!(odd.0.int_gauge("depth").get().value(), 3);
}

mockall::mock! {
    Told {}

    impl Metrics for Told {
        fn make(&self, kind: Kind, spec: &MetricSpec) -> Metric;
        fn below(&self, prefix: &str, labels: &[(String, String)]) -> Box<dyn Metrics>;
    }
}

#[test]
fn a_mock_says_what_it_expects_and_gives_real_metrics() {
    let reg = isolated();
    let mut metrics = MockTold::new();
    let real = reg.clone();
    let asked = metrics.expect_make().withf(|kind, spec| *kind == Kind::Counter && spec.name == "requests");
    asked.times(1).returning(move |kind, spec| real.make(kind, spec));
    let code_under_test = |metrics: &dyn Metrics| metrics.counter("requests".into()).inc();
    code_under_test(&metrics);
    assert_eq!(reg.counter("requests").get().value(), 1);
}
