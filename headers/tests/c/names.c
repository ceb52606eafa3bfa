// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Which names clash, as a table of cases: what "worker" has, what "plugin" then asks for, and what comes of it.

#include "check.h"

#define COUNTER CMETRICS_KIND_COUNTER
#define INTS CMETRICS_KIND_INT_COUNTER
#define FLOATS CMETRICS_KIND_FLOAT_COUNTER
#define TIMES CMETRICS_KIND_DURATION_COUNTER
#define GAUGE CMETRICS_KIND_INT_GAUGE
#define FLOAT_GAUGE CMETRICS_KIND_FLOAT_GAUGE
#define TIME_GAUGE CMETRICS_KIND_DURATION_GAUGE
#define TOTAL CMETRICS_METRIC_TOTAL_ONLY
#define AS_IS CMETRICS_METRIC_VERBATIM
#define CONFLICT CMETRICS_CONFLICT
#define INVALID CMETRICS_INVALID_ARGUMENT

struct side {
    int32_t kind;
    uint32_t flags;
    const char *name;
};

// `full` is what the family is called, where there is one.
static const struct {
    struct side there, asked;
    cmetrics_status status;
    const char *full;
} clashes[] = {
    // The same metric, spelled otherwise.
    {{COUNTER, 0, "x"}, {COUNTER, 0, "x_total"}, CMETRICS_OK, "x_total"},
    {{COUNTER, 0, "x"}, {COUNTER, AS_IS, "x_total"}, CMETRICS_OK, "x_total"},
    {{TIMES, 0, "x"}, {TIMES, 0, "x_seconds"}, CMETRICS_OK, "x_seconds"},
    {{TIMES, TOTAL, "x"}, {TIMES, TOTAL, "x_seconds_total"}, CMETRICS_OK, "x_seconds_total"},
    // Another kind, or the same kind exposed in another way.
    {{COUNTER, 0, "x"}, {INTS, TOTAL, "x"}, CONFLICT, "x_total"},
    {{INTS, 0, "x"}, {FLOATS, 0, "x"}, CONFLICT, "x"},
    {{INTS, 0, "x"}, {INTS, TOTAL, "x"}, CONFLICT, "x"},
    {{GAUGE, 0, "x"}, {FLOAT_GAUGE, 0, "x"}, CONFLICT, "x"},
    {{GAUGE, 0, "x_seconds"}, {TIME_GAUGE, 0, "x"}, CONFLICT, "x_seconds"},
    {{COUNTER, 0, "x"}, {GAUGE, 0, "x"}, CONFLICT, "x_total"},
    // A sample of one family is the name of another, in either order.
    {{INTS, 0, "x"}, {GAUGE, 0, "x_count"}, CONFLICT, "x"},
    {{GAUGE, 0, "x_count"}, {INTS, 0, "x"}, CONFLICT, "x_count"},
    {{FLOATS, 0, "x"}, {GAUGE, 0, "x_sum"}, CONFLICT, "x"},
    {{GAUGE, 0, "x_seconds_sum"}, {TIMES, 0, "x"}, CONFLICT, "x_seconds_sum"},
    {{COUNTER, 0, "x"}, {GAUGE, 0, "x_created"}, CONFLICT, "x_total"},
    {{GAUGE, 0, "x_created"}, {INTS, 0, "x"}, CONFLICT, "x_created"},
    {{COUNTER, 0, "x"}, {GAUGE, AS_IS, "x_total"}, CONFLICT, "x_total"},
    {{COUNTER, 0, "x"}, {COUNTER, AS_IS, "x"}, CONFLICT, "x_total"},
    // Near, and no clash.
    {{GAUGE, 0, "x"}, {GAUGE, 0, "x_count"}, CMETRICS_OK, "x_count"},
    {{INTS, TOTAL, "x"}, {GAUGE, 0, "x_count"}, CMETRICS_OK, "x_count"},
    {{TIMES, 0, "x"}, {GAUGE, 0, "x"}, CMETRICS_OK, "x"},
    {{COUNTER, 0, "x"}, {COUNTER, 0, "X"}, CMETRICS_OK, "X_total"},
};

// Names that are wrong by themselves.
static const struct {
    struct side asked;
    const char *hint;
} refused[] = {
    {{GAUGE, 0, "x_total"}, "drop _total"},
    {{INTS, 0, "x_total"}, "TOTAL_ONLY"},
    {{TIMES, 0, "x_total"}, "TOTAL_ONLY"},
    {{TIME_GAUGE, 0, "x_total"}, "drop _total"},
    {{TIMES, 0, "x_ms"}, "int counter"},
    {{TIMES, AS_IS, "x_ms"}, "int counter"},
    {{TIMES, TOTAL, "x_us_total"}, "int counter"},
    {{TIME_GAUGE, 0, "x_minutes"}, "int gauge"},
    {{GAUGE, TOTAL, "x"}, "increment-by-value"},
    {{COUNTER, 0, "cmetrics_x"}, "library's own"},
    {{GAUGE, AS_IS, "cmetrics_info"}, "library's own"},
    {{COUNTER, 0, ""}, "[a-zA-Z_:]"},
    {{COUNTER, 0, "1x"}, "[a-zA-Z_:]"},
    {{COUNTER, 0, "x-y"}, "[a-zA-Z_:]"},
    {{COUNTER, 0, "\xc3\xa9"}, "[a-zA-Z_:]"},
};

