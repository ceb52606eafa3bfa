// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Finding the library: linked (CMETRICS_LINK) or at run time.
#ifndef CMETRICS_1_HPP_LIBRARY_HPP
#define CMETRICS_1_HPP_LIBRARY_HPP

#include "result.hpp"
#include "warning.hpp"

#include "../cmetrics_load.h"

#include <atomic>
#include <cerrno>

namespace cmetrics::detail {

/// What this program is called, where the system tells.
inline std::string_view program_name() noexcept {
#if defined(__GLIBC__)
    return program_invocation_short_name;
#else
    return "c++";
#endif
}

/// Metrics that this program or plugin made while there was no library.
CMETRICS_LOCAL inline std::atomic<std::uint64_t> &noop_handles() noexcept {
    static std::atomic<std::uint64_t> handles{0};
    return handles;
}

CMETRICS_LOCAL inline std::atomic<const cmetrics_api_v1 *> &found() noexcept {
    static std::atomic<const cmetrics_api_v1 *> api{nullptr};
    return api;
}

/// Tells a library that was just found how many metrics were made before it.
inline void tell_noop_handles(const cmetrics_api_v1 *api) {
    if (const std::uint64_t handles = noop_handles().exchange(0)) {
        api->client->noop_handles(api, nullptr, handles);
        warn_once(decimal(handles) + " metrics were made before the library was found and keep nothing");
    }
}

inline const cmetrics_api_v1 *keep(const cmetrics_api_v1 *api) {
    tell_noop_handles(api);
    found().store(api, std::memory_order_release);
    return api;
}

/// The table of this process's library. A success is kept, a failure never is.
inline Result<const cmetrics_api_v1 *> load() {
    if (const cmetrics_api_v1 *api = found().load(std::memory_order_acquire)) {
        return api;
    }
    const cmetrics_api_v1 *api = nullptr;
    Failure failure;
#if defined(CMETRICS_LINK)
    // The operator's word counts here too: CMETRICS_LIBRARY and CMETRICS_DISABLE are the loader's to read.
    char asked[2];
    if (cmetrics_variable("CMETRICS_LIBRARY", asked, sizeof asked) == nullptr &&
        cmetrics_variable("CMETRICS_DISABLE", asked, sizeof asked) == nullptr) {
        api = static_cast<const cmetrics_api_v1 *>(cmetrics_get_api(1));
        failure.code = api == nullptr ? CMETRICS_UNSUPPORTED : CMETRICS_OK;
        failure.category = CMETRICS_CATEGORY_FIX_ENVIRONMENT;
        failure.message = "the linked libcmetrics does not serve ABI version 1";
        return api == nullptr ? Result<const cmetrics_api_v1 *>(failure) : keep(api);
    }
#endif
    char report[4096];
    cmetrics_load_options options{};
    const std::string name(program_name());
    options.name = name.c_str();
    options.language = "c++";
    failure.code = cmetrics_load(&options, &api, report, sizeof report);
    failure.message = report;
    if (failure.code != CMETRICS_OK) {
        failure.category = CMETRICS_CATEGORY_FIX_ENVIRONMENT;
        return failure;
    }
    return keep(api);
}

inline const cmetrics_api_v1 *noop() noexcept {
    return cmetrics_noop();
}

/// The library's table, or the no-op table with a warning.
inline const cmetrics_api_v1 *load_or_noop() {
    auto loaded = load();
    if (!loaded) {
        warn_once("no metrics are kept: " + loaded.error().message);
        return noop();
    }
    return *loaded;
}

} // namespace cmetrics::detail

#endif // CMETRICS_1_HPP_LIBRARY_HPP
