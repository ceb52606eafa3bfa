// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Collectors: they merge with metrics and with each other, fail, are refused, remove themselves, close their client.

#include "check.h"

static cmetrics_registry *root;

// What a collector tells, and what came of it.
struct teller {
    int32_t type;
    const char *family;
    const char *tenants[3]; // One point each; NULL is none.
    uint64_t value;
    cmetrics_status answer;
    void (*before)(struct teller *teller); // Runs before it tells anything; may be NULL.
    cmetrics_collector *collector;
    cmetrics_client *client;
    unsigned calls, drops;
    cmetrics_status refused; // The last that was not OK.
};

static void note(struct teller *teller, cmetrics_status status) {
    if (status != CMETRICS_OK)
        teller->refused = status;
}

static cmetrics_status tell_point(const cmetrics_visitor *into, const char *tenant, const char *suffix, uint64_t bits) {
    cmetrics_label labels = label("tenant", tenant);
    cmetrics_value value = {text(suffix), {{NULL, 0}, {NULL, 0}}, CMETRICS_VALUE_U64, 0, bits};
    cmetrics_point point = {sizeof point, 0, 0, &labels, 1, &value, 1};
    return into->point(into->user, &point);
}

static cmetrics_status tell_family(const cmetrics_visitor *into, int32_t type, const char *name) {
    cmetrics_family family = {0};
    family.struct_size = sizeof family;
    family.type = type;
    family.name = text(name);
    return into->family(into->user, &family);
}

static cmetrics_status CMETRICS_CALL collect(void *user, const cmetrics_report_options *asked,
                                             const cmetrics_visitor *into) {
    struct teller *teller = user;
    CHECK(asked->struct_size >= sizeof *asked && into->struct_size >= sizeof *into);
    CHECK(asked->flags == CMETRICS_REPORT_NO_SELF || asked->flags == 0);
    teller->calls++;
    if (teller->before != NULL)
        teller->before(teller);
    note(teller, tell_family(into, teller->type, teller->family));
    for (size_t i = 0; i < 3 && teller->tenants[i] != NULL; i++)
        note(teller, tell_point(into, teller->tenants[i], NULL, teller->value));
    return teller->answer;
}

static void CMETRICS_CALL drop(void *user) {
    ((struct teller *)user)->drops++;
}

static void add(cmetrics_registry *registry, struct teller *teller) {
    cmetrics_collector_desc desc = {sizeof desc, 0, teller->client, collect, drop, teller};
    CHECK(api->collector->add(registry, &desc, &teller->collector, NULL) == CMETRICS_OK);
}

// The collector errors of a client in the last report.
static unsigned errors_of(const char *name) {
    char line[128];
    const char *at;
    snprintf(line, sizeof line, "\ncmetrics_collector_errors_total{client=\"%s\"} ", name);
    at = strstr(report_with_self(root), line);
    return at != NULL ? (unsigned)strtoul(at + strlen(line), NULL, 10) : 0;
}

static void collectors_merge_with_metrics_and_each_other(void) {
    struct teller first = {.type = CMETRICS_TYPE_COUNTER, .family = "requests_total", .tenants = {"c", "a", "b"},
                           .value = 9};
    struct teller second = {.type = CMETRICS_TYPE_COUNTER, .family = "requests_total", .tenants = {"d", "c"},
                            .value = 4};
    struct teller other = {.type = CMETRICS_TYPE_GAUGE, .family = "requests_total", .tenants = {"e"}};
    cmetrics_label own = label("tenant", "b");
    cmetrics_metric_desc desc = wanted(CMETRICS_KIND_COUNTER, "requests");
    cmetrics_metric *metric = NULL;
    root = isolated();
    desc.labels = &own;
    desc.n_labels = 1;
    CHECK(api->registry->metric(root, &desc, &metric, NULL) == CMETRICS_OK);
    first.client = client("first", "c");
    second.client = client("second", "c");
    other.client = client("other", "c");
    add(root, &first);
    add(root, &second);
    add(root, &other);
    CHECK_SAME(report(root), "# HELP requests_total \n# TYPE requests_total counter\n"
                             "requests_total{tenant=\"a\"} 9\nrequests_total{tenant=\"b\"} 0\n"
                             "requests_total{tenant=\"c\"} 9\nrequests_total{tenant=\"d\"} 4\n");
    CHECK(errors_of("second") != 0 && errors_of("other") != 0); // Tenant c came first from `first`; the type clashes.
    // Without the metric, the collectors stand, in the order in which they were added.
    CHECK(api->registry->remove_metric(root, metric, NULL) == CMETRICS_OK);
    CHECK(has(report(root), "requests_total{tenant=\"b\"} 9\n") && !has(report(root), "tenant=\"e\""));
    release(metric);
    for (size_t i = 0; i < 3; i++) {
        struct teller *teller = i == 0 ? &first : i == 1 ? &second : &other;
        api->collector->release(teller->collector);
        CHECK(teller->drops == 0);
        api->client->release(teller->client);
        CHECK(teller->drops == 1); // The last reference closes the client.
    }
    CHECK_SAME(report(root), "");
    api->registry->release(root);
}

