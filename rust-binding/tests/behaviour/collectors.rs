// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Closures that tell of families when a report is made.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use cmetrics::{Collect, CollectedFamily, Collector, Error, MetricType, Priority, ReportOptions, Sample, SampleValue};

use crate::{isolated, own_sample, report, samples};

fn gauge(out: &mut Collect<'_>, name: &str, value: u64) -> Result<(), Error> {
    out.family(&CollectedFamily::new(name, MetricType::Gauge))?;
    out.value(&[], value)
}

#[test]
fn a_collector_feeds_a_histogram_into_the_report() {
    let reg = isolated();
    let child = reg.child("rpc").label("engine", "0").get();
    child
        .collector(|out| {
            out.family(&CollectedFamily::new("latency_seconds", MetricType::Histogram).help("Time of calls"))?;
            let samples = [
                Sample::bucket("0.1", 3),
                Sample::bucket("+Inf", 4),
                Sample::new(SampleValue::U64Nanos(520_000_000)).suffix("_sum"),
                Sample::count(4),
            ];
            out.point(&[("method", "get")], &samples)
        })
        .unwrap();
    let expected = "# HELP rpc_latency_seconds Time of calls\n\
        # TYPE rpc_latency_seconds histogram\n\
        rpc_latency_seconds_bucket{engine=\"0\",method=\"get\",le=\"0.1\"} 3\n\
        rpc_latency_seconds_bucket{engine=\"0\",method=\"get\",le=\"+Inf\"} 4\n\
        rpc_latency_seconds_sum{engine=\"0\",method=\"get\"} 0.52\n\
        rpc_latency_seconds_count{engine=\"0\",method=\"get\"} 4\n";
    assert_eq!(report(&reg), expected);
    let family = &reg.snapshot(&ReportOptions::new()).unwrap()[0];
    assert_eq!((family.family.kind, family.family.metric_type), (None, MetricType::Histogram));
    assert_eq!(family.points[0].values[0].extra, Some(("le".to_owned(), "0.1".to_owned())));
}

#[test]
fn families_of_metrics_and_collectors_merge() {
    let reg = isolated();
    reg.int_gauge("threads").label("pool", "a").get().set(1);
    reg.collector(|out| {
        out.family(&CollectedFamily::new("threads", MetricType::Gauge))?;
        out.value(&[("pool", "b")], 2_u64)
    })
    .unwrap();
    assert_eq!(samples(&reg), [r#"threads{pool="a"} 1"#, r#"threads{pool="b"} 2"#]);
}

#[test]
fn what_a_failing_collector_told_is_dropped_and_counted() {
    let reg = isolated();
    reg.counter("stays").get();
    let fails = Arc::new(AtomicBool::new(true));
    let flag = Arc::clone(&fails);
    reg.collector(move |out| {
        gauge(out, "collected", 1)?;
        if flag.load(Ordering::SeqCst) {
            return Err(std::io::Error::other("the device is away").into());
        }
        Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    })
    .unwrap();
    assert_eq!(samples(&reg), ["stays_total 0"]);
    assert!(own_sample(&reg, &errors_of_this_program()).is_some());
    fails.store(false, Ordering::SeqCst);
    assert_eq!(samples(&reg), ["collected 1", "stays_total 0"]);
}

#[test]
fn a_collector_that_panics_is_a_failure() {
    let reg = isolated();
    reg.counter("stays").get();
    reg.collector(|out| -> Result<(), Error> {
        gauge(out, "collected", 1)?;
        panic!("in a collector")
    })
    .unwrap();
    assert_eq!(own_sample(&reg, &errors_of_this_program()).as_deref(), Some("1"));
    assert_eq!(samples(&reg), ["stays_total 0"]);
}

#[test]
fn an_error_that_panics_when_it_is_told_is_a_failure() {
    #[derive(Debug)]
    struct Shy;
    impl std::fmt::Display for Shy {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("in Display")
        }
    }
    impl std::error::Error for Shy {}
    let reg = isolated();
    reg.collector(|_out| Err(Shy)).unwrap();
    assert_eq!(own_sample(&reg, &errors_of_this_program()).as_deref(), Some("1"));
}

#[test]
fn a_closure_that_panics_when_it_is_dropped_is_dropped() {
    struct Bomb(Arc<AtomicBool>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
            panic!("in drop")
        }
    }
    let dropped = Arc::new(AtomicBool::new(false));
    let bomb = Bomb(Arc::clone(&dropped));
    let reg = isolated();
    let collector = reg.collector(move |_out| {
        let _kept = &bomb;
        Ok::<(), Error>(())
    });
    collector.unwrap().remove().unwrap();
    assert!(dropped.load(Ordering::SeqCst));
}

