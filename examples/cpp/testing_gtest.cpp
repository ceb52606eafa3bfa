// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Tests of instrumentation in GoogleTest; link GTest::gmock_main.
#include <cmetrics-1/testing_gtest.hpp>

#include <gmock/gmock.h>

namespace {

// The code under test asks for the root, as programs do.
void handle(const std::string &path) {
    const auto root = cmetrics::root();
    const auto running = root.int_gauge("inflight").track_inprogress();
    root.counter("requests", {"", {{"path", path}}}).inc();
}

TEST(Handle, CountsRequestsByPath) {
    const cmetrics::testing::ScopedRoot root;
    handle("/a");
    EXPECT_METRIC(root, "requests_total", {{"path", "/a"}}, 1);
    EXPECT_METRIC(root, "inflight", 0);
    EXPECT_THAT(root, ::testing::Not(cmetrics::testing::HasMetric("requests_total", {{"path", "/b"}}, 1)));
}

TEST(Handle, IsInProgressWhileItWorks) {
    const cmetrics::testing::Recorder recorder;
    const cmetrics::Scope scope(recorder.registry());
    handle("/a");
    EXPECT_THAT(recorder.take_texts(),
                ::testing::ElementsAre("inc inflight 1", "inc requests_total{path=\"/a\"} 1", "dec inflight 1"));
}

} // namespace
