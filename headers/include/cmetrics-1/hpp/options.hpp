// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What can be said of a metric, a family and a report.
#ifndef CMETRICS_1_HPP_OPTIONS_HPP
#define CMETRICS_1_HPP_OPTIONS_HPP

#include "text.hpp"

#include <chrono>

namespace cmetrics {

/// How important a family is, and how much a report tells.
enum class Priority : std::int32_t {
    critical = CMETRICS_PRIORITY_CRITICAL,
    high = CMETRICS_PRIORITY_HIGH,
    normal = CMETRICS_PRIORITY_NORMAL,
    low = CMETRICS_PRIORITY_LOW,
    debug = CMETRICS_PRIORITY_DEBUG,
};

/// What a metric is. An open set: a later library may know more.
enum class Kind : std::int32_t {
    counter = CMETRICS_KIND_COUNTER,
    int_counter = CMETRICS_KIND_INT_COUNTER,
    float_counter = CMETRICS_KIND_FLOAT_COUNTER,
    duration_counter = CMETRICS_KIND_DURATION_COUNTER,
    int_gauge = CMETRICS_KIND_INT_GAUGE,
    float_gauge = CMETRICS_KIND_FLOAT_GAUGE,
    duration_gauge = CMETRICS_KIND_DURATION_GAUGE,
};

/// Everything about a metric but its kind and name. A text alone is its help.
struct MetricOptions {
    /// What it measures.
    std::string help;
    /// Its own labels; those of its registry join them.
    Labels labels;
    Priority priority = Priority::normal;
    /// For instance "bytes"; it changes no name.
    std::string unit;
    /// Expose an increment-by-value counter as a plain counter of its total.
    bool total_only = false;
    /// Add no _total and no _seconds to the name.
    bool verbatim = false;
    /// If it cannot be created, warn and give a metric that no report shows, instead of failing.
    bool detached_on_error = false;

    MetricOptions() = default;
    MetricOptions(std::string text, Labels own = {}, Priority important = Priority::normal)
        : help(std::move(text)), labels(std::move(own)), priority(important) {}
    MetricOptions(std::string_view text) : help(text) {}
    MetricOptions(const char *text, Labels own = {}, Priority important = Priority::normal)
        : MetricOptions(text == nullptr ? std::string() : std::string(text), std::move(own), important) {}
};

/// What a report holds.
struct ReportOptions {
    /// The least important priority that is still reported.
    Priority verbosity = Priority::normal;
    /// Only families of these full names, or with a sample of such a name. Empty is all.
    std::vector<std::string> names;
    /// How long it may take; zero is without limit.
    std::chrono::nanoseconds timeout{0};
    /// The library's own families, whose names begin with cmetrics_.
    bool own_families = true;
};

namespace detail {

/// Options as they cross the boundary, for as long as it and the options live.
class LentOptions {
  public:
    explicit LentOptions(const ReportOptions &options) {
        names_.reserve(options.names.size());
        for (const std::string &name : options.names) {
            names_.push_back(lend(std::string_view(name)));
        }
        lent_.flags = options.own_families ? 0 : CMETRICS_REPORT_NO_SELF;
        lent_.format = CMETRICS_FORMAT_PROMETHEUS_TEXT;
        lent_.verbosity = static_cast<std::int32_t>(options.verbosity);
        lent_.names = names_.data();
        lent_.n_names = names_.size();
        lent_.timeout_ns = options.timeout.count() > 0 ? static_cast<std::uint64_t>(options.timeout.count()) : 0;
    }
    LentOptions(const LentOptions &) = delete;
    LentOptions &operator=(const LentOptions &) = delete;

    const cmetrics_report_options *get() const noexcept { return &lent_; }

  private:
    std::vector<cmetrics_text> names_;
    cmetrics_report_options lent_ = sized<cmetrics_report_options>();
};

} // namespace detail
} // namespace cmetrics

#endif // CMETRICS_1_HPP_OPTIONS_HPP
