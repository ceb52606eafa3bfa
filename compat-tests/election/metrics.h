// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Short ways to record and to read a report, given a table.

#ifndef ELECTION_METRICS_H
#define ELECTION_METRICS_H

#include "copy.h"

// The counter that everybody in these tests increments; a report shows it as election_events_total.
#define EVENTS "election_events"

static inline cmetrics_text text(const char *chars) {
    cmetrics_text lent = {chars, strlen(chars)};
    return lent;
}

static inline cmetrics_counter *counter_in(const cmetrics_api_v1 *api, cmetrics_registry *registry, const char *name) {
    cmetrics_metric_desc desc = {0};
    cmetrics_metric *metric = NULL;
    desc.struct_size = sizeof desc;
    desc.kind = CMETRICS_KIND_COUNTER;
    desc.name = text(name);
    desc.help = text("What the election's tests count");
    cmetrics_status status = api->registry->metric(registry, &desc, &metric, NULL);
    REQUIRE(status == CMETRICS_OK && metric != NULL, "creating %s came to %d", name, (int)status);
    return (cmetrics_counter *)metric;
}

// Adds `n` events to the root's counter, one by one.
static inline void record(const cmetrics_api_v1 *api, uint64_t n) {
    cmetrics_registry *root = api->registry->root(api);
    REQUIRE(root != NULL, "root is NULL");
    cmetrics_counter *counter = counter_in(api, root, EVENTS);
    for (uint64_t i = 0; i < n; i++)
        api->counter->inc(counter);
    api->metric->release((cmetrics_metric *)counter);
    api->registry->release(root);
}

struct report {
    size_t len;
    char bytes[65536];
};

static inline cmetrics_status CMETRICS_CALL take_chunk(void *user, const uint8_t *bytes, uint64_t len) {
    struct report *into = user;
    if (len >= sizeof into->bytes - into->len)
        return 1;
    memcpy(into->bytes + into->len, bytes, len);
    into->len += len;
    into->bytes[into->len] = 0;
    return 0;
}

// The report of the root, on the heap of the caller's choice.
static inline void render(const cmetrics_api_v1 *api, struct report *into) {
    cmetrics_report_options all = {0};
    cmetrics_sink sink = {sizeof sink, 0, take_chunk, into};
    cmetrics_registry *root = api->registry->root(api);
    all.struct_size = sizeof all;
    all.verbosity = CMETRICS_PRIORITY_DEBUG;
    into->len = 0;
    into->bytes[0] = 0;
    cmetrics_status status = api->registry->render(root, &all, &sink, NULL);
    REQUIRE(status == CMETRICS_OK, "a report came to %d", (int)status);
    api->registry->release(root);
}

// The value of the sample `name` without labels in a report, or `absent`.
static inline uint64_t sample(const struct report *report, const char *name, uint64_t absent) {
    size_t len = strlen(name);
    for (const char *line = report->bytes; *line != 0;) {
        const char *end = strchr(line, '\n');
        if (strncmp(line, name, len) == 0 && line[len] == ' ')
            return strtoull(line + len + 1, NULL, 10);
        if (end == NULL)
            break;
        line = end + 1;
    }
    return absent;
}

#define NO_SAMPLE UINT64_MAX

static inline uint64_t reported(const cmetrics_api_v1 *api, const char *name) {
    struct report *into = malloc(sizeof *into);
    REQUIRE(into != NULL, "no memory");
    render(api, into);
    uint64_t value = sample(into, name, NO_SAMPLE);
    free(into);
    return value;
}

#endif
