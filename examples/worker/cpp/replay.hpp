// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <cmetrics-1/cmetrics.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "case.hpp"
#include "handle.hpp"

namespace worker {

// The C++ part of a case: its metrics, and the rows that update them. Functions throw BadCase or cmetrics::Error.
class Replay {
  public:
    // Reads the case and creates its C++ metrics.
    explicit Replay(const std::string &folder);

    const Case &of() const { return case_; }
    // Replays the C++ rows before the tail on `threads` threads, each taking every `threads`th one. How many.
    std::int64_t run_body(std::int32_t threads) const;
    // Replays row `row` if it is a C++ row; whether it was.
    bool tail_row(std::int64_t row) const;

  private:
    struct Mine {
        cmetrics::Registry registry;
        Handle handle;
    };

    Case case_;
    cmetrics::Client client_;
    std::vector<std::optional<Mine>> mine_; // by the metric's place in the case; empty for the other languages' metrics
};

// On each of `threads` threads, `rounds` times: gets each of the metrics 0 .. `metrics` - 1 anew and updates it once.
void stress(std::int32_t threads, std::int32_t metrics, std::int32_t rounds);

} // namespace worker
