// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What a scraper asks for in the query of its request.
#ifndef EXPOSER_QUERY_HPP
#define EXPOSER_QUERY_HPP

#include <cmetrics-1/cmetrics.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exposer {

/// Either what is asked for, or what is wrong with it.
struct Query {
    /// Families, by their names or those of their samples; none is all.
    std::vector<std::string> names;
    std::optional<cmetrics::Priority> verbosity;
    /// Names the offender and the cure; empty where nothing is wrong.
    std::string wrong;
};

namespace detail {

inline int hex(char digit) {
    const std::string_view digits = "0123456789abcdef0123456789ABCDEF";
    const auto at = digits.find(digit);
    return at == std::string_view::npos ? -1 : static_cast<int>(at % 16);
}

/// Is it UTF-8: no stray, overlong or surrogate sequence?
inline bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i++]);
        const int more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : 3;
        if (first >= 0x80 && (first < 0xc2 || first > 0xf4)) {
            return false;
        }
        for (int next = 0; next < more; ++next, ++i) {
            const unsigned byte = i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
            // The second byte says whether the first could have been spared, or lies beyond Unicode.
            const unsigned least = next != 0 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
            const unsigned most = next != 0 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
            if (byte < least || byte > most) {
                return false;
            }
        }
    }
    return true;
}

/// Undoes the escapes of a query, where a plus is a space. What is wrong goes into `wrong`.
inline std::string decode(std::string_view text, std::string &wrong) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            bytes += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            wrong = std::string(text.substr(i, 3)) +
                    " is no escape; two hexadecimal digits follow a %, and %25 is a % itself";
            return {};
        }
        bytes += static_cast<char>(high << 4 | low);
        i += 2;
    }
    if (!is_utf8(bytes)) {
        wrong = std::string(text) + " holds bytes that are not UTF-8; escape the bytes of UTF-8 text";
    }
    return bytes;
}

inline std::optional<cmetrics::Priority> priority(std::string_view word) {
    using cmetrics::Priority;
    constexpr std::pair<std::string_view, Priority> words[] = {{"critical", Priority::critical},
                                                               {"high", Priority::high},
                                                               {"normal", Priority::normal},
                                                               {"low", Priority::low},
                                                               {"debug", Priority::debug}};
    for (const auto &[name, priority] : words) {
        if (name == word) {
            return priority;
        }
    }
    return std::nullopt;
}

} // namespace detail

/// Reads name[]= and verbosity=; parameters of other names are nobody's here.
inline Query read_query(std::string_view text) {
    Query query;
    while (!text.empty() && query.wrong.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string key = detail::decode(pair.substr(0, equals), query.wrong);
        std::string value;
        if (query.wrong.empty() && equals < pair.size()) {
            value = detail::decode(pair.substr(equals + 1), query.wrong);
        }
        if (!query.wrong.empty()) {
            break;
        }
        if (key == "name[]" && value.empty()) {
            query.wrong = "name[] is empty; give a metric's full name, for instance name[]=requests_total";
        } else if (key == "name[]") {
            query.names.push_back(std::move(value));
        } else if (key == "verbosity") {
            query.verbosity = detail::priority(value);
            if (!query.verbosity) {
                query.wrong = "verbosity=\"" + value + "\" is unknown; use critical, high, normal, low or debug";
            }
        }
    }
    return query;
}

} // namespace exposer

#endif // EXPOSER_QUERY_HPP
