// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Many series: what making them costs, what they hold, and what a report of them costs. One contestant has a process of
//! its own, for its memory is that of the process; the limits are measured in every process, in the same rounds.

pub mod limits;
pub mod measure;
pub mod ours;
pub mod plan;
pub mod tail;

#[cfg(feature = "peers")]
pub mod measured;
#[cfg(feature = "peers")]
mod metrics;
#[cfg(feature = "peers")]
mod opentelemetry;
#[cfg(feature = "peers")]
mod prometheus_client;
#[cfg(feature = "peers")]
mod tikv;

use plan::{Kind, Plan};

/// Makes one report and drops its text: how many bytes it had.
pub type Report = Box<dyn FnMut() -> usize + Send>;

/// Makes the series of a plan and adds to each once.
pub type Build = fn(&Plan) -> Report;

/// Everyone by name, and the kinds of series that it can make.
pub fn contestants() -> Vec<(&'static str, Build, &'static [Kind])> {
    vec![
        ("cmetrics", ours::build as Build, &[Kind::Counter, Kind::Float, Kind::Pair] as &[Kind]),
        #[cfg(feature = "peers")]
        ("tikv prometheus", tikv::build, &[Kind::Counter, Kind::Float]),
        #[cfg(feature = "peers")]
        ("prometheus-client", prometheus_client::build, &[Kind::Counter, Kind::Float]),
        #[cfg(feature = "peers")]
        ("metrics", metrics::build, &[Kind::Counter, Kind::Float]),
        #[cfg(feature = "peers")]
        ("measured", measured::build, &[Kind::Counter, Kind::Float]),
        #[cfg(feature = "peers")]
        ("OpenTelemetry", opentelemetry::build, &[Kind::Counter, Kind::Float]),
    ]
}
