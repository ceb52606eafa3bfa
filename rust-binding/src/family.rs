// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use cmetrics_interface::v1::{METRIC_TOTAL_ONLY, METRIC_VERBATIM};
use cmetrics_interface::{Label, Text};

use crate::builder::warn_detached;
use crate::cache::Cache;
use crate::metric::Handle;
use crate::spec::Spec;
use crate::{
    ffi, Counter, DurationCounter, DurationGauge, Error, ErrorCode, FloatCounter, FloatGauge, IntCounter, IntGauge,
    Kind, LabelNames, LabelValues, Metric, MetricKind, Priority, Registry, DYNAMIC,
};

/// Metrics of one name that differ in the values of the same labels: errors by type, requests by method and code.
///
/// `N` is the number of labels, checked by the compiler, where the names were an array. Where they were a slice or a
/// vector, `N` is [`DYNAMIC`], the default, and the number of values is checked at run time.
///
/// Handles are remembered: [`with`](Family::with) is a look-up. Where the values are known beforehand, keep the handle.
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// let errors = reg.counter_family("errors", ["error_type"]).help("Failures").get();
/// errors.with(["generate"]).inc();
/// errors.with(["route"]).add(2);
/// assert!(reg.render()?.ends_with("errors_total{error_type=\"generate\"} 1\nerrors_total{error_type=\"route\"} 2\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
///
/// A wrong number of values does not compile:
///
/// ```compile_fail
/// let errors = cmetrics::Registry::isolated().counter_family("errors", ["error_type"]).get();
/// errors.with(["generate", "route"]).inc();
/// ```
///
/// A clone is the same family.
pub struct Family<K, const N: usize = DYNAMIC> {
    inner: Arc<Inner<K>>,
}

struct Inner<K> {
    registry: Registry,
    spec: Spec,
    label_names: Vec<String>,
    cache: Cache<K>,
}

#[expect(clippy::needless_pass_by_value, reason = "`with([\"GET\", \"200\"])` reads better than with `&[…]`")]
impl<K: MetricKind, const N: usize> Family<K, N> {
    /// The metric of these label values, made if it is not there. Never fails: where
    /// [`try_with`](Family::try_with) would, this logs one warning for each name and reason and gives a handle whose
    /// updates no report shows.
    ///
    /// ```
    /// let errors = cmetrics::Registry::isolated().counter_family("errors", ["error_type"]).get();
    /// errors.with(["generate"]).inc();
    /// assert_eq!(errors.with(["generate"]).value(), 1);
    /// ```
    pub fn with(&self, values: impl LabelValues<N>) -> K {
        let Inner { registry, spec, .. } = &*self.inner;
        let values = values.as_values();
        if let Some(handle) = self.cached(values) {
            return handle;
        }
        if let Err(err) = self.check(values) {
            warn_detached(&spec.name, &err);
            return K::from_metric(Metric::new(Handle::noop(spec.kind), spec.kind));
        }
        let handle: K = registry.get_metric(spec, &self.labels(values));
        self.remember(values, &handle);
        handle
    }

    /// The metric of these label values, made if it is not there.
    ///
    /// # Errors
    ///
    /// Those of [`MetricBuilder::try_get`](crate::MetricBuilder::try_get), and
    /// [`is_invalid_argument`](Error::is_invalid_argument) for a wrong number of values, naming the family and its labels.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let errors = reg.counter_family("errors", vec!["error_type", "model"]).get();
    /// let err = errors.try_with(vec!["generate"]).unwrap_err();
    /// assert!(err.to_string().contains("error_type, model"), "{err}");
    /// ```
    pub fn try_with(&self, values: impl LabelValues<N>) -> Result<K, Error> {
        let Inner { registry, spec, .. } = &*self.inner;
        let values = values.as_values();
        if let Some(handle) = self.cached(values) {
            return Ok(handle);
        }
        self.check(values)?;
        let handle: K = registry.try_get_metric(spec, &self.labels(values))?;
        self.remember(values, &handle);
        Ok(handle)
    }

