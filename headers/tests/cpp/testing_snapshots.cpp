// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Snapshots, their numbers and differences, roots for the length of a test, golden reports.
#include "check.hpp"

#include <cmetrics-1/testing.hpp>

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

namespace kit = cmetrics::testing;
using namespace std::chrono_literals;

/// The lines of a report that are samples, without the last newline.
static std::string samples(const cmetrics::Registry &root) {
    std::istringstream report(check::report(root));
    std::string lines;
    for (std::string line; std::getline(report, line);) {
        lines += line[0] == '#' ? "" : (lines.empty() ? "" : "\n") + line;
    }
    return lines;
}

static void a_snapshot_prints_as_the_report() {
    std::mt19937_64 random(7);
    for (int i = 0; i < 2000; ++i) {
        const auto root = cmetrics::Registry::isolated();
        const auto whole = static_cast<std::int64_t>(random() >> 9) - (std::int64_t(1) << 54);
        const auto power = static_cast<int>(random() % 60) - 30;
        root.float_gauge("whole").set(static_cast<double>(whole));
        root.float_gauge("short").set(
            std::strtod((std::to_string(whole % 10000) + "e" + std::to_string(power)).c_str(), nullptr));
        root.duration_gauge("age").set(std::chrono::nanoseconds(whole));
        root.counter("requests", {"", {{"i", "\"\\\n"}}, cmetrics::Priority::debug}).add(random());
        if (kit::Snapshot::of(root).to_string() != samples(root)) {
            CHECK_EQUAL(kit::Snapshot::of(root).to_string(), samples(root));
        }
    }
}

static void any_double_is_spelled_as_short_as_in_the_report() {
    std::mt19937_64 random(11);
    const auto root = cmetrics::Registry::isolated();
    const auto gauge = root.float_gauge("any");
    const auto check_one = [&](double number) {
        gauge.set(number);
        const std::string told = kit::Snapshot::of(root).to_string();
        const std::string report = samples(root);
        // Of two shortest forms that are as near to a double, the report may have the other.
        const double back = std::strtod(told.c_str() + 4, nullptr);
        if (told.size() != report.size() || !(back == number || (back != back && number != number))) {
            CHECK_EQUAL(told, report);
        }
    };
    for (int i = 0; i < 20000; ++i) {
        const std::uint64_t bits = random();
        double number = 0;
        std::memcpy(&number, &bits, sizeof number);
        check_one(number);
    }
    for (int power = -1074; power < 1024; ++power) {
        check_one(std::ldexp(1.0, power));
        check_one(std::ldexp(1.0, power) - std::ldexp(1.0, power - 53));
    }
    for (const double number :
         {0.0, -0.0, 0.1, 1e16, 9999999999999998.0, 1e-5, 9.9e-6, 1e23, 5e-324, 1.7976931348623157e308}) {
        check_one(number);
    }
    CHECK(!kit::Snapshot::of(root).empty());
}

static void values_are_equal_as_numbers() {
    CHECK(kit::Value(3) == kit::Value(3u) && kit::Value(3) == kit::Value(3.0) && kit::Value(-1) != kit::Value(~0ull));
    CHECK(kit::Value(750ms) == kit::Value(0.75) && kit::Value(2s) == kit::Value(2) &&
          kit::Value(-1s) == kit::Value(-1));
    CHECK(kit::Value(std::chrono::duration<double>(0.1)) == kit::Value(100ms));
    CHECK(kit::Value(9007199254740993) != kit::Value(9007199254740992));
    CHECK(kit::Value(NAN) == kit::Value(NAN) && kit::Value(0.0) == kit::Value(-0.0));
    CHECK_EQUAL(kit::Value(-345ns).to_string(), "-0.000000345");
    CHECK_EQUAL(kit::Value(std::chrono::nanoseconds(INT64_MIN)).to_string(), "-9223372036.854775808");
    CHECK_EQUAL(kit::Value(1500ms).as_double(), 1.5);
}

static void what_collectors_tell_is_looked_up_by_the_labels_of_its_samples() {
    const auto root = cmetrics::Registry::isolated();
    const auto collector = root.collector([](cmetrics::Collect &out) {
        out.family("rpc_seconds", CMETRICS_TYPE_HISTOGRAM);
        out.point({{"method", "get"}}, {{"_bucket", std::uint64_t{3}, {"le", "0.1"}},
                                        {"_bucket", std::uint64_t{4}, {"le", "+Inf"}},
                                        {"_sum", 0.52},
                                        {"_count", std::uint64_t{4}}});
    });
    kit::assert_metric(root, "rpc_seconds_bucket", {{"le", "0.1"}}, 3);
    kit::assert_metric(root, "rpc_seconds_bucket", {{"le", "+Inf"}, {"method", "get"}}, 4);
    kit::assert_metric(root, "rpc_seconds_sum", 0.52);
    const auto snapshot = kit::Snapshot::of(root);
    const auto first = snapshot.get("rpc_seconds_bucket", {{"le", "0.1"}});
    CHECK_EQUAL(first.to_string(), "rpc_seconds_bucket{method=\"get\",le=\"0.1\"} 3");
    CHECK(first.label("method") == "get" && first.label("none").empty() && first.name() == "rpc_seconds_bucket");
    CHECK(first.labels() == (cmetrics::Labels{{"method", "get"}, {"le", "0.1"}}) && first.value() == kit::Value(3));
    CHECK(snapshot.matching("rpc_seconds_bucket").size() == 2 && snapshot.samples().size() == 4);
    CHECK_EQUAL(snapshot.try_get("rpc_seconds_bucket").error().code, CMETRICS_NOT_FOUND);
}

