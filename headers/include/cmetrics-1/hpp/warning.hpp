// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What a program is told that goes on all the same: that there is no library, that a metric is detached.
#ifndef CMETRICS_1_HPP_WARNING_HPP
#define CMETRICS_1_HPP_WARNING_HPP

#include "text.hpp"

#include <atomic>
#include <cstdio>
#include <mutex>
#include <set>

namespace cmetrics {

/// Takes one warning, a text without a newline at its end. It must not throw.
using WarningHandler = void (*)(std::string_view text);

namespace detail {

inline void warn_on_stderr(std::string_view text) {
    std::fprintf(stderr, "cmetrics: %.*s\n", static_cast<int>(text.size()), text.data());
}

CMETRICS_LOCAL inline std::atomic<WarningHandler> &warning_handler() noexcept {
    static std::atomic<WarningHandler> handler{warn_on_stderr};
    return handler;
}

/// Hands a text on that was not handed on before, as far as the last hundreds are remembered.
CMETRICS_LOCAL inline void warn_once(const std::string &text) {
    // Kept for ever, since code may warn after any destructor.
    static std::mutex &guard = *new std::mutex;
    static std::set<std::string> &told = *new std::set<std::string>;
    {
        const std::lock_guard<std::mutex> lock(guard);
        if (told.size() >= 512 || !told.insert(text).second) {
            return;
        }
    }
    warning_handler().load()(text);
}

} // namespace detail

/// Sets who takes warnings of this program or plugin from now on. The default writes a line to standard error; nullptr
/// sets it again.
inline void set_warning_handler(WarningHandler handler) noexcept {
    detail::warning_handler() = handler == nullptr ? detail::warn_on_stderr : handler;
}

} // namespace cmetrics

#endif // CMETRICS_1_HPP_WARNING_HPP
