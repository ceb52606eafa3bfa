// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Reports: a sink that stops, what a report holds and leaves out, and listeners that call back into the library.

#include "check.h"

#define SERIES 2000

static cmetrics_registry *root;

// A sink that takes `chunks` chunks and then answers `answer`.
struct stopping {
    unsigned chunks, taken;
    cmetrics_status answer;
};

static cmetrics_status CMETRICS_CALL write_and_stop(void *user, const uint8_t *bytes, uint64_t len) {
    struct stopping *sink = user;
    CHECK(bytes != NULL && len != 0);
    return sink->taken++ < sink->chunks ? 0 : sink->answer;
}

static cmetrics_status CMETRICS_CALL write_count(void *user, const uint8_t *bytes, uint64_t len) {
    uint64_t *lines = user;
    for (uint64_t i = 0; i < len; i++)
        *lines += bytes[i] == '\n';
    return 0;
}

static uint64_t lines_of_root(void) {
    uint64_t lines = 0;
    cmetrics_sink sink = {sizeof sink, 0, write_count, &lines};
    cmetrics_report_options without_self = options(CMETRICS_REPORT_NO_SELF, 0);
    CHECK(api->registry->render(root, &without_self, &sink, NULL) == CMETRICS_OK);
    return lines;
}

static void a_sink_that_stops_ends_the_report_and_nothing_else(void) {
    static const cmetrics_status answers[] = {1, -7, INT32_MAX, CMETRICS_CANCELLED};
    root = isolated();
    for (unsigned i = 0; i < SERIES; i++) {
        char name[32];
        snprintf(name, sizeof name, "requests_of_tenant_%u", i);
        release(make_counter(root, name));
    }
    CHECK(lines_of_root() == 3 * SERIES);
    for (unsigned chunks = 0; chunks < 3; chunks++) {
        for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
            struct stopping stopping = {chunks, 0, answers[i]};
            cmetrics_sink sink = {sizeof sink, 0, write_and_stop, &stopping};
            cmetrics_error *error = NULL;
            char code[16];
            CHECK(api->registry->render(root, NULL, &sink, &error) == CMETRICS_CANCELLED);
            CHECK(stopping.taken == chunks + 1); // It is not called again.
            snprintf(code, sizeof code, "%d", (int)answers[i]);
            CHECK_SAME(tell(error).subject, code);
        }
    }
    CHECK(lines_of_root() == 3 * SERIES);
    api->registry->release(root);
}

static void a_timeout_cancels(void) {
    struct stopping stopping = {UINT32_MAX, 0, 0};
    cmetrics_sink sink = {sizeof sink, 0, write_and_stop, &stopping};
    cmetrics_report_options hasty = options(0, 0);
    cmetrics_error *error = NULL;
    root = isolated();
    release(make_counter(root, "x"));
    hasty.timeout_ns = 1;
    CHECK(api->registry->render(root, &hasty, &sink, &error) == CMETRICS_CANCELLED);
    CHECK(tell(error).category == CMETRICS_CATEGORY_RETRY);
    hasty.timeout_ns = UINT64_MAX;
    CHECK(api->registry->render(root, &hasty, &sink, &error) == CMETRICS_OK && error == NULL);
    api->registry->release(root);
}

// The names of the samples in a report with these options, each with a space after it.
static const char *samples(cmetrics_registry *registry, const cmetrics_report_options *wanted_options) {
    static char names[4096];
    static struct report into;
    cmetrics_sink sink = {sizeof sink, 0, report_write, &into};
    into.len = 0;
    into.bytes[0] = names[0] = 0;
    CHECK(api->registry->render(registry, wanted_options, &sink, NULL) == CMETRICS_OK);
    for (char *line = strtok(into.bytes, "\n"); line != NULL; line = strtok(NULL, "\n"))
        if (line[0] != '#' && strlen(names) + strlen(line) + 2 < sizeof names)
            strncat(names, line, strcspn(line, "{ ")), strcat(names, " ");
    return names;
}

