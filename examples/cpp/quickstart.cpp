// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Counts and times a few requests, then prints the report. Needs libcmetrics when it runs, not when it is built:
//     c++ -std=c++17 -I headers/include examples/cpp/quickstart.cpp -ldl
#include <cmetrics-1/cmetrics.hpp>

#include <exception>
#include <iostream>

namespace {

struct Shop {
    // Fails, and says where it looked, if the library cannot be found; root() would go on without it.
    cmetrics::Registry registry = cmetrics::try_root().value().child("shop", {{"zone", "eu"}});
    cmetrics::Counter requests = registry.counter("requests", {"Requests served", {{"endpoint", "generate"}}});
    cmetrics::Family<cmetrics::Counter> errors =
        registry.counter_family("errors", {"error_type"}, "Requests that failed, by type");
    cmetrics::DurationCounter latency = registry.duration_counter("request_duration", "Time spent on requests");
    cmetrics::IntGauge inflight = registry.int_gauge("inflight_requests", "Requests under way");

    int serve(int tokens) const {
        const auto timer = latency.start_timer();
        inflight.inc();
        requests.inc();
        if (tokens == 0) {
            errors.with("zero_tokens").inc();
        }
        inflight.dec();
        return tokens == 0 ? 0 : 100 / tokens;
    }
};

} // namespace

int main() {
    try {
        const Shop shop;
        for (const int tokens : {1, 2, 0}) {
            shop.serve(tokens);
        }
        // Any other part of this process, in whatever language, gets the same metric by the same name and labels.
        const cmetrics::MetricOptions same("", {{"endpoint", "generate"}, {"zone", "eu"}});
        const bool one = cmetrics::root().counter("shop_requests_total", same) == shop.requests;
        std::cout << cmetrics::render();
        return one ? 0 : 1;
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
