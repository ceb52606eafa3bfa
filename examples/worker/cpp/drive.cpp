// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "drive.hpp"

#include <cstdio>
#include <future>
#include <numeric>

namespace worker {
namespace {

worker_case_size open(const std::vector<Part> &parts, const std::string &folder) {
    const worker_case_size size = parts.front().open(folder);
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const worker_case_size other = parts[i].open(folder);
        if (other.metrics != size.metrics || other.rows != size.rows || other.tail != size.tail) {
            throw PartFailed("the parts " + parts.front().language() + " and " + parts[i].language() +
                             " read different cases");
        }
    }
    return size;
}

// The rows that each part replayed.
std::vector<std::int64_t> run_body(const std::vector<Part> &parts, std::int32_t threads) {
    std::promise<void> start;
    const std::shared_future<void> started = start.get_future().share();
    std::vector<std::future<std::int64_t>> running;
    for (const Part &part : parts) {
        running.push_back(std::async(std::launch::async, [part, started, threads] {
            started.wait();
            return part.run_body(threads);
        }));
    }
    start.set_value();
    std::vector<std::int64_t> replayed;
    for (auto &part : running)
        replayed.push_back(part.get());
    return replayed;
}

} // namespace

void say(const std::string &text) {
    std::fprintf(stderr, "worker: %s\n", text.c_str());
}

void replay(const std::vector<Part> &parts, const std::string &folder, std::int32_t threads) {
    const worker_case_size size = open(parts, folder);
    say(std::to_string(size.metrics) + " metrics; " + std::to_string(size.tail) + " updates on " +
        std::to_string(threads) + " threads in each of " + std::to_string(parts.size()) + " languages");

    const std::vector<std::int64_t> replayed = run_body(parts, threads);
    std::string shares;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        shares += (i ? ", " : "") + parts[i].language() + " " + std::to_string(replayed[i]);
    }
    const std::int64_t sum = std::accumulate(replayed.begin(), replayed.end(), std::int64_t{0});
    if (sum != size.tail) {
        throw PartFailed("of " + std::to_string(size.tail) + " updates " + std::to_string(sum) +
                         " were made: " + shares);
    }
    say("all made: " + shares);

    for (std::int64_t row = size.tail; row < size.rows; ++row) {
        int owners = 0;
        for (const Part &part : parts)
            owners += part.tail_row(row) ? 1 : 0;
        if (owners != 1) {
            throw PartFailed("row " + std::to_string(row) + " was replayed by " + std::to_string(owners) + " parts");
        }
    }
    say(std::to_string(size.rows - size.tail) + " more in order, across languages");
    for (const Part &part : parts)
        part.close();
}

} // namespace worker
