// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The server of compat-tests/serving/requests.txt, on the exposer of examples/cpp. Prints its port, and serves until it
// is killed. The first argument is its cap of verbosity; what follows the two endpoints of the table are three more for
// tests of what the table does not tell.
#include "../../../examples/cpp/exposer/exposer.hpp"

#include <iostream>
#include <thread>

int main(int argc, char **argv) {
    using cmetrics::Priority;
    const auto root = cmetrics::Registry::isolated();
    root.counter("requests").add(3);
    const auto tokens = root.int_counter("tokens");
    tokens.add(5);
    tokens.add(7);
    root.int_gauge("alarms", {"", {}, Priority::critical}).set(0);
    root.int_gauge("depth", {"", {}, Priority::low}).set(2);
    root.counter("probes", {"", {}, Priority::debug}).inc();
    const auto engine = root.child("engine");
    engine.counter("steps").add(9);

    const auto other = cmetrics::Registry::isolated();
    const auto gone = other.child("gone");
    gone.remove_all();
    const auto slow = other.child("slow");
    const auto collector = slow.collector([](cmetrics::Collect &out) {
        std::this_thread::sleep_for(std::chrono::seconds(2));
        out.family("seconds", CMETRICS_TYPE_GAUGE);
        out.point({}, {{"", 2.0}});
    });

    exposer::Options options;
    options.max_verbosity = exposer::detail::priority(argc > 1 ? argv[1] : "debug").value();
    options.max_concurrent = 2;
    exposer::Exposer metrics(options);
    metrics.endpoint("/metrics", root);
    metrics.endpoint("/engine/metrics", engine);
    exposer::Exposer others(options);
    others.endpoint("/gone/metrics", gone);
    others.endpoint("/slow/metrics", slow);
    httplib::Server server;
    server.Get("/service", [](const httplib::Request &, httplib::Response &response) {
        response.set_content("the service", "text/plain");
    });
    server.set_pre_routing_handler([&](const httplib::Request &request, httplib::Response &response) {
        // Mounted beside what the server has; everything else is the metrics' alone.
        if (!others.answer(request, response)) {
            if (request.path == "/service") {
                return httplib::Server::HandlerResponse::Unhandled;
            }
            metrics.answer_all(request, response);
        }
        return httplib::Server::HandlerResponse::Handled;
    });
    std::cout << server.bind_to_any_port("127.0.0.1") << std::endl;
    return server.listen_after_bind() ? 0 : 1;
}
