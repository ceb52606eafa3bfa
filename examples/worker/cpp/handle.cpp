// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "handle.hpp"

#include <chrono>
#include <type_traits>

namespace worker {
namespace {

// The amount as the type that the handle's methods take.
template <typename T>
auto of(const Amount &amount) {
    using cmetrics::DurationCounter, cmetrics::DurationGauge;
    if constexpr (std::is_same_v<T, DurationCounter> || std::is_same_v<T, DurationGauge>) {
        return std::chrono::nanoseconds(std::get<std::int64_t>(amount));
    } else if constexpr (std::is_same_v<T, cmetrics::IntGauge>) {
        return std::get<std::int64_t>(amount);
    } else if constexpr (std::is_same_v<T, cmetrics::FloatCounter> || std::is_same_v<T, cmetrics::FloatGauge>) {
        return std::get<double>(amount);
    } else {
        return std::get<std::uint64_t>(amount);
    }
}

template <typename T>
constexpr bool is_gauge = std::is_same_v<T, cmetrics::IntGauge> || std::is_same_v<T, cmetrics::FloatGauge> ||
                          std::is_same_v<T, cmetrics::DurationGauge>;

} // namespace

cmetrics::Priority priority_of(const std::string &name) {
    if (name == "critical")
        return cmetrics::Priority::critical;
    if (name == "high")
        return cmetrics::Priority::high;
    if (name == "low")
        return cmetrics::Priority::low;
    return name == "debug" ? cmetrics::Priority::debug : cmetrics::Priority::normal;
}

Handle create(const cmetrics::Registry &registry, const Metric &wanted) {
    cmetrics::MetricOptions options;
    options.help = wanted.help;
    options.labels = wanted.labels;
    options.priority = priority_of(wanted.priority);
    options.total_only = wanted.total_only;
    options.verbatim = wanted.verbatim;
    switch (wanted.kind) {
    case Kind::counter:
        return registry.counter(wanted.name, options);
    case Kind::int_counter:
        return registry.int_counter(wanted.name, options);
    case Kind::float_counter:
        return registry.float_counter(wanted.name, options);
    case Kind::duration_counter:
        return registry.duration_counter(wanted.name, options);
    case Kind::int_gauge:
        return registry.int_gauge(wanted.name, options);
    case Kind::float_gauge:
        return registry.float_gauge(wanted.name, options);
    case Kind::duration_gauge:
        return registry.duration_gauge(wanted.name, options);
    }
    throw std::logic_error("a kind that case.cpp does not read");
}

void update(const Handle &handle, Op op, const Amount &amount) {
    std::visit(
        [&](const auto &metric) {
            using T = std::decay_t<decltype(metric)>;
            if (op == Op::add)
                return metric.add(of<T>(amount));
            if constexpr (std::is_same_v<T, cmetrics::Counter> || is_gauge<T>) {
                if (op == Op::inc)
                    return metric.inc();
            }
            if constexpr (is_gauge<T>) {
                if (op == Op::dec)
                    return metric.dec();
                if (op == Op::sub)
                    return metric.sub(of<T>(amount));
                if (op == Op::set)
                    return metric.set(of<T>(amount));
            }
            throw std::logic_error("an operation that trace.cpp does not let through");
        },
        handle);
}

} // namespace worker
