// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Metrics of one name that differ in the values of fixed labels.
#ifndef CMETRICS_1_HPP_FAMILY_HPP
#define CMETRICS_1_HPP_FAMILY_HPP

#include "members.hpp"
#include "registry.hpp"

#include <initializer_list>

namespace cmetrics {

/// A family with fixed label names. A copy is the same family; members are kept once made, so that asking again is a
/// look-up without a lock or an allocation.
template <typename M>
class Family {
  public:
    Family(Registry registry, std::string_view name, std::vector<std::string> label_names, MetricOptions options)
        : shared_(std::make_shared<Shared>(std::move(registry), std::string(name), std::move(label_names),
                                           std::move(options))) {}

    /// The member of these label values, in the order of the names. INVALID_ARGUMENT if their number is wrong.
    template <typename... Values>
    Result<Member<M>> try_with(const Values &...values) const {
        return shared_->template member<Result<Member<M>>>({std::string_view(values)...},
                                                           [](auto made) { return made; });
    }
    /// Takes the member of these values out of its registry; asking for it again makes a new one.
    template <typename... Values>
    Result<void> try_remove(const Values &...values) const {
        const auto found = try_with(values...);
        if (!found) {
            return found.error();
        }
        const auto done = shared_->registry.try_remove(found.value());
        shared_->members.removed();
        return done;
    }
#if CMETRICS_HAS_EXCEPTIONS
    template <typename... Values>
    Member<M> with(const Values &...values) const {
        return shared_->template member<Member<M>>({std::string_view(values)...},
                                                   [](auto made) { return std::move(made).value(); });
    }
    template <typename... Values>
    void remove(const Values &...values) const {
        try_remove(values...).value();
    }
#endif

  private:
    struct Shared {
        Shared(Registry in, std::string called, std::vector<std::string> names, MetricOptions with)
            : registry(std::move(in)), name(std::move(called)), label_names(std::move(names)), options(std::move(with)) {}

        template <typename As, typename Give>
        As member(std::initializer_list<std::string_view> values, Give give) {
            const detail::Wanted wanted(values.begin(), values.size());
            return members.template find<As>(wanted, [&] { return give(make(wanted)); });
        }

        Result<Member<M>> make(const detail::Wanted &wanted) {
            if (wanted.n != label_names.size()) {
                return wrong_number(wanted.n);
            }
            auto made = registry.template try_metric<M>(name, with(wanted.values, wanted.n));
            if (!made) {
                return made.error();
            }
            members.insert(wanted, *made);
            return Member<M>(std::move(*made));
        }

        MetricOptions with(const std::string_view *values, std::size_t n) const {
            MetricOptions own = options;
            for (std::size_t i = 0; i < n; ++i) {
                own.labels.emplace_back(label_names[i], std::string(values[i]));
            }
            return own;
        }

        Failure wrong_number(std::size_t n) const {
            Failure failure;
            failure.code = CMETRICS_INVALID_ARGUMENT;
            failure.category = CMETRICS_CATEGORY_FIX_CALL;
            failure.subject = name;
            failure.message = "the family \"" + name + "\" has " + detail::decimal(label_names.size()) +
                              " labels and was asked for with " + detail::decimal(n) + " values";
            failure.hint = "give a value for each of:";
            for (const std::string &label : label_names) {
                failure.hint += " " + label;
            }
            return failure;
        }

        Registry registry;
        std::string name;
        std::vector<std::string> label_names;
        MetricOptions options;
        detail::Members<M> members;
    };

    std::shared_ptr<Shared> shared_;
};

template <typename M>
Family<M> Registry::family(std::string_view name, std::vector<std::string> label_names, MetricOptions options) const {
    return Family<M>(*this, name, std::move(label_names), std::move(options));
}

inline Family<Counter> Registry::counter_family(std::string_view name, std::vector<std::string> label_names,
                                                MetricOptions options) const {
    return family<Counter>(name, std::move(label_names), std::move(options));
}
inline Family<IntCounter> Registry::int_counter_family(std::string_view name, std::vector<std::string> label_names,
                                                       MetricOptions options) const {
    return family<IntCounter>(name, std::move(label_names), std::move(options));
}
inline Family<FloatCounter> Registry::float_counter_family(std::string_view name, std::vector<std::string> label_names,
                                                           MetricOptions options) const {
    return family<FloatCounter>(name, std::move(label_names), std::move(options));
}
inline Family<DurationCounter> Registry::duration_counter_family(std::string_view name,
                                                                 std::vector<std::string> label_names,
                                                                 MetricOptions options) const {
    return family<DurationCounter>(name, std::move(label_names), std::move(options));
}
inline Family<IntGauge> Registry::int_gauge_family(std::string_view name, std::vector<std::string> label_names,
                                                   MetricOptions options) const {
    return family<IntGauge>(name, std::move(label_names), std::move(options));
}
inline Family<FloatGauge> Registry::float_gauge_family(std::string_view name, std::vector<std::string> label_names,
                                                       MetricOptions options) const {
    return family<FloatGauge>(name, std::move(label_names), std::move(options));
}
inline Family<DurationGauge> Registry::duration_gauge_family(std::string_view name,
                                                             std::vector<std::string> label_names,
                                                             MetricOptions options) const {
    return family<DurationGauge>(name, std::move(label_names), std::move(options));
}

} // namespace cmetrics

#endif // CMETRICS_1_HPP_FAMILY_HPP
