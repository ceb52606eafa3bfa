// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The fake tables of the test kit, handed to code that was written against a table, and roots for the length of a test.

#include "check.h"

#include <cmetrics-1/cmetrics_testing.h>

// ---- the code under test: it knows a table, and asks it for the root ----

static void *metric_in(const cmetrics_api_v1 *table, cmetrics_registry *registry, int32_t kind, const char *name,
                       const char *key, const char *value) {
    cmetrics_metric_desc desc = wanted(kind, name);
    cmetrics_label labels = label(key, value);
    cmetrics_metric *made = NULL;
    desc.labels = &labels;
    desc.n_labels = key != NULL;
    CHECK(table->registry->metric(registry, &desc, &made, NULL) == CMETRICS_OK);
    return made;
}

static void serve(const cmetrics_api_v1 *table) {
    cmetrics_registry *root = table->registry->root(table);
    cmetrics_counter *requests = metric_in(table, root, CMETRICS_KIND_COUNTER, "requests", "path", "/a");
    cmetrics_int_gauge *depth = metric_in(table, root, CMETRICS_KIND_INT_GAUGE, "depth", NULL, NULL);
    table->int_gauge->inc(depth);
    table->counter->inc(requests);
    table->counter->add(requests, 2);
    table->int_gauge->dec(depth);
    table->metric->release((cmetrics_metric *)requests);
    table->metric->release((cmetrics_metric *)depth);
    table->registry->release(root);
}

// ---- the tests ----

// The events so far, a line for each, and forgets them.
static const char *taken(cmetrics_test_recorder *recorder) {
    static char lines[4096];
    cmetrics_test_text text = {0};
    size_t n, i;
    cmetrics_test_event *events = cmetrics_test_recorder_events(recorder, 1, &n);
    for (i = 0; i < n; ++i) {
        cmetrics_test_put_event(&text, events + i);
        cmetrics_test_puts(&text, "\n");
    }
    free(events);
    cmetrics_test_hand_out(&text, lines, sizeof lines);
    cmetrics_test_text_free(&text);
    return lines;
}

static void what_code_did_is_noted_in_order(void) {
    cmetrics_test_recorder *recorder = cmetrics_test_recorder_begin(api);
    cmetrics_test_number value;
    size_t n;
    if (!CHECK(recorder != NULL))
        return;
    CHECK(cmetrics_test_recorder_events(recorder, 0, &n) == NULL && n == 0);
    serve(&recorder->api);
    free(cmetrics_test_recorder_events(recorder, 0, &n));
    CHECK(n == 4);
    CHECK_SAME(taken(recorder), "inc depth 1\ninc requests_total{path=\"/a\"} 1\n"
                                "add requests_total{path=\"/a\"} 2\ndec depth 1\n");
    CHECK_SAME(taken(recorder), "");
    // What was noted was passed on; the library's table is as it was.
    CHECK(cmetrics_test_value(api, recorder->root, "requests_total", NULL, &value) == CMETRICS_OK && value.bits == 3);
    serve(api);
    CHECK_SAME(taken(recorder), "");
    cmetrics_test_recorder_end(recorder);
    cmetrics_test_recorder_end(NULL);
}

static void every_kind_and_every_update_is_noted(void) {
    cmetrics_test_recorder *recorder = cmetrics_test_recorder_begin(api);
    const cmetrics_api_v1 *table = &recorder->api;
    cmetrics_registry *root = table->registry->root(table);
    cmetrics_registry_desc desc = {0};
    cmetrics_registry *below = NULL;
    void *metric;
    desc.struct_size = sizeof desc;
    desc.prefix = text("engine");
    CHECK(table->registry->child(root, &desc, &below, NULL) == CMETRICS_OK);
    metric = metric_in(table, below, CMETRICS_KIND_INT_COUNTER, "tokens", NULL, NULL);
    table->int_counter->add(metric, 5);
    release(metric);
    metric = metric_in(table, below, CMETRICS_KIND_FLOAT_COUNTER, "joules", "k", "\"\n");
    table->float_counter->add(metric, -0.5);
    release(metric);
    metric = metric_in(table, below, CMETRICS_KIND_DURATION_COUNTER, "latency", NULL, NULL);
    table->duration_counter->add(metric, 250000000);
    release(metric);
    metric = metric_in(table, root, CMETRICS_KIND_INT_GAUGE, "depth", NULL, NULL);
    table->int_gauge->set(metric, -3);
    table->int_gauge->add(metric, 4);
    table->int_gauge->sub(metric, 5);
    release(metric);
    metric = metric_in(table, root, CMETRICS_KIND_FLOAT_GAUGE, "load", NULL, NULL);
    table->float_gauge->set(metric, 0.5);
    table->float_gauge->add(metric, 1e300);
    table->float_gauge->sub(metric, 0.25);
    table->float_gauge->inc(metric);
    table->float_gauge->dec(metric);
    release(metric);
    metric = metric_in(table, root, CMETRICS_KIND_DURATION_GAUGE, "age", NULL, NULL);
    table->duration_gauge->set(metric, 5);
    table->duration_gauge->add(metric, 6);
    table->duration_gauge->sub(metric, 7);
    table->duration_gauge->inc(metric);
    table->duration_gauge->dec(metric);
    release(metric);
    CHECK_SAME(taken(recorder), "add engine_tokens 5\nadd engine_joules{k=\"\\\"\\n\"} -0.5\n"
                                "add engine_latency_seconds 0.25\nset depth -3\nadd depth 4\nsub depth 5\n"
                                "set load 0.5\nadd load 1e+300\nsub load 0.25\ninc load 1\ndec load 1\n"
                                "set age_seconds 0.000000005\nadd age_seconds 0.000000006\n"
                                "sub age_seconds 0.000000007\ninc age_seconds 1\ndec age_seconds 1\n");
    table->registry->release(below);
    table->registry->release(root);
    cmetrics_test_recorder_end(recorder);
}

