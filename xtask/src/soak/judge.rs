// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Whether a soak was good: pure.

use super::told::{Sample, Told};

/// The share of the run that memory is given to come to rest.
const WARM_UP: f64 = 0.2;
/// Flat is what grows by less than this over the rest of the run, as the line through all samples tells,
const MOST_KIB: f64 = 1024.0;
/// or by less than this share of what the process takes.
const MOST_SHARE: f64 = 0.02;
/// What is allocated and not freed goes up and down with what is alive, and is not spread over pages.
const MOST_HEAP_KIB: f64 = 256.0;
/// Fewer samples draw no line.
const LEAST_SAMPLES: usize = 20;

/// One thing that has to hold.
#[derive(Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) what: &'static str,
    pub(super) good: bool,
    /// The numbers.
    pub(super) why: String,
}

pub(super) fn all(told: &Told) -> Vec<Verdict> {
    vec![
        memory(&told.samples),
        heap(&told.samples),
        series(told),
        sums(told),
        threads(told),
        descriptors(told),
        own_checks(told),
    ]
}

/// The straight line that is nearest to all points: where it is in the middle, and how steep.
fn line(points: &[(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / n, sum.1 + point.1 / n));
    let (over, under) = points
        .iter()
        .fold((0.0, 0.0), |sum, point| (sum.0 + (point.0 - x) * (point.1 - y), sum.1 + (point.0 - x) * (point.0 - x)));
    (y, if under > 0.0 { over / under } else { 0.0 })
}

/// How a number moves when it has come to rest.
struct Course {
    mean: f64,
    low: f64,
    high: f64,
    /// By how much the straight line through all samples grows.
    growth: f64,
    seconds: f64,
    samples: usize,
}

fn course(samples: &[Sample], number: fn(&Sample) -> f64) -> Course {
    let last = samples.last().map_or(0.0, |sample| sample.seconds);
    let rest = samples.iter().filter(|sample| sample.seconds >= last * WARM_UP);
    let points: Vec<(f64, f64)> = rest.map(|sample| (sample.seconds, number(sample))).collect();
    let (mean, slope) = line(&points);
    let seconds = points.last().map_or(0.0, |point| point.0) - points.first().map_or(0.0, |point| point.0);
    let (low, high) = points.iter().fold((f64::MAX, 0.0), |range: (f64, f64), p| (range.0.min(p.1), range.1.max(p.1)));
    Course { mean, low, high, growth: slope * seconds, seconds, samples: points.len() }
}

/// Resident memory without what the C library keeps for later: each new thread takes one of its arenas, and how many of
/// them have been used, and how much of each, is chance for a long time. What it keeps is told beside it.
fn memory(samples: &[Sample]) -> Verdict {
    let all = course(samples, |sample| sample.resident_kib);
    let Course { mean, low, high, growth, seconds, samples } = course(samples, |sample| sample.trimmed_kib);
    let most = MOST_KIB.max(mean * MOST_SHARE);
    let why = format!(
        "resident {mean:.0} KiB on average, {low:.0} to {high:.0}; the line through {samples} samples grows by \
         {growth:.0} KiB in {seconds:.0} s; flat is less than {most:.0} (with what malloc keeps: {:.0}, {:.0} to {:.0}, \
         grows by {:.0})",
        all.mean, all.low, all.high, all.growth
    );
    Verdict { what: "memory", good: samples >= LEAST_SAMPLES && growth < most, why }
}

fn heap(samples: &[Sample]) -> Verdict {
    let Course { mean, low, high, growth, seconds, samples } = course(samples, |sample| sample.allocated_kib);
    let why = format!(
        "allocated {mean:.0} KiB on average, {low:.0} to {high:.0}; the line grows by {growth:.0} KiB in {seconds:.0} s; \
         flat is less than {MOST_HEAP_KIB}"
    );
    Verdict { what: "heap", good: samples >= LEAST_SAMPLES && growth < MOST_HEAP_KIB, why }
}

/// All that came has gone again.
fn series(told: &Told) -> Verdict {
    let (begin, end) = (told.begin.series, told.end.series);
    Verdict {
        what: "series",
        good: begin == end,
        why: format!("{begin} before the first thread, {end} after the last"),
    }
}

fn sums(told: &Told) -> Verdict {
    let wrong = told.end.sums.iter().filter(|sum| sum.added != sum.held || sum.added != sum.reported);
    let wrong: Vec<String> = wrong
        .map(|sum| format!("{}: added {}, held {}, reported {}", sum.line, sum.added, sum.held, sum.reported))
        .collect();
    let updates = told.end.sums.first().map_or(0, |sum| sum.added);
    let good = wrong.is_empty() && updates > 0;
    let exact = format!("{} lines are exact after {updates} rounds of updates", told.end.sums.len());
    Verdict { what: "sums", good, why: if wrong.is_empty() { exact } else { wrong.join("; ") } }
}

