// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Frozen: a client of the C++ SDK of ABI version 1. Prints what client.c prints.
#include <cmetrics-1/cmetrics.hpp>

#include <cstdio>

using namespace std::chrono_literals;

static void failed(const char *what, const cmetrics::Failure &failure, const char *offender) {
    std::printf("%s: %ld, names the offender: %d, names the client: %d\n", what, static_cast<long>(failure.code),
                failure.subject.find(offender) != std::string::npos,
                failure.existing.find("frozen") != std::string::npos);
}

static long long number(std::uint64_t value) { return static_cast<long long>(value); }

int main() {
    const auto opened = cmetrics::Client::try_open("frozen", "1.0");
    if (!opened) {
        std::fputs(opened.error().told().c_str(), stderr);
        return 1;
    }
    const cmetrics::Client &client = opened.value();
    const auto root = client.isolated();
    const auto registry = root.child("frozen", {{"rank", "0"}});

    const auto counter = registry.counter("steps", "Steps");
    const auto ints = registry.int_counter("tokens", "Tokens");
    const auto floats = registry.float_counter("cost", "Cost");
    const auto durations = registry.duration_counter("wait", "Waits");
    const auto depth = registry.int_gauge("depth", "Depth");
    const auto level = registry.float_gauge("level", "Level");
    const auto skew = registry.duration_gauge("skew", "Skew");

    counter.inc();
    counter.add(41u);
    std::printf("counter: %lld\n", number(counter.value()));
    ints.add(12u);
    ints.add(0u);
    std::printf("int counter: %lld in %lld\n", number(ints.total()), number(ints.count()));
    floats.add(0.5);
    floats.add(0.25);
    floats.add(-1.0); // refused
    std::printf("float counter: %.2f in %lld\n", floats.total(), number(floats.count()));
    durations.add(1500ms);
    durations.add(7ns);
    std::printf("duration counter: %lld ns in %lld\n", number(durations.total_ns()), number(durations.count()));
    depth.set(5);
    depth.add(4);
    depth.sub(13);
    depth.inc();
    depth.dec();
    std::printf("int gauge: %lld\n", static_cast<long long>(depth.value()));
    level.set(3.0);
    level.add(0.5);
    level.sub(1.25);
    std::printf("float gauge: %.2f\n", level.value());
    skew.set(1000ns);
    skew.sub(1345ns);
    std::printf("duration gauge: %lld ns\n", static_cast<long long>(skew.value().count()));

    const auto again = registry.try_counter("steps");
    std::printf("the same again: %ld, same metric: %d\n", again ? 0L : static_cast<long>(again.error().code),
                again && again.value() == counter);
    const auto conflict = registry.try_int_gauge("steps");
    failed("conflict", conflict.error(), "steps");
    const auto bad_name = registry.try_counter("not a name");
    failed("bad name", bad_name.error(), "not a name");
    const auto helpless = registry.try_counter("helpless");
    std::printf("without help: %ld\n", helpless ? 0L : static_cast<long>(helpless.error().code));
    const auto removed = registry.try_remove(helpless.value());
    std::printf("removed: %ld, attached: %d\n", removed ? 0L : static_cast<long>(removed.error().code),
                helpless.value().attached());
    cmetrics::ReportOptions options;
    options.own_families = false;
    std::fputs(root.render(options).c_str(), stdout);
    registry.remove_all();
    const auto late = registry.try_counter("late");
    std::printf("in a removed registry: %ld\n", late ? 0L : static_cast<long>(late.error().code));
    client.close();
    std::printf("done\n");
    return 0;
}
