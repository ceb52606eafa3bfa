// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Handles in every order of release: after the registry, after removal, after the root; and handles that were detached
// from the start.

#include "check.h"

static cmetrics_metric *as_metric(cmetrics_counter *counter) {
    return (cmetrics_metric *)counter;
}

// A handle that nothing shows any more still counts by itself.
static void is_detached(cmetrics_counter *counter) {
    uint64_t before = api->counter->value(counter);
    CHECK(api->metric->attached(as_metric(counter)) == 0);
    api->counter->add(counter, 2);
    CHECK(api->counter->value(counter) == before + 2);
    CHECK(api->metric->kind(as_metric(counter)) == CMETRICS_KIND_COUNTER && api->metric->id(as_metric(counter)) != 0);
}

static void releasing_a_handle_removes_nothing(void) {
    cmetrics_registry *root = isolated(), *below = child(root, "a");
    cmetrics_counter *counter = make_counter(below, "x");
    uint64_t id = api->metric->id(as_metric(counter)), below_id = api->registry->id(below);
    api->counter->inc(counter);
    release(counter);
    api->registry->release(below);
    CHECK(has(report(root), "\na_x_total 1\n"));
    below = child(root, "a");
    counter = make_counter(below, "x");
    CHECK(api->registry->id(below) == below_id && api->metric->id(as_metric(counter)) == id);
    CHECK(api->counter->value(counter) == 1);
    api->registry->release(below);
    api->registry->release(root);
    is_detached(counter); // Metrics do not keep a root alive.
    release(counter);
}

static void any_registry_of_a_root_keeps_it_alive(void) {
    cmetrics_registry *root = isolated(), *below = child(root, "a"), *again = child(root, "a");
    cmetrics_counter *counter = make_counter(root, "x");
    CHECK(below == again);
    api->registry->retain(root);
    api->registry->retain(below);
    api->registry->release(root);
    api->registry->release(root);
    api->registry->release(below);
    api->registry->release(again);
    CHECK(api->metric->attached(as_metric(counter)) == 1); // One reference of `below` is left.
    CHECK_SAME(report(below), "");
    release(make_counter(below, "y"));
    CHECK(has(report(below), "\na_y_total 0\n"));
    api->registry->release(below);
    is_detached(counter);
    release(counter);
}

static void the_process_root_outlives_its_handles(void) {
    cmetrics_registry *first = api->registry->root(api), *second = api->registry->root(api);
    cmetrics_counter *counter = make_counter(first, "lifetime_of_process");
    CHECK(first == second);
    api->registry->release(first);
    api->registry->release(second);
    CHECK(api->metric->attached(as_metric(counter)) == 1);
    first = api->registry->root(api);
    CHECK(api->registry->remove(first, NULL) == CMETRICS_INVALID_ARGUMENT);
    CHECK(api->registry->remove_metric(first, as_metric(counter), NULL) == CMETRICS_OK);
    api->registry->release(first);
    is_detached(counter);
    release(counter);
}

static void a_removed_metric_is_gone_for_good(void) {
    cmetrics_registry *root = isolated(), *a = child(root, "a");
    cmetrics_counter *first = make_counter(a, "x"), *same = make_counter(root, "a_x"), *next;
    cmetrics_error *error = NULL;
    uint64_t id = api->metric->id(as_metric(first));
    CHECK(first == same);
    api->counter->add(first, 5);
    // Two registries made it: it stays until both let it go.
    CHECK(api->registry->remove_metric(a, as_metric(first), NULL) == CMETRICS_OK);
    CHECK(api->metric->attached(as_metric(first)) == 1 && has(report(root), "\na_x_total 5\n"));
    CHECK(api->registry->remove_metric(a, as_metric(first), &error) == CMETRICS_NOT_FOUND);
    CHECK(tell(error).code == CMETRICS_NOT_FOUND);
    CHECK(api->registry->remove_metric(root, as_metric(first), NULL) == CMETRICS_OK);
    is_detached(first);
    CHECK_SAME(report(root), "");
    // Made again, it is another one, from zero; the old handle reaches nothing of it.
    next = make_counter(a, "x");
    CHECK(api->metric->id(as_metric(next)) != id && api->counter->value(next) == 0);
    api->counter->inc(first);
    CHECK(has(report(root), "\na_x_total 0\n"));
    CHECK(api->registry->remove_metric(a, as_metric(first), NULL) == CMETRICS_NOT_FOUND);
    release(first);
    release(same);
    release(next);
    api->registry->release(a);
    api->registry->release(root);
}

