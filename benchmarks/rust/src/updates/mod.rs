// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The contestants of an update: ours first, then each peer in a file of its own.
//!
//! A case is the same work for everyone: the same three label values where labels are looked up, a metric with labels
//! where handles are kept.

use crate::rounds::Contestant;

mod case;
mod ours;

#[cfg(feature = "peers")]
mod measured;
#[cfg(feature = "peers")]
mod metrics;
#[cfg(feature = "peers")]
mod opentelemetry;
#[cfg(feature = "peers")]
mod prometheus_client;
#[cfg(feature = "peers")]
mod tikv;

/// Everyone.
pub fn contestants() -> Vec<Contestant> {
    let mut all = crate::limits::contestants();
    all.extend(ours::contestants());
    #[cfg(feature = "peers")]
    {
        all.extend(tikv::contestants());
        all.extend(prometheus_client::contestants());
        all.extend(metrics::contestants());
        all.extend(measured::contestants());
        all.extend(opentelemetry::contestants());
    }
    all
}
