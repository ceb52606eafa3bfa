// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What metrics of every kind have in common.
#ifndef CMETRICS_1_HPP_METRIC_HPP
#define CMETRICS_1_HPP_METRIC_HPP

#include "handle.hpp"
#include "report.hpp"

#include <cmath>
#include <limits>

namespace cmetrics {

/// A metric of any kind. A copy is the same metric; equal handles are the same metric.
class Metric {
  public:
    using Raw = cmetrics_metric;
    /// No metric: updates do nothing.
    Metric() noexcept = default;
    explicit Metric(detail::Handle<cmetrics_metric> handle) noexcept : handle_(std::move(handle)) {}
    Metric(const Metric &from, detail::Lent) noexcept : handle_(from.handle_, detail::Lent()) {}
    Metric(Metric &&from, detail::Taken) noexcept : handle_(std::move(from.handle_), detail::Taken()) {}

    /// Its number, never reused in this process.
    std::uint64_t id() const noexcept { return api()->metric->id(raw()); }
    Kind kind() const noexcept { return static_cast<Kind>(api()->metric->kind(raw())); }
    /// Do reports show it? False once it is removed or its root is gone.
    bool attached() const noexcept { return api()->metric->attached(raw()) != 0; }

    /// Its family with this one series, as they are now; both empty where there is no library.
    Result<FamilySnapshot> try_describe() const {
        detail::Keeper keeper;
        const cmetrics_visitor visitor = keeper.visitor();
        const cmetrics_status status = api()->metric->describe(raw(), &visitor);
        keeper.guarded.rethrow();
        if (status != CMETRICS_OK) {
            return detail::take(api(), status, nullptr);
        }
        return keeper.families.empty() ? FamilySnapshot{} : std::move(keeper.families.front());
    }
#if CMETRICS_HAS_EXCEPTIONS
    FamilySnapshot describe() const { return try_describe().value(); }
#endif

    bool operator==(const Metric &other) const noexcept { return handle_ == other.handle_; }
    bool operator!=(const Metric &other) const noexcept { return handle_ != other.handle_; }

    const cmetrics_api_v1 *api() const noexcept { return handle_.api(); }
    /// The handle for the C tables, borrowed.
    cmetrics_metric *raw() const noexcept { return handle_.raw(); }

  protected:
    void refuse(std::int32_t reason) const noexcept { api()->metric->refuse(raw(), reason); }

    /// An integer that fits `To`, or nothing and the refusal is counted.
    template <typename To, typename From>
    std::optional<To> fit(From amount) const noexcept {
        static_assert(std::is_integral_v<From> && !std::is_same_v<From, bool>,
                      "an integer is needed: float_counter and float_gauge take floats, duration kinds durations");
        if constexpr (std::is_signed_v<From> && !std::is_signed_v<To>) {
            if (amount < 0) {
                return refuse(CMETRICS_REFUSED_NEGATIVE), std::nullopt;
            }
        }
        if constexpr (!std::is_signed_v<From> && std::is_signed_v<To> && sizeof(From) >= sizeof(To)) {
            if (amount > static_cast<From>(std::numeric_limits<To>::max())) {
                return refuse(CMETRICS_REFUSED_OUT_OF_RANGE), std::nullopt;
            }
        }
        return static_cast<To>(amount);
    }

    /// A duration in whole nanoseconds, floats rounded to the nearest, or nothing and the refusal is counted.
    template <typename Rep, typename Period>
    std::optional<std::int64_t> nanoseconds(std::chrono::duration<Rep, Period> amount) const noexcept {
        if constexpr (std::is_same_v<std::chrono::duration<Rep, Period>, std::chrono::nanoseconds>) {
            return static_cast<std::int64_t>(amount.count());
        }
        const double ns = std::chrono::duration<double, std::nano>(amount).count();
        if (!std::isfinite(static_cast<double>(amount.count()))) {
            return refuse(CMETRICS_REFUSED_NOT_FINITE), std::nullopt;
        }
        // The nearest doubles to the limits of int64_t: 2^63 is out, and so is what rounds to it.
        if (ns >= 9223372036854775807.0 || ns <= -9223372036854775808.0) {
            return refuse(CMETRICS_REFUSED_OUT_OF_RANGE), std::nullopt;
        }
        if constexpr (std::is_floating_point_v<Rep>) {
            return static_cast<std::int64_t>(std::llround(ns));
        } else {
            return static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(amount).count());
        }
    }

  private:
    detail::Handle<cmetrics_metric> handle_;
};

} // namespace cmetrics

template <>
struct std::hash<cmetrics::Metric> {
    std::size_t operator()(const cmetrics::Metric &metric) const noexcept {
        return std::hash<const void *>()(metric.raw());
    }
};

#endif // CMETRICS_1_HPP_METRIC_HPP
