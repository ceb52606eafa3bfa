// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Reports as data, and how sinks and visitors cross the boundary.
#ifndef CMETRICS_1_HPP_REPORT_HPP
#define CMETRICS_1_HPP_REPORT_HPP

#include "result.hpp"
#include "options.hpp"

#include <cstring>
#include <exception>
#include <type_traits>
#include <variant>

namespace cmetrics {

/// A number as it is exposed. Durations are nanoseconds.
using Number = std::variant<std::uint64_t, std::int64_t, double, std::chrono::nanoseconds>;

/// One sample of a series: the family's name with a suffix.
struct Sample {
    /// "", "_sum", "_count", "_bucket" and so on.
    std::string suffix;
    Number value;
    /// A label of this sample alone, {"le", "0.1"} for instance; empty names are none.
    std::pair<std::string, std::string> extra{};
};

/// One series with the values that it has at this moment.
struct Series {
    /// The metric's number, never reused; 0 where a collector told of it.
    std::uint64_t id = 0;
    /// All labels in the order of their names.
    Labels labels;
    std::vector<Sample> samples;
};

/// One family with its series in the order of a report.
struct FamilySnapshot {
    /// The full name as in the TYPE line.
    std::string name;
    std::string help;
    std::string unit;
    /// One of CMETRICS_TYPE_….
    std::int32_t type = CMETRICS_TYPE_UNKNOWN;
    /// One of CMETRICS_KIND_…, or 0 where a collector told of it.
    std::int32_t kind = 0;
    Priority priority = Priority::normal;
    std::vector<Series> series;
};

namespace detail {

/// Runs a callback of the program for the library. No exception passes: it is kept, and thrown to the program again
/// when the library has returned.
class Guarded {
  public:
    template <typename Call>
    cmetrics_status run(Call call) noexcept {
#if CMETRICS_HAS_EXCEPTIONS
        try {
            return finish(call);
        } catch (...) {
            thrown_ = std::current_exception();
            return CMETRICS_CANCELLED;
        }
#else
        return finish(call);
#endif
    }
    void rethrow() const {
#if CMETRICS_HAS_EXCEPTIONS
        if (thrown_) {
            std::rethrow_exception(thrown_);
        }
#endif
    }

  private:
    /// A callback that returns bool goes on while it is true; an int is a status; nothing goes on.
    template <typename Call>
    static cmetrics_status finish(Call &call) {
        using Returned = decltype(call());
        if constexpr (std::is_void_v<Returned>) {
            call();
            return CMETRICS_OK;
        } else if constexpr (std::is_same_v<Returned, bool>) {
            return call() ? CMETRICS_OK : CMETRICS_CANCELLED;
        } else {
            return static_cast<cmetrics_status>(call());
        }
    }
#if CMETRICS_HAS_EXCEPTIONS
    std::exception_ptr thrown_;
#endif
};

inline Number number(const cmetrics_value &value) noexcept {
    switch (value.type) {
    case CMETRICS_VALUE_I64:
        return static_cast<std::int64_t>(value.bits);
    case CMETRICS_VALUE_F64: {
        double bits = 0;
        static_assert(sizeof bits == sizeof value.bits, "a double has 64 bits");
        std::memcpy(&bits, &value.bits, sizeof bits);
        return bits;
    }
    case CMETRICS_VALUE_U64_NS:
    case CMETRICS_VALUE_I64_NS:
        return std::chrono::nanoseconds(static_cast<std::int64_t>(value.bits));
    default:
        return value.bits;
    }
}

/// A visitor that keeps what it hears.
class Keeper {
  public:
    cmetrics_visitor visitor() noexcept {
        auto visitor = sized<cmetrics_visitor>();
        visitor.family = family;
        visitor.point = point;
        visitor.user = this;
        return visitor;
    }
    std::vector<FamilySnapshot> families;
    Guarded guarded;

  private:
    static cmetrics_status CMETRICS_CALL family(void *user, const cmetrics_family *told) noexcept {
        auto *self = static_cast<Keeper *>(user);
        return self->guarded.run([&] {
            FamilySnapshot kept;
            kept.name = view(told->name);
            kept.help = view(told->help);
            kept.unit = view(told->unit);
            kept.type = told->type;
            kept.kind = told->kind;
            kept.priority = static_cast<Priority>(told->priority);
            self->families.push_back(std::move(kept));
        });
    }
    static cmetrics_status CMETRICS_CALL point(void *user, const cmetrics_point *told) noexcept {
        auto *self = static_cast<Keeper *>(user);
        return self->guarded.run([&] {
            Series series;
            series.id = told->id;
            series.labels = copy(told->labels, told->n_labels);
            for (std::uint64_t i = 0; i < told->n_values; ++i) {
                const cmetrics_value &value = told->values[i];
                series.samples.push_back({std::string(view(value.suffix)),
                                          number(value),
                                          {std::string(view(value.extra.key)), std::string(view(value.extra.value))}});
            }
            self->families.back().series.push_back(std::move(series));
        });
    }
};

/// A sink that hands chunks to a callable.
template <typename Write>
class SinkTo {
  public:
    explicit SinkTo(Write &write) noexcept : write_(write) {}
    cmetrics_sink sink() noexcept {
        auto sink = sized<cmetrics_sink>();
        sink.write = take;
        sink.user = this;
        return sink;
    }
    Guarded guarded;

  private:
    static cmetrics_status CMETRICS_CALL take(void *user, const std::uint8_t *bytes, std::uint64_t len) noexcept {
        auto *self = static_cast<SinkTo *>(user);
        const std::string_view chunk(reinterpret_cast<const char *>(bytes), static_cast<std::size_t>(len));
        return self->guarded.run([&] { return self->write_(chunk); });
    }
    Write &write_;
};

} // namespace detail
} // namespace cmetrics

#endif // CMETRICS_1_HPP_REPORT_HPP
