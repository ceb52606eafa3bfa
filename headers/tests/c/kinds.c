// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Every kind: its updates, its reads, and the exact text that it is exposed as.

#include "check.h"

#include <math.h>

static void events_are_counted(void) {
    cmetrics_registry *root = isolated();
    cmetrics_counter *counter = make_counter(root, "requests");
    api->counter->inc(counter);
    api->counter->add(counter, 41);
    CHECK(api->counter->value(counter) == 42);
    CHECK_SAME(report(root), "# HELP requests_total \n# TYPE requests_total counter\nrequests_total 42\n");
    api->counter->add(counter, UINT64_MAX);
    CHECK(api->counter->value(counter) == 41);
    CHECK(api->metric->kind((cmetrics_metric *)counter) == CMETRICS_KIND_COUNTER);
    release(counter);
    api->registry->release(root);
}

static void integers_have_a_total_and_a_count(void) {
    cmetrics_registry *root = isolated();
    cmetrics_int_counter *tokens = (void *)make(root, CMETRICS_KIND_INT_COUNTER, "tokens", 0);
    cmetrics_int_counter *bytes = (void *)make(root, CMETRICS_KIND_INT_COUNTER, "bytes", CMETRICS_METRIC_TOTAL_ONLY);
    uint64_t total = 9, count = 9;
    api->int_counter->read(tokens, &total, &count);
    CHECK(total == 0 && count == 0);
    api->int_counter->add(tokens, 9007199254740993u); // No double holds it.
    api->int_counter->add(tokens, 0);
    api->int_counter->add(bytes, 7);
    api->int_counter->read(tokens, &total, &count);
    CHECK(total == 9007199254740993u && count == 2);
    api->int_counter->read(tokens, NULL, &count);
    api->int_counter->read(tokens, &total, NULL);
    api->int_counter->read(tokens, NULL, NULL);
    CHECK_SAME(report(root), "# HELP bytes_total \n# TYPE bytes_total counter\nbytes_total 7\n"
                             "# HELP tokens \n# TYPE tokens summary\ntokens_sum 9007199254740993\ntokens_count 2\n");
    release(tokens);
    release(bytes);
    api->registry->release(root);
}

static void doubles_take_what_a_total_can_take(void) {
    cmetrics_registry *root = isolated();
    cmetrics_float_counter *cost = (void *)make(root, CMETRICS_KIND_FLOAT_COUNTER, "cost", 0);
    const double refused[] = {-1.0, -INFINITY, INFINITY, NAN}; // One negative, three not finite.
    double total = 9;
    uint64_t count = 9;
    api->float_counter->add(cost, 0.1);
    api->float_counter->add(cost, 0.2);
    api->float_counter->add(cost, -0.0);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        api->float_counter->add(cost, refused[i]);
    api->float_counter->read(cost, &total, &count);
    CHECK(total == 0.1 + 0.2 && count == 3);
    CHECK_SAME(report(root), "# HELP cost \n# TYPE cost summary\ncost_sum 0.30000000000000004\ncost_count 3\n");
    const char *all = report_with_self(root);
    CHECK(has(all, "\ncmetrics_refused_updates_total{reason=\"negative\"} 1\n"));
    CHECK(has(all, "\ncmetrics_refused_updates_total{reason=\"not_finite\"} 3\n"));
    release(cost);
    api->registry->release(root);
}

static void durations_are_exact_seconds(void) {
    cmetrics_registry *root = isolated();
    cmetrics_duration_counter *wait = (void *)make(root, CMETRICS_KIND_DURATION_COUNTER, "wait", 0);
    cmetrics_duration_counter *busy =
        (void *)make(root, CMETRICS_KIND_DURATION_COUNTER, "busy", CMETRICS_METRIC_TOTAL_ONLY);
    uint64_t total = 9, count = 9;
    api->duration_counter->add(wait, 1500000000);
    api->duration_counter->add(wait, 345);
    api->duration_counter->add(wait, -1);
    api->duration_counter->add(busy, 1);
    api->duration_counter->read(wait, &total, &count);
    CHECK(total == 1500000345 && count == 2);
    CHECK_SAME(report(root), "# HELP busy_seconds_total \n# TYPE busy_seconds_total counter\n"
                             "busy_seconds_total 0.000000001\n"
                             "# HELP wait_seconds \n# TYPE wait_seconds summary\n"
                             "wait_seconds_sum 1.500000345\nwait_seconds_count 2\n");
    CHECK(has(report_with_self(root), "\ncmetrics_refused_updates_total{reason=\"negative\"} 1\n"));
    release(wait);
    release(busy);
    api->registry->release(root);
}

