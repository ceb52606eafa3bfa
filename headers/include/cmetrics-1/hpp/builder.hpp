// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Metrics and families said word by word, as users of prometheus-cpp know it.
//
//     auto requests = cmetrics::build_counter().name("requests").help("Requests served").register_in(root);
//     auto errors = cmetrics::build_counter().name("errors").label_names({"type"}).register_in(root);
//     errors.add({{"type", "timeout"}}).inc();
#ifndef CMETRICS_1_HPP_BUILDER_HPP
#define CMETRICS_1_HPP_BUILDER_HPP

#include "family.hpp"

namespace cmetrics {

/// A family to be: what its builder knew, and its label names.
template <typename M>
class FamilyBuilder {
  public:
    FamilyBuilder(std::string name, std::vector<std::string> label_names, MetricOptions options)
        : name_(std::move(name)), label_names_(std::move(label_names)), options_(std::move(options)) {}

    /// The family in a registry. Its members are made as they are asked for, and what is wrong is told then.
    Family<M> register_in(const Registry &registry) const {
        return registry.template family<M>(name_, label_names_, options_);
    }

  private:
    std::string name_;
    std::vector<std::string> label_names_;
    MetricOptions options_;
};

/// A metric to be. `M` is Counter, IntCounter and so on; build_counter() and its like begin one. It can be kept,
/// changed and registered again.
template <typename M>
class Builder {
  public:
    /// The name without the registry's prefix. Suffixes (_total, _seconds) are added where they are missing.
    Builder &name(std::string_view name) { return name_ = name, *this; }
    /// What it measures.
    Builder &help(std::string_view help) { return options_.help = help, *this; }
    /// One more label, the same in every member of a family.
    Builder &label(std::string_view name, std::string_view value) {
        return options_.labels.emplace_back(name, value), *this;
    }
    /// More labels, the same in every member of a family.
    Builder &labels(const Labels &labels) {
        return options_.labels.insert(options_.labels.end(), labels.begin(), labels.end()), *this;
    }
    Builder &priority(Priority priority) { return options_.priority = priority, *this; }
    /// For instance "bytes"; it changes no name.
    Builder &unit(std::string_view unit) { return options_.unit = unit, *this; }
    /// Expose an increment-by-value counter as a plain counter of its total.
    Builder &total_only(bool yes = true) { return options_.total_only = yes, *this; }
    /// Add no _total and no _seconds to the name.
    Builder &verbatim(bool yes = true) { return options_.verbatim = yes, *this; }
    /// If it cannot be created, warn and give a metric that no report shows, instead of failing.
    Builder &detached_on_error(bool yes = true) { return options_.detached_on_error = yes, *this; }

    /// A family whose members differ in the values of these labels.
    FamilyBuilder<M> label_names(std::vector<std::string> names) const { return {name_, std::move(names), options_}; }

    /// The metric in a registry, made if it is not there.
    Result<M> try_register_in(const Registry &registry) const {
        return registry.template try_metric<M>(name_, options_);
    }
#if CMETRICS_HAS_EXCEPTIONS
    M register_in(const Registry &registry) const { return try_register_in(registry).value(); }
#endif

  private:
    std::string name_;
    MetricOptions options_;
};

/// A count of events.
inline Builder<Counter> build_counter() {
    return {};
}
/// Total and count of integer amounts.
inline Builder<IntCounter> build_int_counter() {
    return {};
}
/// Total and count of amounts that are doubles.
inline Builder<FloatCounter> build_float_counter() {
    return {};
}
/// Total and count of durations.
inline Builder<DurationCounter> build_duration_counter() {
    return {};
}
/// An integer that goes up and down.
inline Builder<IntGauge> build_int_gauge() {
    return {};
}
/// A double that goes up and down.
inline Builder<FloatGauge> build_float_gauge() {
    return {};
}
/// A duration that goes up and down.
inline Builder<DurationGauge> build_duration_gauge() {
    return {};
}

} // namespace cmetrics

#endif // CMETRICS_1_HPP_BUILDER_HPP