static void a_report_holds_what_is_asked_for(void) {
    static const int32_t priorities[] = {-200, -100, 0, 100, 200};
    static const char *all[] = {"critical ", "critical high ", "critical high normal ", "critical high low normal ",
                                "critical debug high low normal "};
    static const char *names[] = {"critical", "high", "normal", "low", "debug"};
    cmetrics_text filter[2] = {{"low", 3}, {"sums_count", 10}};
    cmetrics_report_options asked = options(CMETRICS_REPORT_NO_SELF, 0);
    root = isolated();
    for (size_t i = 0; i < 5; i++) {
        cmetrics_metric_desc desc = wanted(CMETRICS_KIND_INT_GAUGE, names[i]);
        cmetrics_metric *metric = NULL;
        desc.priority = priorities[i];
        CHECK(api->registry->metric(root, &desc, &metric, NULL) == CMETRICS_OK);
        release(metric);
    }
    for (size_t i = 0; i < 5; i++) {
        asked.verbosity = priorities[i];
        CHECK_SAME(samples(root, &asked), all[i]);
    }
    CHECK(has(samples(root, NULL), "critical high normal ")); // The usual report is the normal one.
    release(make(root, CMETRICS_KIND_INT_COUNTER, "sums", 0));
    asked.names = filter;
    asked.n_names = 2;
    CHECK_SAME(samples(root, &asked), "low sums_sum sums_count "); // A sample's name keeps its family.
    asked.verbosity = 0;
    CHECK_SAME(samples(root, &asked), "sums_sum sums_count ");
    filter[1] = text("nothing");
    CHECK_SAME(samples(root, &asked), "");

    // The library's own families come from a root, and can be left out.
    cmetrics_registry *below = child(root, "below");
    release(make_counter(below, "x"));
    asked = options(0, CMETRICS_PRIORITY_LOW);
    CHECK(has(samples(root, &asked), "cmetrics_copies cmetrics_info cmetrics_series "));
    CHECK_SAME(samples(below, &asked), "below_x_total ");
    asked.flags = CMETRICS_REPORT_NO_SELF;
    CHECK(!has(samples(root, &asked), "cmetrics_"));
    api->registry->release(below);
    api->registry->release(root);
}

// A visitor that, while it listens, creates, removes, renders and lets go of the registry that is visited.
struct caller {
    unsigned families, points, stop_at;
    cmetrics_registry *own;
};

static cmetrics_status CMETRICS_CALL family_and_call(void *user, const cmetrics_family *family) {
    struct caller *caller = user;
    cmetrics_metric_desc desc = wanted(CMETRICS_KIND_COUNTER, "a");
    cmetrics_metric *found = NULL;
    CHECK(family->struct_size >= sizeof *family && family->name.len == 7 && family->type == CMETRICS_TYPE_COUNTER);
    if (caller->families++ == 0 && caller->own != NULL) {
        CHECK(api->registry->find(root, &desc, &found, NULL) == CMETRICS_OK);
        api->counter->inc((cmetrics_counter *)found);
        CHECK(has(report(root), "a_total 1\n"));
        release(found);
        release(make_counter(root, "A"));
        api->registry->release(caller->own);
        caller->own = NULL;
    }
    return 0;
}

static cmetrics_status CMETRICS_CALL point_and_stop(void *user, const cmetrics_point *point) {
    struct caller *caller = user;
    CHECK(point->id != 0 && point->n_labels == 0 && point->n_values == 1);
    CHECK(point->values[0].type == CMETRICS_VALUE_U64 && point->values[0].suffix.len == 0);
    return ++caller->points == caller->stop_at ? -3 : 0;
}

static void a_visitor_may_call_back_in_and_stop(void) {
    struct caller caller = {0, 0, 2, NULL};
    cmetrics_visitor visitor = {sizeof visitor, 0, family_and_call, point_and_stop, &caller};
    cmetrics_report_options without_self = options(CMETRICS_REPORT_NO_SELF, 0);
    cmetrics_error *error = NULL;
    root = isolated();
    release(make_counter(root, "a"));
    release(make_counter(root, "b"));
    api->registry->retain(root);
    caller.own = root;
    CHECK(api->registry->visit(root, &without_self, &visitor, &error) == CMETRICS_CANCELLED);
    CHECK(caller.families == 2 && caller.points == 2);
    CHECK_SAME(tell(error).subject, "-3");
    caller.stop_at = 0;
    CHECK(api->registry->visit(root, &without_self, &visitor, NULL) == CMETRICS_OK);
    CHECK(caller.families == 5 && caller.points == 5); // The one that was made meanwhile too.
    api->registry->release(root);
}

int main(void) {
    load();
    a_sink_that_stops_ends_the_report_and_nothing_else();
    a_timeout_cancels();
    a_report_holds_what_is_asked_for();
    a_visitor_may_call_back_in_and_stop();
    return finish();
}
