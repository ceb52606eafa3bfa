// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Metrics said word by word, and family members asked for by the names of their labels.
#include "check.hpp"

static void a_builder_makes_what_options_make() {
    const auto root = cmetrics::Registry::isolated();
    const auto built = cmetrics::build_counter()
                           .name("requests")
                           .help("Requests served")
                           .label("zone", "eu")
                           .labels({{"path", "/a"}})
                           .priority(cmetrics::Priority::high)
                           .unit("requests")
                           .register_in(root);
    built.inc();
    CHECK(built == root.counter("requests", {"", {{"path", "/a"}, {"zone", "eu"}}}));
    const auto told = built.describe();
    CHECK(told.help == "Requests served" && told.priority == cmetrics::Priority::high && told.unit == "requests");
    cmetrics::build_int_counter().name("tokens").total_only().register_in(root).add(5);
    cmetrics::build_float_counter().name("joules").register_in(root).add(0.5);
    cmetrics::build_duration_counter().name("latency").register_in(root).add(std::chrono::milliseconds(250));
    cmetrics::build_int_gauge().name("depth").register_in(root).set(-1);
    cmetrics::build_float_gauge().name("Load").verbatim().register_in(root).set(2.5);
    cmetrics::build_duration_gauge().name("age").register_in(root).set(std::chrono::seconds(3));
    const std::string text = check::report(root);
    for (const char *line : {"tokens_total 5\n", "joules_sum 0.5\n", "latency_seconds_sum 0.25\n", "depth -1\n",
                             "Load 2.5\n", "age_seconds 3\n"}) {
        CHECK(text.find(line) != std::string::npos);
    }
}

static void a_builder_can_be_kept_and_fails_as_the_registry_does() {
    const auto root = cmetrics::Registry::isolated();
    auto builder = cmetrics::build_int_gauge();
    builder.name("depth").help("Requests that wait");
    const auto plain = builder.register_in(root);
    CHECK(builder.label("queue", "a").register_in(root) != plain && plain == root.int_gauge("depth"));
    CHECK_EQUAL(cmetrics::build_counter().try_register_in(root).error().code, CMETRICS_INVALID_ARGUMENT);
    CHECK_EQUAL(check::code([&] { cmetrics::build_counter().name("depth").register_in(root); }), CMETRICS_CONFLICT);
    CHECK(!cmetrics::build_float_gauge().name("depth").detached_on_error().register_in(root).attached());
}

static void a_family_adds_members_by_the_names_of_their_labels() {
    const auto root = cmetrics::Registry::isolated();
    const auto packets = cmetrics::build_counter()
                             .name("packets")
                             .help("Packets seen")
                             .label("host", "a")
                             .label_names({"protocol", "direction"})
                             .register_in(root);
    packets.add({{"protocol", "tcp"}, {"direction", "rx"}}).inc();
    packets.add({{"direction", "rx"}, {"protocol", "tcp"}}).inc();
    packets.with("tcp", "rx").inc();
    CHECK(check::report(root).find("packets_total{direction=\"rx\",host=\"a\",protocol=\"tcp\"} 3\n") !=
          std::string::npos);

    const auto refused = [&](const cmetrics::Labels &labels) { return packets.try_add(labels).error(); };
    CHECK(refused({{"protocol", "tcp"}}).message.find("has 2 labels and was asked for with 1 values") !=
          std::string::npos);
    CHECK_EQUAL(refused({{"protocol", "tcp"}, {"port", "80"}}).message,
                "the family \"packets\" was asked for with the label \"port\", which it does not have");
    CHECK_EQUAL(refused({{"protocol", "tcp"}, {"protocol", "udp"}}).message,
                "the family \"packets\" was asked for with the label \"protocol\" twice");
    CHECK_EQUAL(refused({{"protocol", "tcp"}, {"protocol", "udp"}}).subject, "protocol");
    CHECK_EQUAL(check::code([&] { packets.add({}); }), CMETRICS_INVALID_ARGUMENT);
}

int main() {
    a_builder_makes_what_options_make();
    a_builder_can_be_kept_and_fails_as_the_registry_does();
    a_family_adds_members_by_the_names_of_their_labels();
    return check::finish();
}
