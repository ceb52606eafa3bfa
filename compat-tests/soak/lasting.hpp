// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The metrics that last as long as the program: every thread adds to them, and tells beside them what it added.
#ifndef CMETRICS_SOAK_LASTING_HPP
#define CMETRICS_SOAK_LASTING_HPP

#include <cmetrics-1/cmetrics.hpp>

#include <array>
#include <atomic>
#include <string>

namespace soak {

/// One line of a report, and what it has to say.
struct Sum {
    std::string line;
    std::uint64_t added, held, reported;
    bool exact() const { return added == held && added == reported; }
};

/// The value of a report's line, which is whole, or -1 where it is not there.
inline std::uint64_t value_of(const std::string &report, const std::string &name) {
    const std::string wanted = "\n" + name + " ";
    const auto at = ("\n" + report).find(wanted);
    return at == std::string::npos ? UINT64_MAX : std::stoull(report.substr(at + wanted.size() - 1));
}

class Lasting {
  public:
    explicit Lasting(const cmetrics::Registry &root)
        : events_(root.counter("lasting_events")), bytes_(root.int_counter("lasting_bytes")),
          cost_(root.float_counter("lasting_cost")), wait_(root.duration_counter("lasting_wait")),
          depth_(root.int_gauge("lasting_depth")) {}

    /// Adds to each of them `updates` times.
    void update(std::uint64_t updates) {
        for (std::uint64_t i = 0; i < updates; ++i) {
            events_.inc();
            bytes_.add(std::uint64_t{3});
            cost_.add(2.0);
            wait_.add(std::chrono::seconds(1));
            depth_.inc();
        }
        updates_.fetch_add(updates, std::memory_order_relaxed);
    }
    /// The control: an update that nobody is told of.
    void update_in_secret() const { events_.inc(); }

    /// What is in them when no thread adds any more.
    std::array<Sum, 8> sums(const std::string &report) const {
        const std::uint64_t n = updates_.load();
        const auto sum = [&](const char *line, std::uint64_t added, std::uint64_t held) {
            return Sum{line, added, held, value_of(report, line)};
        };
        return {sum("lasting_events_total", n, events_.value()),
                sum("lasting_bytes_sum", 3 * n, bytes_.total()),
                sum("lasting_bytes_count", n, bytes_.count()),
                sum("lasting_cost_sum", 2 * n, static_cast<std::uint64_t>(cost_.total())),
                sum("lasting_cost_count", n, cost_.count()),
                sum("lasting_wait_seconds_sum", n, static_cast<std::uint64_t>(wait_.total_ns()) / 1'000'000'000),
                sum("lasting_wait_seconds_count", n, wait_.count()),
                sum("lasting_depth", n, static_cast<std::uint64_t>(depth_.value()))};
    }
    std::uint64_t events() const { return events_.value(); }

  private:
    cmetrics::Counter events_;
    cmetrics::IntCounter bytes_;
    cmetrics::FloatCounter cost_;
    cmetrics::DurationCounter wait_;
    cmetrics::IntGauge depth_;
    std::atomic<std::uint64_t> updates_{0};
};

} // namespace soak

#endif // CMETRICS_SOAK_LASTING_HPP
