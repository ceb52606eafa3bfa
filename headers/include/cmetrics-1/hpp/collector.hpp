// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Families that the program computes when a report is made.
#ifndef CMETRICS_1_HPP_COLLECTOR_HPP
#define CMETRICS_1_HPP_COLLECTOR_HPP

#include "handle.hpp"
#include "report.hpp"

#include <memory>

namespace cmetrics {

/// What a collector tells into, for one report.
class Collect {
  public:
    Collect(const cmetrics_report_options *options, const cmetrics_visitor *into) noexcept
        : options_(options), into_(into) {}
    Collect(const Collect &) = delete;
    Collect &operator=(const Collect &) = delete;

    /// Opens a family; `type` is one of CMETRICS_TYPE_…. False if the library refuses it (a bad name, for instance), which
    /// it counts; points of a refused family are refused too.
    bool family(std::string_view name, std::int32_t type, std::string_view help = {},
                Priority priority = Priority::normal, std::string_view unit = {}) const noexcept {
        auto told = detail::sized<cmetrics_family>();
        told.type = type;
        told.priority = static_cast<std::int32_t>(priority);
        told.name = detail::lend(name);
        told.help = detail::lend(help);
        told.unit = detail::lend(unit);
        return into_->family(into_->user, &told) == CMETRICS_OK;
    }

    /// Adds a series to the family opened last. False if the library refuses it.
    bool point(const Labels &labels, const std::vector<Sample> &samples) const {
        const auto lent = detail::lend(labels);
        std::vector<cmetrics_value> values;
        values.reserve(samples.size());
        for (const Sample &sample : samples) {
            cmetrics_value value{};
            value.suffix = detail::lend(std::string_view(sample.suffix));
            value.extra = {detail::lend(std::string_view(sample.extra.first)),
                           detail::lend(std::string_view(sample.extra.second))};
            put(value, sample.value);
            values.push_back(value);
        }
        auto told = detail::sized<cmetrics_point>();
        told.labels = lent.data();
        told.n_labels = lent.size();
        told.values = values.data();
        told.n_values = values.size();
        return into_->point(into_->user, &told) == CMETRICS_OK;
    }

    /// How long the report may still take; zero is without limit.
    std::chrono::nanoseconds timeout() const noexcept {
        return std::chrono::nanoseconds(static_cast<std::int64_t>(options_->timeout_ns >> 1 > INT64_MAX >> 1
                                                                      ? static_cast<std::uint64_t>(INT64_MAX)
                                                                      : options_->timeout_ns));
    }

  private:
    static void put(cmetrics_value &value, const Number &number) noexcept {
        if (const auto *u64 = std::get_if<std::uint64_t>(&number)) {
            value.type = CMETRICS_VALUE_U64;
            value.bits = *u64;
        } else if (const auto *i64 = std::get_if<std::int64_t>(&number)) {
            value.type = CMETRICS_VALUE_I64;
            value.bits = static_cast<std::uint64_t>(*i64);
        } else if (const auto *f64 = std::get_if<double>(&number)) {
            value.type = CMETRICS_VALUE_F64;
            std::memcpy(&value.bits, f64, sizeof value.bits);
        } else if (const auto *ns = std::get_if<std::chrono::nanoseconds>(&number)) {
            value.type = CMETRICS_VALUE_I64_NS;
            value.bits = static_cast<std::uint64_t>(ns->count());
        }
    }

    const cmetrics_report_options *options_;
    const cmetrics_visitor *into_;
};

/// A collector in its registry. It stays there when the handle goes: remove() takes it out, as does closing its client or
/// removing its registry.
class Collector {
  public:
    explicit Collector(detail::Handle<cmetrics_collector> handle) noexcept : handle_(std::move(handle)) {}

    /// Takes it out and waits until it runs nowhere, except from inside itself. Removing twice does nothing.
    Result<void> try_remove() const {
        return detail::attempt(handle_.api(), [&](cmetrics_error **error) {
            return handle_.api()->collector->remove(handle_.raw(), error);
        });
    }
#if CMETRICS_HAS_EXCEPTIONS
    void remove() const { try_remove().value(); }
#endif

  private:
    detail::Handle<cmetrics_collector> handle_;
};

namespace detail {

/// A callable of the program as the library knows it. An exception in it is a failure of this one report.
template <typename Code>
struct Collecting {
    Code code;

    static cmetrics_status CMETRICS_CALL collect(void *user, const cmetrics_report_options *options,
                                                 const cmetrics_visitor *into) noexcept {
        Guarded guarded;
        return guarded.run([&] {
            Collect told(options, into);
            static_cast<Collecting *>(user)->code(told);
        });
    }
    static void CMETRICS_CALL drop(void *user) noexcept { delete static_cast<Collecting *>(user); }
};

template <typename Code>
Result<Collector> add_collector(const Handle<cmetrics_registry> &registry, cmetrics_client *owner, Code code) {
    auto kept = std::make_unique<Collecting<Code>>(Collecting<Code>{std::move(code)});
    auto desc = sized<cmetrics_collector_desc>();
    desc.owner = owner;
    desc.collect = Collecting<Code>::collect;
    desc.drop = Collecting<Code>::drop;
    desc.user = kept.get();
    cmetrics_collector *raw = nullptr;
    const cmetrics_api_v1 *api = registry.api();
    auto added = attempt(api, [&](cmetrics_error **error) {
        return api->collector->add(registry.raw(), &desc, &raw, error);
    });
    if (!added) {
        return added.error();
    }
    static_cast<void>(kept.release()); // The library's now: drop deletes it.
    return Collector(Handle<cmetrics_collector>(api, raw));
}

} // namespace detail
} // namespace cmetrics

#endif // CMETRICS_1_HPP_COLLECTOR_HPP
