// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Tests of instrumentation in Catch2; with version 3, link Catch2::Catch2WithMain instead of defining a main.
#define CATCH_CONFIG_MAIN
#include <cmetrics-1/testing_catch2.hpp>

using cmetrics::testing::HasMetric;

// The code under test asks for the root, as programs do.
static void handle(const std::string &path) {
    cmetrics::root().counter("requests", {"", {{"path", path}}}).inc();
}

TEST_CASE("requests are counted by path") {
    const cmetrics::testing::ScopedRoot root;
    handle("/a");
    REQUIRE_THAT(root, HasMetric("requests_total", {{"path", "/a"}}, 1));
    handle("/b");
    REQUIRE_THAT(root, HasMetric("requests_total", {{"path", "/b"}}, 1) && !HasMetric("requests_total", 2));
}
