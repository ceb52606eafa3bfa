// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Without a library: everything goes on, a warning tells once, and the next root() searches again.
#include "check.hpp"

#include <cstdlib>

static int warnings = 0;
static std::string last;

int main() {
    const char *set = std::getenv("CMETRICS_LIBRARY");
    if (set == nullptr) {
        std::fprintf(stderr, "set CMETRICS_LIBRARY to the built library\n");
        return 2;
    }
    const std::string library = set;
    cmetrics::set_warning_handler([](std::string_view text) {
        ++warnings;
        last = text;
    });

    setenv("CMETRICS_LIBRARY", "/not/there/libcmetrics.so.1", 1);
    const auto nowhere = cmetrics::try_root();
    CHECK(!nowhere && nowhere.error().code == CMETRICS_UNAVAILABLE);
    CHECK(nowhere.error().message.find("/not/there/libcmetrics.so.1: no such file") != std::string::npos);
    CHECK_EQUAL(cmetrics::Client::try_open("x").error().code, CMETRICS_UNAVAILABLE);
    const auto root = cmetrics::root();
    const auto counter = root.counter("early");
    counter.inc();
    root.counter_family("family", {"a"}).with("1").inc();
    CHECK(!counter.attached() && counter.value() == 0 && root.render().empty());
    CHECK(counter.describe().series.empty() || counter.describe().name.empty());
    cmetrics::root();
    CHECK_EQUAL(warnings, 1);
    CHECK(last.find("no metrics are kept") == 0);

    setenv("CMETRICS_LIBRARY", library.c_str(), 1);
    cmetrics::root().counter("late").inc();
    cmetrics::ReportOptions all;
    all.verbosity = cmetrics::Priority::debug;
    const std::string text = cmetrics::root().render(all);
    CHECK(text.find("late_total 1\n") != std::string::npos && text.find("early") == std::string::npos);
    CHECK(text.find("cmetrics_noop_handles_total 2\n") != std::string::npos);
    CHECK_EQUAL(warnings, 2);
    counter.inc(); // Still nothing, and still safe.
    CHECK_EQUAL(counter.value(), 0u);
    return check::finish();
}
