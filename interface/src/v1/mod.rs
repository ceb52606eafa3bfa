// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Version 1: a struct of vtables. A draft until it is declared frozen; afterwards it never changes, size included.
//! Every table and vtable of a later version has these as a prefix.

mod api;
mod client;
mod collector;
mod counter;
mod error;
mod gauge;
mod metric;
mod registry;
mod value_counter;

pub use api::ApiV1;
pub use client::{Client, ClientDesc, ClientV1};
pub use collector::{CollectFn, Collector, CollectorDesc, CollectorV1, DropFn, COLLECTOR_ADDS};
pub use counter::{Counter, CounterV1};
pub use error::ErrorV1;
pub use gauge::{DurationGauge, DurationGaugeV1, FloatGauge, FloatGaugeV1, IntGauge, IntGaugeV1};
pub use metric::{
    Metric, MetricDesc, MetricV1, METRIC_DETACHED_ON_ERROR, METRIC_TOTAL_ONLY, METRIC_VERBATIM, REFUSED_NEGATIVE,
    REFUSED_NOT_FINITE, REFUSED_OTHER, REFUSED_OUT_OF_RANGE,
};
pub use registry::{DescribeRegistryFn, Registry, RegistryDesc, RegistryV1, REGISTRY_LOCKED};
pub use value_counter::{DurationCounter, DurationCounterV1, FloatCounter, FloatCounterV1, IntCounter, IntCounterV1};
