// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use super::live::{self, lock};
use super::theirs;
use crate::{log_once, Collect, Collector, Error, ErrorCode, Priority, Registry, ReportOptions};

/// Begins to show what a registry of the crate `prometheus` holds in one of ours: [`to`](Attach::to) does it.
///
/// Counters, gauges, histograms and summaries keep their types, names and helps. They are gathered when a report is made,
/// on the thread that asks for it.
///
/// ```
/// let theirs = prometheus::Registry::new();
/// let depth = prometheus::IntGauge::new("depth", "Jobs that wait")?;
/// theirs.register(Box::new(depth.clone()))?;
///
/// let ours = cmetrics::Registry::isolated();
/// cmetrics::bridge::prometheus::attach(&theirs).prefix("legacy").label("engine", "0").to(&ours)?;
/// depth.set(3);
/// assert!(ours.render()?.ends_with("legacy_depth{engine=\"0\"} 3\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn attach(theirs: &prometheus::Registry) -> Attach {
    Attach { theirs: theirs.clone(), prefix: String::new(), labels: Vec::new(), exclude: HashSet::new() }
}

/// A bridge in the making; see [`attach`].
#[derive(Clone, Debug)]
#[must_use = "nothing is attached until to()"]
pub struct Attach {
    theirs: prometheus::Registry,
    prefix: String,
    labels: Vec<(String, String)>,
    exclude: HashSet<String>,
}

impl Attach {
    /// What stands before their names, joined with `_`.
    ///
    /// ```
    /// let attach = cmetrics::bridge::prometheus::attach(prometheus::default_registry()).prefix("legacy");
    /// attach.to(&cmetrics::Registry::isolated())?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn prefix(mut self, prefix: impl Into<String>) -> Attach {
        self.prefix = prefix.into();
        self
    }

    /// A label of all their series that do not have it.
    ///
    /// ```
    /// let attach = cmetrics::bridge::prometheus::attach(prometheus::default_registry()).label("engine", "0");
    /// attach.to(&cmetrics::Registry::isolated())?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Attach {
        self.labels.push((key.into(), value.into()));
        self
    }

    /// Families that are not shown, by their names over there.
    ///
    /// ```
    /// let attach = cmetrics::bridge::prometheus::attach(prometheus::default_registry());
    /// attach.exclude(["process_cpu_seconds_total"]).to(&cmetrics::Registry::isolated())?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn exclude<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Attach {
        self.exclude.extend(names.into_iter().map(Into::into));
        self
    }

    /// Attaches it to a registry of ours.
    ///
    /// # Errors
    ///
    /// [`is_conflict`](Error::is_conflict) if both define a family: the message names those that do, and nothing is
    /// attached. What an invalid prefix or label is; [`is_gone`](Error::is_gone) if the registry was removed.
    ///
    /// A family that comes later and clashes is left out, with one warning, and counted in
    /// `cmetrics_collector_errors_total`.
    ///
    /// ```
    /// let theirs = prometheus::Registry::new();
    /// let depth = prometheus::IntGauge::new("depth", "Jobs that wait")?;
    /// theirs.register(Box::new(depth.clone()))?;
    /// let ours = cmetrics::Registry::isolated();
    /// ours.int_gauge("depth").get();
    ///
    /// let err = cmetrics::bridge::prometheus::attach(&theirs).to(&ours).unwrap_err();
    /// assert!(err.is_conflict());
    /// assert!(err.to_string().contains("depth"));
    /// # Ok::<(), prometheus::Error>(())
    /// ```
    pub fn to(self, ours: &Registry) -> Result<Attached, Error> {
        let Attach { theirs, prefix, labels, exclude } = self;
        let place = ours.child(prefix).labels(labels).try_get()?;
        let before = names(&place)?;
        let state = State { theirs, exclude, number: live::number(), tried: Mutex::new(Some(Vec::new())) };
        let state = Arc::new(state);
        let of_collector = Arc::clone(&state);
        let collector = place.collector(move |out| of_collector.tell(out))?;
        let attached = Attached { state, collector };
        // The library says what clashes: it is asked once before anybody sees the answer.
        let tried = names(&place).and_then(|after| attached.state.judge(&place, &before, &after));
        let marked = tried.and_then(|()| {
            live::attached(attached.state.number, &attached.state.theirs)
                .map_err(|err| Error::new(ErrorCode::Internal, format!("marking a registry as attached: {err}")))
        });
        match marked {
            Ok(()) => Ok(attached),
            Err(err) => {
                attached.collector.remove()?;
                Err(err)
            }
        }
    }
}

