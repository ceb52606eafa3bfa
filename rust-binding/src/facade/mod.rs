// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the macros of the crate [`metrics`] tell lands in a registry: `metrics::counter!` in any dependency is a metric
//! of the one report. With the feature `metrics-facade`.
//!
//! ```
//! cmetrics::facade::install()?;
//!
//! // In any crate, which needs not know of this one:
//! metrics::describe_counter!("jobs", "Jobs that were done");
//! metrics::counter!("jobs", "queue" => "in").increment(3);
//!
//! assert!(cmetrics::render().contains("# HELP jobs_total Jobs that were done\n"));
//! assert!(cmetrics::render().contains("jobs_total{queue=\"in\"} 3\n"));
//! # Ok::<(), cmetrics::Error>(())
//! ```
//!
//! | in `metrics` | here |
//! |---|---|
//! | `counter!("jobs")` | a [`Counter`](crate::Counter): sample `jobs_total`. `absolute(n)` raises it to `n` |
//! | `gauge!("depth")` | a [`FloatGauge`](crate::FloatGauge): sample `depth` |
//! | `histogram!("latency")` | a [`FloatCounter`](crate::FloatCounter): samples `latency_sum` and `latency_count`, total and count of what was recorded. Buckets and quantiles are not kept |
//! | `describe_…!` | help and unit of the family, whether it comes before the metric or after |
//! | level `TRACE`, `DEBUG` | [`Priority::Debug`]: in a report that asks for it |
//! | level `INFO` (the default), `WARN`, `ERROR` | `Normal`, `High`, `Critical` |
//!
//! Names and label names become what Prometheus takes as `metrics-exporter-prometheus` does it: every other character is
//! `_`, so that `http.requests` is `http_requests`. Of a label that is given twice the last one counts.
//!
//! A name that stands for something else in the registry, or that the library refuses, gets one warning in the log, and
//! its updates go nowhere. Nothing here panics.
//!
//! A look-up of a metric that was used before takes no allocation; a name or label that is computed at run time is made
//! by the macro. Keep the handle that a macro returns where it is hot.

mod cache;
mod handles;
mod names;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use metrics::{Key, KeyName, Level, Metadata, SharedString, Unit};

use self::cache::Cache;
use crate::{Error, ErrorCode, MetricBuilder, MetricKind, Priority, Registry};

/// Sends what the macros of [`metrics`] tell to the root registry of this process.
///
/// Call it once, early in `main`: what was told before is lost.
///
/// # Errors
///
/// Those of [`try_root`](crate::try_root); [`is_conflict`](Error::is_conflict) if another recorder is installed already.
///
/// ```
/// cmetrics::facade::install()?;
/// metrics::gauge!("depth").set(3.0);
/// assert!(cmetrics::render().contains("depth 3\n"));
/// assert!(cmetrics::facade::install().unwrap_err().is_conflict());
/// # Ok::<(), cmetrics::Error>(())
/// ```
pub fn install() -> Result<(), Error> {
    Recorder::new(&crate::try_root()?).install()
}

/// A recorder of the crate [`metrics`] that keeps everything in a registry, whose prefix and labels it gets.
///
/// ```
/// let reg = cmetrics::Registry::isolated().child("engine").label("rank", "0").get();
/// let recorder = cmetrics::facade::Recorder::new(&reg);
/// metrics::with_local_recorder(&recorder, || {
///     metrics::counter!("jobs").increment(1);
///     metrics::histogram!("job.size").record(2.5);
/// });
/// let report = reg.render()?;
/// assert!(report.contains("engine_jobs_total{rank=\"0\"} 1\n"));
/// assert!(report.contains("engine_job_size_sum{rank=\"0\"} 2.5\nengine_job_size_count{rank=\"0\"} 1\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
pub struct Recorder {
    registry: Registry,
    counters: Cache<metrics::Counter>,
    gauges: Cache<metrics::Gauge>,
    histograms: Cache<metrics::Histogram>,
    /// What `describe_…!` told, by the name in the registry.
    told: Mutex<HashMap<String, Told>>,
}

#[derive(Clone, Default)]
struct Told {
    help: String,
    unit: String,
}

