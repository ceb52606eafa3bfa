// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// One of two files that include all headers: both must get the same library.

#include <cmetrics-1/cmetrics.hpp>
#include <cmetrics-1/testing.hpp>

cmetrics::Counter other_counter();

int main() {
    const auto counter = cmetrics::try_root().value().counter("shared");
    counter.inc();
    other_counter().inc();
    return counter == other_counter() && counter.value() == 2 ? 0 : 1;
}
