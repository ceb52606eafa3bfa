// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::Arc;

use crate::metric::Handle;
use crate::{
    log_once, Counter, DurationCounter, DurationGauge, FloatCounter, FloatGauge, IntCounter, IntGauge, Kind, Metric,
    MetricKind, MetricSpec, Registry,
};

/// Where metrics come from, for code that is given it: a [`Registry`] in programs, in tests a registry too
/// ([isolated](Registry::isolated), or a recorder's), or a mock.
///
/// It is object safe, and an implementation has two methods to write. The handles are the ordinary ones: a mock gives
/// those of a registry of its own. Most tests need no mock, for an isolated registry is a double already; see
/// `cmetrics::testing`.
///
/// ```
/// use cmetrics::{Counter, MetricSpec, Metrics, Registry};
///
/// struct Service {
///     requests: Counter,
/// }
///
/// impl Service {
///     fn new(metrics: &dyn Metrics) -> Service {
///         Service { requests: metrics.counter(MetricSpec::new("requests").help("Requests that came in")) }
///     }
/// }
///
/// let reg = Registry::isolated(); // in a program: cmetrics::root()
/// Service::new(&reg).requests.inc();
/// assert_eq!(reg.counter("requests").get().value(), 1);
/// ```
///
/// A double by hand, which says what was asked for:
///
/// ```
/// use std::sync::Mutex;
///
/// use cmetrics::{Kind, Metric, MetricSpec, Metrics, Registry};
///
/// struct Asked(Mutex<Vec<String>>, Registry);
///
/// impl Metrics for Asked {
///     fn make(&self, kind: Kind, spec: &MetricSpec) -> Metric {
///         self.0.lock().unwrap().push(format!("{kind} {}", spec.name));
///         self.1.make(kind, spec)
///     }
///
///     fn below(&self, prefix: &str, labels: &[(String, String)]) -> Box<dyn Metrics> {
///         self.1.below(prefix, labels)
///     }
/// }
///
/// let asked = Asked(Mutex::default(), Registry::isolated());
/// asked.int_gauge("depth".into()).set(3);
/// assert_eq!(*asked.0.lock().unwrap(), ["int_gauge depth"]);
/// ```
pub trait Metrics: Send + Sync {
    /// The metric of this kind, made if it is not there. Never fails, as [`get`](crate::MetricBuilder::get) of a
    /// builder.
    ///
    /// ```
    /// use cmetrics::{Kind, Metrics, Registry};
    ///
    /// let metric = Registry::isolated().make(Kind::Counter, &"requests".into());
    /// assert_eq!(metric.kind(), Kind::Counter);
    /// ```
    fn make(&self, kind: Kind, spec: &MetricSpec) -> Metric;

    /// Where metrics get this prefix and these labels; an empty prefix is none. Never fails, as
    /// [`get`](crate::ChildBuilder::get) of a builder.
    ///
    /// ```
    /// use cmetrics::{Metrics, Registry};
    ///
    /// let reg = Registry::isolated();
    /// reg.below("engine", &[("rank".to_owned(), "0".to_owned())]).counter("steps".into()).inc();
    /// assert!(reg.render()?.ends_with("engine_steps_total{rank=\"0\"} 1\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    fn below(&self, prefix: &str, labels: &[(String, String)]) -> Box<dyn Metrics>;

    /// A [`Counter`].
    ///
    /// ```
    /// use cmetrics::{Metrics, Registry};
    ///
    /// let metrics: &dyn Metrics = &Registry::isolated();
    /// metrics.counter("requests".into()).inc();
    /// ```
    fn counter(&self, spec: MetricSpec) -> Counter {
        of_kind(self.make(Kind::Counter, &spec), Kind::Counter)
    }

    /// An [`IntCounter`].
    ///
    /// ```
    /// use cmetrics::{Metrics, Registry};
    ///
    /// let metrics: &dyn Metrics = &Registry::isolated();
    /// metrics.int_counter("response_bytes".into()).add(1500);
    /// ```
    fn int_counter(&self, spec: MetricSpec) -> IntCounter {
        of_kind(self.make(Kind::IntCounter, &spec), Kind::IntCounter)
    }

