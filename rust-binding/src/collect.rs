// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::marker::PhantomData;
use std::time::Duration;

use cmetrics_interface::{self as abi, Label, Status, Text, Value};

use crate::ffi;
use crate::{Error, ErrorCode, MetricType, Priority, Sample};

/// Where a [collector](crate::Registry::collector) tells of its families, for one report: [`family`](Collect::family),
/// then a [`point`](Collect::point) for each series.
///
/// Names and labels are joined to those of the collector's registry. No suffix is added to a name.
///
/// ```
/// use cmetrics::{CollectedFamily, MetricType, Registry};
///
/// let reg = Registry::isolated();
/// reg.collector(|out| {
///     out.family(&CollectedFamily::new("pool_connections", MetricType::Gauge).help("Open connections"))?;
///     out.point(&[("pool", "read")], &[cmetrics::Sample::new(3_u64)])?;
///     out.value(&[("pool", "write")], 1_u64)
/// })?;
/// assert!(reg.render()?.ends_with("pool_connections{pool=\"read\"} 3\npool_connections{pool=\"write\"} 1\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Debug)]
pub struct Collect<'a> {
    into: *const abi::Visitor,
    options: *const abi::ReportOptions,
    family: String,
    lent: PhantomData<&'a abi::Visitor>,
}

impl Collect<'_> {
    /// # Safety
    ///
    /// The library lends both for `'a`; `options` may be NULL.
    pub(crate) unsafe fn new<'a>(options: *const abi::ReportOptions, into: *const abi::Visitor) -> Collect<'a> {
        Collect { into, options, family: String::new(), lent: PhantomData }
    }

    /// Opens a family; the points that follow are its series.
    ///
    /// # Errors
    ///
    /// What the library refuses: a malformed or reserved name, a name that stands for something else. It is counted,
    /// and going on with another family is allowed.
    ///
    /// ```
    /// # use cmetrics::{CollectedFamily, MetricType, Registry};
    /// let reg = Registry::isolated();
    /// reg.collector(|out| {
    ///     assert!(out.family(&CollectedFamily::new("not a name", MetricType::Gauge)).is_err());
    ///     out.family(&CollectedFamily::new("threads", MetricType::Gauge))?;
    ///     out.value(&[], 8_u64)
    /// })?;
    /// assert!(reg.render()?.contains("threads 8\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn family(&mut self, family: &CollectedFamily) -> Result<(), Error> {
        let CollectedFamily { name, metric_type, help, unit, priority } = family;
        self.family.clone_from(name);
        let family = abi::Family {
            struct_size: ffi::size_of::<abi::Family>(),
            flags: 0,
            kind: 0,
            type_: metric_type.as_raw(),
            priority: priority.as_raw(),
            zero: 0,
            name: Text::lend(name),
            help: Text::lend(help),
            unit: Text::lend(unit),
        };
        // SAFETY: the library lends the visitor for `'a`.
        let into = unsafe { &*self.into };
        let hear = into.family.ok_or_else(|| self.refused("the family", abi::INTERNAL))?;
        // SAFETY: the visitor's `user` belongs to its functions; the family and its texts are there for the call.
        match unsafe { hear(into.user, &family) } {
            abi::OK => Ok(()),
            status => Err(self.refused("the family", status)),
        }
    }

    /// Adds a series to the family that was opened last.
    ///
    /// # Errors
    ///
    /// What the library refuses: a malformed, reserved or repeated label, samples that the family's type does not have,
    /// a series that was told before. It is counted, and going on is allowed.
    ///
    /// ```
    /// # use cmetrics::{CollectedFamily, MetricType, Registry, Sample};
    /// let reg = Registry::isolated();
    /// reg.collector(|out| {
    ///     out.family(&CollectedFamily::new("rpc_seconds", MetricType::Histogram))?;
    ///     let samples =
    ///         [Sample::bucket("0.1", 3), Sample::bucket("+Inf", 4), Sample::sum(0.5), Sample::count(4)];
    ///     out.point(&[("rpc", "get")], &samples)
    /// })?;
    /// assert!(reg.render()?.contains("rpc_seconds_bucket{rpc=\"get\",le=\"0.1\"} 3\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn point(&mut self, labels: &[(&str, &str)], samples: &[Sample]) -> Result<(), Error> {
        let labels: Vec<_> = labels.iter().map(|(key, value)| lend(key, value)).collect();
        let values: Vec<_> = samples.iter().map(raw_value).collect();
        let point = abi::Point {
            struct_size: ffi::size_of::<abi::Point>(),
            flags: 0,
            id: 0,
            labels: labels.as_ptr(),
            n_labels: labels.len() as u64,
            values: values.as_ptr(),
            n_values: values.len() as u64,
        };
        // SAFETY: the library lends the visitor for `'a`.
        let into = unsafe { &*self.into };
        let hear = into.point.ok_or_else(|| self.refused("a series of the family", abi::INTERNAL))?;
        // SAFETY: the visitor's `user` belongs to its functions; the point and what it lends are there for the call.
        match unsafe { hear(into.user, &point) } {
            abi::OK => Ok(()),
            status => Err(self.refused("a series of the family", status)),
        }
    }

    /// Adds a series of one sample to the family that was opened last: what gauges and counters have.
    ///
    /// # Errors
    ///
    /// Those of [`point`](Collect::point).
    ///
    /// ```
    /// # use cmetrics::{CollectedFamily, MetricType, Registry};
    /// let reg = Registry::isolated();
    /// reg.collector(|out| {
    ///     out.family(&CollectedFamily::new("load", MetricType::Gauge))?;
    ///     out.value(&[("core", "0")], 0.25)
    /// })?;
    /// assert!(reg.render()?.contains("load{core=\"0\"} 0.25\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn value(&mut self, labels: &[(&str, &str)], value: impl Into<crate::SampleValue>) -> Result<(), Error> {
        self.point(labels, &[Sample::new(value)])
    }

    /// The least important priority that this report still holds: what is less important need not be computed.
    ///
    /// ```
    /// # use cmetrics::{Priority, Registry};
    /// let reg = Registry::isolated();
    /// reg.collector(|out| {
    ///     assert_eq!(out.verbosity(), Priority::Normal);
    ///     Ok::<(), cmetrics::Error>(())
    /// })?;
    /// reg.render()?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn verbosity(&self) -> Priority {
        self.options().map_or(Priority::Normal, |options| Priority::from_raw(options.verbosity))
    }

    /// The time that is left for this report, where it has a limit.
    ///
    /// ```
    /// # use cmetrics::Registry;
    /// let reg = Registry::isolated();
    /// reg.collector(|out| {
    ///     assert_eq!(out.timeout(), None);
    ///     Ok::<(), cmetrics::Error>(())
    /// })?;
    /// reg.render()?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn timeout(&self) -> Option<Duration> {
        self.options().filter(|options| options.timeout_ns != 0).map(|options| Duration::from_nanos(options.timeout_ns))
    }

    /// Whether this report holds what tells of the library itself; see
    /// [`no_self`](crate::ReportOptions::no_self). For collectors that tell of themselves.
    ///
    /// ```
    /// # use cmetrics::{Registry, ReportOptions};
    /// let reg = Registry::isolated();
    /// reg.collector(|out| {
    ///     assert!(!out.includes_self());
    ///     Ok::<(), cmetrics::Error>(())
    /// })?;
    /// reg.render_with(&ReportOptions::new().no_self())?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn includes_self(&self) -> bool {
        self.options().is_none_or(|options| options.flags & abi::REPORT_NO_SELF == 0)
    }

    fn options(&self) -> Option<&abi::ReportOptions> {
        // SAFETY: the library lends the options for `'a`, or they are NULL.
        unsafe { self.options.as_ref() }
    }

    fn refused(&self, what: &str, status: Status) -> Error {
        let code = ErrorCode::from_raw(status);
        let message = format!("collecting: the library refused {what} {:?}: {code}", self.family);
        Error::new(code, message).with_subject(&self.family)
    }
}

