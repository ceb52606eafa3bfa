// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Whole reports against files.
#ifndef CMETRICS_1_HPP_TESTING_GOLDEN_HPP
#define CMETRICS_1_HPP_TESTING_GOLDEN_HPP

#include "check.hpp"
#include "unified.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace cmetrics::testing {

/// What a golden file holds: a report of verbosity debug, without the library's own families.
inline ReportOptions everything() {
    ReportOptions options;
    options.verbosity = Priority::debug;
    options.own_families = false;
    return options;
}

namespace detail {

inline std::string why() {
    return std::strerror(errno);
}

inline Checked write_golden(const std::filesystem::path &golden, const std::string &report) {
    std::error_code error;
    if (golden.has_parent_path()) {
        std::filesystem::create_directories(golden.parent_path(), error);
    }
    errno = 0;
    std::ofstream out(golden, std::ios::binary);
    if (!(out << report << std::flush)) {
        return Checked(golden.string() + ": cannot be written: " + (error ? error.message() : why()));
    }
    return {};
}

} // namespace detail

/// Whether the report of a registry is what a file holds. If not, the message is the difference as `diff -u` tells it.
/// With CMETRICS_UPDATE_GOLDEN=1 in the environment the file is written instead, its folders too.
inline Checked check_report(const Registry &registry, const std::filesystem::path &golden) {
    const auto report = registry.try_render(everything());
    if (!report) {
        return Checked(report.error().message);
    }
    const char *update = std::getenv("CMETRICS_UPDATE_GOLDEN");
    if (update != nullptr && std::string_view(update) == "1") {
        return detail::write_golden(golden, *report);
    }
    errno = 0;
    std::ifstream in(golden, std::ios::binary);
    const std::string expected{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in) {
        return Checked(golden.string() + ": cannot be read: " + detail::why() + "; CMETRICS_UPDATE_GOLDEN=1 writes it");
    }
    if (expected == *report) {
        return {};
    }
    const std::string file = golden.string();
    return Checked("the report is not what " + file + " holds; CMETRICS_UPDATE_GOLDEN=1 writes it anew\n--- " + file +
                   "\n+++ the report\n" + detail::unified(expected, *report));
}

/// Asserts what check_report checks, for tests of no framework.
inline void assert_report(const Registry &registry, const std::filesystem::path &golden) {
    require(check_report(registry, golden));
}

} // namespace cmetrics::testing

#endif // CMETRICS_1_HPP_TESTING_GOLDEN_HPP
