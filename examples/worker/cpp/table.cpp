// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The C++ part as plugin.h wants it. No exception leaves these functions.
#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>

#include "../plugin.h"
#include "replay.hpp"

namespace worker {
namespace {

std::mutex guard;
std::shared_ptr<const Replay> opened; // under guard

std::shared_ptr<const Replay> current() {
    const std::lock_guard<std::mutex> lock(guard);
    if (!opened)
        throw std::runtime_error("no case is open");
    return opened;
}

void tell(std::string_view text, char *error, std::uint64_t capacity) noexcept {
    if (capacity == 0)
        return;
    const std::size_t n = std::min<std::size_t>(text.size(), static_cast<std::size_t>(capacity) - 1);
    std::memcpy(error, text.data(), n);
    error[n] = '\0';
}

// What `work` returns; where it throws, the message and `failed`, or WORKER_BAD_CASE where the host can tell it apart.
template <typename T, typename Work>
T guarded(T failed, char *error, std::uint64_t capacity, Work work) noexcept {
    try {
        return work();
    } catch (const BadCase &bad) {
        tell(bad.what(), error, capacity);
        return failed == WORKER_FAILED ? WORKER_BAD_CASE : failed;
    } catch (const std::exception &wrong) {
        tell(wrong.what(), error, capacity);
    } catch (...) {
        tell("the C++ part threw what is no std::exception", error, capacity);
    }
    return failed;
}

std::int32_t open(const char *folder, worker_case_size *size, char *error, std::uint64_t capacity) noexcept {
    return guarded<std::int32_t>(WORKER_FAILED, error, capacity, [&] {
        const auto replay = std::make_shared<const Replay>(folder);
        const auto count = [](std::size_t n) { return static_cast<std::int64_t>(n); };
        *size = {count(replay->of().metrics.size()), count(replay->of().rows.size()), count(replay->of().tail)};
        const std::lock_guard<std::mutex> lock(guard);
        opened = replay;
        return WORKER_OK;
    });
}

std::int64_t run_body(std::int32_t threads, char *error, std::uint64_t capacity) noexcept {
    return guarded<std::int64_t>(-1, error, capacity, [&] { return current()->run_body(threads); });
}

std::int32_t tail_row(std::int64_t row, char *error, std::uint64_t capacity) noexcept {
    return guarded<std::int32_t>(-1, error, capacity, [&] { return current()->tail_row(row) ? 1 : 0; });
}

void close() noexcept {
    const std::lock_guard<std::mutex> lock(guard);
    opened.reset();
}

std::int32_t touch(worker_touch_result *result, char *error, std::uint64_t capacity) noexcept {
    return guarded<std::int32_t>(WORKER_FAILED, error, capacity, [&] {
        const cmetrics::Registry root = cmetrics::try_root().value();
        const cmetrics::Counter counter = root.counter("worker_touches");
        counter.inc();
        *result = {root.id(), counter.value()};
        return WORKER_OK;
    });
}

std::int32_t stress_all(std::int32_t threads, std::int32_t metrics, std::int32_t rounds, char *error,
                        std::uint64_t capacity) noexcept {
    return guarded<std::int32_t>(WORKER_FAILED, error, capacity, [&] {
        stress(threads, metrics, rounds);
        return WORKER_OK;
    });
}

const worker_part table = {sizeof(worker_part), WORKER_VERSION, "cpp", open, run_body, tail_row, close, touch,
                           stress_all};

} // namespace
} // namespace worker

extern "C" __attribute__((visibility("default"))) const worker_part *worker_part_v1(void) {
    return &worker::table;
}