impl Recorder {
    /// A recorder that makes its metrics in `registry`.
    ///
    /// ```
    /// let recorder = cmetrics::facade::Recorder::new(&cmetrics::root());
    /// metrics::with_local_recorder(&recorder, || metrics::counter!("jobs").increment(1));
    /// ```
    pub fn new(registry: &Registry) -> Recorder {
        Recorder {
            registry: registry.clone(),
            counters: Cache::default(),
            gauges: Cache::default(),
            histograms: Cache::default(),
            told: Mutex::default(),
        }
    }

    /// Makes it the recorder of this process.
    ///
    /// # Errors
    ///
    /// [`is_conflict`](Error::is_conflict) if there is one already.
    ///
    /// ```
    /// let reg = cmetrics::root().child("engine").get();
    /// cmetrics::facade::Recorder::new(&reg).install()?;
    /// metrics::counter!("jobs").increment(1);
    /// assert!(cmetrics::render().contains("engine_jobs_total 1\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn install(self) -> Result<(), Error> {
        metrics::set_global_recorder(self).map_err(|err| {
            Error::new(ErrorCode::Conflict, format!("installing a recorder for the crate metrics: {err}"))
                .with_hint("install one, at the start of the program")
        })
    }

    fn told(&self) -> MutexGuard<'_, HashMap<String, Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the metric of a key with what is known of it.
    fn make<'a, K: MetricKind>(
        &'a self,
        key: &Key,
        level: Option<&Level>,
        begin: impl FnOnce(&'a Registry, String) -> MetricBuilder<'a, K>,
    ) -> K {
        let name = names::metric(key.name());
        let Told { help, unit } = self.told().get(&name).cloned().unwrap_or_default();
        let mut labels: Vec<(String, &str)> = Vec::new();
        for label in key.labels() {
            let name = names::label(label.key());
            labels.retain(|(other, _)| *other != name);
            labels.push((name, label.value()));
        }
        let labels = labels.into_iter().map(|(name, value)| (name, value.to_owned()));
        let builder = begin(&self.registry, name).help(help).unit(unit).labels(labels);
        builder.priority(level.map_or(Priority::Debug, priority)).get()
    }

    /// Remembers what a family is, and says it of metrics that are there.
    fn tell(&self, name: &KeyName, unit: Option<Unit>, help: &str, again: impl FnOnce(&str)) {
        let unit = unit.map_or_else(String::new, |unit| unit.as_str().to_owned());
        self.told().insert(names::metric(name.as_str()), Told { help: help.to_owned(), unit });
        again(name.as_str());
    }

    fn counter(&self, key: &Key, level: Option<&Level>) -> crate::Counter {
        self.make(key, level, |registry, name| registry.counter(name))
    }

    // A gauge or histogram may have any name, `_total` at its end included: names are taken as they are.

    fn gauge(&self, key: &Key, level: Option<&Level>) -> crate::FloatGauge {
        self.make(key, level, |registry, name| registry.float_gauge(name).verbatim())
    }

    fn histogram(&self, key: &Key, level: Option<&Level>) -> crate::FloatCounter {
        self.make(key, level, |registry, name| registry.float_counter(name).verbatim())
    }
}

// Making a metric again, with the least important priority, adds help and unit to its family and changes nothing else.
impl metrics::Recorder for Recorder {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, help: SharedString) {
        self.tell(&name, unit, &help, |name| {
            self.counters.any_of(name).into_iter().for_each(|key| drop(self.counter(&key, None)));
        });
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, help: SharedString) {
        self.tell(&name, unit, &help, |name| {
            self.gauges.any_of(name).into_iter().for_each(|key| drop(self.gauge(&key, None)));
        });
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, help: SharedString) {
        self.tell(&name, unit, &help, |name| {
            self.histograms.any_of(name).into_iter().for_each(|key| drop(self.histogram(&key, None)));
        });
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> metrics::Counter {
        self.counters.get(key, || handles::counter(self.counter(key, Some(metadata.level()))))
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> metrics::Gauge {
        self.gauges.get(key, || handles::gauge(self.gauge(key, Some(metadata.level()))))
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> metrics::Histogram {
        self.histograms.get(key, || handles::histogram(self.histogram(key, Some(metadata.level()))))
    }
}

fn priority(level: &Level) -> Priority {
    match *level {
        Level::ERROR => Priority::Critical,
        Level::WARN => Priority::High,
        Level::INFO => Priority::Normal,
        _ => Priority::Debug,
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("registry", &self.registry).finish_non_exhaustive()
    }
}
