// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace worker {

// The command line is wrong; the message says where.
struct BadArguments : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// The command line that all three hosts understand.
struct Arguments {
    std::string folder, rust_plugin, cpp_plugin, verbosity = "debug", serve;
    std::int32_t threads = 4;
    bool own_families = false;
};

// Throws BadArguments.
Arguments parse(int argc, char **argv);

} // namespace worker
