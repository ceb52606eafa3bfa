// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A queue of orders on cpp-httplib, measured by prometheus-cpp. after.cpp is the same, measured by cmetrics.
//     c++ -std=c++17 before.cpp $(pkg-config --cflags --libs cpp-httplib prometheus-cpp-pull) -pthread
//     ./a.out 9400 9401
#include <httplib.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <cstdlib>
#include <deque>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

// [make]
struct Metrics {
    std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
    prometheus::Family<prometheus::Counter> &requests =
        prometheus::BuildCounter().Name("shop_requests_total").Help("Requests that were answered.").Register(*registry);
    prometheus::Family<prometheus::Counter> &errors = prometheus::BuildCounter()
                                                          .Name("shop_errors_total")
                                                          .Help("Requests that were refused, by type.")
                                                          .Register(*registry);
    prometheus::Gauge &in_progress = prometheus::BuildGauge()
                                         .Name("shop_requests_in_progress")
                                         .Help("Requests under way.")
                                         .Register(*registry)
                                         .Add({});
    prometheus::Histogram &duration = prometheus::BuildHistogram()
                                          .Name("shop_request_duration_seconds")
                                          .Help("Time to answer a request.")
                                          .Register(*registry)
                                          .Add({}, prometheus::Histogram::BucketBoundaries{0.01, 0.1, 1});
    prometheus::Counter &sent =
        prometheus::BuildCounter().Name("shop_sent_bytes_total").Help("Bytes of answers.").Register(*registry).Add({});
    prometheus::Gauge &waiting =
        prometheus::BuildGauge().Name("shop_orders_waiting").Help("Orders in the queue.").Register(*registry).Add({});
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
        metrics.waiting.Set(static_cast<double>(orders_.size()));
        return item;
    }

    std::string serve() {
        const std::lock_guard lock(mutex_);
        if (orders_.empty()) {
            throw std::out_of_range("no_orders");
        }
        std::string item = std::move(orders_.front());
        orders_.pop_front();
        metrics.waiting.Set(static_cast<double>(orders_.size()));
        return item;
    }

    // [use]
    void answer(const std::string &method, const std::string &path, const std::function<std::string()> &work,
                httplib::Response &response) {
        metrics.in_progress.Increment();
        const auto start = std::chrono::steady_clock::now();
        try {
            response.status = 200;
            response.set_content(work(), "text/plain");
        } catch (const std::logic_error &error) {
            metrics.errors.Add({{"type", error.what()}}).Increment();
            response.status = 409;
            response.set_content(error.what(), "text/plain");
        }
        const auto status = std::to_string(response.status);
        metrics.requests.Add({{"method", method}, {"path", path}, {"status", status}}).Increment();
        metrics.sent.Increment(static_cast<double>(response.body.size()));
        metrics.duration.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        metrics.in_progress.Decrement();
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
        prometheus::Exposer exposer("127.0.0.1:" + std::string(argc > 2 ? argv[2] : "9401"));
        exposer.RegisterCollectable(shop.metrics.registry);
        return server.listen("127.0.0.1", port) ? 0 : 1;
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
