// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Another language's part, without pointers and with exceptions.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "../plugin.h"

namespace worker {

// A part could not do what it was asked.
struct PartFailed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A part that is there for good: linked, lent by Python, or loaded and never unloaded. Functions throw PartFailed, and
// BadCase where the case is at fault.
class Part {
  public:
    explicit Part(const worker_part *table);
    // Loads the plugin in `file`.
    static Part load(const std::string &file);

    std::string language() const { return table_->language; }
    worker_case_size open(const std::string &folder) const;
    std::int64_t run_body(std::int32_t threads) const;
    bool tail_row(std::int64_t row) const;
    void close() const { table_->close(); }

  private:
    [[noreturn]] void fail(std::int64_t status, const char *message) const;

    const worker_part *table_;
};

} // namespace worker
