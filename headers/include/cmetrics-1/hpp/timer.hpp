// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Times a scope.
#ifndef CMETRICS_1_HPP_TIMER_HPP
#define CMETRICS_1_HPP_TIMER_HPP

#include "text.hpp"

#include <chrono>
#include <optional>

namespace cmetrics {

template <typename M>
class Member;

/// Adds the time from its making to its end to a metric that takes durations: a DurationCounter or a DurationGauge.
///
///     const cmetrics::ScopedTimer timer(latency);
template <typename M>
class [[nodiscard]] ScopedTimer {
  public:
    explicit ScopedTimer(M metric) noexcept : metric_(std::move(metric)), start_(Clock::now()) {}
    ScopedTimer(ScopedTimer &&other) noexcept
        : metric_(std::exchange(other.metric_, std::nullopt)), start_(other.start_) {}
    ScopedTimer &operator=(ScopedTimer &&) = delete;
    ~ScopedTimer() { stop(); }

    /// The time so far.
    std::chrono::nanoseconds elapsed() const noexcept { return Clock::now() - start_; }
    /// Adds the time now, once; the destructor adds nothing then. Returns it.
    std::chrono::nanoseconds stop() noexcept {
        const std::chrono::nanoseconds time = elapsed();
        if (metric_) {
            metric_->add(time);
            metric_.reset();
        }
        return time;
    }
    /// Adds nothing.
    void discard() noexcept { metric_.reset(); }

  private:
    using Clock = std::chrono::steady_clock;
    std::optional<M> metric_;
    Clock::time_point start_;
};

/// What a family lends is kept: ScopedTimer timer(family.with("decode")).
template <typename M>
ScopedTimer(Member<M>) -> ScopedTimer<M>;

} // namespace cmetrics

#endif // CMETRICS_1_HPP_TIMER_HPP
