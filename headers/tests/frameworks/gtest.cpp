// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The kit in GoogleTest: what holds passes, what does not fails with the message of the check.
#include <cmetrics-1/testing_gtest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include <fstream>

namespace {

namespace kit = cmetrics::testing;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::Lt;
using ::testing::Not;

/// The code under test asks for the root, as programs do.
void handle(const std::string &path) {
    cmetrics::root().counter("requests", {"", {{"path", path}}}).inc();
    cmetrics::root().duration_counter("latency").add(std::chrono::milliseconds(250));
}

TEST(Assertions, WhatHoldsPasses) {
    const kit::ScopedRoot root;
    handle("/a");
    EXPECT_METRIC(root, "requests_total", {{"path", "/a"}}, 1);
    ASSERT_METRIC(root, "latency_seconds_sum", 0.25);
    EXPECT_METRIC(kit::Snapshot::of(root), "latency_seconds_sum", std::chrono::milliseconds(250)) << "not told";
    if (root.id() != 0)
        EXPECT_METRIC(root, "latency_seconds_count", 1);
    else
        FAIL();
}

TEST(Assertions, WhatDoesNotHoldTellsNearMisses) {
    EXPECT_NONFATAL_FAILURE(
        {
            const kit::ScopedRoot root;
            handle("/a");
            EXPECT_METRIC(root, "requests_total", {{"path", "/b"}}, 1) << "\nand more";
        },
        "requests_total{path=\"/b\"}: no such series\n  requests_total has:\n    requests_total{path=\"/a\"} 1\nand "
        "more");
    EXPECT_FATAL_FAILURE(
        {
            const kit::ScopedRoot root;
            handle("/a");
            ASSERT_METRIC(root, "request_total", 1);
        },
        "request_total: no such metric\n  near names: requests_total");
}

TEST(Assertions, ReportsAreComparedWithFiles) {
    const std::string file = ::testing::TempDir() + "cmetrics-report.prom";
    std::ofstream(file) << "# HELP a_total \n# TYPE a_total counter\na_total 0\n";
    const auto root = cmetrics::Registry::isolated();
    const auto counter = root.counter("a");
    EXPECT_REPORT(root, file);
    counter.inc();
    static cmetrics::Registry changed = root;
    static std::string golden = file;
    EXPECT_NONFATAL_FAILURE(EXPECT_REPORT(changed, golden), "-a_total 0\n+a_total 1\n");
    EXPECT_FATAL_FAILURE(ASSERT_REPORT(changed, golden), "CMETRICS_UPDATE_GOLDEN=1 writes it anew");
}

TEST(Matchers, AMetricIsLookedUp) {
    const kit::ScopedRoot root;
    handle("/a");
    EXPECT_THAT(root, kit::HasMetric("requests_total", {{"path", "/a"}}, 1));
    EXPECT_THAT(root, Not(kit::HasMetric("requests_total", 2)));
    EXPECT_THAT(kit::Snapshot::of(root),
                AllOf(kit::HasMetric("requests_total", 1), kit::HasMetric("latency_seconds_count", 1)));
    EXPECT_THAT(root, kit::HasMetricThat("latency_seconds_sum", {}, AllOf(Gt(0.2), Lt(0.3))));
    EXPECT_THAT(root, Not(kit::HasMetricThat("latency_seconds", {}, Gt(0.0))));
    const cmetrics::Registry &plain = root;
    EXPECT_THAT(plain, AnyOf(kit::HasMetric("none", 1), kit::HasMetric("requests_total", 1)));
}

TEST(Matchers, AFailureTellsWhatWasAskedAndWhatThereIs) {
    const kit::ScopedRoot root;
    handle("/a");
    const auto explain = [&](const ::testing::Matcher<const kit::ScopedRoot &> &matcher) {
        ::testing::StringMatchResultListener listener;
        EXPECT_FALSE(matcher.MatchAndExplain(root, &listener));
        std::ostringstream asked;
        matcher.DescribeTo(&asked);
        return asked.str() + " | " + listener.str();
    };
    EXPECT_EQ(explain(kit::HasMetric("requests_total", {{"path", "/a"}}, 2)),
              "has requests_total{path=\"/a\"} 2 | requests_total{path=\"/a\"}: expected 2, is 1");
    EXPECT_EQ(explain(kit::HasMetricThat("requests_total", {}, Gt(1.0))),
              "has requests_total whose value is > 1 | which has requests_total{path=\"/a\"} 1");
    EXPECT_EQ(explain(kit::HasMetricThat("request_total", {}, Gt(1.0))),
              "has request_total whose value is > 1 | request_total: no such metric\n  near names: requests_total");
}

TEST(Recorder, UpdatesAreElements) {
    const kit::Recorder recorder;
    {
        const cmetrics::Scope scope(recorder.registry());
        handle("/a");
    }
    EXPECT_METRIC(recorder, "requests_total", 1);
    EXPECT_THAT(recorder, kit::HasMetric("requests_total", 1));
    EXPECT_THAT(recorder.take_texts(), ElementsAre("inc requests_total{path=\"/a\"} 1", "add latency_seconds 0.25"));
}

} // namespace
