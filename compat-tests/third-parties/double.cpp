// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The C++ SDK is given the double: double LIBRARY. A program that links the library (CMETRICS_LINK) takes its table from
// the function cmetrics_get_api, and a test may define that function itself.
#define CMETRICS_LINK

#include <cmetrics-1/cmetrics.hpp>

#include "double.h"

static const cmetrics_api_v1 *given;

extern "C" const void *cmetrics_get_api(uint32_t version) { return version == 1 ? given : nullptr; }

// The code under test.
static uint64_t count_three() {
    const auto counter = cmetrics::Registry::isolated().counter("doubled");
    for (int i = 0; i < 3; i++) {
        counter.inc();
    }
    return counter.value();
}

int main(int argc, char **argv) {
    given = argc == 2 ? double_of(argv[1]) : nullptr;
    if (given == nullptr) {
        std::fputs("usage: double LIBRARY\n", stderr);
        return 1;
    }
    std::puts(double_outcome(count_three()));
    return 0;
}
