// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;

use super::live::{self, Mark, Skips};
use super::ours;
use super::reserved::{probed, Names};
use crate::{log_once, Error, ErrorCode, Priority, Registry, ReportOptions};

/// Begins to show what a registry of ours holds in one of the crate `prometheus`: [`to`](Expose::to) does it.
///
/// Numbers are what they are when theirs is gathered: floats, for it has no others. Durations are in seconds,
/// increment-by-value counters summaries without quantiles. The library's own families are left out.
///
/// ```
/// let ours = cmetrics::Registry::isolated(); // in a program: cmetrics::root()
/// let latency = ours.duration_counter("latency").help("Time to the last token").get();
/// let theirs = prometheus::Registry::new(); // in a program perhaps prometheus::default_registry()
/// cmetrics::bridge::prometheus::expose(&ours).to(&theirs)?;
///
/// latency.add(std::time::Duration::from_millis(250));
/// let text = prometheus::TextEncoder::new().encode_to_string(&theirs.gather())?;
/// assert!(text.contains("# TYPE latency_seconds summary\nlatency_seconds_sum 0.25\nlatency_seconds_count 1\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn expose(ours: &Registry) -> Expose {
    Expose { ours: ours.clone(), verbosity: Priority::Normal, exclude: HashSet::new() }
}

/// A bridge in the making; see [`expose`].
#[derive(Clone, Debug)]
#[must_use = "nothing is exposed until to()"]
pub struct Expose {
    ours: Registry,
    verbosity: Priority,
    exclude: HashSet<String>,
}

impl Expose {
    /// The least important priority that is shown; normal otherwise.
    ///
    /// ```
    /// let expose = cmetrics::bridge::prometheus::expose(&cmetrics::root()).verbosity(cmetrics::Priority::Debug);
    /// expose.to(&prometheus::Registry::new())?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn verbosity(mut self, verbosity: Priority) -> Expose {
        self.verbosity = verbosity;
        self
    }

    /// Families that are not shown, by their full names.
    ///
    /// ```
    /// let expose = cmetrics::bridge::prometheus::expose(&cmetrics::root()).exclude(["requests_total"]);
    /// expose.to(&prometheus::Registry::new())?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn exclude<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Expose {
        self.exclude.extend(names.into_iter().map(Into::into));
        self
    }

    /// Exposes it in a registry of theirs.
    ///
    /// Our names are reserved there: who registers a metric of such a name gets an error. For the first gathering that
    /// meets a new family of ours a thread looks whether its name is free, which runs their collectors once more.
    ///
    /// # Errors
    ///
    /// [`is_conflict`](Error::is_conflict) if both define a family: the message names those that do, and nothing is
    /// exposed. [`is_gone`](Error::is_gone) if our registry was removed.
    ///
    /// A family that comes later and clashes is left out, with one warning.
    ///
    /// ```
    /// let theirs = prometheus::Registry::new();
    /// theirs.register(Box::new(prometheus::IntGauge::new("depth", "Jobs that wait")?))?;
    /// let ours = cmetrics::Registry::isolated();
    /// ours.int_gauge("depth").get();
    ///
    /// let err = cmetrics::bridge::prometheus::expose(&ours).to(&theirs).unwrap_err();
    /// assert!(err.is_conflict());
    /// assert!(err.to_string().contains("depth"));
    /// # Ok::<(), prometheus::Error>(())
    /// ```
    pub fn to(self, theirs: &prometheus::Registry) -> Result<Exposed, Error> {
        let internal = |err: prometheus::Error| {
            Error::new(ErrorCode::Internal, format!("exposing a registry in one of the crate prometheus: {err}"))
        };
        let number = live::number();
        let mark = Mark::of(number).map_err(internal)?;
        let (names, skips) = (Names::new(theirs), Skips::default());
        let state = Shown { options: self, mark, names: Arc::clone(&names), skips: Arc::clone(&skips) };
        // What is attached of theirs is known once the collector is in; it tells nothing before its names are reserved.
        let state = Arc::new(state);
        live::exposed(number, theirs, Box::new(Shared(Arc::clone(&state))), &skips).map_err(internal)?;
        let exposed = Exposed { number, theirs: theirs.clone(), names };
        let families = match state.families() {
            Ok(families) => families,
            Err(err) => {
                exposed.hide();
                return Err(err);
            }
        };
        let taken = exposed.names.reserve(families.iter().map(MetricFamily::name));
        if taken.is_empty() {
            return Ok(exposed);
        }
        exposed.hide();
        let taken = taken.join(", ");
        let message = format!("exposing a registry in one of the crate prometheus: both sides define {taken}");
        Err(Error::new(ErrorCode::Conflict, message)
            .with_subject(taken)
            .with_hint("exclude the family, or give one of both another name"))
    }
}

struct Shown {
    options: Expose,
    mark: Box<Mark>,
    names: Arc<Names>,
    skips: Skips,
}

impl Shown {
    /// What there is to show, in their model.
    fn families(&self) -> Result<Vec<MetricFamily>, Error> {
        let Expose { ours, verbosity, exclude } = &self.options;
        let options = ReportOptions::new().verbosity(*verbosity).no_self();
        let families = live::skipping(&self.skips, || ours.snapshot(&options))?;
        let families = families.iter().filter(|family| !exclude.contains(&family.family.name));
        // It refuses families without metrics when it writes them.
        Ok(families.flat_map(ours::families).filter(|family| !family.get_metric().is_empty()).collect())
    }
}

struct Shared(Arc<Shown>);

impl Collector for Shared {
    fn desc(&self) -> Vec<&Desc> {
        self.0.mark.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        if live::is_gathering() {
            return Vec::new();
        }
        if let Some(probe) = probed() {
            return probe;
        }
        match self.0.families() {
            Ok(families) => self.0.names.ours_of(families),
            Err(err) => {
                log_once::warn(&format!("exposed {}", err.code()), || {
                    format!("a registry is not shown in one of the crate prometheus: {err}")
                });
                Vec::new()
            }
        }
    }
}

/// A registry of ours that shows in one of the crate `prometheus`. Dropping it changes nothing.
///
/// ```
/// let ours = cmetrics::Registry::isolated();
/// ours.int_gauge("depth").get();
/// let theirs = prometheus::Registry::new();
/// let exposed = cmetrics::bridge::prometheus::expose(&ours).to(&theirs)?;
/// assert_eq!(theirs.gather().len(), 1);
/// exposed.hide();
/// assert_eq!(theirs.gather().len(), 0);
/// # Ok::<(), cmetrics::Error>(())
/// ```
pub struct Exposed {
    number: u64,
    theirs: prometheus::Registry,
    names: Arc<Names>,
}

impl Exposed {
    /// Shows it no more. (The crate `prometheus` remembers names for ever: metrics of our names with other labels or
    /// another help cannot be registered there afterwards.)
    ///
    /// ```
    /// let theirs = prometheus::Registry::new();
    /// cmetrics::bridge::prometheus::expose(&cmetrics::root()).to(&theirs)?.hide();
    /// assert!(theirs.gather().is_empty());
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn hide(self) {
        live::hidden(self.number, &self.theirs);
        self.names.release();
    }
}

impl fmt::Debug for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exposed").field("theirs", &self.theirs).finish_non_exhaustive()
    }
}