static void a_removed_registry_makes_nothing(void) {
    cmetrics_registry *root = isolated(), *a = child(root, "a"), *b = child(a, "b"), *made = NULL;
    cmetrics_counter *counter = make_counter(b, "x");
    cmetrics_metric_desc desc = wanted(CMETRICS_KIND_COUNTER, "y");
    cmetrics_registry_desc below = {sizeof below, 0, {"c", 1}, NULL, 0, NULL};
    cmetrics_sink sink = {sizeof sink, 0, report_write, NULL};
    cmetrics_metric *metric = NULL;
    cmetrics_error *error = NULL;
    struct told told;
    CHECK(api->registry->remove(a, NULL) == CMETRICS_OK);
    is_detached(counter);
    CHECK(api->registry->metric(b, &desc, &metric, &error) == CMETRICS_GONE && metric == NULL);
    told = tell(error);
    CHECK(told.code == CMETRICS_GONE && told.message[0] != 0 && told.hint[0] != 0);
    CHECK(api->registry->find(b, &desc, &metric, NULL) == CMETRICS_GONE);
    CHECK(api->registry->child(a, &below, &made, NULL) == CMETRICS_GONE && made == NULL);
    CHECK(api->registry->render(a, NULL, &sink, NULL) == CMETRICS_GONE);
    CHECK(api->registry->reset(a, NULL) == CMETRICS_GONE);
    CHECK(api->registry->remove(b, NULL) == CMETRICS_GONE);
    CHECK(api->registry->scope_enter(api, b, NULL) == CMETRICS_GONE);
    made = child(root, "a"); // The same place, another registry.
    CHECK(made != a && api->registry->id(made) != api->registry->id(a));
    api->registry->release(root);
    api->registry->release(made);
    api->registry->release(a);
    api->registry->release(b);
    release(counter);
}

static void a_closed_client_creates_nothing_and_what_it_made_stays(void) {
    cmetrics_registry *root = isolated();
    cmetrics_client *plugin = client("plugin", "c");
    cmetrics_metric_desc desc = wanted(CMETRICS_KIND_COUNTER, "x");
    cmetrics_metric *metric = NULL, *other = NULL;
    desc.owner = plugin;
    CHECK(api->registry->metric(root, &desc, &metric, NULL) == CMETRICS_OK);
    api->client->close(plugin);
    api->client->close(plugin);
    CHECK(api->registry->metric(root, &desc, &other, NULL) == CMETRICS_GONE && other == NULL);
    api->client->release(plugin);
    CHECK(has(report(root), "\nx_total 0\n") && api->metric->attached(metric) == 1);
    api->registry->release(root);
    release(metric);
}

static void what_cannot_be_created_may_be_detached(void) {
    static const struct {
        int32_t kind;
        const char *name;
        cmetrics_status status;
    } cases[] = {{CMETRICS_KIND_COUNTER, "taken", CMETRICS_CONFLICT},
                 {CMETRICS_KIND_COUNTER, "a b", CMETRICS_INVALID_ARGUMENT},
                 {CMETRICS_KIND_COUNTER, "", CMETRICS_INVALID_ARGUMENT},
                 {CMETRICS_KIND_COUNTER, "more", CMETRICS_LIMIT}};
    cmetrics_registry *root = isolated();
    cmetrics_label tenant = label("tenant", "b");
    release(make(root, CMETRICS_KIND_INT_GAUGE, "taken", 0));
    release(make_counter(root, "more"));
    CHECK(api->registry->limit_series(root, 1, NULL) == CMETRICS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cmetrics_metric_desc desc = wanted(cases[i].kind, cases[i].name);
        cmetrics_metric *metric = NULL;
        cmetrics_error *error = NULL;
        desc.flags = CMETRICS_METRIC_DETACHED_ON_ERROR;
        desc.labels = &tenant;
        desc.n_labels = 1;
        CHECK(api->registry->metric(root, &desc, &metric, &error) == cases[i].status);
        CHECK(tell(error).code == cases[i].status);
        if (CHECK(metric != NULL))
            is_detached((cmetrics_counter *)metric);
        release(metric);
    }
    cmetrics_metric_desc unknown = wanted(99, "x");
    cmetrics_metric *metric = NULL;
    unknown.flags = CMETRICS_METRIC_DETACHED_ON_ERROR;
    CHECK(api->registry->metric(root, &unknown, &metric, NULL) == CMETRICS_UNSUPPORTED && metric == NULL);
    CHECK(has(report_with_self(root), "cmetrics_refused_series_total{family=\"taken_total\"} 1\n"));
    CHECK(has(report_with_self(root), "cmetrics_refused_series_total{family=\"more_total\"} 1\n"));
    api->registry->release(root);
}

static void scopes_nest_and_keep_their_root(void) {
    cmetrics_registry *outer = isolated(), *inner = isolated(), *now;
    uint64_t process, outer_id = api->registry->id(outer), inner_id = api->registry->id(inner);
    const uint64_t *expected[] = {&inner_id, &outer_id, &process, &process};
    now = api->registry->root(api);
    process = api->registry->id(now);
    api->registry->release(now);
    CHECK(api->registry->scope_enter(api, outer, NULL) == CMETRICS_OK);
    CHECK(api->registry->scope_enter(api, inner, NULL) == CMETRICS_OK);
    api->registry->release(outer);
    api->registry->release(inner);
    for (size_t i = 0; i < 4; i++) {
        now = api->registry->root(api);
        CHECK(api->registry->id(now) == *expected[i]);
        api->registry->release(now);
        api->registry->scope_leave(api); // The last two times there is nothing to leave.
    }
}

int main(void) {
    load();
    releasing_a_handle_removes_nothing();
    any_registry_of_a_root_keeps_it_alive();
    the_process_root_outlives_its_handles();
    a_removed_metric_is_gone_for_good();
    a_removed_registry_makes_nothing();
    a_closed_client_creates_nothing_and_what_it_made_stays();
    what_cannot_be_created_may_be_detached();
    scopes_nest_and_keep_their_root();
    return finish();
}
