// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What an update costs from C++, beside the limits and, where its headers are, prometheus-cpp.
#include <cmetrics-1/cmetrics.hpp>

#include <array>
#include <chrono>
#include <string>
#include <vector>

#if !defined(WITHOUT_PROMETHEUS_CPP) && __has_include(<prometheus/counter.h>)
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#define HAS_PROMETHEUS_CPP 1
#endif

#include "../c/rounds.h"
#include "../limits/limits.h"

namespace {

/// Does `Once` with the metric, n times.
template <typename Metric, void (*Once)(Metric &)>
contestant versus(const char *name, const char *who, Metric &metric) {
    const auto run = [](void *what, std::uint64_t n) {
        while (n-- > 0) {
            auto *one = static_cast<Metric *>(what);
            ROUNDS_HIDE(one);
            Once(*one);
        }
    };
    return contestant{name, who, run, &metric};
}

using std::chrono::nanoseconds;

const limits_vtable *const limits = limits_table();
alignas(128) std::array<std::uint64_t, 16> alone{};

void empty(std::array<std::uint64_t, 16> &cell) {
    limits->empty(cell.data());
}
void xadd(std::array<std::uint64_t, 16> &cell) {
    __atomic_fetch_add(cell.data(), 1, __ATOMIC_RELAXED);
}

void counter_inc(cmetrics::Counter &counter) {
    counter.inc();
}
void int_add(cmetrics::IntCounter &counter) {
    counter.add(3);
}
void duration_add(cmetrics::DurationCounter &counter) {
    counter.add(nanoseconds(3));
}
void float_add(cmetrics::FloatCounter &counter) {
    counter.add(1.5);
}
void int_set(cmetrics::IntGauge &gauge) {
    gauge.set(3);
}
void float_set(cmetrics::FloatGauge &gauge) {
    gauge.set(1.5);
}

constexpr std::array<const char *, 3> values{"GET", "/api/v1/resource/17", "404"};

void look_up(cmetrics::Family<cmetrics::Counter> &family) {
    family.with(values[0], values[1], values[2]).inc();
}

#ifdef HAS_PROMETHEUS_CPP
void peer_inc(prometheus::Counter &counter) {
    counter.Increment();
}
void peer_add(prometheus::Counter &counter) {
    counter.Increment(1.5);
}
void peer_set(prometheus::Gauge &gauge) {
    gauge.Set(1.5);
}
void peer_look_up(prometheus::Family<prometheus::Counter> &family) {
    family.Add({{"method", values[0]}, {"path", values[1]}, {"code", values[2]}}).Increment();
}
#endif

} // namespace

int main(int argc, char **argv) {
    const auto opened = cmetrics::try_root();
    if (!opened) {
        std::fprintf(stderr, "there is nothing to measure: %s\n", opened.error().message.c_str());
        return 1;
    }
    const auto root = cmetrics::Registry::isolated();
    auto counter = root.counter("counter");
    auto ints = root.int_counter("int");
    auto durations = root.duration_counter("duration");
    auto floats = root.float_counter("float");
    auto int_gauge = root.int_gauge("int_gauge");
    auto float_gauge = root.float_gauge("float_gauge");
    auto family = root.counter_family("family", {"method", "path", "code"});
    std::vector<contestant> all{
        versus<std::array<std::uint64_t, 16>, empty>("limit", "empty vtable call", alone),
        versus<std::array<std::uint64_t, 16>, xadd>("limit", "lock xadd, inline", alone),
        versus<cmetrics::Counter, counter_inc>("counter inc", "cmetrics", counter),
        versus<cmetrics::IntCounter, int_add>("int total and count", "cmetrics", ints),
        versus<cmetrics::DurationCounter, duration_add>("duration total and count", "cmetrics", durations),
        versus<cmetrics::FloatCounter, float_add>("float add", "cmetrics", floats),
        versus<cmetrics::IntGauge, int_set>("int gauge set", "cmetrics", int_gauge),
        versus<cmetrics::FloatGauge, float_set>("float gauge set", "cmetrics", float_gauge),
        versus<cmetrics::Family<cmetrics::Counter>, look_up>("3 labels + inc", "cmetrics", family),
    };
#ifdef HAS_PROMETHEUS_CPP
    prometheus::Registry peer;
    auto &peer_counter = prometheus::BuildCounter().Name("counter").Register(peer).Add({{"a", "x"}});
    auto &peer_float = prometheus::BuildCounter().Name("float").Register(peer).Add({{"a", "x"}});
    auto &peer_gauge = prometheus::BuildGauge().Name("gauge").Register(peer).Add({{"a", "x"}});
    auto &peer_family = prometheus::BuildCounter().Name("family").Register(peer);
    all.push_back(versus<prometheus::Counter, peer_inc>("counter inc", "prometheus-cpp", peer_counter));
    all.push_back(versus<prometheus::Counter, peer_add>("float add", "prometheus-cpp", peer_float));
    all.push_back(versus<prometheus::Gauge, peer_set>("float gauge set", "prometheus-cpp", peer_gauge));
    all.push_back(
        versus<prometheus::Family<prometheus::Counter>, peer_look_up>("3 labels + inc", "prometheus-cpp", peer_family));
#endif
    return rounds_play(all.data(), all.size(), argc, argv);
}
