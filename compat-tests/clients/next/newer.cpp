// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A client of the C++ SDK of a later time, which has left version 1 behind: it needs 2. Prints as newer.c does.
#define NEXT_NEEDS_2
#include "next.h"

#include <cmetrics-1/cmetrics.hpp>

#include <cstdio>

int main() {
    const auto opened = cmetrics::Client::try_open("asker", "9.9");
    if (!opened) {
        std::printf("status %ld\nversion 0\nprovides 0\ntwice 0\n%s\n", static_cast<long>(opened.error().code),
                    opened.error().told().c_str());
        return 0;
    }
    const auto &client = opened.value();
    const auto counter = client.root().counter("newer", "Of a newer client");
    next_api api;
    next_counter slots;
    next_complete(client.api(), &api, &slots);
    counter.inc();
    slots.inc_twice(reinterpret_cast<cmetrics_counter *>(counter.raw()));
    std::printf("status 0\nversion %lu\nprovides %d\ntwice %llu\n", static_cast<unsigned long>(client.api()->version),
                next_provides(client.api()), static_cast<unsigned long long>(counter.value()));
    return 0;
}
