// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The test kit in Catch2: matchers for REQUIRE_THAT and CHECK_THAT.
//
//     TEST_CASE("requests are counted") {
//         const cmetrics::testing::ScopedRoot root;
//         handle("/a");
//         REQUIRE_THAT(root, cmetrics::testing::HasMetric("requests_total", {{"path", "/a"}}, 1));
//     }
//
// Unless it holds, each fails with the message of check_metric, which tells near misses. Tested with version 2.13; of
// version 3 it uses the matchers that its documentation promises.
#ifndef CMETRICS_1_TESTING_CATCH2_HPP
#define CMETRICS_1_TESTING_CATCH2_HPP

#include "testing.hpp"

#if __has_include(<catch2/matchers/catch_matchers.hpp>)
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#else
#include <catch2/catch.hpp>
#endif

namespace cmetrics::testing {

namespace detail {

#if __has_include(<catch2/matchers/catch_matchers.hpp>)
template <typename T>
using CatchMatcher = Catch::Matchers::MatcherBase<T>;
#else
template <typename T>
using CatchMatcher = Catch::MatcherBase<T>;
#endif

} // namespace detail

/// Matches a registry, snapshot or recorder for which check_metric holds.
class HasMetric : public detail::CatchMatcher<Observed> {
  public:
    HasMetric(std::string_view name, Labels labels, Value expected)
        : name_(name), labels_(std::move(labels)), expected_(expected) {}
    HasMetric(std::string_view name, Value expected) : HasMetric(name, Labels(), expected) {}

    bool match(const Observed &where) const override {
        checked_ = check_metric(where, name_, labels_, expected_);
        return checked_.ok();
    }
    std::string describe() const override {
        return checked_ ? "has " + name_ + " " + expected_.to_string() : "\n" + checked_.message();
    }

  private:
    std::string name_;
    Labels labels_;
    Value expected_;
    /// What the last match came to.
    mutable Checked checked_;
};

/// Matches a registry whose report is what a file holds; see check_report.
class HasReport : public detail::CatchMatcher<Registry> {
  public:
    explicit HasReport(std::filesystem::path golden) : golden_(std::move(golden)) {}

    bool match(const Registry &registry) const override {
        checked_ = check_report(registry, golden_);
        return checked_.ok();
    }
    std::string describe() const override {
        return checked_ ? "has the report that " + golden_.string() + " holds" : "\n" + checked_.message();
    }

  private:
    std::filesystem::path golden_;
    mutable Checked checked_;
};

} // namespace cmetrics::testing

#endif // CMETRICS_1_TESTING_CATCH2_HPP
