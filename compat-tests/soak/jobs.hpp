// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What the threads of the soak do. Each job leaves nothing behind, and says so if it finds something wrong.
#ifndef CMETRICS_SOAK_JOBS_HPP
#define CMETRICS_SOAK_JOBS_HPP

#include "lasting.hpp"

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace soak {

/// What is done wrong on purpose, for whoever judges to find.
enum class Control { none, memory, sum, descriptor };

/// Everything that the jobs share.
struct World {
    World(const cmetrics::Registry &in, Control wrong) : root(in), lasting(in), control(wrong) {}

    void require(bool holds, const char *what) {
        if (!holds && wrong.fetch_add(1) < 10) {
            std::fprintf(stderr, "soak: %s\n", what);
        }
    }
    /// A number that was not given before, for names that change all the time.
    std::uint64_t fresh() { return numbers.fetch_add(1); }

    cmetrics::Registry root;
    Lasting lasting;
    Control control;
    cmetrics::Family<cmetrics::Counter> sessions = root.counter_family("churn_sessions", {"user", "zone"});
    cmetrics::Family<cmetrics::IntCounter> sizes = root.int_counter_family("churn_sizes", {"user"});
    cmetrics::Family<cmetrics::FloatGauge> levels = root.float_gauge_family("churn_levels", {"user"});
    cmetrics::Family<cmetrics::DurationCounter> waits = root.duration_counter_family("churn_waits", {"user"});
    /// Metrics that stay for a while, and go in no order.
    std::mutex guard;
    std::vector<cmetrics::Counter> population;
    std::size_t most = 5'000;
    std::atomic<std::uint64_t> numbers{0}, wrong{0};
    std::atomic<std::uint64_t> threads{0}, members{0}, registries{0}, reports{0}, collectors{0}, errors{0}, forks{0};
};

/// Everything below a registry, without the library's own families.
inline std::string report(const cmetrics::Registry &registry) {
    cmetrics::ReportOptions options;
    options.verbosity = cmetrics::Priority::debug;
    options.own_families = false;
    return registry.render(options);
}

/// Members of four families, with values that were never there before. Half go through the family, half behind its back.
inline void members(World &world) {
    for (int i = 0; i < 25; ++i) {
        const std::uint64_t number = world.fresh();
        // Short and long ones, which lie in memory of different sizes.
        const std::string user = std::to_string(number) + std::string(number % 90, 'u');
        for (int n = 0; n < 3; ++n) {
            world.sessions.with(user, number % 2 == 0 ? "a" : "b").inc();
        }
        const auto session = world.sessions.with(user, number % 2 == 0 ? "a" : "b");
        world.require(session.value() == 3, "a new member has what others added");
        world.sizes.with(user).add(std::uint64_t{7});
        world.levels.with(user).set(0.5);
        world.waits.with(user).add(std::chrono::milliseconds(2));
        if (world.control == Control::memory && number % 10 == 0) {
            continue;
        }
        world.root.remove(session);
        world.require(!session.attached() && session.value() == 3, "a removed member lost what it had");
        world.sizes.remove(user);
        world.levels.remove(user);
        world.root.remove(world.waits.with(user));
        world.members += 4;
    }
}

/// Some join the population, and others leave it once it is large: the holes that they leave are for those that come.
inline void population(World &world) {
    const std::size_t most = world.most;
    for (int i = 0; i < 20; ++i) {
        const std::uint64_t number = world.fresh();
        const auto born = world.root.counter(
            "population", {"", {{"citizen", std::string(number % 70, 'c') + std::to_string(number)}, {"zone", "z"}}});
        born.add(number);
        std::optional<cmetrics::Counter> leaves;
        {
            const std::lock_guard<std::mutex> lock(world.guard);
            world.population.push_back(born);
            if (world.population.size() > most) {
                std::swap(world.population[number * 2654435761U % most], world.population.back());
                leaves = world.population.back();
                world.population.pop_back();
            }
        }
        if (leaves) {
            world.root.remove(*leaves);
            world.members += 1;
        }
    }
}

/// A metric that is added to until it is hot, and goes.
inline void heat(World &world) {
    const auto burning = world.root.counter("churn_hot", {"", {{"turn", std::to_string(world.fresh())}}});
    constexpr std::uint64_t updates = 20'000;
    for (std::uint64_t i = 0; i < updates; ++i) {
        burning.inc();
    }
    world.require(burning.value() == updates, "a hot counter lost updates");
    world.root.remove(burning);
    world.members += 1;
}

/// Registries with metrics in them: below the root, with labels and prefixes that change, and roots of their own.
inline void registries(World &world) {
    const std::string number = std::to_string(world.fresh());
    const auto child = world.root.child("churn_" + number, {{"rank", number}});
    const auto below = child.child("deep", {{"layer", "1"}});
    for (const char *name : {"a", "b", "c"}) {
        child.counter(name, "Help that is as long as help may well be.").inc();
        below.duration_gauge(name).set(std::chrono::seconds(1));
    }
    const std::string text = report(child);
    world.require(text.find("churn_" + number + "_a_total{rank=\"" + number + "\"} 1\n") != std::string::npos,
                  "a child's report lacks its metric");
    child.remove_all();
    const auto gone = below.try_render();
    world.require(!gone && gone.error().code == CMETRICS_GONE, "a removed registry still reports");

    const auto alone = cmetrics::Registry::isolated();
    const auto family = alone.int_gauge_family("depth", {"i"});
    for (int i = 0; i < 100; ++i) {
        family.with(std::to_string(i)).set(i);
    }
    alone.reset();
    world.require(value_of(report(alone), "depth{i=\"99\"}") == 0, "a reset root is not zero");
    world.registries += 3;
}

/// A report of everything, in which what only grows does not shrink.
inline void render(World &world) {
    const std::uint64_t before = world.lasting.events();
    const std::string text = report(world.root);
    const std::uint64_t told = value_of(text, "lasting_events_total");
    world.require(!text.empty() && text.back() == '\n', "a report's last line is torn");
    world.require(told != UINT64_MAX && told >= before, "a report tells less than was there before");
    world.require(told <= world.lasting.events(), "a report tells more than is there");
    world.reports += 1;
}

/// A collector that comes, tells in one report and goes: by itself, or with its client.
inline void collectors(World &world) {
    const std::string name = "churn_told_" + std::to_string(world.fresh());
    const auto code = [name](const cmetrics::Collect &into) {
        into.family(name, CMETRICS_TYPE_GAUGE, "Told.");
        into.point({{"of", "soak"}}, {{"", std::uint64_t{7}}});
    };
    const auto first = world.root.collector(code);
    const auto told = [&] { return value_of(report(world.root), name + "{of=\"soak\"}"); };
    world.require(told() == 7, "a collector's family is not in the report");
    first.remove();
    world.require(told() == UINT64_MAX, "a removed collector still tells");

    const cmetrics::Client engine("engine-" + std::to_string(world.fresh() % 1000), "1.0");
    const auto second = engine.root().collector(code);
    engine.close();
    world.require(told() == UINT64_MAX, "a closed client's collector still tells");
    world.collectors += 2;
    world.reports += 3;
}

/// Calls that fail, each of which hands out an error.
inline void errors(World &world) {
    const auto bad = world.root.try_counter("bad name " + std::to_string(world.fresh()));
    const auto clash = world.root.try_int_gauge("lasting_events", {"", {}});
    world.require(!bad && !bad.error().message.empty(), "a bad name was taken");
    world.require(!clash && !clash.error().message.empty(), "two kinds have one name");
    world.errors += 2;
}

/// One thread's life.
inline void stint(World &world, std::uint64_t number) {
    using Job = void (*)(World &);
    constexpr std::array<Job, 6> jobs = {members, registries, render, collectors, heat, errors};
    world.lasting.update(500);
    jobs[number % jobs.size()](world);
    members(world);
    population(world);
    if (world.control == Control::sum && number % 100 == 99) {
        world.lasting.update_in_secret();
    }
    if (world.control == Control::descriptor && number % 100 == 99) {
        static_cast<void>(open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    world.threads += 1;
}

/// A child that records, makes, renders and ends, while the parent's threads go on.
inline void fork_once(World &world) {
    const pid_t child = fork();
    if (child == 0) {
        const std::uint64_t before = world.lasting.events();
        world.lasting.update(10);
        const auto own = world.root.counter("of_child", {"", {{"pid", std::to_string(getpid())}}});
        own.inc();
        const bool good = value_of(report(world.root), "lasting_events_total") == before + 10 && own.value() == 1;
        world.root.remove(own);
        _exit(good ? 0 : 1);
    }
    int status = -1;
    world.require(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "a forked child did not count and report by itself");
    world.forks += 1;
}

} // namespace soak

#endif // CMETRICS_SOAK_JOBS_HPP
