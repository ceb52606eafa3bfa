// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::ffi::c_void;
use std::fmt;

use cmetrics_interface::{self as abi, Status};

use crate::error::call;
use crate::ffi;
use crate::metric::Handle;
use crate::unwind::caught;
use crate::{Error, ErrorCode, Kind, MetricType, Priority, Registry, ReportOptions, SampleValue};

/// What the series of a family have in common.
///
/// ```
/// let info = cmetrics::Registry::isolated().counter("requests").help("Requests").get().describe()?.family;
/// assert_eq!((info.name.as_str(), info.help.as_str()), ("requests_total", "Requests"));
/// assert_eq!(info.kind, Some(cmetrics::Kind::Counter));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FamilyInfo {
    /// The full name, as it stands in the report's TYPE line.
    pub name: String,
    /// What it measures; may be empty.
    pub help: String,
    /// What is counted or measured; may be empty.
    pub unit: String,
    /// The kind of its metrics; none where a collector tells of it, or where this crate does not know the kind.
    pub kind: Option<Kind>,
    /// What it is to Prometheus.
    pub metric_type: MetricType,
    /// How important it is.
    pub priority: Priority,
}

/// One number of a series, as a snapshot tells it.
///
/// ```
/// let wait = cmetrics::Registry::isolated().duration_counter("wait").get();
/// let suffixes: Vec<_> = wait.describe()?.values.into_iter().map(|sample| sample.suffix).collect();
/// assert_eq!(suffixes, ["_sum", "_count"]);
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SampleSnapshot {
    /// What the sample's name adds to the family's; may be empty.
    pub suffix: String,
    /// A label of this sample alone: `le`, `quantile`.
    pub extra: Option<(String, String)>,
    /// The number.
    pub value: SampleValue,
}

/// One series at one moment.
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// let requests = reg.counter("requests").get();
/// let snapshot = reg.snapshot(&cmetrics::ReportOptions::new())?;
/// assert_eq!(snapshot[0].points[0].id, requests.id());
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PointSnapshot {
    /// The metric's number; 0 where a collector tells of it.
    pub id: u64,
    /// All labels, inherited ones included, in the order of their names.
    pub labels: Vec<(String, String)>,
    /// Its numbers, in the order of exposition.
    pub values: Vec<SampleSnapshot>,
}

/// A family at one moment: what [`Registry::snapshot`] gives.
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// reg.int_gauge("queue_depth").get().set(3);
/// let snapshot = reg.snapshot(&cmetrics::ReportOptions::new())?;
/// assert_eq!(snapshot[0].family.name, "queue_depth");
/// assert_eq!(snapshot[0].points[0].values[0].value, cmetrics::SampleValue::I64(3));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FamilySnapshot {
    /// What its series have in common.
    pub family: FamilyInfo,
    /// Its series, in the order of their labels.
    pub points: Vec<PointSnapshot>,
}

/// One metric at one moment: what `describe` of a handle gives. It prints as in a report.
///
/// ```
/// let requests = cmetrics::Registry::isolated().counter("requests").label("model", "llama").get();
/// requests.inc();
/// assert_eq!(requests.describe()?.to_string(), r#"requests_total{model="llama"} 1"#);
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MetricInfo {
    /// What its family is.
    pub family: FamilyInfo,
    /// All labels, inherited ones included, in the order of their names.
    pub labels: Vec<(String, String)>,
    /// Its numbers, in the order of exposition.
    pub values: Vec<SampleSnapshot>,
}

impl Registry {
    /// Every family of this registry and below, in the order of a report, as owned data: for tests, and for formats of
    /// one's own.
    ///
    /// # Errors
    ///
    /// [`is_gone`](Error::is_gone) if the registry was removed, [`is_cancelled`](Error::is_cancelled) if the time was
    /// up.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").get().add(2);
    /// reg.counter("errors").get().inc();
    /// let snapshot = reg.snapshot(&cmetrics::ReportOptions::new())?;
    /// let names: Vec<_> = snapshot.iter().map(|it| it.family.name.as_str()).collect();
    /// assert_eq!(names, ["errors_total", "requests_total"]);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn snapshot(&self, options: &ReportOptions) -> Result<Vec<FamilySnapshot>, Error> {
        let mut families = Vec::new();
        let visitor = visitor(&mut families);
        options.lend(|options| {
            call(self.api(), "taking a snapshot", |error| {
                // SAFETY: the registry is live; options, visitor and families are there for the call, and nothing else
                // uses them meanwhile.
                unsafe { (self.api().registry().visit)(self.raw(), options, &visitor, error) }
            })
        })?;
        Ok(families)
    }
}

