// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A registry of prometheus-cpp in our report, while a program moves. Copy it into your program:
//
//     const auto attached = attach(old, cmetrics::root());   // attached.remove() ends it
#ifndef MIGRATING_ATTACH_HPP
#define MIGRATING_ATTACH_HPP

#include <cmetrics-1/cmetrics.hpp>
#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace attaching {

/// As short as it can be said exactly.
inline std::string spelled(double number) {
    if (std::isinf(number)) {
        return number > 0 ? "+Inf" : "-Inf";
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.15g", number);
    if (std::strtod(text, nullptr) != number) {
        std::snprintf(text, sizeof text, "%.17g", number);
    }
    return text;
}

inline std::vector<cmetrics::Sample> samples(prometheus::MetricType type, const prometheus::ClientMetric &metric) {
    std::vector<cmetrics::Sample> told;
    switch (type) {
    case prometheus::MetricType::Counter:
        return {{"", metric.counter.value}};
    case prometheus::MetricType::Gauge:
        return {{"", metric.gauge.value}};
    case prometheus::MetricType::Summary:
        for (const auto &it : metric.summary.quantile) {
            told.push_back({"", it.value, {"quantile", spelled(it.quantile)}});
        }
        told.push_back({"_sum", metric.summary.sample_sum});
        told.push_back({"_count", metric.summary.sample_count});
        return told;
    case prometheus::MetricType::Histogram:
        for (const auto &it : metric.histogram.bucket) {
            if (!std::isinf(it.upper_bound)) {
                told.push_back({"_bucket", it.cumulative_count, {"le", spelled(it.upper_bound)}});
            }
        }
        told.push_back({"_bucket", metric.histogram.sample_count, {"le", "+Inf"}});
        told.push_back({"_sum", metric.histogram.sample_sum});
        told.push_back({"_count", metric.histogram.sample_count});
        return told;
    default:
        return {{"", metric.untyped.value}};
    }
}

inline int type(prometheus::MetricType theirs) {
    switch (theirs) {
    case prometheus::MetricType::Counter:
        return CMETRICS_TYPE_COUNTER;
    case prometheus::MetricType::Gauge:
        return CMETRICS_TYPE_GAUGE;
    case prometheus::MetricType::Summary:
        return CMETRICS_TYPE_SUMMARY;
    case prometheus::MetricType::Histogram:
        return CMETRICS_TYPE_HISTOGRAM;
    default:
        return CMETRICS_TYPE_UNKNOWN;
    }
}

} // namespace attaching

/// Tells every family of `theirs` in the reports of `ours`, histograms with their buckets. A family that `ours` defines
/// itself is left out, and counted by the library in cmetrics_collector_errors_total. `theirs` is not kept alive.
inline cmetrics::Collector attach(const std::weak_ptr<prometheus::Collectable> &theirs,
                                  const cmetrics::Registry &ours) {
    return ours.collector([theirs](cmetrics::Collect &out) {
        const auto there = theirs.lock();
        if (!there) {
            return;
        }
        for (const prometheus::MetricFamily &family : there->Collect()) {
            if (!out.family(family.name, attaching::type(family.type), family.help)) {
                continue;
            }
            for (const prometheus::ClientMetric &metric : family.metric) {
                cmetrics::Labels labels;
                for (const auto &label : metric.label) {
                    labels.emplace_back(label.name, label.value);
                }
                out.point(labels, attaching::samples(family.type, metric));
            }
        }
    });
}

#endif // MIGRATING_ATTACH_HPP
