// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Counts of events.
#ifndef CMETRICS_1_HPP_COUNTER_HPP
#define CMETRICS_1_HPP_COUNTER_HPP

#include "metric.hpp"

namespace cmetrics {

namespace detail {

/// A metric of one kind, with its vtable at hand so that an update is one indirect call.
template <typename Vtable, const Vtable *cmetrics_api_v1::*Slot, typename Typed>
class TypedMetric : public Metric {
  public:
    TypedMetric() noexcept : vtable_(api()->*Slot) {}
    explicit TypedMetric(Handle<cmetrics_metric> handle) noexcept
        : Metric(std::move(handle)), vtable_(api()->*Slot) {}
    TypedMetric(const TypedMetric &from, Lent lent) noexcept : Metric(from, lent), vtable_(from.vtable_) {}
    TypedMetric(TypedMetric &&from, Taken taken) noexcept : Metric(std::move(from), taken), vtable_(from.vtable_) {}

  protected:
    const Vtable *vtable() const noexcept { return vtable_; }
    Typed *typed() const noexcept { return reinterpret_cast<Typed *>(raw()); }

  private:
    const Vtable *vtable_;
};

} // namespace detail

/// A count of events that only grows; wraps at 2^64.
class Counter : public detail::TypedMetric<cmetrics_counter_v1, &cmetrics_api_v1::counter, cmetrics_counter> {
  public:
    static constexpr Kind kind_of = Kind::counter;
    using TypedMetric::TypedMetric;

    /// Adds one event.
    void inc() const noexcept { vtable()->inc(typed()); }
    /// Adds `n` events. A negative number is dropped and counted.
    template <typename Int>
    void add(Int n) const noexcept {
        if (const auto fits = fit<std::uint64_t>(n)) {
            vtable()->add(typed(), *fits);
        }
    }
    /// The events so far.
    std::uint64_t value() const noexcept { return vtable()->value(typed()); }
};

} // namespace cmetrics

#endif // CMETRICS_1_HPP_COUNTER_HPP
