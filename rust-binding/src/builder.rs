// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::borrow::Cow;
use std::marker::PhantomData;

use cmetrics_interface::v1::{METRIC_TOTAL_ONLY, METRIC_VERBATIM};

use crate::spec::Spec;
use crate::{
    log_once, Counter, DurationCounter, DurationGauge, Error, FloatCounter, FloatGauge, IntCounter, IntGauge, Kind,
    Metric, MetricKind, Priority, Registry,
};

/// A metric in the making; see [`Registry::counter`] and its siblings.
///
/// Getting is idempotent: the same name and labels are the same metric, from any language, thread or plugin. The builder
/// borrows its registry and texts: with up to four labels nothing is allocated here to find a metric that is there.
///
/// ```
/// use cmetrics::{Priority, Registry};
///
/// let reg = Registry::isolated();
/// let hits = reg
///     .counter("cache_hits")
///     .help("Look-ups that found something")
///     .label("tier", "gpu")
///     .priority(Priority::High)
///     .get();
/// assert_eq!(hits, reg.counter("cache_hits_total").label("tier", "gpu").get());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder makes nothing until get() or try_get()"]
pub struct MetricBuilder<'a, K> {
    registry: &'a Registry,
    spec: Spec<'a>,
    kind: PhantomData<fn() -> K>,
}

impl<'a, K: MetricKind> MetricBuilder<'a, K> {
    #[inline]
    fn new(registry: &'a Registry, kind: Kind, name: Cow<'a, str>) -> MetricBuilder<'a, K> {
        MetricBuilder { registry, spec: Spec::new(kind, name), kind: PhantomData }
    }

    /// What it measures, for the report's HELP line; at most 8192 bytes. The first that is not empty stands for the
    /// family.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").help("Requests that came in").get();
    /// assert!(reg.render()?.starts_with("# HELP requests_total Requests that came in\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[inline]
    pub fn help(mut self, help: impl Into<Cow<'a, str>>) -> Self {
        self.spec.help = help.into();
        self
    }

    /// What is counted or measured, for instance `bytes`; a part of a name, at most 64 bytes. It changes no name.
    ///
    /// ```
    /// let sent = cmetrics::Registry::isolated().counter("sent_bytes").unit("bytes").get();
    /// assert_eq!(sent.describe()?.family.unit, "bytes");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[inline]
    pub fn unit(mut self, unit: impl Into<Cow<'a, str>>) -> Self {
        self.spec.unit = unit.into();
        self
    }

    /// One more label. Labels are part of a metric's identity, their order is not; an empty value is the same as no
    /// label.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").label("model", "llama").label("engine", "0").get().inc();
    /// assert!(reg.render()?.contains(r#"requests_total{engine="0",model="llama"} 1"#));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[inline]
    pub fn label(mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.spec.labels.push(key, value);
        self
    }

    /// More labels.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let metric = reg.counter("requests").labels([("model", "llama"), ("engine", "0")]).get();
    /// assert_eq!(metric.describe()?.labels.len(), 2);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[inline]
    pub fn labels<P, V>(mut self, labels: impl IntoIterator<Item = (P, V)>) -> Self
    where
        P: Into<Cow<'a, str>>,
        V: Into<Cow<'a, str>>,
    {
        labels.into_iter().for_each(|(key, value)| self.spec.labels.push(key, value));
        self
    }

    /// How important it is. A family has the most important priority that was asked for.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("probes").priority(cmetrics::Priority::Debug).get();
    /// assert_eq!(reg.render()?, "", "a report is of normal verbosity unless asked otherwise");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[inline]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.spec.priority = priority;
        self
    }

    /// Exposes an increment-by-value counter as a plain `counter` of its total.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.int_counter("tokens").total_only().get().add(512);
    /// assert!(reg.render()?.ends_with("tokens_total 512\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[inline]
    pub fn total_only(mut self) -> Self {
        self.spec.flags |= METRIC_TOTAL_ONLY;
        self
    }

    /// Takes the name as it is: no `_total` and no `_seconds` is added. Prefixes still join. For names that others
    /// settled.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("nv_inference_request_success").verbatim().get().inc();
    /// assert!(reg.render()?.ends_with("nv_inference_request_success 1\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[inline]
    pub fn verbatim(mut self) -> Self {
        self.spec.flags |= METRIC_VERBATIM;
        self
    }

    /// The metric, made if it is not there. Never fails, for instrumentation must not stop a worker: where
    /// [`try_get`](MetricBuilder::try_get) would, this logs one warning for each name and reason, and gives a detached
    /// handle, which takes updates that no report shows.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let odd = reg.counter("not a name").get();
    /// odd.inc();
    /// assert!(!odd.is_attached());
    /// ```
    #[inline]
    pub fn get(self) -> K {
        self.spec.labels.lent(|labels| self.registry.get_metric(&self.spec, labels))
    }

    /// The metric, made if it is not there.
    ///
    /// # Errors
    ///
    /// - [`is_invalid_argument`](Error::is_invalid_argument): a name, label, help or unit that is empty where it must not
    ///   be, malformed, too long or reserved; a label given twice; `_total` where the metric is no counter; a duration
    ///   named in another unit.
    /// - [`is_conflict`](Error::is_conflict): the name, or a sample's name, stands for something else already.
    /// - [`is_limit`](Error::is_limit): the family has as many series as its root allows.
    /// - [`is_gone`](Error::is_gone): the registry was removed or the client closed.
    ///
    /// ```
    /// let err = cmetrics::Registry::isolated().duration_counter("wait_ms").try_get().unwrap_err();
    /// assert!(err.is_invalid_argument());
    /// ```
    #[inline]
    pub fn try_get(self) -> Result<K, Error> {
        self.spec.labels.lent(|labels| self.registry.try_get_metric(&self.spec, labels))
    }

    /// The metric if it is there. Makes nothing.
    ///
    /// # Errors
    ///
    /// [`is_conflict`](Error::is_conflict) if it is of another kind, and what makes a call
    /// [invalid](MetricBuilder::try_get).
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// assert_eq!(reg.counter("requests").find()?, None);
    /// let made = reg.counter("requests").get();
    /// assert_eq!(reg.counter("requests").find()?, Some(made));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[inline]
    pub fn find(self) -> Result<Option<K>, Error> {
        self.spec.labels.lent(|labels| self.registry.find_metric(&self.spec, labels))
    }
}