fn errors_of_this_program() -> String {
    let stem = std::env::current_exe().unwrap().file_stem().unwrap().to_string_lossy().into_owned();
    format!("cmetrics_collector_errors_total{{client=\"{stem}\"}}")
}

#[test]
fn a_refused_family_or_point_is_told_and_the_rest_stands() {
    let reg = isolated();
    reg.int_counter("mine").get();
    let refused = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&refused);
    reg.collector(move |out| {
        let mut refused = Vec::new();
        refused.extend(out.value(&[], 1_u64).err());
        for name in ["not a name", "cmetrics_mine", ""] {
            refused.extend(out.family(&CollectedFamily::new(name, MetricType::Gauge)).err());
        }
        out.family(&CollectedFamily::new("good", MetricType::Gauge))?;
        for labels in [[("not a label", "1")], [("__x", "1")], [("le", "1")]] {
            refused.extend(out.value(&labels, 1_u64).err());
        }
        out.value(&[("k", "v")], 1_u64)?;
        *told.lock().unwrap() = refused;
        Ok::<(), Error>(())
    })
    .unwrap();
    assert_eq!(samples(&reg), [r#"good{k="v"} 1"#, "mine_sum 0", "mine_count 0"]);
    let refused = refused.lock().unwrap();
    assert_eq!(refused.len(), 7, "{refused:?}");
    assert!(refused[1].to_string().contains("not a name"), "{}", refused[1]);
    assert_eq!(refused[4].subject(), Some("good"));
}

#[test]
fn a_collector_may_use_the_library() {
    let reg = isolated();
    let inner = reg.child("inner").get();
    reg.collector(move |out| {
        inner.counter("collections").get().inc();
        let reported = inner.render()?;
        gauge(out, "bytes_below", reported.len() as u64)
    })
    .unwrap();
    assert!(report(&reg).contains("bytes_below "));
    assert!(reg.child("inner").get().counter("collections").get().value() >= 1);
}

#[test]
fn a_collector_may_remove_itself() {
    let reg = isolated();
    let slot: Arc<OnceLock<Collector>> = Arc::default();
    let own = Arc::clone(&slot);
    let collector = reg
        .collector(move |out| {
            own.get().expect("set before the report").remove()?;
            gauge(out, "once", 1)
        })
        .unwrap();
    slot.set(collector).unwrap();
    report(&reg);
    assert_eq!(report(&reg), "");
}

#[test]
fn removing_waits_for_running_calls_and_drops_the_closure() {
    let reg = isolated();
    let running = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&running);
    let collector = reg
        .collector(move |out| {
            flag.store(true, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(50));
            flag.store(false, Ordering::SeqCst);
            gauge(out, "slow", 1)
        })
        .unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| report(&reg));
        while !running.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        collector.remove().unwrap();
        assert!(!running.load(Ordering::SeqCst));
    });
    assert_eq!(Arc::strong_count(&running), 1, "the closure is gone");
    collector.remove().unwrap();
}

#[test]
fn a_dropped_handle_leaves_the_collector_and_a_removed_registry_takes_it() {
    let reg = isolated();
    let child = reg.child("a").get();
    drop(child.collector(|out| gauge(out, "it", 1)).unwrap());
    assert_eq!(samples(&reg), ["a_it 1"]);
    child.remove().unwrap();
    assert!(samples(&reg).is_empty());
    assert!(child.collector(|out| gauge(out, "it", 1)).unwrap_err().is_gone());
}

#[test]
fn a_collector_hears_what_is_asked_for() {
    let reg = isolated();
    let heard = Arc::new(Mutex::new(None));
    let told = Arc::clone(&heard);
    reg.collector(move |out| {
        *told.lock().unwrap() = Some((out.verbosity(), out.timeout()));
        Ok::<(), Error>(())
    })
    .unwrap();
    reg.render_with(&ReportOptions::new().verbosity(Priority::Low).timeout(Duration::from_secs(60))).unwrap();
    let (verbosity, timeout) = heard.lock().unwrap().take().unwrap();
    assert_eq!(verbosity, Priority::Low);
    assert!(timeout.unwrap() <= Duration::from_secs(60) && timeout.unwrap() > Duration::from_secs(30));
}
