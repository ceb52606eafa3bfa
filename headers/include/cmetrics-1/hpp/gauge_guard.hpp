// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Counts what is in progress.
#ifndef CMETRICS_1_HPP_GAUGE_GUARD_HPP
#define CMETRICS_1_HPP_GAUGE_GUARD_HPP

#include "text.hpp"

#include <optional>

namespace cmetrics {

template <typename M>
class Member;

/// One more in a gauge while it lives: `inc` when it is made, `dec` when it ends, however the scope is left. It can be
/// moved into a task or a request; what was moved from takes nothing away.
///
///     const cmetrics::GaugeGuard running(inflight);
template <typename Gauge>
class [[nodiscard]] GaugeGuard {
  public:
    explicit GaugeGuard(Gauge gauge) noexcept : gauge_(std::move(gauge)) { gauge_->inc(); }
    GaugeGuard(GaugeGuard &&other) noexcept : gauge_(std::exchange(other.gauge_, std::nullopt)) {}
    GaugeGuard &operator=(GaugeGuard &&other) noexcept {
        if (this != &other) {
            end();
            gauge_ = std::exchange(other.gauge_, std::nullopt);
        }
        return *this;
    }
    ~GaugeGuard() { end(); }

    /// Takes its one away now, once; the destructor takes nothing then.
    void end() noexcept {
        if (gauge_) {
            gauge_->dec();
            gauge_.reset();
        }
    }

  private:
    std::optional<Gauge> gauge_;
};

/// What a family lends is kept: GaugeGuard running(family.with("decode")).
template <typename M>
GaugeGuard(Member<M>) -> GaugeGuard<M>;

} // namespace cmetrics

#endif // CMETRICS_1_HPP_GAUGE_GUARD_HPP
