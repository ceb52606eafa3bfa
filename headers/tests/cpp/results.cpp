// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Results have the words of std::expected, and convert to and from it where it is there. This file is a test of C++17
// and once more of C++23.
#include "check.hpp"

#include <memory>

namespace {

cmetrics::Failure failure(const std::string &message) {
    cmetrics::Failure made;
    made.code = CMETRICS_CONFLICT;
    made.message = message;
    return made;
}

void a_result_is_a_value_or_a_failure() {
    cmetrics::Result<std::string> good(std::string("text"));
    CHECK(good && good.ok() && good.has_value() && *good == "text" && good->size() == 4);
    CHECK_EQUAL(good.value_or("other"), "text");
    const cmetrics::Result<std::string> bad(failure("why"));
    CHECK(!bad && !bad.has_value() && bad.error().message == "why");
    CHECK_EQUAL(bad.value_or("other"), "other");
    CHECK_EQUAL(check::code([&] { static_cast<void>(*bad); }), CMETRICS_CONFLICT);
    CHECK_EQUAL(check::code([&] { static_cast<void>(bad->size()); }), CMETRICS_CONFLICT);
    *good += "s";
    CHECK_EQUAL(*std::as_const(good), "texts");
}

void what_can_only_be_moved_is_moved_out() {
    cmetrics::Result<std::unique_ptr<int>> one(std::make_unique<int>(7));
    auto twice = std::move(one).transform([](std::unique_ptr<int> value) { return 2 * *value; });
    CHECK_EQUAL(*twice, 14);
    cmetrics::Result<std::unique_ptr<int>> other(std::make_unique<int>(7));
    const std::unique_ptr<int> out = *std::move(other);
    CHECK_EQUAL(*out, 7);
}

void results_are_chained() {
    const auto root = cmetrics::Registry::isolated();
    const auto depth = root.try_child("engine")
                           .and_then([](const cmetrics::Registry &engine) { return engine.try_int_gauge("depth"); })
                           .transform([](const cmetrics::IntGauge &gauge) {
                               gauge.set(3);
                               return gauge.value();
                           });
    CHECK_EQUAL(depth.value(), 3);
    const auto refused = root.try_child("not a name").and_then([](const cmetrics::Registry &engine) {
        CHECK(!"reached");
        return engine.try_int_gauge("depth");
    });
    CHECK_EQUAL(refused.error().code, CMETRICS_INVALID_ARGUMENT);
    const auto healed = refused.or_else([&](const cmetrics::Failure &why) {
        CHECK(!why.message.empty());
        return root.try_int_gauge("spare");
    });
    CHECK(healed->attached());

    int done = 0;
    const cmetrics::Result<void> fine = root.try_reset();
    CHECK(fine.transform([&] { ++done; }).and_then([&] { return ++done, root.try_reset(); }).has_value());
    CHECK_EQUAL(done, 2);
    const cmetrics::Result<void> none = root.try_remove_all().transform([] { CHECK(!"reached"); });
    CHECK(!none && none.or_else([](const cmetrics::Failure &) { return cmetrics::Result<void>(); }).ok());
}

#if defined(__cpp_lib_expected)
std::expected<cmetrics::Counter, cmetrics::Failure> make(const cmetrics::Registry &root, std::string_view name) {
    return root.try_counter(name);
}

void a_result_is_what_the_standard_expects() {
    const auto root = cmetrics::Registry::isolated();
    auto made = make(root, "requests");
    CHECK(made.has_value() && made->attached());
    CHECK_EQUAL(make(root, "not a name").error().code, CMETRICS_INVALID_ARGUMENT);
    const cmetrics::Result<cmetrics::Counter> kept = root.try_counter("requests");
    const std::expected<cmetrics::Counter, cmetrics::Failure> copied = kept;
    CHECK(*copied == *kept && kept.ok());
    const cmetrics::Result<cmetrics::Counter> back = make(root, "not a name");
    CHECK_EQUAL(back.error().subject, "not a name");
    const std::expected<void, cmetrics::Failure> reset = root.try_reset();
    const std::expected<void, cmetrics::Failure> refused = root.try_remove_all();
    CHECK(reset.has_value() && refused.error().code == CMETRICS_INVALID_ARGUMENT);
    CHECK(!cmetrics::Result<void>(refused).ok() && cmetrics::Result<void>(reset).ok());
}
#endif

} // namespace

int main(int argc, char **) {
    a_result_is_a_value_or_a_failure();
    what_can_only_be_moved_is_moved_out();
    results_are_chained();
#if defined(__cpp_lib_expected)
    static_cast<void>(argc);
    a_result_is_what_the_standard_expects();
#else
    CHECK(argc == 1); // an argument says that std::expected is there
#endif
    return check::finish();
}
