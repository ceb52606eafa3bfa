// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::size_of;

use cmetrics_interface::v1::ApiV1;

use super::{client, collector, counter, error, gauge, metric, registry, value_counter};

/// Version 1, for ever.
pub(super) static API: ApiV1 = ApiV1 {
    struct_size: size_of::<ApiV1>() as u32,
    version: 1,
    client: &raw const client::CLIENT,
    registry: &raw const registry::REGISTRY,
    metric: &raw const metric::METRIC,
    counter: &raw const counter::COUNTER,
    int_counter: &raw const value_counter::INT_COUNTER,
    float_counter: &raw const value_counter::FLOAT_COUNTER,
    duration_counter: &raw const value_counter::DURATION_COUNTER,
    int_gauge: &raw const gauge::INT_GAUGE,
    float_gauge: &raw const gauge::FLOAT_GAUGE,
    duration_gauge: &raw const gauge::DURATION_GAUGE,
    collector: &raw const collector::COLLECTOR,
    error: &raw const error::ERROR,
};
