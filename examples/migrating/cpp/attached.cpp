// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// On the way: what prometheus-cpp measures and what cmetrics does, in one report; then what prometheus-cpp says alone.
//     c++ -std=c++17 -I headers/include examples/migrating/cpp/attached.cpp
//     $(pkg-config --cflags --libs prometheus-cpp-core) -ldl -pthread
#include "attach.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>
#include <prometheus/text_serializer.h>

#include <iostream>

int main() {
    try {
        const auto old = std::make_shared<prometheus::Registry>();
        auto &requests = prometheus::BuildCounter().Name("shop_requests_total").Help("Answered.").Register(*old);
        requests.Add({{"path", "/a \"b\"\n面"}}).Increment(3);
        requests.Add({{"path", "/c"}}).Increment(0.5);
        prometheus::BuildGauge().Name("shop_load").Help("Load.").Register(*old).Add({}).Set(-0.1);
        auto &took = prometheus::BuildHistogram().Name("shop_duration_seconds").Help("Time.").Register(*old);
        took.Add({}, prometheus::Histogram::BucketBoundaries{0.1, 1, 1e9}).Observe(0.25);
        auto &sizes = prometheus::BuildSummary().Name("shop_size_bytes").Help("Sizes.").Register(*old);
        sizes.Add({}, prometheus::Summary::Quantiles{{0.5, 0.05}}).Observe(7);

        const auto root = cmetrics::try_root().value();
        const auto attached = attach(old, root);
        root.int_gauge("shop_orders_waiting", "Orders in the queue.").set(4);
        // Defined by both: ours is told.
        prometheus::BuildGauge().Name("shop_orders_waiting").Help("Old.").Register(*old).Add({}).Set(5);
        std::cout << root << "=\n" << prometheus::TextSerializer().Serialize(old->Collect());
        attached.remove();
        return root.render().find("shop_load") == std::string::npos ? 0 : 1;
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
