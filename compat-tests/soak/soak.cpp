// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Runs for long with everything coming and going: threads, members of families, families, registries, roots, clients,
// collectors, reports, errors and forks. `cargo xtask soak` builds, runs and judges it.
//
//   soak (--seconds N | --stints N) [--lanes N] [--every SECONDS] [--population N] [--control memory|sum|descriptor]
//
// Each lane starts one thread after the other. Standard output has a JSON object a line: samples of the process, and at
// last, when all threads have ended, the sums. Exit 1 if something was wrong that the program itself can tell.
#include "jobs.hpp"
#include "process.hpp"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

using namespace soak;
using Clock = std::chrono::steady_clock;

namespace {

struct Options {
    double seconds = 0;
    std::uint64_t stints = 0;
    std::size_t population = 5'000;
    int lanes = 4;
    double every = 2;
    Control control = Control::none;
};

[[noreturn]] void usage(const char *why) {
    std::fprintf(stderr, "soak: %s\n", why);
    std::exit(2);
}

Options read(int argc, char **argv) {
    Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i], value = argv[i + 1];
        if (name == "--seconds") {
            options.seconds = std::atof(value.c_str());
        } else if (name == "--stints") {
            options.stints = std::strtoull(value.c_str(), nullptr, 10);
        } else if (name == "--population") {
            options.population = std::strtoull(value.c_str(), nullptr, 10);
        } else if (name == "--lanes") {
            options.lanes = std::atoi(value.c_str());
        } else if (name == "--every") {
            options.every = std::atof(value.c_str());
        } else if (name == "--control") {
            options.control = value == "memory"       ? Control::memory
                              : value == "sum"        ? Control::sum
                              : value == "descriptor" ? Control::descriptor
                                                      : Control::none;
            if (options.control == Control::none) {
                usage("--control is memory, sum or descriptor");
            }
        } else {
            usage("an argument is unknown");
        }
    }
    if (argc % 2 == 0 || (options.seconds > 0) == (options.stints > 0) || options.lanes < 1 || options.every <= 0 ||
        options.population < 1) {
        usage("one of --seconds and --stints is needed, and every argument has a value above 0");
    }
    return options;
}

/// The library's own count of series in the root.
std::uint64_t series(const World &world) {
    return value_of(world.root.render({cmetrics::Priority::debug, {"cmetrics_series"}}), "cmetrics_series");
}

void print_counts(const World &world) {
    const std::pair<const char *, const std::atomic<std::uint64_t> &> counts[] = {
        {"threads_started", world.threads}, {"members_removed", world.members}, {"registries", world.registries},
        {"reports", world.reports},         {"collectors", world.collectors},   {"errors", world.errors},
        {"forks", world.forks},             {"wrong", world.wrong}};
    std::printf("\"counts\": {");
    for (const auto &count : counts) {
        std::printf("%s\"%s\": %llu", &count == counts ? "" : ", ", count.first,
                    static_cast<unsigned long long>(count.second.load()));
    }
    std::printf("}");
}

void print_sample(const char *kind, double seconds, const World &world) {
    const Process seen = look_at_process();
    std::printf("{\"kind\": \"%s\", \"seconds\": %.3f, \"resident_kib\": %ld, \"trimmed_kib\": %ld, "
                "\"allocated_kib\": %ld, \"threads\": %ld, \"descriptors\": %ld, \"series\": %llu, ",
                kind, seconds, seen.resident, seen.trimmed, seen.allocated, seen.threads, seen.descriptors,
                static_cast<unsigned long long>(series(world)));
    print_counts(world);
}

/// Threads, one after the other, until it is time.
void lane(World &world, const Options &options, const std::atomic<bool> &over, std::uint64_t first) {
    for (std::uint64_t turn = 0; options.stints > 0 ? turn < options.stints : !over.load(); ++turn) {
        std::thread(stint, std::ref(world), first + turn).join();
    }
}

} // namespace

int main(int argc, char **argv) {
    const Options options = read(argc, argv);
    World world(cmetrics::try_root().value(), options.control);
    world.most = options.population;
    world.lasting.update(100'000); // Hot from the beginning, where they can be.
    const auto began = Clock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
    print_sample("begin", 0, world);
    std::printf("}\n");

    std::atomic<bool> over{false};
    std::atomic<int> running{options.lanes};
    std::vector<std::thread> lanes;
    for (int i = 0; i < options.lanes; ++i) {
        lanes.emplace_back([&, i] {
            lane(world, options, over, static_cast<std::uint64_t>(i));
            running -= 1;
        });
    }
    double next = options.every;
    while (running > 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        over = options.seconds > 0 && seconds() >= options.seconds;
        if (seconds() >= next && !over) {
            fork_once(world);
            print_sample("sample", seconds(), world);
            std::printf("}\n");
            std::fflush(stdout);
            next += options.every;
        }
    }
    for (std::thread &one : lanes) {
        one.join();
    }

    for (const auto &one : world.population) {
        world.root.remove(one);
    }
    world.population = {};
    const std::string text = report(world.root);
    print_sample("end", seconds(), world);
    std::printf(", \"sums\": [");
    bool exact = true;
    for (const Sum &sum : world.lasting.sums(text)) {
        std::printf("%s{\"line\": \"%s\", \"added\": %llu, \"held\": %llu, \"reported\": %llu}",
                    sum.line == "lasting_events_total" ? "" : ", ", sum.line.c_str(),
                    static_cast<unsigned long long>(sum.added), static_cast<unsigned long long>(sum.held),
                    static_cast<unsigned long long>(sum.reported));
        exact = exact && sum.exact();
    }
    std::printf("]}\n");
    return exact && world.wrong == 0 ? 0 : 1;
}
