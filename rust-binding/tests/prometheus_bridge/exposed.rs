// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What ours holds, in theirs.

use cmetrics::bridge::prometheus::expose;
use cmetrics::{CollectedFamily, MetricType, Priority, Sample};

use crate::{gauge, isolated, shown, text, theirs};

#[test]
fn every_type_comes_over() {
    let reg = isolated();
    reg.counter("requests").help("Requests").label("path", "a \"b\"").get().add(3);
    reg.duration_counter("latency").help("Time").get().add_nanos(250_000_000);
    reg.int_gauge("depth").help("Jobs").get().set(-3);
    reg.int_counter("tokens").help("Tokens").total_only().get().add(512);
    reg.collector(|out| {
        out.family(&CollectedFamily::new("rpc_seconds", MetricType::Histogram).help("Calls"))?;
        let samples = [Sample::bucket("0.1", 3), Sample::bucket("+Inf", 4), Sample::sum(0.52), Sample::count(4)];
        out.point(&[("method", "get")], &samples)?;
        out.family(&CollectedFamily::new("size_bytes", MetricType::Summary).help("Sizes"))?;
        out.point(&[], &[Sample::quantile("0.5", 7.0), Sample::sum(14.0), Sample::count(2)])?;
        out.family(&CollectedFamily::new("build", MetricType::Info).help("Build"))?;
        out.point(&[("version", "1")], &[Sample::new(1_u64).suffix("_info")])?;
        out.family(&CollectedFamily::new("odd", MetricType::Unknown).help("Odd"))?;
        out.value(&[], 0.5)
    })
    .unwrap();
    let registry = theirs(vec![gauge("theirs", 7)]);
    let _shown = shown(expose(&reg).to(&registry));
    let expected = r#"# HELP build_info Build
# TYPE build_info gauge
build_info{version="1"} 1
# HELP depth Jobs
# TYPE depth gauge
depth -3
# HELP latency_seconds Time
# TYPE latency_seconds summary
latency_seconds_sum 0.25
latency_seconds_count 1
# HELP odd Odd
# TYPE odd gauge
odd 0.5
# HELP requests_total Requests
# TYPE requests_total counter
requests_total{path="a \"b\""} 3
# HELP rpc_seconds Calls
# TYPE rpc_seconds histogram
rpc_seconds_bucket{method="get",le="0.1"} 3
rpc_seconds_bucket{method="get",le="+Inf"} 4
rpc_seconds_sum{method="get"} 0.52
rpc_seconds_count{method="get"} 4
# HELP size_bytes Sizes
# TYPE size_bytes summary
size_bytes{quantile="0.5"} 7
size_bytes_sum 14
size_bytes_count 2
# HELP theirs A gauge
# TYPE theirs gauge
theirs 7
# HELP tokens_total Tokens
# TYPE tokens_total counter
tokens_total 512
"#;
    assert_eq!(text(&registry), expected);
}

#[test]
fn families_that_come_later_show_at_once_and_are_reserved() {
    let (reg, registry) = (isolated(), theirs(vec![gauge("theirs", 7)]));
    let _shown = shown(expose(&reg).verbosity(Priority::Low).to(&registry));
    reg.int_gauge("depth").get().set(1);
    reg.int_gauge("quiet").priority(Priority::Low).get().set(2);
    reg.int_gauge("secret").priority(Priority::Debug).get().set(3);
    let names: Vec<_> = registry.gather().iter().map(|family| family.name().to_owned()).collect();
    assert_eq!(names, ["depth", "quiet", "theirs"]);
    reserved(&registry, "depth");
}

/// The thread that reserves a name may still be at it. Asking does not take the name away: the crate remembers label names
/// and help of a name, and those are the reservation's.
fn reserved(registry: &prometheus::Registry, name: &str) {
    for _ in 0..1000 {
        let like_it = prometheus::IntGauge::new(name, "Reserved by cmetrics").unwrap();
        if registry.register(Box::new(like_it.clone())).is_err() {
            let err = registry.register(gauge(name, 1)).unwrap_err().to_string();
            return assert!(err.contains("uplicate") || err.contains("previously registered"), "{err}");
        }
        registry.unregister(Box::new(like_it)).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("{name} is not reserved");
}

#[test]
fn what_both_define_is_refused_and_named() {
    let (reg, registry) = (isolated(), theirs(vec![gauge("depth", 7), gauge("load", 1)]));
    reg.int_gauge("depth").get().set(1);
    reg.int_gauge("mine").get().set(1);
    let err = expose(&reg).to(&registry).unwrap_err();
    assert_eq!((err.is_conflict(), err.subject()), (true, Some("depth")));
    let names = |registry: &prometheus::Registry| -> Vec<String> {
        registry.gather().iter().map(|family| family.name().to_owned()).collect()
    };
    assert_eq!(names(&registry), ["depth", "load"], "nothing is exposed");
    let _shown = shown(expose(&reg).exclude(["depth"]).to(&registry));
    assert_eq!(names(&registry), ["depth", "load", "mine"]);
    // An empty vector has its name too.
    let vector = prometheus::IntGaugeVec::new(prometheus::Opts::new("empty", "Empty"), &["a"]).unwrap();
    let other = theirs(vec![Box::new(vector)]);
    reg.int_gauge("empty").get();
    assert_eq!(expose(&reg).to(&other).unwrap_err().subject(), Some("empty"));
}

#[test]
fn a_clash_that_comes_later_is_never_shown_twice() {
    let registry = prometheus::Registry::new_custom(Some("app".to_owned()), None).unwrap();
    registry.register(gauge("depth", 7)).unwrap();
    let reg = isolated();
    let _shown = shown(expose(&reg).to(&registry));
    reg.int_gauge("depth").get().set(1);
    reg.int_gauge("mine").get().set(1);
    for _ in 0..3 {
        let text = text(&registry);
        assert_eq!(text.matches("app_depth 7\n").count(), 1, "{text}");
        assert_eq!(text.matches("depth").count(), 3, "{text}");
        assert!(text.contains("app_mine 1\n"), "{text}");
    }
}

#[test]
fn it_can_be_hidden_and_exposed_again() {
    let (reg, registry) = (isolated(), theirs(Vec::new()));
    reg.int_gauge("depth").get().set(1);
    for _ in 0..2 {
        let exposed = expose(&reg).to(&registry).unwrap();
        assert_eq!(registry.gather().len(), 1);
        assert!(expose(&reg).to(&registry).unwrap_err().is_conflict());
        exposed.hide();
        assert_eq!(registry.gather().len(), 0);
    }
    let gone = reg.child("gone").get();
    let _shown = shown(expose(&gone).to(&registry));
    gone.remove().unwrap();
    assert_eq!(registry.gather().len(), 0);
}