fn threads(told: &Told) -> Verdict {
    let (begin, end) = (told.begin.threads, told.end.threads);
    let started = told.end.counts.get("threads_started").copied().unwrap_or(0);
    let why = format!("{started} started and ended; {begin} at the beginning, {end} at the end");
    Verdict { what: "threads", good: begin == end && started > 0, why }
}

fn descriptors(told: &Told) -> Verdict {
    let (begin, end) = (told.begin.descriptors, told.end.descriptors);
    Verdict { what: "descriptors", good: begin == end, why: format!("{begin} at the beginning, {end} at the end") }
}

/// What the program's own threads and children found wrong.
fn own_checks(told: &Told) -> Verdict {
    let wrong = told.end.counts.get("wrong").copied();
    let forks = told.end.counts.get("forks").copied().unwrap_or(0);
    let why = format!("{} of what threads and {forks} forked children looked at was wrong", wrong.unwrap_or(0));
    Verdict { what: "own checks", good: wrong == Some(0), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(kib: impl Fn(f64) -> f64) -> Vec<Sample> {
        let one = |i: u32| Sample {
            seconds: f64::from(i) * 4.0,
            trimmed_kib: kib(f64::from(i) * 4.0),
            allocated_kib: kib(f64::from(i) * 4.0),
            ..Sample::default()
        };
        (1..=150).map(one).collect()
    }

    #[test]
    fn a_line_is_found() {
        let (mean, slope) = line(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]);
        assert!((mean - 3.0).abs() < 1e-9 && (slope - 2.0).abs() < 1e-9);
        assert_eq!(line(&[(1.0, 7.0)]), (7.0, 0.0));
    }

    #[test]
    fn memory_that_comes_to_rest_and_goes_up_and_down_is_flat() {
        assert!(memory(&samples(|_| 20_000.0)).good);
        let noise = |t: f64| 20_000.0 + (t * 1.7).sin() * 700.0 + if t < 100.0 { 0.0 } else { 3000.0 };
        assert!(memory(&samples(noise)).good, "{noise:?}", noise = memory(&samples(noise)));
    }

    #[test]
    fn memory_that_grows_slowly_is_not_flat() {
        // 3 KiB/s: a metric of a hundred bytes, 30 times a second.
        let verdict = memory(&samples(|t| 20_000.0 + 3.0 * t + (t * 1.7).sin() * 700.0));
        assert!(!verdict.good && verdict.why.contains("flat is less than 1024"), "{}", verdict.why);
        assert!(
            !heap(&samples(|t| 2000.0 + 0.7 * t)).good && heap(&samples(|t| 2000.0 + (t * 1.7).sin() * 700.0)).good
        );
        // A large process may grow by its share.
        assert!(memory(&samples(|t| 200_000.0 + 3.0 * t)).good);
        assert!(!memory(&samples(|_| 20_000.0)[..10]).good, "too few samples prove nothing");
    }

    #[test]
    fn what_is_left_or_lost_is_told() {
        let told = |end: &str| {
            let begin = "{\"kind\":\"begin\",\"seconds\":0,\"resident_kib\":1,\"trimmed_kib\":1,\"allocated_kib\":1,\"threads\":1,\"descriptors\":3,\
                         \"series\":9,\"counts\":{}}";
            Told::read(&format!("{begin}\n{}\n{end}\n", begin.replace("begin", "sample"))).unwrap()
        };
        let good = "{\"kind\":\"end\",\"seconds\":9,\"resident_kib\":1,\"trimmed_kib\":1,\"allocated_kib\":1,\"threads\":1,\"descriptors\":3,\"series\":9,\
                    \"counts\":{\"wrong\":0,\"threads_started\":5},\
                    \"sums\":[{\"line\":\"a\",\"added\":4,\"held\":4,\"reported\":4}]}";
        let bad = |end: String| -> Vec<&str> {
            all(&told(&end))
                .iter()
                .filter(|v| !v.good && !["memory", "heap"].contains(&v.what))
                .map(|v| v.what)
                .collect()
        };
        assert!(bad(good.to_owned()).is_empty());
        for (old, new, what) in [
            ("\"threads\":1", "\"threads\":2", "threads"),
            ("\"descriptors\":3", "\"descriptors\":4", "descriptors"),
            ("\"series\":9", "\"series\":10", "series"),
            ("\"held\":4", "\"held\":5", "sums"),
            ("\"reported\":4", "\"reported\":3", "sums"),
            ("\"wrong\":0", "\"wrong\":1", "own checks"),
        ] {
            assert_eq!(bad(good.replace(old, new)), [what]);
        }
    }
}