/// What `describe` of a handle tells.
pub(crate) fn describe(handle: &Handle) -> Result<MetricInfo, Error> {
    if handle.api().is_noop() {
        return Err(Error::new(ErrorCode::Unavailable, "describing a metric: it was made where no library was found"));
    }
    let mut families = Vec::new();
    let visitor = visitor(&mut families);
    // SAFETY: the metric is live while `handle` is; visitor and families are there for the call.
    let status = unsafe { (handle.api().metric().describe)(handle.raw(), &visitor) };
    let told = families.pop().and_then(|FamilySnapshot { family, mut points }| Some((family, points.pop()?)));
    match (status, told) {
        (abi::OK, Some((family, PointSnapshot { labels, values, .. }))) => Ok(MetricInfo { family, labels, values }),
        (abi::OK, None) => Err(Error::new(ErrorCode::Internal, "describing a metric: the library told nothing")),
        (status, _) => Err(Error::new(ErrorCode::from_raw(status), "describing a metric: the library refused")),
    }
}

fn visitor(families: &mut Vec<FamilySnapshot>) -> abi::Visitor {
    abi::Visitor {
        struct_size: ffi::size_of::<abi::Visitor>(),
        flags: 0,
        family: Some(hear_family),
        point: Some(hear_point),
        user: ffi::user_of(families),
    }
}

unsafe extern "C" fn hear_family(user: *mut c_void, family: *const abi::Family) -> Status {
    guard(|| {
        // SAFETY: `user` is the list that `visitor` was given, and the library lends `family` for this call.
        let (families, family) = unsafe { (&mut *user.cast::<Vec<FamilySnapshot>>(), &*family) };
        // SAFETY: the texts are lent with `family`.
        let text = |text| unsafe { ffi::copy_text(text) };
        let family = FamilyInfo {
            name: text(family.name),
            help: text(family.help),
            unit: text(family.unit),
            kind: Kind::from_raw(family.kind),
            metric_type: MetricType::from_raw(family.type_),
            priority: Priority::from_raw(family.priority),
        };
        families.push(FamilySnapshot { family, points: Vec::new() });
    })
}

unsafe extern "C" fn hear_point(user: *mut c_void, point: *const abi::Point) -> Status {
    guard(|| {
        // SAFETY: as in `hear_family`.
        let (families, point) = unsafe { (&mut *user.cast::<Vec<FamilySnapshot>>(), &*point) };
        // SAFETY: labels and values are lent with `point`.
        let (labels, values) =
            unsafe { (ffi::copy_labels(point.labels, point.n_labels), ffi::slice(point.values, point.n_values)) };
        // A value of a type that this crate does not know is skipped (abi: numbers are open sets).
        let values = values.iter().filter_map(|value| {
            // SAFETY: as above.
            let text = |text: abi::Text| unsafe { ffi::copy_text(text) };
            let extra = (value.extra.key.len != 0).then(|| (text(value.extra.key), text(value.extra.value)));
            let number = SampleValue::from_raw(value.type_, value.bits)?;
            Some(SampleSnapshot { suffix: text(value.suffix), extra, value: number })
        });
        let point = PointSnapshot { id: point.id, labels, values: values.collect() };
        if let Some(family) = families.last_mut() {
            family.points.push(point);
        }
    })
}

/// Keeps a panic from unwinding into the library.
fn guard(hear: impl FnOnce()) -> Status {
    match caught(hear) {
        Ok(()) => abi::OK,
        Err(_) => abi::INTERNAL,
    }
}

impl fmt::Display for MetricInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.family.name)?;
        for (index, (key, value)) in self.labels.iter().enumerate() {
            let open = if index == 0 { '{' } else { ',' };
            write!(f, "{open}{key}={value:?}")?;
        }
        if !self.labels.is_empty() {
            f.write_str("}")?;
        }
        for SampleSnapshot { suffix, value, .. } in &self.values {
            match suffix.trim_start_matches('_') {
                "" => write!(f, " {value}")?,
                suffix => write!(f, " {suffix} {value}")?,
            }
        }
        Ok(())
    }
}