fn lend(key: &str, value: &str) -> Label {
    Label { key: Text::lend(key), value: Text::lend(value) }
}

fn raw_value(sample: &Sample) -> Value {
    let absent = Label { key: Text::ABSENT, value: Text::ABSENT };
    let (type_, bits) = sample.value.to_raw();
    Value {
        suffix: Text::lend(&sample.suffix),
        extra: sample.extra.as_ref().map_or(absent, |(key, value)| lend(key, value)),
        type_,
        zero: 0,
        bits,
    }
}

/// A family that a collector tells of.
///
/// ```
/// use cmetrics::{CollectedFamily, MetricType};
///
/// let family = CollectedFamily::new("rpc_seconds", MetricType::Histogram).help("How long calls took").unit("seconds");
/// # drop(family);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectedFamily {
    name: String,
    metric_type: MetricType,
    help: String,
    unit: String,
    priority: Priority,
}

impl CollectedFamily {
    /// A family of this name and type. The name stands as it is but for the prefix of the collector's registry.
    ///
    /// ```
    /// cmetrics::CollectedFamily::new("requests_total", cmetrics::MetricType::Counter);
    /// ```
    pub fn new(name: impl Into<String>, metric_type: MetricType) -> CollectedFamily {
        CollectedFamily {
            name: name.into(),
            metric_type,
            help: String::new(),
            unit: String::new(),
            priority: Priority::Normal,
        }
    }

    /// What it measures.
    ///
    /// ```
    /// cmetrics::CollectedFamily::new("load", cmetrics::MetricType::Gauge).help("Busy cores");
    /// ```
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// What is counted or measured. It changes no name.
    ///
    /// ```
    /// cmetrics::CollectedFamily::new("sent_bytes_total", cmetrics::MetricType::Counter).unit("bytes");
    /// ```
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// How important it is.
    ///
    /// ```
    /// let debug = cmetrics::Priority::Debug;
    /// cmetrics::CollectedFamily::new("probes_total", cmetrics::MetricType::Counter).priority(debug);
    /// ```
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }
}
