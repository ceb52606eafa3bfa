// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What is wrong with a call is said, and leaves nothing behind: structs, pointers, numbers, texts and labels.

#include "check.h"

#define INVALID CMETRICS_INVALID_ARGUMENT
#define UNSUPPORTED CMETRICS_UNSUPPORTED

static cmetrics_registry *root;

// A struct of any kind, with room after it for what a later version may have there.
static union {
    uint32_t head[2]; // struct_size and flags
    cmetrics_client_desc client;
    cmetrics_registry_desc registry;
    cmetrics_metric_desc metric;
    cmetrics_collector_desc collector;
    cmetrics_report_options options;
    cmetrics_sink sink;
    cmetrics_visitor visitor;
    unsigned char bytes[4100];
} given;

static cmetrics_status CMETRICS_CALL write_nothing(void *user, const uint8_t *bytes, uint64_t len) {
    (void)user, (void)bytes, (void)len;
    return 0;
}

static cmetrics_status CMETRICS_CALL hear_family(void *user, const cmetrics_family *family) {
    (void)user, (void)family;
    return 0;
}

static cmetrics_status CMETRICS_CALL hear_point(void *user, const cmetrics_point *point) {
    (void)user, (void)point;
    return 0;
}

static cmetrics_status CMETRICS_CALL collect(void *user, const cmetrics_report_options *options,
                                             const cmetrics_visitor *into) {
    (void)user, (void)options, (void)into;
    return 0;
}

// Every slot that takes a struct, called with the struct at `desc`.

static cmetrics_status open_client(const void *desc, cmetrics_error **error) {
    cmetrics_client *made = NULL;
    cmetrics_status status = api->client->open(api, desc, &made, error);
    api->client->release(made);
    return status;
}

static cmetrics_status make_isolated(const void *desc, cmetrics_error **error) {
    cmetrics_registry *made = NULL;
    cmetrics_status status = api->registry->isolated(api, desc, &made, error);
    api->registry->release(made);
    return status;
}

static cmetrics_status make_child(const void *desc, cmetrics_error **error) {
    cmetrics_registry *made = NULL;
    cmetrics_status status = api->registry->child(root, desc, &made, error);
    if (status == CMETRICS_OK)
        CHECK(api->registry->remove(made, NULL) == CMETRICS_OK);
    api->registry->release(made);
    return status;
}

static cmetrics_status make_metric(const void *desc, cmetrics_error **error) {
    cmetrics_metric *made = NULL;
    cmetrics_status status = api->registry->metric(root, desc, &made, error);
    CHECK((made != NULL) == (status == CMETRICS_OK));
    if (status == CMETRICS_OK)
        CHECK(api->registry->remove_metric(root, made, NULL) == CMETRICS_OK);
    release(made);
    return status;
}

static cmetrics_status find_metric(const void *desc, cmetrics_error **error) {
    cmetrics_metric *found = NULL;
    cmetrics_status status = api->registry->find(root, desc, &found, error);
    CHECK(found == NULL);
    return status == CMETRICS_NOT_FOUND ? CMETRICS_OK : status;
}

static cmetrics_status add_collector(const void *desc, cmetrics_error **error) {
    cmetrics_collector *made = NULL;
    cmetrics_status status = api->collector->add(root, desc, &made, error);
    if (status == CMETRICS_OK)
        CHECK(api->collector->remove(made, NULL) == CMETRICS_OK);
    api->collector->release(made);
    return status;
}

static cmetrics_status render_with(const void *options, cmetrics_error **error) {
    cmetrics_sink sink = {sizeof sink, 0, write_nothing, NULL};
    return api->registry->render(root, options, &sink, error);
}

static cmetrics_status render_into(const void *sink, cmetrics_error **error) {
    return api->registry->render(root, NULL, sink, error);
}

static cmetrics_status visit_with(const void *options, cmetrics_error **error) {
    cmetrics_visitor visitor = {sizeof visitor, 0, hear_family, hear_point, NULL};
    return api->registry->visit(root, options, &visitor, error);
}

static cmetrics_status visit_by(const void *visitor, cmetrics_error **error) {
    return api->registry->visit(root, NULL, visitor, error);
}

static const struct {
    const char *slot;
    cmetrics_status (*call)(const void *given, cmetrics_error **error);
    uint32_t size;
    int optional; // NULL is the same as all zero.
    int callback; // Bytes beyond what the library knows are ignored.
} slots[] = {
    {"client->open", open_client, sizeof(cmetrics_client_desc), 0, 0},
    {"registry->isolated", make_isolated, sizeof(cmetrics_registry_desc), 1, 0},
    {"registry->child", make_child, sizeof(cmetrics_registry_desc), 0, 0},
    {"registry->metric", make_metric, sizeof(cmetrics_metric_desc), 0, 0},
    {"registry->find", find_metric, sizeof(cmetrics_metric_desc), 0, 0},
    {"collector->add", add_collector, sizeof(cmetrics_collector_desc), 0, 0},
    {"registry->render, options", render_with, sizeof(cmetrics_report_options), 1, 0},
    {"registry->visit, options", visit_with, sizeof(cmetrics_report_options), 1, 0},
    {"registry->render, sink", render_into, sizeof(cmetrics_sink), 0, 1},
    {"registry->visit, visitor", visit_by, sizeof(cmetrics_visitor), 0, 1},
};

