// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Label families of all seven kinds.
#include "check.hpp"

#include <thread>

static void every_kind() {
    const auto root = cmetrics::Registry::isolated();
    root.counter_family("c", {"l"}).with("v").inc();
    root.int_counter_family("i", {"l"}).with("v").add(2);
    root.float_counter_family("f", {"l"}).with("v").add(0.5);
    root.duration_counter_family("d", {"l"}).with("v").add(std::chrono::seconds(1));
    root.int_gauge_family("ig", {"l"}).with("v").set(-1);
    root.float_gauge_family("fg", {"l"}).with("v").set(2.5);
    root.duration_gauge_family("dg", {"l"}).with("v").set(std::chrono::seconds(3));
    const std::string text = check::report(root);
    for (const char *line : {"c_total{l=\"v\"} 1\n", "i_sum{l=\"v\"} 2\n", "f_sum{l=\"v\"} 0.5\n",
                             "d_seconds_sum{l=\"v\"} 1\n", "ig{l=\"v\"} -1\n", "fg{l=\"v\"} 2.5\n",
                             "dg_seconds{l=\"v\"} 3\n"}) {
        CHECK(text.find(line) != std::string::npos);
    }
}

static void members() {
    const auto root = cmetrics::Registry::isolated();
    const auto errors = root.counter_family("errors", {"status", "peer"}, {"Errors", {{"zone", "z"}}});
    errors.with("timeout", std::string("a")).inc();
    errors.with("timeout", "a").inc();
    CHECK(errors.with("timeout", "a") == errors.with(std::string_view("timeout"), "a"));
    CHECK(errors.with("t", "ab") != errors.with("ta", "b"));
    CHECK(check::report(root).find("errors_total{peer=\"a\",status=\"timeout\",zone=\"z\"} 2\n") != std::string::npos);
    const auto wrong = errors.try_with("timeout");
    CHECK(!wrong && wrong.error().message.find("\"errors\" has 2 labels") != std::string::npos);
    CHECK(wrong.error().hint.find("status peer") != std::string::npos);

    const auto old = errors.with("gone", "a");
    errors.remove("gone", "a");
    CHECK(!old.attached() && errors.with("gone", "a") != old);
    root.remove(errors.with("timeout", "a")); // Behind the family's back.
    CHECK(errors.with("timeout", "a").attached());
}

static void threads() {
    const auto root = cmetrics::Registry::isolated();
    const auto family = root.counter_family("hits", {"i"});
    std::vector<std::thread> all;
    for (int t = 0; t < 8; ++t) {
        all.emplace_back([&] {
            for (int i = 0; i < 1000; ++i) {
                family.with(std::to_string(i % 10)).inc();
            }
        });
    }
    for (auto &thread : all) {
        thread.join();
    }
    for (int i = 0; i < 10; ++i) {
        CHECK_EQUAL(family.with(std::to_string(i)).value(), 800u);
    }
}

int main() {
    every_kind();
    members();
    threads();
    return check::finish();
}