impl Registry {
    /// Begins a metric whose kind is known at run time.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let kind = "float_gauge".parse()?;
    /// reg.metric(kind, "load").get().into_float_gauge().unwrap().set(0.5);
    /// assert_eq!(reg.float_gauge("load").get().value(), 0.5);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn metric<'a>(&'a self, kind: Kind, name: impl Into<Cow<'a, str>>) -> MetricBuilder<'a, Metric> {
        MetricBuilder::new(self, kind, name.into())
    }
}

macro_rules! metric_of_kind {
    ($($method:ident $name:ident $doc:literal $use_it:literal;)*) => {
        impl Registry {
            $(
                #[doc = $doc]
                ///
                /// ```
                /// let reg = cmetrics::Registry::isolated();
                #[doc = $use_it]
                /// ```
                #[inline]
                pub fn $method<'a>(&'a self, name: impl Into<Cow<'a, str>>) -> MetricBuilder<'a, $name> {
                    MetricBuilder::new(self, Kind::$name, name.into())
                }
            )*
        }
    };
}

metric_of_kind! {
    counter Counter "Begins a [`Counter`]: events." "reg.counter(\"requests\").get().inc();";
    int_counter IntCounter "Begins an [`IntCounter`]: total and count of integer amounts." "reg.int_counter(\"response_bytes\").get().add(1500);";
    float_counter FloatCounter "Begins a [`FloatCounter`]: total and count of float amounts." "reg.float_counter(\"energy_joules\").get().add(1.5);";
    duration_counter DurationCounter "Begins a [`DurationCounter`]: total and count of durations." "let _timer = reg.duration_counter(\"latency\").get().start_timer();";
    int_gauge IntGauge "Begins an [`IntGauge`]: an integer that goes up and down." "reg.int_gauge(\"queue_depth\").get().set(3);";
    float_gauge FloatGauge "Begins a [`FloatGauge`]: a float that goes up and down." "reg.float_gauge(\"load\").get().set(0.5);";
    duration_gauge DurationGauge "Begins a [`DurationGauge`]: a duration that goes up and down." "reg.duration_gauge(\"age\").get().set(std::time::Duration::from_secs(2));";
}

/// Warns of a metric that could not be made, once for each name and code.
pub(crate) fn warn_detached(name: &str, err: &Error) {
    log_once::warn(&format!("metric {name:?} {}", err.code()), || {
        format!("the metric {name:?} is detached, its updates are not reported: {err}")
    });
}
