// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Reports over HTTP with cpp-httplib, answered as docs/guides/serving.md says. Copy it into your program, or mount it
// in the server that you have:
//
//     exposer::Exposer metrics;
//     metrics.endpoint("/metrics", cmetrics::root());
//     server.set_pre_routing_handler([&](const httplib::Request &request, httplib::Response &response) {
//         return metrics.answer(request, response) ? httplib::Server::HandlerResponse::Handled
//                                                  : httplib::Server::HandlerResponse::Unhandled;
//     });
#ifndef EXPOSER_EXPOSER_HPP
#define EXPOSER_EXPOSER_HPP

#include "gzip.hpp"
#include "query.hpp"

#include <httplib.h>

#include <atomic>
#include <cmath>
#include <map>

namespace exposer {

struct Options {
    /// What a scraper can ask for at most; more is silently less.
    cmetrics::Priority max_verbosity = cmetrics::Priority::debug;
    /// How long a report may take, where the scraper does not say less.
    std::chrono::nanoseconds timeout = std::chrono::seconds(10);
    /// So many reports are made at once; one more is told to come again.
    int max_concurrent = 4;
};

/// Answers requests for reports. It may be called on many threads at once; endpoints are added before.
class Exposer {
  public:
    explicit Exposer(Options options = {}) : options_(options) {}

    /// The report of a registry and below at a path.
    void endpoint(const std::string &path, const cmetrics::Registry &registry) {
        endpoints_.insert_or_assign(path, registry);
    }

    /// Answers a request for one of its paths, whatever its method. False, and nothing done, for any other path.
    bool answer(const httplib::Request &request, httplib::Response &response) const {
        const auto found = endpoints_.find(request.target.substr(0, request.target.find('?')));
        if (found == endpoints_.end()) {
            return false;
        }
        if (request.method != "GET" && request.method != "HEAD") {
            response.set_header("Allow", "GET, HEAD");
            fail(response, 405, request.method + " is not served here; use GET or HEAD");
            return true;
        }
        const std::size_t query = request.target.find('?');
        const Query asked = read_query(query == std::string::npos ? std::string_view()
                                                                  : std::string_view(request.target).substr(query + 1));
        if (!asked.wrong.empty()) {
            fail(response, 400, asked.wrong);
            return true;
        }
        const Slot slot(busy_, options_.max_concurrent);
        if (!slot) {
            response.set_header("Retry-After", "1");
            fail(response, 503, "as many reports as are made at once are being made; try again");
            return true;
        }
        report(found->second, asked, request, response);
        return true;
    }

    /// Answers any request: where there is no endpoint, it tells which there are. For a server of metrics alone.
    void answer_all(const httplib::Request &request, httplib::Response &response) const {
        if (!answer(request, response)) {
            std::string there = "there is nothing here; reports are at";
            for (const auto &[path, registry] : endpoints_) {
                there += " " + path;
            }
            fail(response, 404, there);
        }
    }

  private:
    /// One of the places for reports that are made at once.
    class Slot {
      public:
        Slot(std::atomic<int> &busy, int most) : busy_(busy), taken_(busy.fetch_add(1) < most) {}
        Slot(const Slot &) = delete;
        Slot &operator=(const Slot &) = delete;
        ~Slot() { busy_.fetch_sub(1); }
        explicit operator bool() const noexcept { return taken_; }

      private:
        std::atomic<int> &busy_;
        bool taken_;
    };

    /// What the scraper says, at most our own. What is no positive number is passed over.
    std::chrono::nanoseconds limit(const httplib::Request &request) const {
        const std::string told = request.get_header_value("X-Prometheus-Scrape-Timeout-Seconds");
        char *end = nullptr;
        const double seconds = std::strtod(told.c_str(), &end);
        if (told.empty() || *end != '\0' || !std::isfinite(seconds) || seconds <= 0) {
            return options_.timeout;
        }
        const std::chrono::duration<double> own = options_.timeout;
        // At least a nanosecond, since zero would be without limit.
        return seconds >= own.count() ? options_.timeout
                                      : std::chrono::nanoseconds(std::max(1LL, std::llround(seconds * 1e9)));
    }

    void report(const cmetrics::Registry &registry, const Query &asked, const httplib::Request &request,
                httplib::Response &response) const {
        cmetrics::ReportOptions options;
        options.names = asked.names;
        options.verbosity = std::min(asked.verbosity.value_or(cmetrics::Priority::normal), options_.max_verbosity);
        options.timeout = limit(request);
        auto packer = std::make_unique<Gzip>();
        // Several lines are one list.
        std::string codings;
        for (std::size_t i = 0; i < request.get_header_value_count("Accept-Encoding"); ++i) {
            codings += (i == 0 ? "" : ",") + request.get_header_value("Accept-Encoding", i);
        }
        const bool packs = accepts_gzip(codings) && packer->ready();
        std::string body;
        const auto take = [&](std::string_view chunk) { packs ? packer->put(chunk, body) : void(body += chunk); };
        const auto made = registry.try_render_to(take, options);
        if (!made) {
            return refuse(response, made.error());
        }
        if (packs) {
            packer->finish(body);
            response.set_header("Content-Encoding", "gzip");
        }
        response.set_header("Vary", "Accept-Encoding");
        give(response, 200, std::move(body), std::string(cmetrics::content_type()));
    }

    static void refuse(httplib::Response &response, const cmetrics::Failure &why) {
        switch (why.code) {
        case CMETRICS_CANCELLED:
            return fail(response, 503,
                        "the report took longer than X-Prometheus-Scrape-Timeout-Seconds or the server allow");
        case CMETRICS_GONE:
            return fail(response, 410, why.told());
        default:
            return fail(response, 500, why.told());
        }
    }

    static void fail(httplib::Response &response, int status, const std::string &why) {
        give(response, status, why + "\n", "text/plain; charset=utf-8");
    }

    /// The library packs texts by a rule of its own, but not what is provided piece by piece.
    static void give(httplib::Response &response, int status, std::string body, const std::string &type) {
        response.status = status;
        if (body.empty()) {
            response.set_content(body, type);
            return;
        }
        const auto kept = std::make_shared<const std::string>(std::move(body));
        response.set_content_provider(kept->size(), type,
                                      [kept](std::size_t at, std::size_t n, httplib::DataSink &sink) {
                                          return sink.write(kept->data() + at, n);
                                      });
    }

    Options options_;
    std::map<std::string, cmetrics::Registry> endpoints_;
    mutable std::atomic<int> busy_{0};
};

} // namespace exposer

#endif // EXPOSER_EXPOSER_HPP
