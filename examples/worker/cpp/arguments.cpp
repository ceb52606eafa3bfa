// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "arguments.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace worker {
namespace {

constexpr std::array<const char *, 5> kVerbosities = {"critical", "high", "normal", "low", "debug"};

std::int32_t threads_of(const std::string &text) {
    std::int32_t threads = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
    if (error != std::errc() || end != text.data() + text.size() || threads < 1) {
        throw BadArguments("--threads " + text + ": a number of at least 1 is wanted");
    }
    return threads;
}

void check_address(const std::string &address) {
    const auto colon = address.rfind(':');
    const auto in_host = [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    };
    std::uint16_t port = 0;
    bool ok = colon != address.npos && std::all_of(address.begin(), address.end(), in_host);
    if (ok) {
        const char *const end = address.data() + address.size();
        const auto [rest, error] = std::from_chars(address.data() + colon + 1, end, port);
        ok = error == std::errc() && rest == end;
    }
    if (!ok)
        throw BadArguments("--serve " + address + ": HOST:PORT is wanted, for instance 127.0.0.1:9400");
}

} // namespace

Arguments parse(int argc, char **argv) {
    Arguments out;
    std::string threads;
    const std::array<std::pair<const char *, std::string *>, 6> known = {{{"--case", &out.folder},
                                                                          {"--rust-plugin", &out.rust_plugin},
                                                                          {"--cpp-plugin", &out.cpp_plugin},
                                                                          {"--verbosity", &out.verbosity},
                                                                          {"--serve", &out.serve},
                                                                          {"--threads", &threads}}};
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        if (name == "--self") {
            out.own_families = true;
            continue;
        }
        const auto found =
            std::find_if(known.begin(), known.end(), [&](const auto &option) { return name == option.first; });
        if (found == known.end())
            throw BadArguments("unknown argument " + name);
        if (++i == argc)
            throw BadArguments(name + " wants a value");
        *found->second = argv[i];
    }
    if (out.folder.empty())
        throw BadArguments("--case DIR is wanted: a folder with metrics.json and trace.csv");
    if (out.rust_plugin.empty())
        throw BadArguments("--rust-plugin PATH is wanted");
    if (std::find(kVerbosities.begin(), kVerbosities.end(), out.verbosity) == kVerbosities.end()) {
        throw BadArguments("--verbosity " + out.verbosity + ": critical, high, normal, low or debug is wanted");
    }
    if (!threads.empty())
        out.threads = threads_of(threads);
    if (!out.serve.empty())
        check_address(out.serve);
    return out;
}

} // namespace worker
