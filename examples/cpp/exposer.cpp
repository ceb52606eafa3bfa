// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Serves the report of this process at http://127.0.0.1:PORT/metrics, with cpp-httplib (Debian: libcpp-httplib-dev):
//     c++ -std=c++17 -I headers/include examples/cpp/exposer.cpp $(pkg-config --cflags --libs cpp-httplib zlib) -ldl
//     -pthread
//     ./a.out 9400
#include "exposer/exposer.hpp"

#include <cstdlib>
#include <iostream>

int main(int argc, char **argv) {
    const int wanted = argc > 1 ? std::atoi(argv[1]) : 9400; // 0 is any port that is free
    auto root = cmetrics::try_root();
    if (!root) {
        std::cerr << root.error().told() << '\n';
        return 1;
    }
    // What a part of this process counts; another part, in another language, may count beside it.
    const auto requests = root->counter("requests", {"Requests served", {{"endpoint", "generate"}}});
    requests.add(3);

    exposer::Exposer metrics;
    metrics.endpoint("/metrics", *root);
    httplib::Server server;
    server.set_pre_routing_handler([&](const httplib::Request &request, httplib::Response &response) {
        metrics.answer_all(request, response);
        return httplib::Server::HandlerResponse::Handled;
    });
    const int port = wanted == 0                                ? server.bind_to_any_port("127.0.0.1")
                     : server.bind_to_port("127.0.0.1", wanted) ? wanted
                                                                : -1;
    if (port < 0) {
        std::cerr << "the port " << wanted << " cannot be had; give another\n";
        return 1;
    }
    std::cout << "http://127.0.0.1:" << port << "/metrics" << std::endl;
    return server.listen_after_bind() ? 0 : 1;
}