    /// Takes the metric of these label values out of the registry. It leaves the report; asking for it again starts a
    /// new series at zero.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) if there is none, [`is_invalid_argument`](Error::is_invalid_argument) for
    /// a wrong number of values.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let sessions = reg.int_gauge_family("sessions", ["user"]).get();
    /// sessions.with(["ada"]).inc();
    /// sessions.remove(["ada"])?;
    /// assert_eq!(reg.render()?, "");
    /// assert_eq!(sessions.with(["ada"]).value(), 0);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn remove(&self, values: impl LabelValues<N>) -> Result<(), Error> {
        let Inner { registry, spec, cache, label_names } = &*self.inner;
        let values = values.as_values();
        self.check(values)?;
        drop(cache.remove(values));
        match registry.find_metric::<K>(spec, &self.labels(values))? {
            Some(handle) => registry.remove_metric(&handle),
            None => {
                let values: Vec<_> =
                    label_names.iter().zip(values).map(|(n, v)| format!("{n}={:?}", v.as_ref())).collect();
                let message = format!("removing from the family {:?}: it has no {}", spec.name, values.join(", "));
                Err(Error::new(ErrorCode::NotFound, message).with_subject(&spec.name))
            }
        }
    }

    /// The names of the labels, in the order of the values.
    ///
    /// ```
    /// let http = cmetrics::Registry::isolated().counter_family("http", ["method", "code"]).get();
    /// assert_eq!(http.label_names(), ["method", "code"]);
    /// ```
    pub fn label_names(&self) -> &[String] {
        &self.inner.label_names
    }

    /// A handle that was made before and that reports still show. (Nothing attaches a no-op one.)
    fn cached<V: AsRef<str>>(&self, values: &[V]) -> Option<K> {
        let handle = self.inner.cache.get(values)?;
        (self.inner.registry.is_noop() || handle.as_metric().is_attached()).then_some(handle)
    }

    /// Keeps a handle, unless it is detached: the next call tries again then.
    fn remember<V: AsRef<str>>(&self, values: &[V], handle: &K) {
        if self.inner.registry.is_noop() || handle.as_metric().is_attached() {
            self.inner.cache.insert(values, handle.clone());
        }
    }

    fn labels<'a, V: AsRef<str>>(&'a self, values: &'a [V]) -> Vec<Label> {
        let mut labels = ffi::lend_labels(&self.inner.spec.labels);
        let own = self.inner.label_names.iter().zip(values);
        labels.extend(own.map(|(key, value)| Label { key: Text::lend(key), value: Text::lend(value.as_ref()) }));
        labels
    }

    fn check<V>(&self, values: &[V]) -> Result<(), Error> {
        let Inner { spec, label_names, .. } = &*self.inner;
        if values.len() == label_names.len() {
            return Ok(());
        }
        let (name, got, want, names) = (&spec.name, values.len(), label_names.len(), label_names.join(", "));
        let message = format!("the family {name:?} got {got} label values and has {want} labels ({names})");
        Err(Error::new(ErrorCode::InvalidArgument, message)
            .with_subject(name)
            .with_hint("give one value for each label, in this order"))
    }
}

impl<K, const N: usize> Clone for Family<K, N> {
    fn clone(&self) -> Self {
        Family { inner: Arc::clone(&self.inner) }
    }
}

impl<K, const N: usize> fmt::Debug for Family<K, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { spec, label_names, .. } = &*self.inner;
        f.debug_struct("Family")
            .field("name", &spec.name)
            .field("kind", &spec.kind)
            .field("labels", label_names)
            .finish()
    }
}

/// A family in the making; see [`Registry::counter_family`] and its siblings.
///
/// ```
/// use cmetrics::{Counter, Family};
///
/// struct Stats {
///     errors: Family<Counter, 1>,
/// }
///
/// let reg = cmetrics::Registry::isolated();
/// let stats = Stats { errors: reg.counter_family("errors", ["error_type"]).help("Failures").get() };
/// stats.errors.with(["generate"]).inc();
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder makes nothing until get() or try_get()"]
pub struct FamilyBuilder<K, const N: usize = DYNAMIC> {
    registry: Registry,
    spec: Spec,
    label_names: Vec<String>,
    kind: PhantomData<fn() -> K>,
}

impl<K: MetricKind, const N: usize> FamilyBuilder<K, N> {
    fn new(registry: &Registry, kind: Kind, name: String, label_names: Vec<String>) -> Self {
        FamilyBuilder { registry: registry.clone(), spec: Spec::new(kind, name), label_names, kind: PhantomData }
    }

