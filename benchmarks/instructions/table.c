/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Runs for callgrind, through the table: updates, reads, look-ups, and what one series costs to make and to report. */
#include <cmetrics-1/cmetrics_load.h>

#include <stdlib.h>

#include "lap.h"

static const cmetrics_api_v1 *api;

#define REPEAT(name, type, call)                                                                                       \
    static void name(void *what, uint64_t n) {                                                                         \
        while (n-- > 0) {                                                                                              \
            type *one = (type *)what;                                                                                  \
            LAP_HIDE(one);                                                                                             \
            call;                                                                                                      \
        }                                                                                                              \
    }

static uint64_t read_int;
static double read_float;

REPEAT(nothing, void, (void)one)
REPEAT(counter_inc, cmetrics_counter, api->counter->inc(one))
REPEAT(counter_add, cmetrics_counter, api->counter->add(one, 3))
REPEAT(counter_value, cmetrics_counter, read_int = api->counter->value(one))
REPEAT(int_add, cmetrics_int_counter, api->int_counter->add(one, 3))
REPEAT(int_read, cmetrics_int_counter, api->int_counter->read(one, &read_int, &read_int))
REPEAT(duration_add, cmetrics_duration_counter, api->duration_counter->add(one, 3))
REPEAT(float_add, cmetrics_float_counter, api->float_counter->add(one, 1.5))
REPEAT(float_read, cmetrics_float_counter, api->float_counter->read(one, &read_float, &read_int))
REPEAT(int_set, cmetrics_int_gauge, api->int_gauge->set(one, 3))
REPEAT(int_gauge_add, cmetrics_int_gauge, api->int_gauge->add(one, 3))
REPEAT(float_set, cmetrics_float_gauge, api->float_gauge->set(one, 1.5))
REPEAT(float_gauge_add, cmetrics_float_gauge, api->float_gauge->add(one, 1.5))
REPEAT(float_value, cmetrics_float_gauge, read_float = api->float_gauge->value(one))

static cmetrics_text text(const char *string) {
    cmetrics_text out;
    out.data = string;
    out.len = strlen(string);
    return out;
}

static void must(cmetrics_status status, const char *what) {
    if (status != CMETRICS_OK) {
        fprintf(stderr, "%s: status %d\n", what, (int)status);
        exit(1);
    }
}

static cmetrics_registry *registry(void) {
    cmetrics_registry *out = NULL;
    cmetrics_registry_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    must(api->registry->isolated(api, &desc, &out, NULL), "a registry");
    return out;
}

static cmetrics_metric *metric(cmetrics_registry *in, int32_t kind, const char *name, const cmetrics_label *labels,
                               uint64_t n_labels) {
    cmetrics_metric *out = NULL;
    cmetrics_metric_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = kind;
    desc.name = text(name);
    desc.help = text("What it is.");
    desc.labels = labels;
    desc.n_labels = n_labels;
    must(api->registry->metric(in, &desc, &out, NULL), name);
    return out;
}

static void lap_one(const char *name, void (*run)(void *what, uint64_t n), cmetrics_registry *in, int32_t kind) {
    static int made;
    char unique[16];
    snprintf(unique, sizeof unique, "metric_%d", made++);
    lap(name, run, metric(in, kind, unique, NULL, 0));
}

static char paths[2 * LAP_RUN / 20 + 1][32];

/* The labels of the n-th series, as services have them: 4 methods, 5 codes, and paths. */
static void label(uint64_t n, cmetrics_label labels[3]) {
    static const char *const methods[] = {"GET", "PUT", "POST", "DELETE"};
    static const char *const codes[] = {"200", "201", "301", "404", "500"};
    labels[0].key = text("method");
    labels[0].value = text(methods[n % 4]);
    labels[1].key = text("path");
    labels[1].value = text(paths[n / 20]);
    labels[2].key = text("code");
    labels[2].value = text(codes[n / 4 % 5]);
}

/* Makes `n` series and gives their handles back. */
static void fill(cmetrics_registry *in, int32_t kind, uint64_t n) {
    uint64_t i;
    for (i = 0; i < n; i++) {
        cmetrics_label labels[3];
        cmetrics_metric *made;
        label(i, labels);
        made = metric(in, kind, "family", labels, 3);
        if (kind == CMETRICS_KIND_COUNTER) {
            api->counter->add((cmetrics_counter *)made, 1000 + i);
        } else if (kind == CMETRICS_KIND_FLOAT_COUNTER) {
            api->float_counter->add((cmetrics_float_counter *)made, 1.1 * (double)(1000 + i));
        } else {
            api->float_gauge->set((cmetrics_float_gauge *)made, 1.1 * (double)(1000 + i));
        }
        api->metric->release(made);
    }
}

