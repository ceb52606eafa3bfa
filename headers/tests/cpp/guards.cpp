// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Timers and what is in progress: they end however the scope is left, and once.
#include "check.hpp"

#include <stdexcept>
#include <thread>

static void what_is_in_progress_is_counted_while_the_guard_lives() {
    const auto root = cmetrics::Registry::isolated();
    const auto gauge = root.int_gauge("inflight");
    {
        const auto first = gauge.track_inprogress();
        const cmetrics::GaugeGuard second(gauge);
        static_assert(std::is_same_v<decltype(second), const cmetrics::GaugeGuard<cmetrics::IntGauge>>);
        CHECK_EQUAL(gauge.value(), 2);
    }
    CHECK_EQUAL(gauge.value(), 0);
    try {
        const auto running = gauge.track_inprogress();
        throw std::runtime_error("it fails");
    } catch (const std::runtime_error &) {
        CHECK_EQUAL(gauge.value(), 0);
    }
}

static void a_guard_that_was_moved_counts_once() {
    const auto root = cmetrics::Registry::isolated();
    const auto gauge = root.float_gauge("inflight");
    const auto other = root.float_gauge("other");
    auto first = gauge.track_inprogress();
    auto second = std::move(first);
    CHECK_EQUAL(gauge.value(), 1.0);
    first.end();
    CHECK_EQUAL(gauge.value(), 1.0);
    auto third = other.track_inprogress();
    third = std::move(second); // ends what it was
    CHECK(gauge.value() == 1.0 && other.value() == 0.0);
    std::thread([guard = std::move(third), &gauge] { CHECK_EQUAL(gauge.value(), 1.0); }).join();
    CHECK_EQUAL(gauge.value(), 0.0);
    auto fourth = gauge.track_inprogress();
    fourth.end();
    fourth.end();
    CHECK_EQUAL(gauge.value(), 0.0);
    static_assert(!std::is_copy_constructible_v<decltype(fourth)> &&
                  std::is_nothrow_move_assignable_v<decltype(fourth)>);
}

static void what_a_family_lends_is_kept() {
    const auto root = cmetrics::Registry::isolated();
    const auto inflight = root.int_gauge_family("inflight", {"phase"});
    const auto latency = root.duration_counter_family("latency", {"phase"});
    {
        const cmetrics::GaugeGuard running(inflight.with("decode"));
        const cmetrics::ScopedTimer timer(latency.with("decode"));
        static_assert(std::is_same_v<decltype(running), const cmetrics::GaugeGuard<cmetrics::IntGauge>>);
        static_assert(std::is_same_v<decltype(timer), const cmetrics::ScopedTimer<cmetrics::DurationCounter>>);
        CHECK_EQUAL(inflight.with("decode").value(), 1);
    }
    CHECK_EQUAL(inflight.with("decode").value(), 0);
    CHECK_EQUAL(latency.with("decode").count(), 1u);
}

static void a_duration_is_observed_also_where_work_throws() {
    const auto root = cmetrics::Registry::isolated();
    const auto latency = root.duration_counter("latency");
    int made = 0;
    CHECK_EQUAL(latency.observe_duration([&] { return ++made; }), 1);
    int &same = latency.observe_duration([&]() -> int & { return made; });
    CHECK(&same == &made);
    latency.observe_duration([] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); });
    CHECK(latency.count() == 3 && latency.total_ns() >= 2'000'000u);
    try {
        latency.observe_duration([] { throw std::runtime_error("it fails"); });
        CHECK(false);
    } catch (const std::runtime_error &) {
        CHECK_EQUAL(latency.count(), 4u);
    }
    auto timer = latency.start_timer();
    timer.discard();
    CHECK_EQUAL(latency.count(), 4u);
}

int main() {
    what_is_in_progress_is_counted_while_the_guard_lives();
    a_guard_that_was_moved_counts_once();
    what_a_family_lends_is_kept();
    a_duration_is_observed_also_where_work_throws();
    return check::finish();
}
