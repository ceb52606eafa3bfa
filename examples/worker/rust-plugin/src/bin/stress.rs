// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Rust and C++ get and update the same metrics on many threads while two more render in a loop; without Python, so that a
//! sanitizer sees every thread. Exit 1 if an update was lost or a report was torn.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ScopedJoinHandle};

use worker_rust_plugin::load::Loaded;
use worker_rust_plugin::replay::Failure;
use worker_rust_plugin::stress::stress;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [plugin, numbers @ ..] = arguments.as_slice() else {
        return Err("usage: worker-stress CPP_PLUGIN [THREADS_PER_LANGUAGE [METRICS [ROUNDS]]]".into());
    };
    let number = |place: usize, default: i32| numbers.get(place).map_or(Ok(default), |text| text.parse());
    let (threads, metrics, rounds) = (number(0, 16)?, number(1, 1000)?, number(2, 3)?);
    let cpp = Loaded::load(Path::new(plugin))?;
    let rust_work =
        || stress(usize::try_from(threads)?, u32::try_from(metrics)?, u32::try_from(rounds)?).map_err(Into::into);
    let cpp_work = || cpp.stress(threads, metrics, rounds).map_err(told);

    let done = AtomicBool::new(false);
    let reports = thread::scope(|scope| {
        let renderers = [(); 2].map(|()| scope.spawn(|| render_until(&done)));
        let workers = [scope.spawn(rust_work), scope.spawn(cpp_work)];
        let worked = workers.into_iter().try_for_each(joined);
        // Relaxed: the flag publishes nothing; join does.
        done.store(true, Ordering::Relaxed);
        let reports = renderers.into_iter().map(joined).sum::<Outcome<usize>>();
        worked.and(reports)
    })?;

    let last = cmetrics::root().render()?;
    let samples = parse(&last)?;
    let updates = i64::from(threads) * i64::from(rounds) * 2;
    for i in 0..metrics {
        for (sample, wanted) in expected(i, updates) {
            let got = samples.get(sample.as_str()).ok_or_else(|| format!("{sample} is missing"))?;
            if billionths(got) != Some(wanted) {
                return Err(format!("{sample} is {got}: {wanted} billionths are right").into());
            }
        }
    }
    println!("{metrics} metrics, {updates} updates each, none lost; {reports} reports meanwhile, none torn");
    Ok(())
}

fn joined<T>(thread: ScopedJoinHandle<'_, Outcome<T>>) -> Outcome<T> {
    thread.join().map_err(|_| "a thread panicked")?
}

fn told(failure: Failure) -> Box<dyn Error + Send + Sync> {
    match failure {
        Failure::BadCase(why) | Failure::Failed(why) => why.into(),
    }
}

/// Renders and checks until `done`; how many reports.
fn render_until(done: &AtomicBool) -> Outcome<usize> {
    let mut reports = 0;
    // Relaxed: see the store.
    while !done.load(Ordering::Relaxed) {
        parse(&cmetrics::root().render()?)?;
        reports += 1;
    }
    Ok(reports)
}

/// The value of each sample, by name and labels as they stand. Fails on a torn line, a family in two pieces or a sample that
/// comes twice.
fn parse(report: &str) -> Outcome<HashMap<&str, &str>> {
    let mut samples = HashMap::new();
    let mut families = HashSet::new();
    let mut family = "";
    for line in report.split_terminator('\n') {
        if let Some(help) = line.strip_prefix("# HELP ") {
            family = help.split(' ').next().unwrap_or("");
            if !families.insert(family) {
                return Err(format!("{family} comes in two pieces").into());
            }
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let known = ["counter", "gauge", "summary"].iter().any(|known| kind == format!("{family} {known}"));
            if !known {
                return Err(format!("a torn line: {line}").into());
            }
        } else {
            let (sample, value) = line.rsplit_once(' ').ok_or_else(|| format!("a torn line: {line}"))?;
            let (name, labels) = sample.split_once('{').unwrap_or((sample, "}"));
            if !name.starts_with(family) || !labels.ends_with('}') || value.parse::<f64>().is_err() {
                return Err(format!("a torn line: {line}").into());
            }
            if samples.insert(sample, value).is_some() {
                return Err(format!("{sample} comes twice").into());
            }
        }
    }
    if report.is_empty() || report.ends_with('\n') {
        Ok(samples)
    } else {
        Err("the last line has no end".into())
    }
}

/// The samples of metric `i` after `updates` updates, in billionths.
fn expected(i: i32, updates: i64) -> Vec<(String, i64)> {
    const ONE: i64 = 1_000_000_000;
    let kind = cmetrics::Kind::ALL[(i % 7) as usize].as_str();
    let (family, labels) = (i / 7 % 20, format!("{{series=\"{i}\",shared=\"yes\"}}"));
    let name = |suffix: &str| format!("stress_{kind}_{family}{suffix}{labels}");
    match kind {
        "counter" => vec![(name("_total"), updates * ONE)],
        "int_counter" => vec![(name("_sum"), updates * 3 * ONE), (name("_count"), updates * ONE)],
        "float_counter" => vec![(name("_sum"), updates * ONE / 2), (name("_count"), updates * ONE)],
        "duration_counter" => vec![(name("_seconds_sum"), updates * 1001), (name("_seconds_count"), updates * ONE)],
        "int_gauge" => vec![(name(""), updates * -2 * ONE)],
        "float_gauge" => vec![(name(""), updates * ONE / 4)],
        _ => vec![(name("_seconds"), updates * -5)],
    }
}

/// A decimal number in billionths, exactly.
fn billionths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<9}").parse().ok().filter(|_| fraction.len() <= 9)
}
