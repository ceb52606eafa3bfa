// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The difference of two texts, as `diff -u` tells it.
#ifndef CMETRICS_1_HPP_TESTING_UNIFIED_HPP
#define CMETRICS_1_HPP_TESTING_UNIFIED_HPP

#include "value.hpp"

#include <algorithm>

namespace cmetrics::testing::detail {

/// Each with its newline, but for a last one that has none.
inline std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

/// The shortest way from one text to the other, by their longest common subsequence: ' ', '-' or '+' for each line.
/// What is equal at both ends, which is most of it in a golden file, takes no table.
inline std::string edits_of(const std::vector<std::string_view> &old, const std::vector<std::string_view> &now) {
    const std::size_t least = std::min(old.size(), now.size());
    std::size_t head = 0;
    std::size_t tail = 0;
    while (head < least && old[head] == now[head]) {
        ++head;
    }
    while (tail < least - head && old[old.size() - 1 - tail] == now[now.size() - 1 - tail]) {
        ++tail;
    }
    const std::size_t rows = old.size() - head - tail;
    const std::size_t columns = now.size() - head - tail;
    // At i and j: the length of the longest common subsequence of what follows in both.
    std::vector<std::size_t> common((rows + 1) * (columns + 1));
    const auto at = [&](std::size_t i, std::size_t j) -> std::size_t & { return common[i * (columns + 1) + j]; };
    for (std::size_t i = rows; i-- > 0;) {
        for (std::size_t j = columns; j-- > 0;) {
            at(i, j) = old[head + i] == now[head + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
        }
    }
    std::string edits(head, ' ');
    for (std::size_t i = 0, j = 0; i < rows || j < columns;) {
        if (i < rows && j < columns && old[head + i] == now[head + j]) {
            edits += ' ';
            ++i;
            ++j;
        } else if (i < rows && (j == columns || at(i + 1, j) >= at(i, j + 1))) {
            edits += '-';
            ++i;
        } else {
            edits += '+';
            ++j;
        }
    }
    return edits.append(tail, ' ');
}

inline std::string range_of(std::size_t first, std::size_t lines) {
    const std::string start = cmetrics::detail::decimal(lines == 0 ? first : first + 1);
    return lines == 1 ? start : start + "," + cmetrics::detail::decimal(lines);
}

/// The hunks that make `now` of `old`, each change with three equal lines around it.
inline std::string unified(std::string_view old, std::string_view now) {
    constexpr std::size_t context = 3;
    const std::vector<std::string_view> old_lines = lines_of(old);
    const std::vector<std::string_view> now_lines = lines_of(now);
    const std::string edits = edits_of(old_lines, now_lines);
    std::string text;
    std::size_t a = 0;
    std::size_t b = 0;
    std::size_t done = 0;
    for (std::size_t change = edits.find_first_not_of(' '); change != std::string::npos;) {
        const std::size_t from = std::max(done, change < context ? 0 : change - context);
        std::size_t to = change;
        // Changes whose surroundings meet are one hunk.
        for (; change != std::string::npos && (to == change || change <= to + context);
             change = edits.find_first_not_of(' ', change + 1)) {
            to = std::min(change + context + 1, edits.size());
        }
        a += from - done;
        b += from - done;
        const auto hunk = edits.substr(from, to - from);
        const auto lines = [&](char other) {
            return hunk.size() - static_cast<std::size_t>(std::count(hunk.begin(), hunk.end(), other));
        };
        text += "@@ -" + range_of(a, lines('+')) + " +" + range_of(b, lines('-')) + " @@\n";
        for (const char edit : hunk) {
            const std::string_view line = edit == '+' ? now_lines[b] : old_lines[a];
            a += edit == '+' ? 0 : 1;
            b += edit == '-' ? 0 : 1;
            text += edit;
            text += line;
            text += line.back() == '\n' ? "" : "\n\\ No newline at end of file\n";
        }
        done = to;
    }
    return text;
}

} // namespace cmetrics::testing::detail

#endif // CMETRICS_1_HPP_TESTING_UNIFIED_HPP
