// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Metrics for a process of many languages: Rust, Python, C and C++ parts record into one registry through one shared
//! library, and one Prometheus report shows it all.
//!
//! ```
//! let reg = cmetrics::root().child("dynamo").label("component", "backend").get();
//! let requests = reg.counter("requests").help("Requests that came in").get();
//! let latency = reg.duration_counter("latency").help("Time to the last token").get();
//! let errors = reg.counter_family("errors", ["error_type"]).help("Failures").get();
//!
//! requests.inc();
//! errors.with(["generate"]).inc();
//! {
//!     let _timer = latency.start_timer();
//!     // … the work …
//! }
//!
//! let report = cmetrics::render();
//! assert!(report.contains("dynamo_requests_total{component=\"backend\"} 1\n"));
//! ```
//!
//! # Kinds
//!
//! | kind | state | Prometheus |
//! |---|---|---|
//! | [`Counter`] | a number of events | counter, `_total` |
//! | [`IntCounter`], [`FloatCounter`], [`DurationCounter`] | total and count of amounts | summary, `_sum` and `_count` |
//! | [`IntGauge`], [`FloatGauge`], [`DurationGauge`] | a value that goes up and down | gauge |
//!
//! All handles are `Clone + Send + Sync`, and equal if they are the same metric. An update is one call into the library:
//! no lock, no allocation, no look-up.
//!
//! # Errors
//!
//! Instrumentation must not stop a worker: `get()` of every builder never fails. Where something is wrong it logs one
//! warning through the [`log`] crate, says what to do, and gives a handle whose updates no report shows. `try_get()`
//! gives the [`Error`] instead.
//!
//! # The library
//!
//! This crate finds `libcmetrics` at run time: the file that `CMETRICS_LIBRARY` names; else a copy that this process has
//! loaded already; else one beside the module or executable that holds this code, or in `lib/` there; else the system's.
//! Where there is none, metrics are no-ops and one warning tells every place that was looked at; the next [`root`]
//! searches again. The feature `embedded` links a copy
//! into the program, which is used where nothing else is found. `CMETRICS_DISABLE=1` makes everything a no-op.
//!
//! # Beside other libraries
//!
//! The feature `metrics-facade` sends what the macros of the crate `metrics` tell to a registry (`cmetrics::facade`). The
//! feature `prometheus-bridge` shows registries of the crate `prometheus` in ours and ours in them
//! (`cmetrics::bridge::prometheus`).
//!
//! # Tests
//!
//! [`Registry::isolated`] is a root of its own, and [`Registry::enter`] makes it the [`root`] of a thread, so that code
//! which uses the root can be tested beside other tests. [`Registry::snapshot`] gives the numbers as data. The feature
//! `testing` has the rest: assertions that tell near misses, differences of snapshots, golden files, a recorder.

#[cfg(feature = "prometheus-bridge")]
pub mod bridge;
mod builder;
mod child;
mod client;
mod client_builder;
mod collect;
mod collector;
mod counter;
mod create;
mod duration;
mod error;
mod error_code;
#[cfg(feature = "metrics-facade")]
pub mod facade;
mod family;
mod family_builder;
mod ffi;
mod gauge;
mod handle;
#[cfg(feature = "http")]
pub mod http;
mod inprogress;
mod kind;
mod labels;
mod library;
mod log_once;
mod metric;
mod metric_spec;
mod metric_type;
mod metrics;
mod priority;
mod registry;
mod render;
mod report;
mod sample;
mod scope;
mod snapshot;
mod spec;
mod survey;
#[cfg(feature = "testing")]
pub mod testing;
mod timer;
mod unwind;
mod value_counter;

pub use builder::MetricBuilder;
pub use child::ChildBuilder;
pub use client::Client;
pub use client_builder::ClientBuilder;
pub use collect::{Collect, CollectedFamily};
pub use collector::Collector;
pub use counter::Counter;
pub use error::Error;
pub use error_code::{Category, ErrorCode};
pub use family::{Family, Member};
pub use family_builder::FamilyBuilder;
pub use gauge::{DurationGauge, FloatGauge, IntGauge};
pub use handle::MetricKind;
pub use inprogress::InProgress;
pub use kind::Kind;
pub use labels::{LabelNames, LabelValues, DYNAMIC};
pub use library::{library, LibraryInfo};
pub use metric::Metric;
pub use metric_spec::MetricSpec;
pub use metric_type::MetricType;
pub use metrics::Metrics;
pub use priority::Priority;
pub use registry::{Registry, RegistryInfo};
pub use render::{content_type, render};
pub use report::ReportOptions;
pub use sample::{Sample, SampleValue};
pub use scope::Scope;
pub use snapshot::{FamilyInfo, FamilySnapshot, MetricInfo, PointSnapshot, SampleSnapshot};
pub use timer::Timer;
pub use value_counter::{DurationCounter, FloatCounter, IntCounter};

pub use cmetrics_loader::{LoadedCopy, Origin, Step, Survey, Verdict};

/// The root registry of this process, or the one that this thread [entered](Registry::enter).
///
/// Never fails: where no library is found it is a registry that keeps nothing, one warning is logged, and the next call
/// searches again. Metrics made meanwhile stay no-ops: how many there were is counted in `cmetrics_noop_handles_total`
/// when the library is found.
///
/// ```
/// cmetrics::root().counter("requests").help("Requests that came in").get().inc();
/// ```
pub fn root() -> Registry {
    Client::this_program().root()
}

/// The root registry of this process, or the one that this thread [entered](Registry::enter).
///
/// # Errors
///
/// [`is_unavailable`](Error::is_unavailable) where no library is found and [`is_unsupported`](Error::is_unsupported)
/// where what is there cannot serve this crate. The message lists every place that was looked at.
///
/// ```
/// let root = cmetrics::try_root()?;
/// root.counter("requests").try_get()?.inc();
/// # Ok::<(), cmetrics::Error>(())
/// ```
pub fn try_root() -> Result<Registry, Error> {
    Client::this_program().try_root()
}
