// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What readers look at, so that writers free nothing under them: hazard pointers. A reader pins an address and then sees
// whether it is still the one to look at; a writer takes something out of reach and then looks at the pins. All four
// steps are seq_cst: either the reader sees that it came too late, or the writer sees the pin.
#ifndef CMETRICS_1_HPP_PIN_HPP
#define CMETRICS_1_HPP_PIN_HPP

#include "text.hpp"

#include <algorithm>
#include <atomic>

namespace cmetrics::detail {

/// What one thread pins. Two lines of a cache, since processors fetch them in pairs.
struct alignas(128) PinLine {
    std::atomic<const void *> slots[8];
};

/// Threads beyond these share lines.
constexpr std::size_t pin_lines = 64;

CMETRICS_LOCAL inline PinLine *all_pins() noexcept {
    static PinLine lines[pin_lines];
    return lines;
}

/// The line of the calling thread. No code makes or ends it, so that a plugin can be unloaded.
CMETRICS_LOCAL inline PinLine &own_pins() noexcept {
    static std::atomic<std::size_t> threads{0};
    static thread_local PinLine *own = nullptr;
    if (own == nullptr) {
        own = &all_pins()[threads.fetch_add(1, std::memory_order_relaxed) % pin_lines];
    }
    return *own;
}

/// An address that is pinned until this ends, or none.
class Pin {
  public:
    Pin() noexcept = default;
    /// None if this thread has pinned eight already. What is there may be gone: see first that it is still reachable.
    explicit Pin(const void *what) noexcept {
        for (auto &slot : own_pins().slots) {
            const void *none = nullptr;
            if (slot.compare_exchange_strong(none, what, std::memory_order_seq_cst, std::memory_order_relaxed)) {
                slot_ = &slot;
                return;
            }
        }
    }
    Pin(Pin &&other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
    Pin &operator=(Pin &&) = delete;
    ~Pin() {
        if (slot_ != nullptr) {
            slot_->store(nullptr, std::memory_order_release);
        }
    }
    explicit operator bool() const noexcept { return slot_ != nullptr; }
    /// Pins `what` instead, which is reachable from what was pinned so far.
    void narrow(const void *what) const noexcept { slot_->store(what, std::memory_order_release); }

  private:
    std::atomic<const void *> *slot_ = nullptr;
};

/// All that is pinned, in order. What was out of reach before, and is not among it, is nobody's.
inline std::vector<const void *> pinned() {
    std::vector<const void *> all;
    for (std::size_t line = 0; line < pin_lines; ++line) {
        for (const auto &slot : all_pins()[line].slots) {
            if (const void *what = slot.load(std::memory_order_seq_cst)) {
                all.push_back(what);
            }
        }
    }
    std::sort(all.begin(), all.end(), std::less<>());
    return all;
}

} // namespace cmetrics::detail

#endif // CMETRICS_1_HPP_PIN_HPP
