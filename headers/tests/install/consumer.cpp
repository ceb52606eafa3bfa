// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Counts once and prints the report. Links the library where CMETRICS_LINK is defined, otherwise finds it.

#include <cmetrics-1/cmetrics.hpp>

#include <iostream>

int main() {
    auto root = cmetrics::try_root();
    if (!root) {
        std::cerr << root.error().message << '\n';
        return 1;
    }
    root->counter("consumed").inc();
    std::cout << cmetrics::render();
    return 0;
}
