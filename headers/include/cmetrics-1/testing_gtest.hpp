// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The test kit in GoogleTest (1.10 or newer): assertions, and matchers for EXPECT_THAT.
//
//     TEST(Engine, CountsRequests) {
//         const cmetrics::testing::ScopedRoot root;
//         handle("/a");
//         EXPECT_METRIC(root, "requests_total", {{"path", "/a"}}, 1);
//         EXPECT_THAT(root, cmetrics::testing::HasMetric("requests_total", {{"path", "/a"}}, 1));
//     }
//
// Unless it holds, each fails with the message of check_metric, which tells near misses.
#ifndef CMETRICS_1_TESTING_GTEST_HPP
#define CMETRICS_1_TESTING_GTEST_HPP

#include "testing.hpp"

#include <gtest/gtest.h>

/// Fails, and goes on, unless check_metric(where, name, labels, value) holds; labels may be left out.
#define EXPECT_METRIC(...) CMETRICS_GTEST_HOLDS(::cmetrics::testing::check_metric(__VA_ARGS__), ADD_FAILURE())
/// The same, and ends the test.
#define ASSERT_METRIC(...) CMETRICS_GTEST_HOLDS(::cmetrics::testing::check_metric(__VA_ARGS__), FAIL())
/// Fails, and goes on, unless check_report(registry, golden) holds.
#define EXPECT_REPORT(...) CMETRICS_GTEST_HOLDS(::cmetrics::testing::check_report(__VA_ARGS__), ADD_FAILURE())
/// The same, and ends the test.
#define ASSERT_REPORT(...) CMETRICS_GTEST_HOLDS(::cmetrics::testing::check_report(__VA_ARGS__), FAIL())

#define CMETRICS_GTEST_HOLDS(check, fail)                                                                              \
    GTEST_AMBIGUOUS_ELSE_BLOCKER_                                                                                      \
    if (const ::cmetrics::testing::Checked cmetrics_checked = check)                                                   \
        ;                                                                                                              \
    else                                                                                                               \
        fail << cmetrics_checked

namespace cmetrics::testing {

namespace detail {

/// A name and labels, and what their sample is.
class HasMetricMatcher {
  public:
    HasMetricMatcher(std::string name, Labels labels, Value expected)
        : name_(std::move(name)), labels_(std::move(labels)), expected_(expected) {}

    template <typename Where>
    bool MatchAndExplain(const Where &where, ::testing::MatchResultListener *listener) const {
        const Checked checked = check_metric(where, name_, labels_, expected_);
        *listener << checked;
        return checked.ok();
    }
    void DescribeTo(std::ostream *out) const { *out << "has " << asked(); }
    void DescribeNegationTo(std::ostream *out) const { *out << "does not have " << asked(); }

  private:
    std::string asked() const {
        const auto lent = cmetrics::detail::lend(labels_);
        const std::string series = written(
            [&](cmetrics_test_text *text) { cmetrics_test_put_asked(text, name_.c_str(), lent.data(), lent.size()); });
        return series + " " + expected_.to_string();
    }

    std::string name_;
    Labels labels_;
    Value expected_;
};

/// The same, where the value is whatever a matcher takes.
class HasMetricThatMatcher {
  public:
    HasMetricThatMatcher(std::string name, Labels labels, ::testing::Matcher<double> value)
        : name_(std::move(name)), labels_(std::move(labels)), value_(std::move(value)) {}

    template <typename Where>
    bool MatchAndExplain(const Where &where, ::testing::MatchResultListener *listener) const {
        const Observed observed(where);
        const auto found =
            observed.snapshot().and_then([&](const Snapshot &snapshot) { return snapshot.try_get(name_, labels_); });
        if (!found) {
            *listener << found.error().message;
            return false;
        }
        *listener << "which has " << *found;
        return value_.MatchAndExplain(found->value().as_double(), listener);
    }
    void DescribeTo(std::ostream *out) const {
        *out << "has " << name_ << " whose value ";
        value_.DescribeTo(out);
    }
    void DescribeNegationTo(std::ostream *out) const {
        *out << "does not have " << name_ << ", or its value ";
        value_.DescribeNegationTo(out);
    }

  private:
    std::string name_;
    Labels labels_;
    ::testing::Matcher<double> value_;
};

} // namespace detail

/// Matches a registry, snapshot or recorder for which check_metric holds.
inline ::testing::PolymorphicMatcher<detail::HasMetricMatcher> HasMetric(std::string_view name, Labels labels,
                                                                         Value expected) {
    return ::testing::MakePolymorphicMatcher(detail::HasMetricMatcher(std::string(name), std::move(labels), expected));
}
inline ::testing::PolymorphicMatcher<detail::HasMetricMatcher> HasMetric(std::string_view name, Value expected) {
    return HasMetric(name, Labels(), expected);
}

/// Matches a registry, snapshot or recorder whose one sample of this name and these labels has a value that the matcher
/// takes, as a double, durations in seconds: HasMetricThat("latency_seconds_sum", {}, ::testing::Lt(0.5)).
inline ::testing::PolymorphicMatcher<detail::HasMetricThatMatcher> HasMetricThat(std::string_view name, Labels labels,
                                                                                 ::testing::Matcher<double> value) {
    return ::testing::MakePolymorphicMatcher(
        detail::HasMetricThatMatcher(std::string(name), std::move(labels), std::move(value)));
}

} // namespace cmetrics::testing

#endif // CMETRICS_1_TESTING_GTEST_HPP
