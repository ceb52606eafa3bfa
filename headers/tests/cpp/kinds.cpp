// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Every kind: updates, reads, exposition, refused amounts, identity.
#include "check.hpp"

#include <limits>
#include <thread>
#include <unordered_set>

using namespace std::chrono_literals;

static void exposition() {
    const auto reg = cmetrics::Registry::isolated().child("k", {{"b", "2"}, {"a", "1"}});
    const auto counter = reg.counter("events", "Events");
    counter.inc();
    counter.add(41u);
    const auto ints = reg.int_counter("bytes");
    ints.add(std::numeric_limits<std::uint64_t>::max());
    const auto floats = reg.float_counter("rate");
    floats.add(0.25);
    const auto durations = reg.duration_counter("wait");
    durations.add(1500ms);
    durations.add(std::chrono::duration<double>(1e-9));
    const auto gauge = reg.int_gauge("depth");
    gauge.set(5);
    gauge.sub(7);
    gauge.dec();
    const auto level = reg.float_gauge("level");
    level.set(-0.5);
    level.inc();
    const auto skew = reg.duration_gauge("skew");
    skew.set(-345ns);
    cmetrics::MetricOptions total("Only the total");
    total.total_only = true;
    reg.duration_counter("busy", total).add(2h);
    const char *expected = "# HELP k_busy_seconds_total Only the total\n# TYPE k_busy_seconds_total counter\n"
                           "k_busy_seconds_total{a=\"1\",b=\"2\"} 7200\n"
                           "# HELP k_bytes \n# TYPE k_bytes summary\n"
                           "k_bytes_sum{a=\"1\",b=\"2\"} 18446744073709551615\nk_bytes_count{a=\"1\",b=\"2\"} 1\n"
                           "# HELP k_depth \n# TYPE k_depth gauge\nk_depth{a=\"1\",b=\"2\"} -3\n"
                           "# HELP k_events_total Events\n# TYPE k_events_total counter\n"
                           "k_events_total{a=\"1\",b=\"2\"} 42\n"
                           "# HELP k_level \n# TYPE k_level gauge\nk_level{a=\"1\",b=\"2\"} 0.5\n"
                           "# HELP k_rate \n# TYPE k_rate summary\n"
                           "k_rate_sum{a=\"1\",b=\"2\"} 0.25\nk_rate_count{a=\"1\",b=\"2\"} 1\n"
                           "# HELP k_skew_seconds \n# TYPE k_skew_seconds gauge\n"
                           "k_skew_seconds{a=\"1\",b=\"2\"} -0.000000345\n"
                           "# HELP k_wait_seconds \n# TYPE k_wait_seconds summary\n"
                           "k_wait_seconds_sum{a=\"1\",b=\"2\"} 1.500000001\nk_wait_seconds_count{a=\"1\",b=\"2\"} 2\n";
    CHECK_EQUAL(check::report(reg), expected);
    CHECK_EQUAL(counter.value(), 42u);
    CHECK_EQUAL(durations.total_ns(), 1500000001u);
    CHECK_EQUAL(durations.count(), 2u);
    CHECK_EQUAL(gauge.value(), -3);
    CHECK(skew.value() == -345ns);
}

static void refusals() {
    const auto root = cmetrics::Registry::isolated();
    const auto counter = root.counter("c");
    counter.add(-1);
    root.float_counter("f").add(-1.0);
    root.float_gauge("g").add(std::numeric_limits<double>::infinity());
    root.duration_counter("d").add(-1ns);
    root.duration_gauge("s").set(std::chrono::duration<double>(1e300));
    root.duration_gauge("s").set(std::chrono::hours::max());
    root.duration_gauge("s").set(std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN()));
    root.int_gauge("i").set(std::numeric_limits<std::uint64_t>::max());
    const std::string text = root.render();
    for (const char *line : {"{reason=\"negative\"} 3\n", "{reason=\"not_finite\"} 2\n", "{reason=\"out_of_range\"} 3\n"}) {
        CHECK(text.find(std::string("cmetrics_refused_updates_total") + line) != std::string::npos);
    }
    CHECK_EQUAL(counter.value(), 0u);
    root.duration_gauge("s").set(std::chrono::nanoseconds::min());
    CHECK(root.duration_gauge("s").value() == std::chrono::nanoseconds::min());
}

static void identity() {
    const auto root = cmetrics::Registry::isolated();
    const auto one = root.counter("a_b");
    const auto two = root.child("a").counter("b_total");
    CHECK(one == two && one.id() == two.id());
    CHECK((std::unordered_set<cmetrics::Metric>{one, two}.size()) == 1);
    CHECK(one.kind() == cmetrics::Kind::counter && one.attached());
    auto moved = one;
    auto target = std::move(moved);
    moved.inc(); // No metric: nothing happens.
    target.inc();
    CHECK_EQUAL(one.value(), 1u);
    moved = target;
    CHECK(moved == one);
    const auto told = one.describe();
    CHECK_EQUAL(told.name, "a_b_total");
    CHECK(told.type == CMETRICS_TYPE_COUNTER && std::get<std::uint64_t>(told.series.at(0).samples.at(0).value) == 1);
}

static void timers() {
    const auto waits = cmetrics::Registry::isolated().duration_counter("wait");
    {
        const auto timer = waits.start_timer();
        std::this_thread::sleep_for(2ms);
    }
    CHECK(waits.count() == 1 && waits.total_ns() >= 2000000);
    auto timer = waits.start_timer();
    auto other = std::move(timer);
    other.discard();
    CHECK_EQUAL(waits.count(), 1u);
    auto last = waits.start_timer();
    const auto time = last.stop();
    CHECK(waits.count() == 2 && time.count() > 0);
}

int main() {
    exposition();
    refusals();
    identity();
    timers();
    return check::finish();
}