    /// A [`FloatCounter`].
    ///
    /// ```
    /// use cmetrics::{Metrics, Registry};
    ///
    /// let metrics: &dyn Metrics = &Registry::isolated();
    /// metrics.float_counter("energy_joules".into()).add(1.5);
    /// ```
    fn float_counter(&self, spec: MetricSpec) -> FloatCounter {
        of_kind(self.make(Kind::FloatCounter, &spec), Kind::FloatCounter)
    }

    /// A [`DurationCounter`].
    ///
    /// ```
    /// use cmetrics::{Metrics, Registry};
    ///
    /// let metrics: &dyn Metrics = &Registry::isolated();
    /// let _timer = metrics.duration_counter("latency".into()).start_timer();
    /// ```
    fn duration_counter(&self, spec: MetricSpec) -> DurationCounter {
        of_kind(self.make(Kind::DurationCounter, &spec), Kind::DurationCounter)
    }

    /// An [`IntGauge`].
    ///
    /// ```
    /// use cmetrics::{Metrics, Registry};
    ///
    /// let metrics: &dyn Metrics = &Registry::isolated();
    /// metrics.int_gauge("queue_depth".into()).set(3);
    /// ```
    fn int_gauge(&self, spec: MetricSpec) -> IntGauge {
        of_kind(self.make(Kind::IntGauge, &spec), Kind::IntGauge)
    }

    /// A [`FloatGauge`].
    ///
    /// ```
    /// use cmetrics::{Metrics, Registry};
    ///
    /// let metrics: &dyn Metrics = &Registry::isolated();
    /// metrics.float_gauge("load".into()).set(0.5);
    /// ```
    fn float_gauge(&self, spec: MetricSpec) -> FloatGauge {
        of_kind(self.make(Kind::FloatGauge, &spec), Kind::FloatGauge)
    }

    /// A [`DurationGauge`].
    ///
    /// ```
    /// use cmetrics::{Metrics, Registry};
    ///
    /// let metrics: &dyn Metrics = &Registry::isolated();
    /// metrics.duration_gauge("age".into()).set_nanos(345);
    /// ```
    fn duration_gauge(&self, spec: MetricSpec) -> DurationGauge {
        of_kind(self.make(Kind::DurationGauge, &spec), Kind::DurationGauge)
    }
}

/// The handle of its kind. A double that gives another kind gets a warning, and its caller a handle that keeps nothing.
fn of_kind<K: MetricKind>(metric: Metric, kind: Kind) -> K {
    if metric.kind() == kind {
        return K::from_metric(metric);
    }
    log_once::warn(&format!("metrics {kind} {}", metric.kind()), || {
        format!("an implementation of Metrics was asked for a {kind} and gave a {}", metric.kind())
    });
    K::from_metric(Metric::new(Handle::noop(kind), kind))
}

impl Metrics for Registry {
    fn make(&self, kind: Kind, spec: &MetricSpec) -> Metric {
        let labels = spec.labels.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let builder = self.metric(kind, spec.name.as_str()).help(spec.help.as_str()).unit(spec.unit.as_str());
        let builder = builder.labels(labels).priority(spec.priority);
        let builder = if spec.total_only { builder.total_only() } else { builder };
        let builder = if spec.verbatim { builder.verbatim() } else { builder };
        builder.get()
    }

    fn below(&self, prefix: &str, labels: &[(String, String)]) -> Box<dyn Metrics> {
        Box::new(self.child(prefix).labels(labels.iter().cloned()).get())
    }
}

macro_rules! pass_on {
    ($($pointer:ty),*) => {
        $(
            impl<M: Metrics + ?Sized> Metrics for $pointer {
                fn make(&self, kind: Kind, spec: &MetricSpec) -> Metric {
                    (**self).make(kind, spec)
                }

                fn below(&self, prefix: &str, labels: &[(String, String)]) -> Box<dyn Metrics> {
                    (**self).below(prefix, labels)
                }
            }
        )*
    };
}

pass_on!(&M, Box<M>, Arc<M>);
