// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Whether a client takes gzip, and what makes it.
#ifndef EXPOSER_GZIP_HPP
#define EXPOSER_GZIP_HPP

#include <zlib.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace exposer {

namespace detail {

inline std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

inline std::string small(std::string_view text) {
    std::string lower(text);
    for (char &letter : lower) {
        letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
    }
    return lower;
}

/// Cuts `text` after the next `end`, and gives what was before it.
inline std::string_view next(std::string_view &text, char end) {
    const std::string_view part = text.substr(0, text.find(end));
    text.remove_prefix(part.size() < text.size() ? part.size() + 1 : part.size());
    return part;
}

} // namespace detail

/// Whether an Accept-Encoding allows gzip: by its name, else by `*`; a weight of zero refuses.
inline bool accepts_gzip(std::string_view codings) {
    std::optional<bool> by_name;
    std::optional<bool> by_star;
    while (!codings.empty()) {
        std::string_view parameters = detail::next(codings, ',');
        const std::string name = detail::small(detail::trim(detail::next(parameters, ';')));
        bool allowed = true;
        while (!parameters.empty()) {
            std::string_view value = detail::next(parameters, ';');
            if (detail::small(detail::trim(detail::next(value, '='))) == "q") {
                allowed = std::strtod(std::string(detail::trim(value)).c_str(), nullptr) > 0;
            }
        }
        if (name == "gzip" || name == "x-gzip") {
            by_name = allowed;
        } else if (name == "*") {
            by_star = allowed;
        }
    }
    return by_name.value_or(by_star.value_or(false));
}

/// Packs chunks as they come. Scrapes are frequent and networks near: the quickest level takes most of what there is to
/// gain in such text.
class Gzip {
  public:
    Gzip() : ready_(deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK) {}
    Gzip(const Gzip &) = delete;
    Gzip &operator=(const Gzip &) = delete;
    ~Gzip() { deflateEnd(&stream_); }

    /// False where memory ran out.
    bool ready() const noexcept { return ready_; }
    void put(std::string_view chunk, std::string &into) { run(chunk, Z_NO_FLUSH, into); }
    void finish(std::string &into) { run({}, Z_FINISH, into); }

  private:
    void run(std::string_view chunk, int flush, std::string &into) {
        char out[16 * 1024];
        stream_.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(chunk.data()));
        stream_.avail_in = static_cast<uInt>(chunk.size());
        do {
            stream_.next_out = reinterpret_cast<Bytef *>(out);
            stream_.avail_out = sizeof out;
            deflate(&stream_, flush);
            into.append(out, sizeof out - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }

    z_stream stream_{};
    bool ready_;
};

} // namespace exposer

#endif // EXPOSER_GZIP_HPP
