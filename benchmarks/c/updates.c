/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What an update costs from C, beside the limits. */
#define _GNU_SOURCE
#include <cmetrics-1/cmetrics_load.h>

#include "../limits/limits.h"
#include "rounds.h"

static const cmetrics_api_v1 *api;
static const limits_vtable *limits;
/* A line of its own, as every cell of a contestant has. */
static struct {
    uint64_t before[16];
    uint64_t cell;
    uint64_t after[16];
} alone;

#define REPEAT(name, type, call)                                                                                       \
    static void name(void *what, uint64_t n) {                                                                         \
        while (n-- > 0) {                                                                                              \
            type *metric = (type *)what;                                                                               \
            ROUNDS_HIDE(metric);                                                                                       \
            call;                                                                                                      \
        }                                                                                                              \
    }

REPEAT(empty, void, limits->empty(metric))
REPEAT(xadd, uint64_t, __atomic_fetch_add(metric, 1, __ATOMIC_RELAXED))
REPEAT(xadd_behind, void, limits->atomic_add(metric))
REPEAT(counter_inc, cmetrics_counter, api->counter->inc(metric))
REPEAT(int_add, cmetrics_int_counter, api->int_counter->add(metric, 3))
REPEAT(duration_add, cmetrics_duration_counter, api->duration_counter->add(metric, 3))
REPEAT(float_add, cmetrics_float_counter, api->float_counter->add(metric, 1.5))
REPEAT(int_set, cmetrics_int_gauge, api->int_gauge->set(metric, 3))
REPEAT(int_gauge_add, cmetrics_int_gauge, api->int_gauge->add(metric, 3))
REPEAT(float_set, cmetrics_float_gauge, api->float_gauge->set(metric, 1.5))

static cmetrics_text text(const char *literal) {
    cmetrics_text out;
    out.data = literal;
    out.len = strlen(literal);
    return out;
}

static void *make(cmetrics_registry *registry, int32_t kind, const char *name) {
    cmetrics_metric *metric = NULL;
    cmetrics_metric_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = kind;
    desc.name = text(name);
    if (api->registry->metric(registry, &desc, &metric, NULL) != CMETRICS_OK) {
        fprintf(stderr, "%s could not be made\n", name);
        exit(1);
    }
    return metric;
}

int main(int argc, char **argv) {
    char report[4096];
    cmetrics_registry *root;
    if (cmetrics_load(NULL, &api, report, sizeof report) != CMETRICS_OK) {
        fputs(report, stderr);
        return 1;
    }
    limits = limits_table();
    root = api->registry->root(api);
    {
        const contestant all[] = {
            {"limit", "empty vtable call", empty, &alone.cell},
            {"limit", "lock xadd, inline", xadd, &alone.cell},
            {"limit", "lock xadd behind the call", xadd_behind, &alone.cell},
            {"counter inc", "cmetrics", counter_inc, make(root, CMETRICS_KIND_COUNTER, "counter")},
            {"int total and count", "cmetrics", int_add, make(root, CMETRICS_KIND_INT_COUNTER, "int")},
            {"duration total and count", "cmetrics", duration_add,
             make(root, CMETRICS_KIND_DURATION_COUNTER, "duration")},
            {"float add", "cmetrics", float_add, make(root, CMETRICS_KIND_FLOAT_COUNTER, "float")},
            {"int gauge set", "cmetrics", int_set, make(root, CMETRICS_KIND_INT_GAUGE, "int_gauge")},
            {"int gauge add", "cmetrics", int_gauge_add, make(root, CMETRICS_KIND_INT_GAUGE, "int_gauge_add")},
            {"float gauge set", "cmetrics", float_set, make(root, CMETRICS_KIND_FLOAT_GAUGE, "float_gauge")},
        };
        return rounds_play(all, sizeof all / sizeof *all, argc, argv);
    }
}
