// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The C++ SDK asks for what it can use. Prints as ask.c does.
#include <cmetrics-1/cmetrics.hpp>

#include <cstdio>

int main() {
    auto opened = cmetrics::Client::try_open("asker", "9.9");
    if (!opened) {
        const cmetrics::Failure &failure = opened.error();
        std::printf("status %ld\nversion 0\ncounts 0\nwhole 1\n%s\n", static_cast<long>(failure.code),
                    failure.told().c_str());
        return 0;
    }
    const cmetrics::Client client = *opened;
    auto counter = client.root().try_counter("asked", "What was asked");
    if (counter) {
        counter->inc();
    }
    std::printf("status 0\nversion %lu\ncounts %d\nwhole 1\n", static_cast<unsigned long>(client.api()->version),
                counter ? 1 : 0);
    return 0;
}
