// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A C++ program that embeds Python and loads a Rust plugin: one process, three languages, one report.
//
// Replays a case: each metric is made and updated by its own language. Progress goes to standard error, the report to
// standard output. Exit 2 for bad arguments or a bad case, 1 for any other failure.
#include <cstdio>
#include <exception>

#include "arguments.hpp"
#include "case.hpp"
#include "drive.hpp"
#include "python.hpp"
#include "replay.hpp"

namespace {

void run(const worker::Arguments &arguments) {
    const worker::Part own(worker_part_v1());
    const worker::Part rust = worker::Part::load(arguments.rust_plugin);
    worker::Python python;
    worker::replay({own, rust, worker::Part(python.part())}, arguments.folder, arguments.threads);

    cmetrics::ReportOptions options;
    options.verbosity = worker::priority_of(arguments.verbosity);
    options.own_families = arguments.own_families;
    const std::string report = cmetrics::root().render(options);
    if (std::fwrite(report.data(), 1, report.size(), stdout) != report.size() || std::fflush(stdout) != 0) {
        throw std::runtime_error("cannot write the report");
    }
    if (!arguments.serve.empty())
        python.serve(arguments.serve, arguments.verbosity, arguments.own_families);
}

} // namespace

int main(int argc, char **argv) {
    try {
        run(worker::parse(argc, argv));
        return 0;
    } catch (const worker::BadArguments &error) {
        worker::say(error.what());
        return 2;
    } catch (const worker::BadCase &error) {
        worker::say(error.what());
        return 2;
    } catch (const std::exception &error) {
        worker::say(error.what());
        return 1;
    }
}
