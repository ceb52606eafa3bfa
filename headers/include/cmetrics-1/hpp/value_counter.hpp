// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Increment-by-value counters: total and count of amounts.
#ifndef CMETRICS_1_HPP_VALUE_COUNTER_HPP
#define CMETRICS_1_HPP_VALUE_COUNTER_HPP

#include "counter.hpp"
#include "timer.hpp"

namespace cmetrics {

/// Total and count, which differ by at most the updates in flight.
template <typename Total>
struct TotalAndCount {
    Total total{};
    std::uint64_t count = 0;
};

/// Total and count of integer amounts.
class IntCounter
    : public detail::TypedMetric<cmetrics_int_counter_v1, &cmetrics_api_v1::int_counter, cmetrics_int_counter> {
  public:
    static constexpr Kind kind_of = Kind::int_counter;
    using TypedMetric::TypedMetric;

    /// Adds an amount. A negative number is dropped and counted.
    template <typename Int>
    void add(Int amount) const noexcept {
        if (const auto fits = fit<std::uint64_t>(amount)) {
            vtable()->add(typed(), *fits);
        }
    }
    TotalAndCount<std::uint64_t> read() const noexcept {
        TotalAndCount<std::uint64_t> now;
        vtable()->read(typed(), &now.total, &now.count);
        return now;
    }
    std::uint64_t total() const noexcept { return read().total; }
    std::uint64_t count() const noexcept { return read().count; }
};

/// Total and count of amounts that are doubles.
class FloatCounter
    : public detail::TypedMetric<cmetrics_float_counter_v1, &cmetrics_api_v1::float_counter, cmetrics_float_counter> {
  public:
    static constexpr Kind kind_of = Kind::float_counter;
    using TypedMetric::TypedMetric;

    /// Adds an amount. A negative, NaN or infinite one is dropped and counted.
    void add(double amount) const noexcept { vtable()->add(typed(), amount); }
    TotalAndCount<double> read() const noexcept {
        TotalAndCount<double> now;
        vtable()->read(typed(), &now.total, &now.count);
        return now;
    }
    double total() const noexcept { return read().total; }
    std::uint64_t count() const noexcept { return read().count; }
};

/// Total and count of durations.
class DurationCounter : public detail::TypedMetric<cmetrics_duration_counter_v1, &cmetrics_api_v1::duration_counter,
                                                   cmetrics_duration_counter> {
  public:
    static constexpr Kind kind_of = Kind::duration_counter;
    using TypedMetric::TypedMetric;

    /// Adds a duration of any unit; floats are rounded to the nearest nanosecond. A negative one, and one beyond 292
    /// years, is dropped and counted.
    template <typename Rep, typename Period>
    void add(std::chrono::duration<Rep, Period> amount) const noexcept {
        if (const auto ns = nanoseconds(amount)) {
            vtable()->add(typed(), *ns);
        }
    }
    /// The total in nanoseconds, which wraps at 2^64, and the count.
    TotalAndCount<std::uint64_t> read_ns() const noexcept {
        TotalAndCount<std::uint64_t> now;
        vtable()->read(typed(), &now.total, &now.count);
        return now;
    }
    std::uint64_t total_ns() const noexcept { return read_ns().total; }
    std::uint64_t count() const noexcept { return read_ns().count; }
    /// Adds the time until the timer ends.
    ScopedTimer<DurationCounter> start_timer() const noexcept { return ScopedTimer<DurationCounter>(*this); }
    /// Adds the time that `work()` takes, also where it throws. Returns what it returns.
    template <typename Work>
    decltype(auto) observe_duration(Work &&work) const {
        const auto timer = start_timer();
        return std::forward<Work>(work)();
    }
};

} // namespace cmetrics

#endif // CMETRICS_1_HPP_VALUE_COUNTER_HPP
