/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * ABI version 2 as interface/src/draft has it, declared by hand, and how a client of that time completes the table of
 * an older library: what is missing there answers nothing and 0.
 */
#ifndef COMPAT_TESTS_NEXT_H
#define COMPAT_TESTS_NEXT_H

#include <cmetrics-1/cmetrics.h>

/* The header of that time knows version 2, so that its loader can be asked for it. */
#undef CMETRICS_NEWEST
#define CMETRICS_NEWEST 2u
/* One that has left version 1 behind needs 2. */
#ifdef NEXT_NEEDS_2
#undef CMETRICS_OLDEST
#define CMETRICS_OLDEST 2u
#endif

#include <cmetrics-1/cmetrics_load.h>

typedef struct next_api next_api;

typedef struct next_counter {
    uint32_t struct_size;
    uint32_t version;
    void (CMETRICS_CALL *inc)(cmetrics_counter *counter);
    void (CMETRICS_CALL *add)(cmetrics_counter *counter, uint64_t n);
    uint64_t (CMETRICS_CALL *value)(cmetrics_counter *counter);
    void (CMETRICS_CALL *inc_twice)(cmetrics_counter *counter);
} next_counter;

typedef struct next_process {
    uint32_t struct_size;
    uint32_t version;
    uint32_t (CMETRICS_CALL *generation)(const next_api *self);
} next_process;

struct next_api {
    cmetrics_api_v1 v1; /* The prefix; `counter` is longer than it says. */
    const next_process *process;
};

static void CMETRICS_CALL next_no_inc_twice(cmetrics_counter *counter) { (void)counter; }

static uint32_t CMETRICS_CALL next_no_generation(const next_api *self) {
    (void)self;
    return 0;
}

static const next_process next_no_process = {sizeof next_no_process, 2, next_no_generation};

/* Whether the library has the slots that version 2 added. */
static inline int next_provides(const cmetrics_api_v1 *given) {
    return given->struct_size >= sizeof(next_api) && given->counter->struct_size >= sizeof(next_counter);
}

/* A whole table of version 2, whatever the library serves. */
static inline void next_complete(const cmetrics_api_v1 *given, next_api *api, next_counter *counter) {
    if (next_provides(given)) {
        memcpy(api, given, sizeof *api);
        memcpy(counter, given->counter, sizeof *counter);
        return;
    }
    api->v1 = *given;
    api->process = &next_no_process;
    memcpy(counter, given->counter, sizeof *given->counter);
    counter->inc_twice = next_no_inc_twice;
}

static inline cmetrics_text next_text(const char *chars) {
    cmetrics_text lent;
    lent.data = chars;
    lent.len = strlen(chars);
    return lent;
}

/* Makes a metric; NULL for `help` is none. */
static inline cmetrics_status next_make(const cmetrics_api_v1 *api, cmetrics_registry *in, int32_t kind, const char *name,
                                 const char *help, cmetrics_client *owner, cmetrics_metric **metric,
                                 cmetrics_error **error) {
    cmetrics_metric_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = kind;
    desc.name = next_text(name);
    if (help != NULL) desc.help = next_text(help);
    desc.owner = owner;
    return api->registry->metric(in, &desc, metric, error);
}

#endif
