// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Metrics of one name that differ in the values of fixed labels.
#ifndef CMETRICS_1_HPP_FAMILY_HPP
#define CMETRICS_1_HPP_FAMILY_HPP

#include "registry.hpp"

#include <array>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace cmetrics {

/// A family with fixed label names. A copy is the same family; members are kept once made.
template <typename M>
class Family {
  public:
    Family(Registry registry, std::string_view name, std::vector<std::string> label_names, MetricOptions options)
        : shared_(std::make_shared<Shared>(std::move(registry), std::string(name), std::move(label_names),
                                           std::move(options))) {}

    /// The member of these label values, in the order of the names. INVALID_ARGUMENT if their number is wrong.
    template <typename... Values>
    Result<M> try_with(const Values &...values) const {
        const std::array<std::string_view, sizeof...(Values)> given{std::string_view(values)...};
        return shared_->member(given.data(), given.size());
    }
    /// Takes the member of these values out of its registry; asking for it again makes a new one.
    template <typename... Values>
    Result<void> try_remove(const Values &...values) const {
        const std::array<std::string_view, sizeof...(Values)> given{std::string_view(values)...};
        return shared_->remove(given.data(), given.size());
    }
#if CMETRICS_HAS_EXCEPTIONS
    template <typename... Values>
    M with(const Values &...values) const {
        return try_with(values...).value();
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

        Result<M> member(const std::string_view *values, std::size_t n) {
            if (n != label_names.size()) {
                return wrong_number(n);
            }
            const std::string key = key_of(values, n);
            {
                const std::shared_lock<std::shared_mutex> lock(guard);
                const auto found = members.find(key);
                if (found != members.end() && found->second.attached()) {
                    return found->second;
                }
            }
            auto made = registry.template try_metric<M>(name, with(values, n));
            if (made) {
                const std::lock_guard<std::shared_mutex> lock(guard);
                members.insert_or_assign(key, *made);
            }
            return made;
        }

        Result<void> remove(const std::string_view *values, std::size_t n) {
            auto found = member(values, n);
            if (!found) {
                return found.error();
            }
            {
                const std::lock_guard<std::shared_mutex> lock(guard);
                members.erase(key_of(values, n));
            }
            return registry.try_remove(*found);
        }

        MetricOptions with(const std::string_view *values, std::size_t n) const {
            MetricOptions own = options;
            for (std::size_t i = 0; i < n; ++i) {
                own.labels.emplace_back(label_names[i], std::string(values[i]));
            }
            return own;
        }

        /// The values with a byte between that UTF-8 never has.
        static std::string key_of(const std::string_view *values, std::size_t n) {
            std::string key;
            for (std::size_t i = 0; i < n; ++i) {
                key += values[i];
                key += '\xff';
            }
            return key;
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
        std::shared_mutex guard;
        std::unordered_map<std::string, M> members; // under guard
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