// The struct that slot `i` needs, correct and otherwise zero.
static void fill(size_t i) {
    memset(&given, 0, sizeof given);
    if (slots[i].call == make_metric || slots[i].call == find_metric)
        given.metric = wanted(CMETRICS_KIND_COUNTER, "x");
    else if (slots[i].call == add_collector)
        given.collector.collect = collect;
    else if (slots[i].call == render_into)
        given.sink.write = write_nothing;
    else if (slots[i].call == visit_by)
        given.visitor.family = hear_family, given.visitor.point = hear_point;
    given.head[0] = slots[i].size;
}

static void gives(size_t i, const void *desc, cmetrics_status expected, const char *of) {
    cmetrics_error *error = (cmetrics_error *)&given; // Anything that is not NULL: the slot must set it.
    cmetrics_status status = slots[i].call(desc, &error);
    struct told told;
    CHECK((error == NULL) == (status == CMETRICS_OK));
    told = tell(error);
    if (!CHECK(status == expected && told.code == expected))
        fprintf(stderr, "%s, %s: %d, not %d: %s\n", slots[i].slot, of, (int)status, (int)expected, told.message);
    CHECK(status == CMETRICS_OK || (told.message[0] != 0 && told.hint[0] != 0 && told.subject[0] != 0));
    CHECK(slots[i].call(desc, NULL) == expected); // `error` itself may be NULL.
}

static void structs_are_checked(size_t i) {
    const uint32_t size = slots[i].size, wrong[] = {0, 1, 7, 8, size - 1, UINT32_MAX};
    fill(i);
    gives(i, &given, CMETRICS_OK, "as it should be");
    gives(i, NULL, slots[i].optional ? CMETRICS_OK : INVALID, "NULL");
    gives(i, given.bytes + 1, INVALID, "misaligned");
    for (size_t n = 0; n < sizeof wrong / sizeof *wrong; n++) {
        given.head[0] = wrong[n];
        gives(i, &given, INVALID, "a wrong size");
    }
    given.head[0] = size;
    given.head[1] = 0x80000000u;
    gives(i, &given, UNSUPPORTED, "a flag from the future");
    given.head[1] = 0;
    given.bytes[size] = 1;
    gives(i, &given, CMETRICS_OK, "a byte beyond the struct");
    given.head[0] = size + 8;
    gives(i, &given, slots[i].callback ? CMETRICS_OK : UNSUPPORTED, "a field from the future");
    given.bytes[size] = 0;
    gives(i, &given, CMETRICS_OK, "a field from the future that is zero");
    given.head[0] = 4096;
    gives(i, &given, CMETRICS_OK, "many fields that are zero");
}

static void functions_and_numbers_are_checked(size_t i) {
    const struct {
        cmetrics_status (*call)(const void *given, cmetrics_error **error);
        size_t offset, size;
        int32_t number; // What is written there.
        cmetrics_status status;
    } cases[] = {
        {add_collector, offsetof(cmetrics_collector_desc, collect), sizeof(void *), 0, INVALID},
        {render_into, offsetof(cmetrics_sink, write), sizeof(void *), 0, INVALID},
        {visit_by, offsetof(cmetrics_visitor, family), sizeof(void *), 0, INVALID},
        {visit_by, offsetof(cmetrics_visitor, point), sizeof(void *), 0, INVALID},
        {make_metric, offsetof(cmetrics_metric_desc, kind), 4, 0, INVALID},
        {make_metric, offsetof(cmetrics_metric_desc, kind), 4, 8, UNSUPPORTED},
        {make_metric, offsetof(cmetrics_metric_desc, kind), 4, -1, UNSUPPORTED},
        {find_metric, offsetof(cmetrics_metric_desc, kind), 4, 0, CMETRICS_OK},
        {find_metric, offsetof(cmetrics_metric_desc, kind), 4, 8, UNSUPPORTED},
        {make_metric, offsetof(cmetrics_metric_desc, priority), 4, 1, UNSUPPORTED},
        {make_metric, offsetof(cmetrics_metric_desc, priority), 4, -300, UNSUPPORTED},
        {render_with, offsetof(cmetrics_report_options, verbosity), 4, 50, UNSUPPORTED},
        {visit_with, offsetof(cmetrics_report_options, verbosity), 4, 50, UNSUPPORTED},
        {render_with, offsetof(cmetrics_report_options, format), 4, 1, UNSUPPORTED},
        {render_with, offsetof(cmetrics_report_options, format), 4, -1, UNSUPPORTED},
        {visit_with, offsetof(cmetrics_report_options, format), 4, 1, CMETRICS_OK},
        {render_with, offsetof(cmetrics_report_options, n_names), 4, 1, INVALID},
    };
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        if (cases[n].call != slots[i].call)
            continue;
        fill(i);
        memset(given.bytes + cases[n].offset, 0, cases[n].size);
        memcpy(given.bytes + cases[n].offset, &cases[n].number, 4);
        gives(i, &given, cases[n].status, "a number or function");
    }
}

int main(void) {
    cmetrics_counter *kept;
    char before[4096];
    load();
    root = isolated();
    kept = make_counter(root, "kept");
    api->counter->inc(kept);
    copy_text(before, sizeof before, text(report_with_self(root)));
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        structs_are_checked(i);
        functions_and_numbers_are_checked(i);
    }
    CHECK_SAME(report_with_self(root), before); // Nothing was left behind, counted or lost.
    release(kept);
    api->registry->release(root);
    return finish();
}
