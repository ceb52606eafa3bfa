// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Runs for callgrind, through the C++ header.
#include <cmetrics-1/cmetrics.hpp>

#include <array>
#include <chrono>
#include <string>

#include "lap.h"

namespace {

/// Does `Once` with the metric, n times.
template <typename Metric, void (*Once)(Metric &)>
void repeat(void *what, std::uint64_t n) {
    while (n-- > 0) {
        auto *one = static_cast<Metric *>(what);
        LAP_HIDE(one);
        Once(*one);
    }
}

using Family = cmetrics::Family<cmetrics::Counter>;

void inc(cmetrics::Counter &counter) {
    counter.inc();
}
void add_int(cmetrics::IntCounter &counter) {
    counter.add(3);
}
void add_duration(cmetrics::DurationCounter &counter) {
    counter.add(std::chrono::nanoseconds(3));
}
void add_float(cmetrics::FloatCounter &counter) {
    counter.add(1.5);
}
void set(cmetrics::IntGauge &gauge) {
    gauge.set(3);
}
void look_up(Family &family) {
    family.with("GET", "/api/v1/resource/117", "404").inc();
}

} // namespace

int main() {
    const auto opened = cmetrics::try_root();
    if (!opened) {
        std::fprintf(stderr, "there is nothing to measure: %s\n", opened.error().message.c_str());
        return 1;
    }
    const auto own = cmetrics::Registry::isolated();
    auto counter = own.counter("counter");
    auto ints = own.int_counter("int");
    auto durations = own.duration_counter("duration");
    auto floats = own.float_counter("float");
    auto gauge = own.int_gauge("gauge");
    auto family = own.counter_family("family", {"method", "path", "code"});
    for (int n = 0; n < 1000; n++) {
        family.with("GET", "/api/v1/resource/" + std::to_string(n), "404").inc();
    }
    lap("counter inc", repeat<cmetrics::Counter, inc>, &counter);
    lap("int counter add", repeat<cmetrics::IntCounter, add_int>, &ints);
    lap("duration counter add", repeat<cmetrics::DurationCounter, add_duration>, &durations);
    lap("float counter add", repeat<cmetrics::FloatCounter, add_float>, &floats);
    lap("int gauge set", repeat<cmetrics::IntGauge, set>, &gauge);
    lap("3 labels with the family in hand, inc", repeat<Family, look_up>, &family);
    return 0;
}