static void integer_gauges_go_up_and_down(void) {
    cmetrics_registry *root = isolated();
    cmetrics_int_gauge *depth = (void *)make(root, CMETRICS_KIND_INT_GAUGE, "depth", 0);
    api->int_gauge->set(depth, 10);
    api->int_gauge->add(depth, 5);
    api->int_gauge->sub(depth, 20);
    api->int_gauge->inc(depth);
    api->int_gauge->dec(depth);
    api->int_gauge->dec(depth);
    CHECK(api->int_gauge->value(depth) == -6);
    CHECK_SAME(report(root), "# HELP depth \n# TYPE depth gauge\ndepth -6\n");
    api->int_gauge->set(depth, INT64_MAX);
    api->int_gauge->inc(depth);
    CHECK(api->int_gauge->value(depth) == INT64_MIN);
    release(depth);
    api->registry->release(root);
}

static void gauges_of_doubles_may_be_set_to_anything(void) {
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.1, "0.1"}, {-2.5, "-2.5"}, {NAN, "NaN"}, {INFINITY, "+Inf"}, {-INFINITY, "-Inf"}, {3.0, "3"}};
    cmetrics_registry *root = isolated();
    cmetrics_float_gauge *load_average = (void *)make(root, CMETRICS_KIND_FLOAT_GAUGE, "load", 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[128];
        api->float_gauge->set(load_average, cases[i].value);
        snprintf(expected, sizeof expected, "# HELP load \n# TYPE load gauge\nload %s\n", cases[i].text);
        CHECK_SAME(report(root), expected);
    }
    api->float_gauge->set(load_average, 2.0);
    api->float_gauge->add(load_average, 0.5);
    api->float_gauge->sub(load_average, 0.25);
    api->float_gauge->inc(load_average);
    api->float_gauge->dec(load_average);
    api->float_gauge->dec(load_average);
    api->float_gauge->add(load_average, NAN);
    api->float_gauge->sub(load_average, INFINITY);
    CHECK(api->float_gauge->value(load_average) == 1.25);
    CHECK(has(report_with_self(root), "\ncmetrics_refused_updates_total{reason=\"not_finite\"} 2\n"));
    release(load_average);
    api->registry->release(root);
}

static void gauges_of_durations_count_in_seconds(void) {
    cmetrics_registry *root = isolated();
    cmetrics_duration_gauge *skew = (void *)make(root, CMETRICS_KIND_DURATION_GAUGE, "skew", 0);
    api->duration_gauge->set(skew, 1000);
    api->duration_gauge->add(skew, 500);
    api->duration_gauge->sub(skew, 1845);
    CHECK(api->duration_gauge->value(skew) == -345);
    CHECK_SAME(report(root), "# HELP skew_seconds \n# TYPE skew_seconds gauge\nskew_seconds -0.000000345\n");
    api->duration_gauge->inc(skew);
    CHECK(api->duration_gauge->value(skew) == 999999655);
    api->duration_gauge->dec(skew);
    api->duration_gauge->dec(skew);
    CHECK(api->duration_gauge->value(skew) == -1000000345);
    CHECK(has(report(root), "\nskew_seconds -1.000000345\n"));
    release(skew);
    api->registry->release(root);
}

static void an_amount_that_an_sdk_dropped_is_counted_by_its_reason(void) {
    static const char *reasons[] = {"other", "negative", "not_finite", "out_of_range"};
    cmetrics_registry *root = isolated();
    cmetrics_metric *gauge = make(root, CMETRICS_KIND_INT_GAUGE, "g", 0);
    for (int32_t reason = CMETRICS_REFUSED_OTHER; reason <= CMETRICS_REFUSED_OUT_OF_RANGE; reason++) {
        char line[128];
        api->metric->refuse(gauge, reason);
        snprintf(line, sizeof line, "\ncmetrics_refused_updates_total{reason=\"%s\"} 1\n", reasons[reason]);
        CHECK(has(report_with_self(root), line));
    }
    release(gauge);
    api->registry->release(root);
}

int main(void) {
    load();
    events_are_counted();
    integers_have_a_total_and_a_count();
    doubles_take_what_a_total_can_take();
    durations_are_exact_seconds();
    integer_gauges_go_up_and_down();
    gauges_of_doubles_may_be_set_to_anything();
    gauges_of_durations_count_in_seconds();
    an_amount_that_an_sdk_dropped_is_counted_by_its_reason();
    return finish();
}
