// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A queue of orders on cpp-httplib, measured by cmetrics. before.cpp is the same, measured by prometheus-cpp.
//     c++ -std=c++17 -I headers/include examples/migrating/cpp/after.cpp
//     $(pkg-config --cflags --libs cpp-httplib zlib) -ldl -pthread
//     ./a.out 9400
#include "../../cpp/exposer/exposer.hpp"

#include <cmetrics-1/cmetrics.hpp>
#include <httplib.h>

#include <cstdlib>
#include <deque>
#include <functional>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <string>

// [make]
struct Metrics {
    cmetrics::Registry shop = cmetrics::try_root().value().child("shop");
    cmetrics::Family<cmetrics::Counter> requests =
        shop.counter_family("requests", {"method", "path", "status"}, "Requests that were answered.");
    cmetrics::Family<cmetrics::Counter> errors =
        shop.counter_family("errors", {"type"}, "Requests that were refused, by type.");
    cmetrics::IntGauge in_progress = shop.int_gauge("requests_in_progress", "Requests under way.");
    cmetrics::DurationCounter duration = shop.duration_counter("request_duration", "Time to answer a request.");
    cmetrics::Counter sent = shop.counter("sent_bytes", "Bytes of answers.");
    cmetrics::IntGauge waiting = shop.int_gauge("orders_waiting", "Orders in the queue.");
};
// [/make]

class Shop {
  public:
    std::string order(const std::string &item) {
        if (item == "milk") {
            throw std::invalid_argument("unknown_item");
        }
        const std::lock_guard lock(mutex_);
        orders_.push_back(item);
        metrics.waiting.set(static_cast<std::int64_t>(orders_.size()));
        return item;
    }

    std::string serve() {
        const std::lock_guard lock(mutex_);
        if (orders_.empty()) {
            throw std::out_of_range("no_orders");
        }
        std::string item = std::move(orders_.front());
        orders_.pop_front();
        metrics.waiting.set(static_cast<std::int64_t>(orders_.size()));
        return item;
    }

    // [use]
    void answer(const std::string &method, const std::string &path, const std::function<std::string()> &work,
                httplib::Response &response) {
        const auto in_progress = metrics.in_progress.track_inprogress();
        const auto timer = metrics.duration.start_timer();
        try {
            response.status = 200;
            response.set_content(work(), "text/plain");
        } catch (const std::logic_error &error) {
            metrics.errors.with(error.what()).inc();
            response.status = 409;
            response.set_content(error.what(), "text/plain");
        }
        const auto status = std::to_string(response.status);
        metrics.requests.with(method, path, status).inc();
        metrics.sent.add(response.body.size());
    }
    // [/use]

    Metrics metrics;

  private:
    std::mutex mutex_;
    std::deque<std::string> orders_;
};

int main(int argc, char **argv) {
    const int port = argc > 1 ? std::atoi(argv[1]) : 9400;
    try {
        Shop shop;
        httplib::Server server;
        server.Post(R"(/orders/([^/]+))", [&](const httplib::Request &request, httplib::Response &response) {
            shop.answer("POST", "/orders/{item}", [&] { return shop.order(request.matches[1]); }, response);
        });
        server.Delete("/orders", [&](const httplib::Request &, httplib::Response &response) {
            shop.answer("DELETE", "/orders", [&] { return shop.serve(); }, response);
        });
        exposer::Exposer exposer;
        exposer.endpoint("/metrics", cmetrics::root());
        server.Get("/metrics", [&](const auto &request, auto &response) { exposer.answer(request, response); });
        return server.listen("127.0.0.1", port) ? 0 : 1;
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
