// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A program that links the library: it is used without a search, but the operator's word counts as everywhere.
#include "../cpp/check.hpp"

#include <cstdlib>

#if !defined(CMETRICS_LINK)
#error "the target cmetrics::cmetrics defines CMETRICS_LINK"
#endif

static int warnings = 0;

int main(int argc, char **argv) {
    const std::string wanted = argc > 1 ? argv[1] : "";
    unsetenv("CMETRICS_LIBRARY");
    unsetenv("CMETRICS_DISABLE");
    cmetrics::set_warning_handler([](std::string_view) { ++warnings; });
    if (wanted == "disabled") {
        setenv("CMETRICS_DISABLE", "1", 1);
    } else if (wanted == "not-disabled") {
        setenv("CMETRICS_DISABLE", "0", 1);
    } else if (wanted == "wrong") {
        setenv("CMETRICS_LIBRARY", "/not/there/libcmetrics.so.1", 1);
    } else if (wanted != "plain") {
        std::fprintf(stderr, "usage: linked plain|disabled|not-disabled|wrong\n");
        return 2;
    }
    const bool kept = wanted == "plain" || wanted == "not-disabled";

    const auto counter = cmetrics::root().counter("linked_events");
    counter.inc();
    CHECK_EQUAL(counter.value(), kept ? 1u : 0u);
    CHECK_EQUAL(counter.attached(), kept);
    CHECK_EQUAL(cmetrics::render().find("linked_events_total 1") != std::string::npos, kept);
    CHECK_EQUAL(warnings != 0, wanted == "wrong");
    CHECK_EQUAL(cmetrics::try_root().ok(), wanted != "wrong");
    return check::finish();
}
