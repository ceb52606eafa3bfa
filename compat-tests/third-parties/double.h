/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A test double of one slot: a table like the library's, in which `counter->inc` is a function of the test's own, which
 * notes the call and passes it on. For C and C++.
 */
#ifndef COMPAT_TESTS_DOUBLE_H
#define COMPAT_TESTS_DOUBLE_H

#include <cmetrics-1/cmetrics.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static const cmetrics_api_v1 *double_real;
static unsigned double_calls;
static cmetrics_api_v1 double_api;
static cmetrics_counter_v1 double_counter;

static void CMETRICS_CALL double_inc(cmetrics_counter *counter) {
    double_calls++;
    double_real->counter->inc(counter);
}

/* The double of the table of the library in `file`, or NULL. */
static inline const cmetrics_api_v1 *double_of(const char *file) {
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library == NULL ? NULL : dlsym(library, "cmetrics_get_api");
    cmetrics_get_api_fn get_api = NULL;
    memcpy(&get_api, &symbol, sizeof get_api);
    if (get_api == NULL) return NULL;
    double_real = (const cmetrics_api_v1 *)get_api(1);
    double_api = *double_real;
    double_counter = *double_real->counter;
    double_counter.inc = double_inc;
    double_api.counter = &double_counter;
    return &double_api;
}

/* What came of it, as a word of the matrix: three calls were noted, and three events counted. */
static inline const char *double_outcome(uint64_t value) {
    return double_calls != 3 ? "not used" : value != 3 ? "used, and its calls are lost" : "used";
}

#endif
