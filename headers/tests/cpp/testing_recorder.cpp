// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The doubles: one that notes every update, one that keeps nothing.
#include "check.hpp"

#include <cmetrics-1/testing.hpp>

#include <thread>

namespace kit = cmetrics::testing;
using Texts = std::vector<std::string>;
using namespace std::chrono_literals;

static void every_update_of_every_kind_is_noted_in_order() {
    const kit::Recorder recorder;
    const auto &root = recorder.registry();
    const auto counter = root.counter("events");
    counter.inc();
    counter.add(2);
    root.int_counter("bytes").add(1500);
    root.float_counter("joules").add(1.5);
    root.duration_counter("latency").add(250ms);
    const auto depth = root.int_gauge("depth");
    depth.set(3);
    depth.add(4);
    depth.sub(5);
    depth.inc();
    depth.dec();
    const auto load = root.float_gauge("load");
    load.set(0.5);
    load.add(0.25);
    load.sub(0.125);
    load.inc();
    load.dec();
    const auto age = root.duration_gauge("age");
    age.set(5ns);
    age.add(6ns);
    age.sub(7ns);
    age.inc();
    age.dec();
    const auto events = recorder.events();
    CHECK(recorder.take_texts() == (Texts{"inc events_total 1",
                                          "add events_total 2",
                                          "add bytes 1500",
                                          "add joules 1.5",
                                          "add latency_seconds 0.25",
                                          "set depth 3",
                                          "add depth 4",
                                          "sub depth 5",
                                          "inc depth 1",
                                          "dec depth 1",
                                          "set load 0.5",
                                          "add load 0.25",
                                          "sub load 0.125",
                                          "inc load 1",
                                          "dec load 1",
                                          "set age_seconds 0.000000005",
                                          "add age_seconds 0.000000006",
                                          "sub age_seconds 0.000000007",
                                          "inc age_seconds 1",
                                          "dec age_seconds 1"}));
    CHECK(events.size() == 20 && events[4].operation == "add" && events[4].name == "latency_seconds");
    CHECK(events[4].amount == kit::Value(250ms) && events[4].labels.empty() && recorder.events().empty());
    // What was noted was passed on.
    kit::assert_metric(recorder, "events_total", 3);
    kit::assert_metric(recorder, "depth", 2);
    kit::assert_metric(recorder, "load", 0.625);
    kit::assert_metric(recorder, "age_seconds", 4ns);
}

static void children_families_copies_and_finds_are_noted() {
    const kit::Recorder recorder;
    const auto engine = recorder.registry().child("vllm:", {{"engine", "0"}});
    const auto errors = engine.child("deep").counter_family("errors", {"type"});
    errors.with("io").inc();
    const cmetrics::Counter kept = errors.with("io");
    kept.inc();
    engine.counter("steps");
    engine.find<cmetrics::Counter>("steps")->inc();
    const auto events = recorder.events();
    CHECK(recorder.take_texts() ==
          (Texts{"inc vllm:deep_errors_total{engine=\"0\",type=\"io\"} 1",
                 "inc vllm:deep_errors_total{engine=\"0\",type=\"io\"} 1", "inc vllm:steps_total{engine=\"0\"} 1"}));
    CHECK(events[0].labels == (cmetrics::Labels{{"engine", "0"}, {"type", "io"}}));
}

static void the_root_of_a_scope_is_noted_whoever_asks() {
    const kit::Recorder recorder;
    const auto root = cmetrics::root();
    {
        const cmetrics::Scope scope(recorder.registry());
        CHECK(cmetrics::root() == recorder.registry());
        cmetrics::root().counter("requests").inc();
        cmetrics::Client("plugin").root().counter("steps").inc();
        const kit::ScopedRoot inner;
        cmetrics::root().counter("unseen").inc();
        kit::assert_metric(inner, "unseen_total", 1);
    }
    CHECK(cmetrics::root() == root);
    CHECK(recorder.take_texts() == (Texts{"inc requests_total 1", "inc steps_total 1"}));
}

static void recorders_do_not_hear_of_each_other() {
    const kit::Recorder first;
    const kit::Recorder second;
    first.registry().counter("requests").inc();
    second.registry().counter("requests").add(2);
    cmetrics::Registry::isolated().counter("requests").add(3);
    CHECK(first.take_texts() == Texts{"inc requests_total 1"});
    CHECK(second.take_texts() == Texts{"add requests_total 2"});
}

static void handles_outlive_their_recorder() {
    std::optional<kit::Recorder> recorder(std::in_place);
    const auto root = recorder->registry();
    const auto counter = root.counter("requests");
    {
        const auto copy = *recorder;
        counter.inc();
    }
    CHECK(recorder->take_texts() == Texts{"inc requests_total 1"});
    recorder.reset();
    counter.inc();
    root.counter("late").inc();
    kit::assert_metric(root, "requests_total", 2);
    kit::assert_metric(root, "late_total", 1);
    const kit::Recorder next; // in the place of the one that ended
    counter.inc();
    next.registry().counter("requests").inc();
    CHECK(next.take_texts() == Texts{"inc requests_total 1"});
    kit::assert_metric(root, "requests_total", 3);
}

static void a_detached_handle_and_a_refused_amount_are_noted_too() {
    const kit::Recorder recorder;
    recorder.registry().int_gauge("depth").set(1);
    cmetrics::MetricOptions options;
    options.detached_on_error = true;
    const auto odd = recorder.registry().float_gauge("depth", options);
    odd.set(0.5);
    const auto energy = recorder.registry().float_counter("joules");
    energy.add(-1.0);
    CHECK(!odd.attached() && energy.count() == 0);
    CHECK(recorder.take_texts() == (Texts{"set depth 1", "set depth 0.5", "add joules -1"}));
}

static void threads_lose_nothing() {
    const kit::Recorder recorder;
    std::vector<std::thread> all;
    for (int thread = 0; thread < 4; ++thread) {
        all.emplace_back([&recorder, thread] {
            const cmetrics::Scope scope(recorder.registry());
            const auto counter = cmetrics::root().counter("requests", {"", {{"thread", std::to_string(thread)}}});
            for (int i = 0; i < 500; ++i) {
                counter.inc();
            }
        });
    }
    for (auto &thread : all) {
        thread.join();
    }
    int of_one = 0;
    const auto events = recorder.take();
    for (const auto &event : events) {
        of_one += event.labels.at(0).second == "2" ? 1 : 0;
    }
    CHECK(events.size() == 2000 && of_one == 500);
}

static void a_noop_takes_everything_and_keeps_nothing() {
    const auto root = kit::noop();
    const auto gauge = root.child("engine").int_gauge_family("depth", {"queue"});
    gauge.with("in").set(3);
    CHECK(gauge.with("in").value() == 0 && kit::Snapshot::of(root).empty() && root.render().empty());
}

int main() {
    every_update_of_every_kind_is_noted_in_order();
    children_families_copies_and_finds_are_noted();
    the_root_of_a_scope_is_noted_whoever_asks();
    recorders_do_not_hear_of_each_other();
    handles_outlive_their_recorder();
    a_detached_handle_and_a_refused_amount_are_noted_too();
    threads_lose_nothing();
    a_noop_takes_everything_and_keeps_nothing();
    return check::finish();
}