static void a_difference_is_told_change_by_change() {
    const auto root = cmetrics::Registry::isolated();
    const auto depth = root.int_gauge("depth");
    const auto gone = root.counter("gone");
    const auto before = kit::Snapshot::of(root);
    CHECK(before.diff(kit::Snapshot::of(root)).empty());
    depth.set(7);
    root.counter("errors").inc();
    root.remove(gone);
    const auto diff = before.diff(kit::Snapshot::of(root));
    CHECK_EQUAL(diff.to_string(), "depth 0 -> 7\nnew errors_total 1\ngone gone_total 0");
    const auto &changes = diff.changes();
    CHECK(changes.size() == 3 && changes[0].was->value() == kit::Value(0) && changes[0].is->value() == kit::Value(7));
    CHECK(!changes[1].was && changes[1].is->name() == "errors_total" && !changes[2].is);
}

static void a_registry_that_was_removed_says_so() {
    const auto child = cmetrics::Registry::isolated().child("engine");
    child.remove_all();
    CHECK_EQUAL(kit::Snapshot::try_of(child).error().code, CMETRICS_GONE);
    CHECK(kit::check_metric(child, "x", 1).message().find("the registry was removed") != std::string::npos);
    CHECK(!kit::check_report(child, "none.prom"));
}

static void a_scoped_root_is_restored_even_by_an_exception() {
    const auto root = cmetrics::root();
    try {
        const kit::ScopedRoot scoped;
        CHECK(cmetrics::root() == scoped);
        {
            const kit::ScopedRoot inner;
            cmetrics::root().counter("inner").inc();
            kit::assert_metric(inner, "inner_total", 1);
        }
        CHECK(cmetrics::root() == scoped);
        kit::assert_metric(scoped, "requests_total", 1);
        CHECK(false);
    } catch (const kit::AssertionFailed &failed) {
        CHECK_EQUAL(std::string(failed.what()), "requests_total: no such metric\n  the registry is empty");
    }
    CHECK(cmetrics::root() == root);
    auto first = kit::ScopedRoot::try_make();
    const auto moved = *std::move(first);
    CHECK(cmetrics::root() == moved);
}

static cmetrics::Registry report_of_depth(int depth) {
    const auto root = cmetrics::Registry::isolated();
    root.int_gauge("depth", "Requests that wait").set(depth);
    root.counter("steps").add(7);
    return root;
}

static void a_golden_file_is_compared_to_the_letter() {
    const auto folder =
        std::filesystem::temp_directory_path() / ("cmetrics-golden-" + std::to_string(std::random_device()()));
    const auto file = folder / "deep" / "report.prom";
    const auto missing = kit::check_report(report_of_depth(3), file).message();
    CHECK_EQUAL(missing,
                file.string() + ": cannot be read: No such file or directory; CMETRICS_UPDATE_GOLDEN=1 writes it");
    setenv("CMETRICS_UPDATE_GOLDEN", "1", 1);
    kit::assert_report(report_of_depth(3), file);
    CHECK(kit::check_report(report_of_depth(3), file / "below").message().find("cannot be written: ") !=
          std::string::npos);
    unsetenv("CMETRICS_UPDATE_GOLDEN");
    kit::assert_report(report_of_depth(3), file);
    CHECK_EQUAL(kit::check_report(report_of_depth(4), file).message(),
                "the report is not what " + file.string() + " holds; CMETRICS_UPDATE_GOLDEN=1 writes it anew\n--- " +
                    file.string() +
                    "\n+++ the report\n@@ -1,6 +1,6 @@\n # HELP depth Requests that wait\n"
                    " # TYPE depth gauge\n-depth 3\n+depth 4\n # HELP steps_total \n"
                    " # TYPE steps_total counter\n steps_total 7\n");
    std::filesystem::remove_all(folder);
}

static void hunks_are_those_of_diff_u() {
    const auto check_texts = [](const std::string &old, const std::string &now, const std::string &want) {
        const auto lines = [](std::string text) {
            for (char &byte : text) {
                byte = byte == ' ' ? '\n' : byte;
            }
            return text + "\n";
        };
        CHECK_EQUAL(kit::detail::unified(lines(old), lines(now)), want);
    };
    check_texts("a b c", "a b c", "");
    check_texts("a", "b", "@@ -1 +1 @@\n-a\n+b\n");
    check_texts("1 2 3 4 5 6", "1 2 3 4 x 6", "@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+x\n 6\n");
    check_texts("a 1 2 3 4 5 6 7 8 b", "1 2 3 4 5 6 7 8 b c",
                "@@ -1,4 +1,3 @@\n-a\n 1\n 2\n 3\n@@ -8,3 +7,4 @@\n 7\n 8\n b\n+c\n");
    CHECK_EQUAL(kit::detail::unified("", "a\n"), "@@ -0,0 +1 @@\n+a\n");
    CHECK_EQUAL(kit::detail::unified("a\n", "a"), "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n");
}

int main() {
    a_snapshot_prints_as_the_report();
    any_double_is_spelled_as_short_as_in_the_report();
    values_are_equal_as_numbers();
    what_collectors_tell_is_looked_up_by_the_labels_of_its_samples();
    a_difference_is_told_change_by_change();
    a_registry_that_was_removed_says_so();
    a_scoped_root_is_restored_even_by_an_exception();
    a_golden_file_is_compared_to_the_letter();
    hunks_are_those_of_diff_u();
    return check::finish();
}
