// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Exceptions that carry the whole story, try_ forms, detached metrics, removal.
#include "check.hpp"

static void conflicts() {
    const cmetrics::Client engine("engine", "1.2");
    const cmetrics::Client plugin("plugin");
    const auto root = engine.isolated();
    root.counter("x");
    try {
        root.child("").int_gauge("x");
        CHECK(false);
    } catch (const cmetrics::Error &error) {
        CHECK_EQUAL(error.code(), CMETRICS_CONFLICT);
        CHECK_EQUAL(error.category(), CMETRICS_CATEGORY_FIX_CALL);
        CHECK(error.existing().find("counter \"x_total\", created by \"engine\" 1.2 (c++)") == 0);
        CHECK(error.requested().find("int gauge \"x\"") == 0);
        CHECK(!error.hint().empty() && error.subject() == "x");
        CHECK(std::string(error.what()).find(error.hint()) != std::string::npos);
    }
    const auto failed = root.try_float_gauge("x");
    CHECK(!failed && failed.error().code == CMETRICS_CONFLICT);
    CHECK(root.try_counter("x").ok());
}

static void bad_names() {
    const auto root = cmetrics::Registry::isolated();
    const auto invalid = [&](auto call) { CHECK_EQUAL(check::code(call), CMETRICS_INVALID_ARGUMENT); };
    invalid([&] { root.counter(""); });
    invalid([&] { root.counter("a b"); });
    invalid([&] { root.counter("x\xff"); });
    invalid([&] { root.counter(std::string(600, 'n')); });
    invalid([&] { root.int_gauge("x_total"); });
    invalid([&] { root.duration_counter("x_ms"); });
    invalid([&] { root.counter("x", {"help", {{"le", "1"}}}); });
    invalid([&] { root.counter("x", {"help", {{"a", "1"}, {"a", "2"}}}); });
    invalid([&] { root.child("a b"); });
    invalid([&] { root.remove_all(); });
    CHECK(check::report(root).empty());
}

static std::string warned;

static void detached() {
    cmetrics::set_warning_handler([](std::string_view text) { warned = text; });
    const auto root = cmetrics::Registry::isolated();
    cmetrics::MetricOptions options;
    options.detached_on_error = true;
    const auto gauge = root.int_gauge("not a name", options);
    gauge.set(4);
    CHECK(!gauge.attached() && gauge.value() == 4);
    CHECK(warned.find("\"not a name\"") != std::string::npos);
    CHECK(root.render().find("cmetrics_refused_series_total{family=\"not a name\"} 1\n") != std::string::npos);
    cmetrics::set_warning_handler(nullptr);
}

static void removal() {
    const auto root = cmetrics::Registry::isolated();
    const auto child = root.child("a");
    const auto counter = child.counter("b");
    CHECK_EQUAL(check::code([&] { root.remove(counter); }), CMETRICS_NOT_FOUND);
    child.remove(counter);
    CHECK(!counter.attached() && check::report(root).empty());
    CHECK(child.counter("b").id() != counter.id());
    CHECK(root.find<cmetrics::Counter>("a_b").has_value());
    CHECK(!root.find<cmetrics::Counter>("a_c").has_value());
    child.remove_all();
    CHECK_EQUAL(check::code([&] { child.counter("b"); }), CMETRICS_GONE);
    root.limit_series(1);
    root.counter("c", {"", {{"k", "1"}}});
    CHECK_EQUAL(check::code([&] { root.counter("c", {"", {{"k", "2"}}}); }), CMETRICS_LIMIT);
}

static void clients() {
    CHECK(cmetrics::Client::try_open("named").ok());
    const auto unfit = cmetrics::Client::try_open(std::string(300, 'n'));
    CHECK(!unfit && unfit.error().code == CMETRICS_INVALID_ARGUMENT);
    CHECK(cmetrics::MetricOptions({}, {{"a", "1"}}).help.empty());
    const cmetrics::Client plugin("plugin");
    const auto root = plugin.isolated();
    root.counter("x");
    plugin.close();
    CHECK_EQUAL(check::code([&] { root.counter("y"); }), CMETRICS_GONE);
    CHECK(check::report(root).find("x_total 0") != std::string::npos);
}

int main() {
    conflicts();
    bad_names();
    detached();
    removal();
    clients();
    return check::finish();
}
