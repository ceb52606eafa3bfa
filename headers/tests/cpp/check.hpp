// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// CHECK for the tests of the C++ API: tells where it failed, goes on, and counts.
#ifndef CMETRICS_TESTS_CHECK_HPP
#define CMETRICS_TESTS_CHECK_HPP

#include <cmetrics-1/cmetrics.hpp>

#include <cstdio>
#include <iostream>

namespace check {

inline int done = 0;
inline int failed = 0;

inline void that(bool good, const char *what, const char *file, int line) {
    ++done;
    if (!good) {
        ++failed;
        std::fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
    }
}

template <typename A, typename B>
void equal(const A &a, const B &b, const char *what, const char *file, int line) {
    that(a == b, what, file, line);
    if (!(a == b)) {
        std::cerr << "  left:  " << a << "\n  right: " << b << "\n";
    }
}

/// The code of the Error that `call` throws, or 0.
template <typename Call>
std::int32_t code(Call call) {
    try {
        call();
        return 0;
    } catch (const cmetrics::Error &error) {
        return error.code();
    }
}

/// The report of everything below a registry, without the library's own families.
inline std::string report(const cmetrics::Registry &registry) {
    cmetrics::ReportOptions options;
    options.verbosity = cmetrics::Priority::debug;
    options.own_families = false;
    return registry.render(options);
}

inline int finish() {
    std::printf("%d checks, %d failed\n", done, failed);
    return failed == 0 ? 0 : 1;
}

} // namespace check

#define CHECK(condition) check::that((condition), #condition, __FILE__, __LINE__)
#define CHECK_EQUAL(a, b) check::equal((a), (b), #a " == " #b, __FILE__, __LINE__)

#endif // CMETRICS_TESTS_CHECK_HPP
