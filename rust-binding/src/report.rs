// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::time::Duration;

use cmetrics_interface::{self as abi, Text};

use crate::{ffi, Priority};

/// What a report or snapshot holds. [`new`](ReportOptions::new) is the usual one: all families of at least normal
/// priority.
///
/// ```
/// use cmetrics::{Priority, Registry, ReportOptions};
///
/// let reg = Registry::isolated();
/// reg.counter("requests").get();
/// reg.counter("probes").priority(Priority::Debug).get();
/// let options = ReportOptions::new().verbosity(Priority::Debug).names(["probes_total"]).no_self();
/// assert_eq!(reg.render_with(&options)?, "# HELP probes_total \n# TYPE probes_total counter\nprobes_total 0\n");
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportOptions {
    verbosity: Priority,
    names: Vec<String>,
    timeout: Option<Duration>,
    flags: u32,
}

impl ReportOptions {
    /// The usual report.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// assert_eq!(reg.render_with(&cmetrics::ReportOptions::new())?, reg.render()?);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn new() -> ReportOptions {
        ReportOptions::default()
    }

    /// The least important priority that is still reported.
    ///
    /// ```
    /// use cmetrics::{Priority, Registry, ReportOptions};
    ///
    /// let reg = Registry::isolated();
    /// reg.counter("requests").get();
    /// assert_eq!(reg.render_with(&ReportOptions::new().verbosity(Priority::Critical))?, "");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[must_use]
    pub fn verbosity(mut self, verbosity: Priority) -> Self {
        self.verbosity = verbosity;
        self
    }

    /// Only families of these full names, or with a sample of such a name. None is all.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").get();
    /// reg.counter("errors").get();
    /// let report = reg.render_with(&cmetrics::ReportOptions::new().names(["errors_total"]))?;
    /// assert!(report.contains("errors_total 0") && !report.contains("requests"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[must_use]
    pub fn names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names = names.into_iter().map(Into::into).collect();
        self
    }

    /// How long the call may take; after it, it is [cancelled](crate::Error::is_cancelled).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let options = cmetrics::ReportOptions::new().timeout(Duration::from_secs(5));
    /// cmetrics::root().render_with(&options)?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Leaves out the library's own families, whose names begin with `cmetrics_`.
    ///
    /// ```
    /// use cmetrics::{Priority, Registry, ReportOptions};
    ///
    /// let all = ReportOptions::new().verbosity(Priority::Debug);
    /// let reg = Registry::isolated();
    /// assert!(reg.render_with(&all)?.contains("cmetrics_info"));
    /// assert_eq!(reg.render_with(&all.no_self())?, "");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    #[must_use]
    pub fn no_self(mut self) -> Self {
        self.flags |= abi::REPORT_NO_SELF;
        self
    }

    /// Hands these options over for a call.
    pub(crate) fn lend<R>(&self, call: impl FnOnce(&abi::ReportOptions) -> R) -> R {
        let names: Vec<Text> = self.names.iter().map(|name| Text::lend(name)).collect();
        call(&abi::ReportOptions {
            struct_size: ffi::size_of::<abi::ReportOptions>(),
            flags: self.flags,
            format: abi::FORMAT_PROMETHEUS_TEXT,
            verbosity: self.verbosity.as_raw(),
            names: names.as_ptr(),
            n_names: names.len() as u64,
            // Zero would be without limit: no time at all is the shortest there is.
            timeout_ns: self.timeout.map_or(0, |limit| u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX).max(1)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_never_without_limit_by_accident() {
        let nanos = |limit| ReportOptions::new().timeout(limit).lend(|raw| raw.timeout_ns);
        assert_eq!(nanos(Duration::ZERO), 1);
        assert_eq!(nanos(Duration::from_micros(2)), 2000);
        assert_eq!(nanos(Duration::MAX), u64::MAX);
        assert_eq!(ReportOptions::new().lend(|raw| raw.timeout_ns), 0);
    }
}
