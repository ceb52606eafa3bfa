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
    /// The member of these labels, given by their names in any order. INVALID_ARGUMENT unless they are the family's.
    Result<Member<M>> try_add(const Labels &labels) const {
        auto values = shared_->in_order(labels);
        if (!values) {
            return std::move(values).error();
        }
        return shared_->template member<Result<Member<M>>>(detail::Wanted(values->data(), values->size()),
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
    /// As prometheus-cpp's Add: errors.add({{"type", "timeout"}}).inc().
    Member<M> add(const Labels &labels) const { return try_add(labels).value(); }
    template <typename... Values>
    void remove(const Values &...values) const {
        try_remove(values...).value();
    }
#endif

  private:
    struct Shared {
        Shared(Registry in, std::string called, std::vector<std::string> names, MetricOptions with)
            : registry(std::move(in)), name(std::move(called)), label_names(std::move(names)),
              options(std::move(with)) {}

        template <typename As, typename Give>
        As member(std::initializer_list<std::string_view> values, Give give) {
            return member<As>(detail::Wanted(values.begin(), values.size()), give);
        }
        template <typename As, typename Give>
        As member(const detail::Wanted &wanted, Give give) {
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

        /// The values of labels in the order of the names.
        Result<std::vector<std::string_view>> in_order(const Labels &labels) const {
            std::vector<std::string_view> values(label_names.size());
            std::vector<bool> given(label_names.size());
            for (const auto &[key, value] : labels) {
                const auto found = std::find(label_names.begin(), label_names.end(), key);
                const auto at = static_cast<std::size_t>(found - label_names.begin());
                if (found == label_names.end() || given[at]) {
                    return wrong(key, "was asked for with the label \"" + key + "\"" +
                                          (found == label_names.end() ? ", which it does not have" : " twice"));
                }
                given[at] = true;
                values[at] = value;
            }
            return labels.size() == values.size() ? values
                                                  : Result<std::vector<std::string_view>>(wrong_number(labels.size()));
        }

        Failure wrong_number(std::size_t n) const {
            return wrong(name, "has " + detail::decimal(label_names.size()) + " labels and was asked for with " +
                                   detail::decimal(n) + " values");
        }

        Failure wrong(const std::string &subject, const std::string &why) const {
            Failure failure;
            failure.code = CMETRICS_INVALID_ARGUMENT;
            failure.category = CMETRICS_CATEGORY_FIX_CALL;
            failure.subject = subject;
            failure.message = "the family \"" + name + "\" " + why;
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
