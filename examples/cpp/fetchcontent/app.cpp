// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Counts once and prints the report.
#include <cmetrics-1/cmetrics.hpp>

#include <iostream>

int main() {
    const auto root = cmetrics::try_root(); // says where it looked, if the library is not found
    if (!root) {
        std::cerr << root.error().told() << '\n';
        return 1;
    }
    root->counter("consumed", "What was consumed").inc();
    std::cout << *root;
    return 0;
}
