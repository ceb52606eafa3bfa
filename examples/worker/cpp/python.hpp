// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <string>

#include "../plugin.h"

namespace worker {

// A Python in this process, with the worker's Python part. At most one at a time; its thread is the only one that may
// call `serve` and end it.
class Python {
  public:
    Python();
    ~Python();
    Python(const Python &) = delete;
    Python &operator=(const Python &) = delete;

    // The Python part. Valid while this lives.
    const worker_part *part() const { return &part_; }
    // Keeps the report on http://ADDR/metrics until Ctrl-C. Neither text may hold a quote or a backslash.
    void serve(const std::string &address, const std::string &verbosity, bool own_families);

  private:
    void run(const std::string &source);

    worker_part part_{};
    void *thread_; // Python's state of this thread while it is not in Python
};

} // namespace worker
