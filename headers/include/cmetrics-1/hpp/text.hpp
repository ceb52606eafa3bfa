// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Texts and labels, and how they are lent to the library.
#ifndef CMETRICS_1_HPP_TEXT_HPP
#define CMETRICS_1_HPP_TEXT_HPP

#include "../cmetrics.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define CMETRICS_HAS_EXCEPTIONS 1
#else
#define CMETRICS_HAS_EXCEPTIONS 0
#endif

// For functions that hold static data: each program and plugin has its own, and GCC marks none of it unique, which would
// keep a plugin in memory after dlclose.
#if defined(__GNUC__) && !defined(_WIN32)
#define CMETRICS_LOCAL __attribute__((visibility("hidden")))
#else
#define CMETRICS_LOCAL
#endif

namespace cmetrics {

/// Labels: names and values in any order. An empty value is the same as no label.
using Labels = std::vector<std::pair<std::string, std::string>>;

namespace detail {

/// A number in decimal. Not std::to_string, whose table of digits is unique to GCC and would keep a plugin in memory.
template <typename Int>
std::string decimal(Int number) {
    char text[24];
    if constexpr (std::is_signed_v<Int>) {
        std::snprintf(text, sizeof text, "%lld", static_cast<long long>(number));
    } else {
        std::snprintf(text, sizeof text, "%llu", static_cast<unsigned long long>(number));
    }
    return text;
}

inline cmetrics_text lend(std::string_view text) noexcept { return {text.data(), text.size()}; }

/// A text that the library lends, for as long as it does.
inline std::string_view view(const cmetrics_text &text) noexcept {
    return text.len == 0 ? std::string_view() : std::string_view(text.data, static_cast<std::size_t>(text.len));
}

/// Lends labels, for as long as `labels` lives unchanged.
inline std::vector<cmetrics_label> lend(const Labels &labels) {
    std::vector<cmetrics_label> lent;
    lent.reserve(labels.size());
    for (const auto &[key, value] : labels) {
        lent.push_back({lend(std::string_view(key)), lend(std::string_view(value))});
    }
    return lent;
}

inline Labels copy(const cmetrics_label *labels, std::uint64_t n) {
    Labels copied;
    copied.reserve(static_cast<std::size_t>(n));
    for (std::uint64_t i = 0; i < n; ++i) {
        copied.emplace_back(view(labels[i].key), view(labels[i].value));
    }
    return copied;
}

template <typename Struct>
Struct sized() noexcept {
    Struct made{};
    made.struct_size = static_cast<std::uint32_t>(sizeof(Struct));
    return made;
}

} // namespace detail
} // namespace cmetrics

#endif // CMETRICS_1_HPP_TEXT_HPP
