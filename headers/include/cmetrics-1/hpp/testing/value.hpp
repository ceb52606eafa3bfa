// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Numbers as tests say them.
#ifndef CMETRICS_1_HPP_TESTING_VALUE_HPP
#define CMETRICS_1_HPP_TESTING_VALUE_HPP

#include "../../cmetrics.hpp"
#include "../../cmetrics_testing.h"

#include <ostream>

namespace cmetrics::testing {

namespace detail {

/// What `put(text)` writes. What does not fit into memory is missing.
template <typename Put>
std::string written(Put put) {
    cmetrics_test_text text{};
    put(&text);
    std::string copied;
    if (text.len != 0) {
        copied.assign(text.bytes, text.len);
    }
    cmetrics_test_text_free(&text);
    return copied;
}

} // namespace detail

/// The number of a sample: an integer, a double or a duration.
class Value {
  public:
    template <typename N, std::enable_if_t<std::is_arithmetic_v<N> && !std::is_same_v<N, bool>, int> = 0>
    Value(N number) noexcept : raw_(of(number)) {}
    /// Floats are rounded to the nearest nanosecond.
    template <typename Rep, typename Period>
    Value(std::chrono::duration<Rep, Period> duration) noexcept : raw_(cmetrics_test_ns(nanoseconds(duration))) {}
    explicit Value(cmetrics_test_number raw) noexcept : raw_(raw) {}

    /// The number as a double, durations in seconds. Beyond 2^53 it rounds.
    double as_double() const noexcept { return cmetrics_test_double(raw_); }
    /// As a report spells it.
    std::string to_string() const {
        return detail::written([&](cmetrics_test_text *text) { cmetrics_test_put_number(text, raw_); });
    }
    cmetrics_test_number raw() const noexcept { return raw_; }

    /// Integers and durations exactly; where one of both is a double, as doubles, durations in seconds. NaN is equal to
    /// NaN.
    friend bool operator==(const Value &a, const Value &b) noexcept { return cmetrics_test_equal(a.raw_, b.raw_) != 0; }
    friend bool operator!=(const Value &a, const Value &b) noexcept { return !(a == b); }
    friend std::ostream &operator<<(std::ostream &out, const Value &value) { return out << value.to_string(); }

  private:
    template <typename N>
    static cmetrics_test_number of(N number) noexcept {
        if constexpr (std::is_floating_point_v<N>) {
            return cmetrics_test_f64(static_cast<double>(number));
        } else if constexpr (std::is_signed_v<N>) {
            return cmetrics_test_i64(static_cast<std::int64_t>(number));
        } else {
            return cmetrics_test_u64(static_cast<std::uint64_t>(number));
        }
    }
    template <typename Rep, typename Period>
    static std::int64_t nanoseconds(std::chrono::duration<Rep, Period> duration) noexcept {
        if constexpr (std::is_floating_point_v<Rep>) {
            return static_cast<std::int64_t>(
                std::llround(static_cast<double>(std::chrono::duration<Rep, std::nano>(duration).count())));
        } else {
            return std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
        }
    }

    cmetrics_test_number raw_;
};

} // namespace cmetrics::testing

#endif // CMETRICS_1_HPP_TESTING_VALUE_HPP
