// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What families remember: found without an allocation, freed when it is removed, kept while it is held.
#include "check.hpp"

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

// Counts this program's allocations; the library has its own.
static std::atomic<long> there{0};
static std::atomic<long> made{0};

void *operator new(std::size_t size) {
    ++there;
    ++made;
    if (void *at = std::malloc(size)) {
        return at;
    }
    throw std::bad_alloc();
}
void operator delete(void *at) noexcept {
    there -= at != nullptr ? 1 : 0;
    std::free(at);
}
void operator delete(void *at, std::size_t) noexcept { operator delete(at); }

static void hits_allocate_nothing() {
    const auto root = cmetrics::Registry::isolated();
    const auto http = root.counter_family("http", {"method", "path", "code"});
    const std::string path = "/api/v1/some/path/that/is/rather/long";
    http.with("GET", path, "200").inc();
    const long before = made;
    for (int i = 0; i < 100; ++i) {
        http.with("GET", path, "200").inc();
        http.try_with("GET", path, "200")->inc();
    }
    CHECK_EQUAL(made - before, 0);
    CHECK_EQUAL(http.with("GET", path, "200").value(), 201u);
}

static void memory_follows_the_members() {
    const auto root = cmetrics::Registry::isolated();
    const auto sessions = root.int_gauge_family("sessions", {"user"});
    const auto held = sessions.with("held");
    sessions.remove("held");
    long most = 0;
    const long before = there;
    for (int i = 0; i < 20000; ++i) {
        const std::string user = "a-user-with-a-long-name-" + std::to_string(i);
        sessions.with(user).set(i);
        if (i % 2 == 0) {
            sessions.remove(user);
        } else {
            root.remove(sessions.with(user)); // Behind the family's back.
        }
        most = std::max(most, there - before);
    }
    CHECK(most < 100);
    held.set(7);
    CHECK(held.value() == 7 && !held.attached());
    CHECK(check::report(root).empty());
}

static void kept_and_held() {
    const auto root = cmetrics::Registry::isolated();
    const auto hits = root.counter_family("hits", {"i"});
    std::vector<cmetrics::Member<cmetrics::Counter>> held; // More than a thread can pin.
    std::vector<cmetrics::Counter> kept;
    for (int i = 0; i < 40; ++i) {
        hits.with(std::to_string(i)).inc();
    }
    for (int i = 0; i < 40; ++i) {
        held.push_back(hits.with(std::to_string(i)));
        kept.push_back(held.back());
        kept.push_back(hits.with(std::to_string(i)));
        CHECK(kept.back() == held.back());
    }
    for (int i = 0; i < 40; ++i) {
        hits.remove(std::to_string(i));
    }
    for (const auto &one : held) {
        one.inc();
    }
    cmetrics::Counter moved = std::move(held.front());
    std::thread([&] { held.clear(); }).join();
    for (const auto &one : kept) {
        CHECK_EQUAL(one.value(), 2u);
    }
    CHECK(moved == kept.front() && !moved.attached());
}

static void threads_make_and_remove() {
    constexpr int threads = 4;
    constexpr int rounds = 1500;
    const auto root = cmetrics::Registry::isolated();
    const auto sessions = root.counter_family("sessions", {"user", "kind"});
    std::atomic<bool> done{false};
    std::thread reports([&] {
        while (!done) {
            const std::string report = root.render();
            CHECK(report.empty() || report.back() == '\n');
        }
    });
    std::vector<std::thread> all;
    std::atomic<int> wrong{0};
    for (int t = 0; t < threads; ++t) {
        all.emplace_back([&, t] {
            for (int i = 0; i < rounds; ++i) {
                const std::string user = std::to_string(t) + "-" + std::to_string(i);
                const auto mine = sessions.with(user, "k");
                for (int n = 0; n < 3; ++n) {
                    sessions.with(user, "k").inc();
                }
                sessions.with("all", "k").inc();
                wrong += mine.value() == 3 ? 0 : 1;
                if (i % 2 == 0) {
                    sessions.remove(user, "k");
                } else {
                    root.remove(mine);
                }
                wrong += !mine.attached() && mine.value() == 3 ? 0 : 1;
            }
        });
    }
    for (auto &thread : all) {
        thread.join();
    }
    done = true;
    reports.join();
    CHECK_EQUAL(wrong.load(), 0);
    CHECK_EQUAL(check::report(root).find("sessions_total{kind=\"k\",user=\"all\"} 6000\n") != std::string::npos, true);
    CHECK_EQUAL(sessions.with("all", "k").value(), static_cast<std::uint64_t>(threads) * rounds);
}

int main() {
    hits_allocate_nothing();
    memory_follows_the_members();
    kept_and_held();
    threads_make_and_remove();
    return check::finish();
}