    /// What it measures, for the report's HELP line; at most 8192 bytes.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter_family("errors", ["type"]).help("Failures").get().with(["io"]).inc();
    /// assert!(reg.render()?.starts_with("# HELP errors_total Failures\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.spec.help = help.into();
        self
    }

    /// What is counted or measured, for instance `bytes`. It changes no name.
    ///
    /// ```
    /// let sent = cmetrics::Registry::isolated().counter_family("sent_bytes", ["peer"]).unit("bytes").get();
    /// assert_eq!(sent.with(["a"]).describe()?.family.unit, "bytes");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.spec.unit = unit.into();
        self
    }

    /// A label that has this value in every metric of the family.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter_family("errors", ["type"]).label("engine", "0").get().with(["io"]).inc();
    /// assert!(reg.render()?.contains(r#"errors_total{engine="0",type="io"} 1"#));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.spec.labels.push((key.into(), value.into()));
        self
    }

    /// How important it is.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter_family("probes", ["tier"]).priority(cmetrics::Priority::Debug).get().with(["gpu"]).inc();
    /// assert_eq!(reg.render()?, "");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn priority(mut self, priority: Priority) -> Self {
        self.spec.priority = priority;
        self
    }

    /// Exposes increment-by-value counters as plain `counter`s of their totals.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.int_counter_family("tokens", ["model"]).total_only().get().with(["llama"]).add(512);
    /// assert!(reg.render()?.ends_with("tokens_total{model=\"llama\"} 512\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn total_only(mut self) -> Self {
        self.spec.flags |= METRIC_TOTAL_ONLY;
        self
    }

    /// Takes the name as it is: no `_total` and no `_seconds` is added. Prefixes still join.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter_family("successes", ["model"]).verbatim().get().with(["llama"]).inc();
    /// assert!(reg.render()?.ends_with("successes{model=\"llama\"} 1\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn verbatim(mut self) -> Self {
        self.spec.flags |= METRIC_VERBATIM;
        self
    }

    /// The family. Never fails: where [`try_get`](FamilyBuilder::try_get) would, this logs one warning, and the metrics
    /// that the family gives are detached.
    ///
    /// ```
    /// let odd = cmetrics::Registry::isolated().counter_family("not a name", ["type"]).get();
    /// odd.with(["io"]).inc();
    /// assert!(!odd.with(["io"]).is_attached());
    /// ```
    pub fn get(self) -> Family<K, N> {
        if let Err(err) = self.check() {
            warn_detached(&self.spec.name, &err);
        }
        self.build()
    }

    /// The family. It shows in a report when it has its first metric.
    ///
    /// # Errors
    ///
    /// What [`MetricBuilder::try_get`](crate::MetricBuilder::try_get) would find wrong with a metric of this family, as
    /// far as that can be told without making one.
    ///
    /// ```
    /// let err = cmetrics::Registry::isolated().counter_family("errors", ["not a name"]).try_get().unwrap_err();
    /// assert!(err.is_invalid_argument());
    /// ```
    pub fn try_get(self) -> Result<Family<K, N>, Error> {
        self.check()?;
        Ok(self.build())
    }

    /// Looks a metric up that nobody made: the library checks the wish on the way.
    fn check(&self) -> Result<(), Error> {
        let mut labels = ffi::lend_labels(&self.spec.labels);
        let value = Text::lend("?");
        labels.extend(self.label_names.iter().map(|key| Label { key: Text::lend(key), value }));
        self.registry.find_metric::<K>(&self.spec, &labels).map(drop)
    }

    fn build(self) -> Family<K, N> {
        let FamilyBuilder { registry, spec, label_names, .. } = self;
        Family { inner: Arc::new(Inner { registry, spec, label_names, cache: Cache::new() }) }
    }
}

impl Registry {
    /// Begins a family whose kind is known at run time.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let sizes = reg.metric_family(cmetrics::Kind::IntCounter, "response_bytes", vec!["model"]).get();
    /// sizes.with(vec!["llama"]).into_int_counter().unwrap().add(1500);
    /// ```
    pub fn metric_family<const N: usize>(
        &self,
        kind: Kind,
        name: impl Into<String>,
        label_names: impl LabelNames<N>,
    ) -> FamilyBuilder<Metric, N> {
        FamilyBuilder::new(self, kind, name.into(), label_names.into_names())
    }
}

macro_rules! family_of_kind {
    ($($method:ident $name:ident $use_it:literal;)*) => {
        impl Registry {
            $(
                #[doc = concat!("Begins a family of [`", stringify!($name), "`]s.")]
                ///
                /// ```
                /// let reg = cmetrics::Registry::isolated();
                #[doc = concat!("let family = reg.", stringify!($method), "(\"it\", [\"model\"]).get();")]
                #[doc = concat!("family.with([\"llama\"])", $use_it, ";")]
                /// assert!(reg.render()?.contains("llama"));
                /// # Ok::<(), cmetrics::Error>(())
                /// ```
                pub fn $method<const N: usize>(
                    &self,
                    name: impl Into<String>,
                    label_names: impl LabelNames<N>,
                ) -> FamilyBuilder<$name, N> {
                    FamilyBuilder::new(self, Kind::$name, name.into(), label_names.into_names())
                }
            )*
        }
    };
}

family_of_kind! {
    counter_family Counter ".inc()";
    int_counter_family IntCounter ".add(1500)";
    float_counter_family FloatCounter ".add(1.5)";
    duration_counter_family DurationCounter ".add_nanos(345)";
    int_gauge_family IntGauge ".set(3)";
    float_gauge_family FloatGauge ".set(0.5)";
    duration_gauge_family DurationGauge ".set_nanos(-345)";
}
