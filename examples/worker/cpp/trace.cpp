// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The rows of trace.csv.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <locale>
#include <optional>
#include <sstream>
#include <string_view>

#include "case.hpp"

namespace worker {
namespace {

constexpr std::array<std::string_view, 6> kOps = {"inc", "dec", "add", "sub", "set", "remove"};

bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// std::from_chars takes exactly the form of the trace: digits, after a minus where T is signed.
template <typename T>
std::optional<T> integer(std::string_view text) {
    T out{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    const std::size_t digits = text.size() - (text.rfind('-', 0) == 0 ? 1 : 0);
    if (digits > 20 || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return out;
}

// NaN, +Inf, -Inf, or a decimal number in the range of a double.
std::optional<double> real(std::string_view text) {
    constexpr double kInf = std::numeric_limits<double>::infinity();
    if (text == "NaN")
        return std::numeric_limits<double>::quiet_NaN();
    if (text == "+Inf")
        return kInf;
    if (text == "-Inf")
        return -kInf;
    std::string_view rest = text.substr(text.rfind('-', 0) == 0 ? 1 : 0);
    if (const auto e = rest.find_first_of("eE"); e != rest.npos) {
        std::string_view exponent = rest.substr(e + 1);
        if (!exponent.empty() && (exponent[0] == '+' || exponent[0] == '-'))
            exponent.remove_prefix(1);
        if (!is_number(exponent))
            return std::nullopt;
        rest = rest.substr(0, e);
    }
    const auto point = rest.find('.');
    if (!is_number(rest.substr(0, point)) || (point != rest.npos && !is_number(rest.substr(point + 1))))
        return std::nullopt;
    // Not from_chars, which libc++ lacks for doubles; not strtod, which follows the process's locale.
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());
    double out = 0;
    in >> out;
    return in.fail() || !std::isfinite(out) ? std::nullopt : std::optional(out);
}

template <typename T>
std::optional<Amount> as_amount(const std::optional<T> &value) {
    return value ? std::optional<Amount>(*value) : std::nullopt;
}

std::optional<Amount> amount_of(Kind kind, std::string_view text) {
    switch (kind) {
    case Kind::counter:
    case Kind::int_counter:
        return as_amount(integer<std::uint64_t>(text));
    case Kind::float_counter:
    case Kind::float_gauge:
        return as_amount(real(text));
    default:
        return as_amount(integer<std::int64_t>(text));
    }
}

bool fits(Op op, Kind kind) {
    if (op == Op::add || op == Op::remove)
        return true;
    switch (kind) {
    case Kind::counter:
        return op == Op::inc;
    case Kind::int_gauge:
    case Kind::float_gauge:
        return true;
    case Kind::duration_gauge:
        return op == Op::sub || op == Op::set;
    default:
        return false;
    }
}

bool is(const Amount &amount, int whole) {
    return std::visit([whole](auto value) { return value == static_cast<decltype(value)>(whole); }, amount);
}

// The row, or a std::invalid_argument that says what is wrong with the line.
Row parse(std::string_view line, const std::vector<Metric> &metrics) {
    const auto wrong = [](std::string what) { return std::invalid_argument(std::move(what)); };
    const auto first = line.find(','), second = line.find(',', first == line.npos ? first : first + 1);
    if (first == line.npos || second == line.npos || line.find(',', second + 1) != line.npos) {
        throw wrong("metric,op,value is wanted");
    }
    const std::string id(line.substr(0, first)), op(line.substr(first + 1, second - first - 1)),
        value(line.substr(second + 1));
    const auto metric = integer<std::uint64_t>(id);
    if (!metric || *metric >= metrics.size()) {
        throw wrong("metric " + id + " is not in metrics.json, which has " + std::to_string(metrics.size()));
    }
    const Kind kind = metrics[*metric].kind;
    const auto found = std::find(kOps.begin(), kOps.end(), op);
    if (found == kOps.end())
        throw wrong("unknown op " + op);
    const Op what = static_cast<Op>(found - kOps.begin());
    if (!fits(what, kind))
        throw wrong("op " + op + " does not fit kind " + name_of(kind));
    const auto amount = amount_of(kind, value);
    if (!amount)
        throw wrong(value + " is no amount for kind " + name_of(kind));
    const int whole = what == Op::remove ? 0 : 1;
    const bool fixed = what == Op::remove || what == Op::inc || what == Op::dec;
    if (fixed && !is(*amount, whole))
        throw wrong("op " + op + " has the value " + std::to_string(whole));
    return {static_cast<std::size_t>(*metric), what, *amount};
}

} // namespace

std::vector<Row> read_trace(const std::string &file, const std::string &text, const std::vector<Metric> &metrics) {
    std::vector<Row> rows;
    std::size_t line = 1;
    const auto wrong = [&](const std::string &what) {
        return BadCase(file + ":" + std::to_string(line) + ": " + what);
    };
    constexpr std::string_view kHeader = "metric,op,value";
    if (text.substr(0, text.find('\n')) != kHeader)
        throw wrong("the first line is metric,op,value");
    if (text.size() == kHeader.size())
        throw wrong("the last line has no end");
    for (std::size_t at = kHeader.size() + 1; at < text.size();) {
        const auto end = text.find('\n', at);
        ++line;
        if (end == text.npos)
            throw wrong("the last line has no end");
        try {
            rows.push_back(parse(std::string_view(text).substr(at, end - at), metrics));
        } catch (const std::invalid_argument &error) {
            throw wrong(error.what());
        }
        at = end + 1;
    }
    return rows;
}

} // namespace worker
