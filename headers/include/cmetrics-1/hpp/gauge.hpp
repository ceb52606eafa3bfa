// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Values that go up and down.
#ifndef CMETRICS_1_HPP_GAUGE_HPP
#define CMETRICS_1_HPP_GAUGE_HPP

#include "counter.hpp"
#include "gauge_guard.hpp"
#include "timer.hpp"

namespace cmetrics {

/// An integer that goes up and down; wraps in two's complement.
class IntGauge : public detail::TypedMetric<cmetrics_int_gauge_v1, &cmetrics_api_v1::int_gauge, cmetrics_int_gauge> {
  public:
    static constexpr Kind kind_of = Kind::int_gauge;
    using TypedMetric::TypedMetric;

    /// Sets it. An unsigned number beyond int64_t is dropped and counted, here and below.
    template <typename Int>
    void set(Int value) const noexcept {
        if (const auto fits = fit<std::int64_t>(value)) {
            vtable()->set(typed(), *fits);
        }
    }
    template <typename Int>
    void add(Int value) const noexcept {
        if (const auto fits = fit<std::int64_t>(value)) {
            vtable()->add(typed(), *fits);
        }
    }
    template <typename Int>
    void sub(Int value) const noexcept {
        if (const auto fits = fit<std::int64_t>(value)) {
            vtable()->sub(typed(), *fits);
        }
    }
    void inc() const noexcept { vtable()->inc(typed()); }
    void dec() const noexcept { vtable()->dec(typed()); }
    std::int64_t value() const noexcept { return vtable()->value(typed()); }
    /// Adds 1 now and takes it away when the guard ends.
    GaugeGuard<IntGauge> track_inprogress() const noexcept { return GaugeGuard<IntGauge>(*this); }
};

/// A double that goes up and down.
class FloatGauge
    : public detail::TypedMetric<cmetrics_float_gauge_v1, &cmetrics_api_v1::float_gauge, cmetrics_float_gauge> {
  public:
    static constexpr Kind kind_of = Kind::float_gauge;
    using TypedMetric::TypedMetric;

    /// Sets it; NaN and infinities too.
    void set(double value) const noexcept { vtable()->set(typed(), value); }
    /// Adds. A NaN or infinite amount is dropped and counted.
    void add(double value) const noexcept { vtable()->add(typed(), value); }
    void sub(double value) const noexcept { vtable()->sub(typed(), value); }
    void inc() const noexcept { vtable()->inc(typed()); }
    void dec() const noexcept { vtable()->dec(typed()); }
    double value() const noexcept { return vtable()->value(typed()); }
    /// Adds 1 now and takes it away when the guard ends.
    GaugeGuard<FloatGauge> track_inprogress() const noexcept { return GaugeGuard<FloatGauge>(*this); }
    /// Sets it to the seconds since 1970, as Prometheus counts time.
    void set_to_current_time() const noexcept {
        set(std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count());
    }
};

/// A duration that goes up and down, in nanoseconds that wrap in two's complement.
class DurationGauge : public detail::TypedMetric<cmetrics_duration_gauge_v1, &cmetrics_api_v1::duration_gauge,
                                                 cmetrics_duration_gauge> {
  public:
    static constexpr Kind kind_of = Kind::duration_gauge;
    using TypedMetric::TypedMetric;

    /// Sets it to a duration of any unit; floats are rounded to the nearest nanosecond. One beyond 292 years is dropped
    /// and counted, here and below.
    template <typename Rep, typename Period>
    void set(std::chrono::duration<Rep, Period> value) const noexcept {
        if (const auto ns = nanoseconds(value)) {
            vtable()->set(typed(), *ns);
        }
    }
    template <typename Rep, typename Period>
    void add(std::chrono::duration<Rep, Period> value) const noexcept {
        if (const auto ns = nanoseconds(value)) {
            vtable()->add(typed(), *ns);
        }
    }
    template <typename Rep, typename Period>
    void sub(std::chrono::duration<Rep, Period> value) const noexcept {
        if (const auto ns = nanoseconds(value)) {
            vtable()->sub(typed(), *ns);
        }
    }
    /// Adds one second, the base unit.
    void inc() const noexcept { vtable()->inc(typed()); }
    void dec() const noexcept { vtable()->dec(typed()); }
    std::chrono::nanoseconds value() const noexcept { return std::chrono::nanoseconds(vtable()->value(typed())); }
    /// Sets it to the time since 1970.
    void set_to_current_time() const noexcept { set(std::chrono::system_clock::now().time_since_epoch()); }
};

} // namespace cmetrics

#endif // CMETRICS_1_HPP_GAUGE_HPP