static void recorders_are_used_again_and_do_not_hear_of_each_other(void) {
    cmetrics_test_recorder *first = cmetrics_test_recorder_begin(api);
    cmetrics_test_recorder *second = cmetrics_test_recorder_begin(api);
    cmetrics_registry *root = first->api.registry->root(&first->api);
    cmetrics_counter *kept = metric_in(&first->api, root, CMETRICS_KIND_COUNTER, "kept", NULL, NULL);
    cmetrics_test_recorder *third;
    CHECK(first != second && first->root != second->root);
    serve(&second->api);
    CHECK_SAME(taken(first), "");
    CHECK(has(taken(second), "inc depth 1"));
    cmetrics_test_recorder_end(first);
    third = cmetrics_test_recorder_begin(api);
    CHECK(third == first);
    // A handle of the one that ended still counts, and nobody hears of it.
    third->api.counter->inc(kept);
    CHECK(third->api.counter->value(kept) == 1);
    CHECK_SAME(taken(third), "");
    third->api.metric->release((cmetrics_metric *)kept);
    third->api.registry->release(root);
    cmetrics_test_recorder_end(third);
    cmetrics_test_recorder_end(second);
}

static void a_scope_is_this_threads_root_until_it_ends(void) {
    const char *const labels[] = {"path", "/a", NULL};
    char message[256];
    cmetrics_registry *before = api->registry->root(api);
    cmetrics_registry *after;
    cmetrics_registry *outer = cmetrics_test_scope_begin(api);
    cmetrics_registry *inner = cmetrics_test_scope_begin(api);
    serve(api);
    CHECK(cmetrics_test_check(api, inner, "requests_total", labels, cmetrics_test_u64(3), message, sizeof message));
    cmetrics_test_scope_end(api, inner);
    CHECK(!cmetrics_test_check(api, outer, "requests_total", NULL, cmetrics_test_u64(3), message, sizeof message));
    CHECK_SAME(message, "requests_total: no such metric\n  the registry is empty");
    CHECK(!cmetrics_test_check(api, outer, "requests_total", NULL, cmetrics_test_u64(3), NULL, 0));
    cmetrics_test_scope_end(api, outer);
    cmetrics_test_scope_end(api, NULL);
    after = api->registry->root(api);
    CHECK(before == after);
    api->registry->release(before);
    api->registry->release(after);
}

static void a_registry_that_was_removed_says_so(void) {
    cmetrics_registry *root = isolated();
    cmetrics_registry *gone = child(root, "gone");
    char message[256];
    cmetrics_test_number value;
    CHECK(api->registry->remove(gone, NULL) == CMETRICS_OK);
    CHECK(!cmetrics_test_check(api, gone, "x", NULL, cmetrics_test_u64(0), message, sizeof message));
    CHECK(has(message, "the registry was removed"));
    CHECK(cmetrics_test_value(api, gone, "x", NULL, &value) == CMETRICS_GONE);
    api->registry->release(gone);
    api->registry->release(root);
}

static void the_noop_table_takes_everything(void) {
    const cmetrics_api_v1 *noop = cmetrics_noop();
    cmetrics_registry *root = cmetrics_test_isolated(noop);
    char message[256];
    serve(noop);
    CHECK(!cmetrics_test_check(noop, root, "requests_total", NULL, cmetrics_test_u64(3), message, sizeof message));
    CHECK_SAME(message, "requests_total: no such metric\n  the registry is empty");
    CHECK(cmetrics_test_recorder_begin(noop) == NULL);
}

int main(void) {
    load();
    what_code_did_is_noted_in_order();
    every_kind_and_every_update_is_noted();
    recorders_are_used_again_and_do_not_hear_of_each_other();
    a_scope_is_this_threads_root_until_it_ends();
    a_registry_that_was_removed_says_so();
    the_noop_table_takes_everything();
    return finish();
}