fn names(place: &Registry) -> Result<HashSet<String>, Error> {
    let everything = ReportOptions::new().verbosity(Priority::Debug).no_self();
    Ok(place.snapshot(&everything)?.into_iter().map(|family| family.family.name).collect())
}

struct State {
    theirs: prometheus::Registry,
    exclude: HashSet<String>,
    number: u64,
    /// While it is being tried: the families that were told, and what the library said.
    tried: Mutex<Option<Vec<Told>>>,
}

/// A family of theirs, and what the library said to it.
type Told = (String, Result<(), Error>);

impl State {
    fn tell(&self, out: &mut Collect<'_>) -> Result<(), Error> {
        if live::is_skipped(self.number) {
            return Ok(());
        }
        for family in live::gather(&self.theirs) {
            if self.exclude.contains(family.name()) {
                continue;
            }
            // What is refused does not take the rest with it; the library counts it.
            let told = theirs::tell(&family, out);
            if let Some(tried) = &mut *lock(&self.tried) {
                tried.push((family.name().to_owned(), told));
            } else if let Err(err) = told {
                log_once::warn(&format!("attached {} {}", family.name(), err.code()), || {
                    format!("the family {:?} of a prometheus registry is not shown whole: {err}", family.name())
                });
            }
        }
        Ok(())
    }

    /// Ends the trial. Families must not have been there before, and must be there now.
    fn judge(&self, place: &Registry, before: &HashSet<String>, after: &HashSet<String>) -> Result<(), Error> {
        let prefix = place.describe()?.prefix;
        let joint = if prefix.is_empty() || prefix.ends_with(['_', ':']) { "" } else { "_" };
        let mut clashes = Vec::new();
        for (name, told) in lock(&self.tried).take().unwrap_or_default() {
            told?;
            let name = format!("{prefix}{joint}{name}");
            if before.contains(&name) || !after.contains(&name) {
                clashes.push(name);
            }
        }
        if clashes.is_empty() {
            return Ok(());
        }
        let clashes = clashes.join(", ");
        let message = format!("attaching a prometheus registry: both sides define {clashes}");
        Err(Error::new(ErrorCode::Conflict, message)
            .with_subject(clashes)
            .with_hint("exclude the family, or attach with a prefix"))
    }
}

/// A registry of the crate `prometheus` that shows in one of ours. Dropping it changes nothing.
///
/// ```
/// let theirs = prometheus::Registry::new();
/// theirs.register(Box::new(prometheus::IntGauge::new("depth", "Jobs that wait")?))?;
/// let ours = cmetrics::Registry::isolated();
/// let attached = cmetrics::bridge::prometheus::attach(&theirs).to(&ours)?;
/// assert!(ours.render()?.contains("depth 0\n"));
/// attached.detach()?;
/// assert_eq!(ours.render()?, "");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Attached {
    state: Arc<State>,
    collector: Collector,
}

impl Attached {
    /// Shows it no more, and waits until nothing reads it.
    ///
    /// # Errors
    ///
    /// None that a program can cause.
    ///
    /// ```
    /// let theirs = prometheus::Registry::new();
    /// let attached = cmetrics::bridge::prometheus::attach(&theirs).to(&cmetrics::Registry::isolated())?;
    /// attached.detach()?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn detach(self) -> Result<(), Error> {
        self.collector.remove()?;
        live::detached(self.state.number, &self.state.theirs);
        Ok(())
    }
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attached").field("theirs", &self.state.theirs).finish_non_exhaustive()
    }
}
