// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The kit in Catch2: what holds passes, what does not fails with the message of the check.
#define CATCH_CONFIG_MAIN
#include <cmetrics-1/testing_catch2.hpp>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace kit = cmetrics::testing;

/// The code under test asks for the root, as programs do.
static void handle(const std::string &path) {
    cmetrics::root().counter("requests", {"", {{"path", path}}}).inc();
}

/// What a matcher that does not match says of it.
template <typename Matcher, typename Where>
static std::string told(const Matcher &matcher, const Where &where) {
    REQUIRE_FALSE(matcher.match(where));
    return matcher.describe();
}

TEST_CASE("a metric is looked up") {
    const kit::ScopedRoot root;
    handle("/a");
    REQUIRE_THAT(root, kit::HasMetric("requests_total", {{"path", "/a"}}, 1));
    CHECK_THAT(root, kit::HasMetric("requests_total", 1) && !kit::HasMetric("requests_total", 2));
    CHECK_THAT(kit::Snapshot::of(root), kit::HasMetric("none", 1) || kit::HasMetric("requests_total", 1.0));
}

TEST_CASE("a failure tells near misses") {
    const kit::ScopedRoot root;
    handle("/a");
    CHECK(told(kit::HasMetric("requests_total", {{"path", "/a"}}, 2), root) ==
          "\nrequests_total{path=\"/a\"}: expected 2, is 1");
    CHECK(told(kit::HasMetric("request_total", 1), root) ==
          "\nrequest_total: no such metric\n  near names: requests_total");
}

TEST_CASE("a report is compared with a file") {
    const auto file = std::filesystem::temp_directory_path() / "cmetrics-catch2-report.prom";
    std::ofstream(file) << "# HELP a_total \n# TYPE a_total counter\na_total 0\n";
    const auto root = cmetrics::Registry::isolated();
    const auto counter = root.counter("a");
    REQUIRE_THAT(root, kit::HasReport(file));
    counter.inc();
    CHECK(told(kit::HasReport(file), root).find("-a_total 0\n+a_total 1\n") != std::string::npos);
    std::filesystem::remove(file);
}

TEST_CASE("a recorder is matched as its registry is") {
    const kit::Recorder recorder;
    recorder.registry().int_gauge("depth").set(3);
    REQUIRE_THAT(recorder, kit::HasMetric("depth", 3));
    REQUIRE(recorder.take_texts() == std::vector<std::string>{"set depth 3"});
}

TEST_CASE("this one is to fail", "[.fails]") {
    const kit::ScopedRoot root;
    handle("/a");
    REQUIRE_THAT(root, kit::HasMetric("requests_total", {{"path", "/b"}}, 1));
}