static void find(void *what, uint64_t n) {
    cmetrics_label labels[3];
    label(117, labels);
    while (n-- > 0) {
        cmetrics_registry *in = (cmetrics_registry *)what;
        LAP_HIDE(in);
        api->metric->release(metric(in, CMETRICS_KIND_COUNTER, "family", labels, 3));
    }
}

static uint64_t reported;

static cmetrics_status drop(void *user, const uint8_t *data, uint64_t len) {
    (void)user, (void)data;
    reported += len;
    return CMETRICS_OK;
}

static void report(cmetrics_registry *of) {
    cmetrics_sink sink;
    memset(&sink, 0, sizeof sink);
    sink.struct_size = sizeof sink;
    sink.write = drop;
    must(api->registry->render(of, NULL, &sink, NULL), "a report");
}

/* Names of the laps, NULL for those that another kind has told already. */
typedef struct series_laps {
    int32_t kind;
    const char *make;
    const char *first;
    const char *again;
} series_laps;

static void lap_series(const series_laps *laps) {
    uint64_t n;
    for (n = LAP_RUN; n <= 2 * LAP_RUN; n += LAP_RUN) {
        cmetrics_registry *own = registry();
        if (laps->make != NULL) {
            lap_begin();
            fill(own, laps->kind, n);
            lap_end(laps->make, n);
            lap_begin();
            report(own);
            lap_end(laps->first, n);
        } else {
            fill(own, laps->kind, n);
            report(own);
        }
        lap_begin();
        report(own);
        lap_end(laps->again, n);
        api->registry->release(own);
    }
}

/** The functions that hot counters spend their time in begin with a cache line: impl/src/cell/rseq.rs. */
static int aligned(void) {
    const uintptr_t begins = (uintptr_t)api->counter->inc | (uintptr_t)api->counter->add |
                             (uintptr_t)api->int_counter->add | (uintptr_t)api->duration_counter->add |
                             (uintptr_t)api->float_counter->add;
    return begins % 64 == 0;
}

int main(void) {
    static const series_laps counters = {CMETRICS_KIND_COUNTER, "make a series and add", "first report, a counter",
                                         "report, a counter with 3 labels"};
    static const series_laps floats = {CMETRICS_KIND_FLOAT_GAUGE, NULL, NULL, "report, a float with 3 labels"};
    static const series_laps pairs = {CMETRICS_KIND_FLOAT_COUNTER, NULL, NULL, "report, a total and count"};
    char why[4096];
    cmetrics_registry *own;
    unsigned path;
    for (path = 0; path < sizeof paths / sizeof *paths; path++) {
        snprintf(paths[path], sizeof paths[path], "/api/v1/resource/%u", 100 + path);
    }
    if (cmetrics_load(NULL, &api, why, sizeof why) != CMETRICS_OK) {
        fputs(why, stderr);
        return 1;
    }
    if (!aligned()) {
        fputs("an update of a counter does not begin with a cache line: has impl/src/abi lost a link_section?\n", stderr);
        return 1;
    }
    own = registry();
    lap("the loop alone", nothing, NULL);
    lap_one("counter inc", counter_inc, own, CMETRICS_KIND_COUNTER);
    lap_one("counter add", counter_add, own, CMETRICS_KIND_COUNTER);
    lap_one("counter value", counter_value, own, CMETRICS_KIND_COUNTER);
    lap_one("int counter add", int_add, own, CMETRICS_KIND_INT_COUNTER);
    lap_one("int counter read", int_read, own, CMETRICS_KIND_INT_COUNTER);
    lap_one("duration counter add", duration_add, own, CMETRICS_KIND_DURATION_COUNTER);
    lap_one("float counter add", float_add, own, CMETRICS_KIND_FLOAT_COUNTER);
    lap_one("float counter read", float_read, own, CMETRICS_KIND_FLOAT_COUNTER);
    lap_one("int gauge set", int_set, own, CMETRICS_KIND_INT_GAUGE);
    lap_one("int gauge add", int_gauge_add, own, CMETRICS_KIND_INT_GAUGE);
    lap_one("float gauge set", float_set, own, CMETRICS_KIND_FLOAT_GAUGE);
    lap_one("float gauge add", float_gauge_add, own, CMETRICS_KIND_FLOAT_GAUGE);
    lap_one("float gauge value", float_value, own, CMETRICS_KIND_FLOAT_GAUGE);
    fill(own, CMETRICS_KIND_COUNTER, 1000);
    lap("find by name and 3 labels, release", find, own);
    lap_series(&counters);
    lap_series(&floats);
    lap_series(&pairs);
    api->registry->release(own);
    return reported > 0 ? 0 : 1;
}
