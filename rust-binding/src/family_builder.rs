// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::marker::PhantomData;

use cmetrics_interface::v1::{METRIC_TOTAL_ONLY, METRIC_VERBATIM};
use cmetrics_interface::{Label, Text};

use crate::builder::warn_detached;
use crate::spec::Spec;
use crate::{
    Counter, DurationCounter, DurationGauge, Error, Family, FloatCounter, FloatGauge, IntCounter, IntGauge, Kind,
    LabelNames, Metric, MetricKind, Priority, Registry, DYNAMIC,
};

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
    spec: Spec<'static>,
    label_names: Vec<String>,
    kind: PhantomData<fn() -> K>,
}

impl<K: MetricKind, const N: usize> FamilyBuilder<K, N> {
    fn new(registry: &Registry, kind: Kind, name: String, label_names: Vec<String>) -> Self {
        FamilyBuilder { registry: registry.clone(), spec: Spec::new(kind, name.into()), label_names, kind: PhantomData }
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
        self.spec.help = help.into().into();
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
        self.spec.unit = unit.into().into();
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
        self.spec.labels.push(key.into(), value.into());
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
    /// What [`MetricBuilder::try_get`](crate::MetricBuilder::try_get) would find wrong with the name or the labels of a
    /// metric of this family.
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
        let value = Text::lend("?");
        let own = self.label_names.iter().map(|key| Label { key: Text::lend(key), value });
        let labels = self.spec.labels.lend_with(own);
        self.registry.find_metric::<K>(&self.spec, &labels).map(drop)
    }

    fn build(self) -> Family<K, N> {
        Family::new(self.registry, self.spec, self.label_names)
    }
}

impl Registry {
    /// Begins a family whose kind is known at run time.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let sizes = reg.metric_family(cmetrics::Kind::IntCounter, "response_bytes", vec!["model"]).get();
    /// sizes.with(vec!["llama"]).clone().into_int_counter().unwrap().add(1500);
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
