// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A case: a folder with metrics.json and trace.csv.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace worker {

// The case breaks its form; the message names file and line.
struct BadCase : std::runtime_error {
    using std::runtime_error::runtime_error;
};

using Labels = std::vector<std::pair<std::string, std::string>>; // in the order of the file

// One child on the way from the root to a registry.
struct Step {
    std::string prefix;
    Labels labels;
};

// The kinds, in the order of their numbers.
enum class Kind { counter, int_counter, float_counter, duration_counter, int_gauge, float_gauge, duration_gauge };
enum class Op { inc, dec, add, sub, set, remove };

struct Metric {
    std::string language, registry, name, help, priority;
    Kind kind;
    Labels labels;
    bool total_only, verbatim;
};

// Of counters; of integer gauges, and of durations in nanoseconds; of float counters and gauges.
using Amount = std::variant<std::uint64_t, std::int64_t, double>;

struct Row {
    std::size_t metric;
    Op op;
    Amount amount;
};

struct Case {
    std::map<std::string, std::vector<Step>> registries;
    std::vector<Metric> metrics;
    std::vector<Row> rows;
    std::size_t tail; // the first row of the tail; rows.size() if there is none
};

// Reads and checks the case. Throws BadCase.
Case read_case(const std::string &folder);

// The rows of a trace. Throws BadCase, naming `file`.
std::vector<Row> read_trace(const std::string &file, const std::string &text, const std::vector<Metric> &metrics);

// The name of a kind in metrics.json.
const char *name_of(Kind kind);

} // namespace worker
