// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include <chrono>

#include "replay.hpp"
#include "threads.hpp"

namespace worker {
namespace {

// Metric i: of kind i % 7, in the family i / 7 % 20 of that kind, with i itself as its label. For C++ the name holds
// the whole prefix and the metric all labels, the last in another order.
void once(const cmetrics::Registry &root, std::int32_t i) {
    const std::string series = std::to_string(i);
    const Kind kind = static_cast<Kind>(i % 7);
    const std::string name = std::string("stress_") + name_of(kind) + "_" + std::to_string(i / 7 % 20);
    cmetrics::MetricOptions options;
    options.labels = {{"shared", "yes"}, {"series", series}};
    switch (kind) {
    case Kind::counter:
        return root.counter(name, options).inc();
    case Kind::int_counter:
        return root.int_counter(name, options).add(3);
    case Kind::float_counter:
        return root.float_counter(name, options).add(0.5);
    case Kind::duration_counter:
        return root.duration_counter(name, options).add(std::chrono::nanoseconds(1001));
    case Kind::int_gauge:
        return root.int_gauge(name, options).sub(2);
    case Kind::float_gauge:
        return root.float_gauge(name, options).add(0.25);
    case Kind::duration_gauge:
        return root.duration_gauge(name, options).sub(std::chrono::nanoseconds(5));
    }
}

} // namespace

void stress(std::int32_t threads, std::int32_t metrics, std::int32_t rounds) {
    on_threads(threads, [=](std::size_t) {
        const cmetrics::Registry root = cmetrics::try_root().value();
        for (std::int32_t round = 0; round < rounds; ++round) {
            for (std::int32_t i = 0; i < metrics; ++i)
                once(root, i);
        }
    });
}

} // namespace worker
