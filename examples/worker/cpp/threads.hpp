// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <future>
#include <stdexcept>
#include <vector>

namespace worker {

// Runs work(0) .. work(threads - 1), each on its thread. Throws the first failure when all are through.
template <typename Work>
void on_threads(std::int32_t threads, Work work) {
    if (threads < 1)
        throw std::invalid_argument("at least one thread is wanted");
    std::vector<std::future<void>> running;
    for (std::size_t i = 0; i < static_cast<std::size_t>(threads); ++i) {
        running.push_back(std::async(std::launch::async, [&work, i] { work(i); }));
    }
    for (auto &thread : running)
        thread.wait();
    for (auto &thread : running)
        thread.get();
}

} // namespace worker