static void a_collector_that_fails_spoils_no_report(void) {
    struct teller failing = {.type = CMETRICS_TYPE_GAUGE, .family = "told", .tenants = {"a"}, .answer = -9};
    root = isolated();
    failing.client = client("failing", "c");
    release(make_counter(root, "x"));
    add(root, &failing);
    CHECK_SAME(report(root), "# HELP x_total \n# TYPE x_total counter\nx_total 0\n");
    CHECK(failing.calls == 1 && failing.refused == CMETRICS_OK);
    CHECK(errors_of("failing") == 2); // This report counts too: collectors run before the library tells of itself.
    failing.answer = 0;
    CHECK(has(report(root), "told{tenant=\"a\"} 0\n") && errors_of("failing") == 2);
    CHECK(api->collector->remove(failing.collector, NULL) == CMETRICS_OK && failing.drops == 1);
    CHECK(api->collector->remove(failing.collector, NULL) == CMETRICS_OK && failing.drops == 1);
    api->collector->release(failing.collector);
    api->client->release(failing.client);
    api->registry->release(root);
}

static void what_is_told_wrongly_is_refused_at_once(void) {
    static const struct {
        const char *family, *tenant;
        cmetrics_status status;
    } cases[] = {{"good", "a", CMETRICS_OK},
                 {"a b", "a", CMETRICS_INVALID_ARGUMENT},
                 {"", "a", CMETRICS_INVALID_ARGUMENT},
                 {"cmetrics_mine", "a", CMETRICS_INVALID_ARGUMENT},
                 {"\xff", "a", CMETRICS_INVALID_ARGUMENT},
                 {"not_utf8", "\xff", CMETRICS_INVALID_ARGUMENT}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct teller teller = {.type = CMETRICS_TYPE_GAUGE, .family = cases[i].family, .tenants = {cases[i].tenant}};
        root = isolated();
        teller.client = client("teller", "c");
        add(root, &teller);
        CHECK((report(root)[0] != 0) == (cases[i].status == CMETRICS_OK));
        CHECK(teller.refused == cases[i].status);
        CHECK((errors_of("teller") != 0) == (cases[i].status != CMETRICS_OK));
        api->collector->release(teller.collector);
        api->registry->release(root); // The root's end drops it too.
        CHECK(teller.drops == 1);
        api->client->release(teller.client);
    }
}

static void remove_itself(struct teller *teller) {
    CHECK(api->collector->remove(teller->collector, NULL) == CMETRICS_OK);
    CHECK(teller->drops == 0); // Not while it runs.
    api->collector->release(teller->collector);
}

static void close_its_client(struct teller *teller) {
    api->client->close(teller->client);
    CHECK(teller->drops == 0);
}

static void report_and_create(struct teller *teller) {
    static struct report into;
    cmetrics_sink sink = {sizeof sink, 0, report_write, &into};
    unsigned calls = teller->calls;
    into.len = 0;
    CHECK(api->registry->render(root, NULL, &sink, NULL) == CMETRICS_OK);
    CHECK(teller->calls == calls); // It does not run inside itself.
    release(make_counter(root, "made_while_collecting"));
}

static void a_collector_may_call_back_in(void) {
    static const struct {
        void (*before)(struct teller *teller);
        unsigned drops; // After the first report.
    } cases[] = {{remove_itself, 1}, {close_its_client, 1}, {report_and_create, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct teller teller = {.type = CMETRICS_TYPE_GAUGE, .family = "told", .tenants = {"a"}, .value = 1};
        teller.before = cases[i].before;
        root = isolated();
        teller.client = client("teller", "c");
        add(root, &teller);
        CHECK(has(report(root), "told{tenant=\"a\"} 1\n")); // The report that it runs for still holds what it told.
        CHECK(teller.drops == cases[i].drops);
        CHECK(has(report(root), "told{") == (cases[i].drops == 0));
        if (cases[i].before != remove_itself)
            api->collector->release(teller.collector);
        api->registry->release(root);
        api->client->release(teller.client);
        CHECK(teller.drops == 1);
    }
}

static void adding_that_fails_drops_nothing(void) {
    struct teller teller = {.type = CMETRICS_TYPE_GAUGE, .family = "told"};
    cmetrics_collector_desc desc = {sizeof desc, 0, NULL, collect, drop, &teller};
    cmetrics_registry *below;
    root = isolated();
    below = child(root, "a");
    CHECK(api->collector->add(below, &desc, NULL, NULL) == CMETRICS_OK);
    CHECK(api->registry->remove(below, NULL) == CMETRICS_OK && teller.drops == 1);
    CHECK(api->collector->add(below, &desc, &teller.collector, NULL) == CMETRICS_GONE && teller.collector == NULL);
    desc.owner = client("closed", "c");
    api->client->close(desc.owner);
    CHECK(api->collector->add(root, &desc, NULL, NULL) == CMETRICS_GONE);
    CHECK(teller.drops == 1 && teller.calls == 0);
    api->client->release(desc.owner);
    api->registry->release(below);
    api->registry->release(root);
}

int main(void) {
    load();
    collectors_merge_with_metrics_and_each_other();
    a_collector_that_fails_spoils_no_report();
    what_is_told_wrongly_is_refused_at_once();
    a_collector_may_call_back_in();
    adding_that_fails_drops_nothing();
    return finish();
}