static cmetrics_status create(cmetrics_registry *root, cmetrics_client *owner, struct side side, struct told *told) {
    cmetrics_metric_desc desc = wanted(side.kind, side.name);
    cmetrics_metric *metric = NULL;
    cmetrics_error *error = NULL;
    cmetrics_status status;
    desc.flags = side.flags;
    desc.owner = owner;
    status = api->registry->metric(root, &desc, &metric, &error);
    CHECK((status == CMETRICS_OK) == (metric != NULL) && (status == CMETRICS_OK) == (error == NULL));
    *told = tell(error);
    CHECK(told->code == status);
    release(metric);
    return status;
}

static void clashes_name_both_sides_and_their_clients(void) {
    cmetrics_client *worker = client("worker", "python"), *plugin = client("plugin", "c");
    for (size_t i = 0; i < sizeof clashes / sizeof *clashes; i++) {
        cmetrics_registry *root = isolated();
        struct told told;
        char before[512];
        CHECK(create(root, worker, clashes[i].there, &told) == CMETRICS_OK);
        copy_text(before, sizeof before, text(report(root)));
        if (!CHECK(create(root, plugin, clashes[i].asked, &told) == clashes[i].status))
            fprintf(stderr, "case %zu: %s then %s\n", i, clashes[i].there.name, clashes[i].asked.name);
        if (clashes[i].status == CMETRICS_OK) {
            char line[64];
            snprintf(line, sizeof line, "# TYPE %s ", clashes[i].full);
            CHECK(has(report(root), line));
        } else {
            char there[64];
            snprintf(there, sizeof there, "\"%s\", created by \"worker\" (python)", clashes[i].full);
            CHECK(told.category == CMETRICS_CATEGORY_FIX_CALL && told.message[0] != 0 && told.hint[0] != 0);
            CHECK(has(told.subject, clashes[i].asked.name));
            if (!CHECK(has(told.existing, there)) | !CHECK(has(told.requested, "created by \"plugin\" (c)")))
                fprintf(stderr, "case %zu: %s | %s\n", i, told.existing, told.requested);
            CHECK_SAME(report(root), before);
        }
        api->registry->release(root);
    }
    api->client->release(worker);
    api->client->release(plugin);
}

static void wrong_names_say_what_to_do(void) {
    cmetrics_registry *root = isolated();
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct told told;
        CHECK(create(root, NULL, refused[i].asked, &told) == INVALID);
        CHECK_SAME(told.subject, refused[i].asked.name);
        if (!CHECK(has(told.hint, refused[i].hint)))
            fprintf(stderr, "%s: %s (%s)\n", refused[i].asked.name, told.message, told.hint);
        CHECK(told.existing[0] == 0 && told.requested[0] == 0);
    }
    CHECK_SAME(report(root), "");
    api->registry->release(root);
}

static void prefixes_join_and_are_part_of_the_name(void) {
    static const struct {
        const char *prefix, *name, *full;
    } cases[] = {{"a", "b", "a_b_total"}, {"a_", "b", "a_b_total"}, {"vllm:", "b", "vllm:b_total"},
                 {"a", "a_b", "a_a_b_total"}, {"", "b_total", "b_total"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cmetrics_registry *root = isolated(), *below = child(root, cases[i].prefix);
        char expected[128];
        release(make_counter(below, cases[i].name));
        snprintf(expected, sizeof expected, "# HELP %s \n# TYPE %s counter\n%s 0\n", cases[i].full, cases[i].full,
                 cases[i].full);
        CHECK_SAME(report(root), expected);
        api->registry->release(below);
        api->registry->release(root);
    }
    // A prefix can lead into the reserved names too, and a path and a long name are one metric.
    cmetrics_registry *root = isolated(), *below = child(root, "cmetrics"), *a = child(root, "a");
    struct told told;
    CHECK(create(below, NULL, (struct side){COUNTER, 0, "x"}, &told) == INVALID);
    cmetrics_counter *long_way = make_counter(root, "a_b"), *path = make_counter(a, "b");
    CHECK(long_way == path);
    release(long_way);
    release(path);
    api->registry->release(a);
    api->registry->release(below);
    api->registry->release(root);
}

int main(void) {
    load();
    clashes_name_both_sides_and_their_clients();
    wrong_names_say_what_to_do();
    prefixes_join_and_are_part_of_the_name();
    return finish();
}
