// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <cmetrics-1/cmetrics.hpp>
#include <variant>

#include "case.hpp"

namespace worker {

// A metric as the handle of its kind.
using Handle = std::variant<cmetrics::Counter, cmetrics::IntCounter, cmetrics::FloatCounter, cmetrics::DurationCounter,
                            cmetrics::IntGauge, cmetrics::FloatGauge, cmetrics::DurationGauge>;

// The priority of that name, which metrics.json and --verbosity share.
cmetrics::Priority priority_of(const std::string &name);

// The metric that `wanted` describes, made if it is not there. Throws cmetrics::Error.
Handle create(const cmetrics::Registry &registry, const Metric &wanted);

// One update other than `remove`. trace.cpp has made sure that operation and amount fit the kind.
void update(const Handle &handle, Op op, const Amount &amount);

} // namespace worker
