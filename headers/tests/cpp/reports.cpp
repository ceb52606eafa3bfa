// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Reports, snapshots, sinks that stop or throw, collectors, scopes.
#include "check.hpp"

#include <sstream>
#include <stdexcept>
#include <thread>

static void options() {
    const auto root = cmetrics::Registry::isolated();
    root.counter("a", {"", {}, cmetrics::Priority::critical});
    root.counter("b", {"", {}, cmetrics::Priority::debug});
    CHECK(root.render().find("b_total") == std::string::npos);
    cmetrics::ReportOptions only;
    only.verbosity = cmetrics::Priority::debug;
    only.names = {"b_total"};
    only.own_families = false;
    CHECK_EQUAL(root.render(only), "# HELP b_total \n# TYPE b_total counter\nb_total 0\n");
    std::ostringstream out;
    root.render_to(out, only);
    CHECK_EQUAL(out.str(), root.render(only));
    CHECK_EQUAL(cmetrics::content_type(), "text/plain; version=0.0.4; charset=utf-8");
}

static void sinks() {
    const auto root = cmetrics::Registry::isolated();
    root.counter("a");
    int chunks = 0;
    CHECK_EQUAL(check::code([&] { root.render_to([&](std::string_view) { return ++chunks < 1; }); }),
                CMETRICS_CANCELLED);
    CHECK_EQUAL(chunks, 1);
    try {
        root.render_to([](std::string_view) { throw std::runtime_error("the disk is full"); });
        CHECK(false);
    } catch (const std::runtime_error &error) {
        CHECK_EQUAL(std::string(error.what()), "the disk is full");
    }
    root.render_to([&](std::string_view) { root.counter("made_while_rendering"); });
    CHECK(check::report(root).find("made_while_rendering_total 0") != std::string::npos);
}

static void snapshots() {
    const auto root = cmetrics::Registry::isolated();
    root.int_counter("x", {"Help", {{"k", "v"}}, cmetrics::Priority::high}).add(7);
    cmetrics::ReportOptions no_own;
    no_own.own_families = false;
    const auto families = root.snapshot(no_own);
    CHECK_EQUAL(families.size(), 1u);
    const auto &family = families.at(0);
    CHECK(family.name == "x" && family.help == "Help" && family.priority == cmetrics::Priority::high);
    const auto &series = family.series.at(0);
    CHECK(series.labels == (cmetrics::Labels{{"k", "v"}}) && series.id != 0);
    CHECK(series.samples.at(0).suffix == "_sum" && series.samples.at(0).value == cmetrics::Number(std::uint64_t{7}));
    CHECK(series.samples.at(1).suffix == "_count");
}

static void collectors() {
    const auto root = cmetrics::Registry::isolated();
    const auto rpc = root.child("rpc", {{"zone", "z"}});
    const auto counted = std::make_shared<int>(0);
    const auto collector = rpc.collector([counted](cmetrics::Collect &out) {
        ++*counted;
        CHECK(out.family("latency_seconds", CMETRICS_TYPE_HISTOGRAM, "Latency"));
        CHECK(out.point({{"method", "get"}}, {{"_bucket", std::uint64_t{3}, {"le", "0.1"}},
                                              {"_bucket", std::uint64_t{4}, {"le", "+Inf"}},
                                              {"_sum", 1.5},
                                              {"_count", std::uint64_t{4}}}));
        CHECK(!out.family("not a name", CMETRICS_TYPE_GAUGE));
    });
    CHECK_EQUAL(check::report(root),
                "# HELP rpc_latency_seconds Latency\n# TYPE rpc_latency_seconds histogram\n"
                "rpc_latency_seconds_bucket{method=\"get\",zone=\"z\",le=\"0.1\"} 3\n"
                "rpc_latency_seconds_bucket{method=\"get\",zone=\"z\",le=\"+Inf\"} 4\n"
                "rpc_latency_seconds_sum{method=\"get\",zone=\"z\"} 1.5\n"
                "rpc_latency_seconds_count{method=\"get\",zone=\"z\"} 4\n");
    CHECK_EQUAL(counted.use_count(), 2);
    collector.remove();
    CHECK(check::report(root).empty());
    CHECK_EQUAL(counted.use_count(), 1);
    CHECK_EQUAL(*counted, 1);

    const auto failing = root.collector([](cmetrics::Collect &) { throw std::runtime_error("no"); });
    root.counter("stays");
    CHECK_EQUAL(check::report(root), "# HELP stays_total \n# TYPE stays_total counter\nstays_total 0\n");
    failing.remove();
    rpc.remove_all();
    CHECK_EQUAL(check::code([&] { rpc.collector([](cmetrics::Collect &) {}); }), CMETRICS_GONE);
}

static void scopes() {
    const auto root = cmetrics::Registry::isolated();
    const auto own = cmetrics::root();
    {
        const cmetrics::Scope scope(root);
        CHECK(cmetrics::root() == root);
        std::thread([&] { CHECK(cmetrics::root() == own); }).join();
        const auto other = cmetrics::Registry::isolated();
        const cmetrics::Scope inner(other);
        CHECK(cmetrics::root() == other);
    }
    CHECK(cmetrics::root() == own);
    const auto info = root.child("a", {{"k", "v"}}).child("b").describe();
    CHECK(info.prefix == "a_b" && info.labels == (cmetrics::Labels{{"k", "v"}}));
}

int main() {
    options();
    sinks();
    snapshots();
    collectors();
    scopes();
    return check::finish();
}
