/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Frozen: what plugin.c exports, and what it found. A host of any time includes it after a cmetrics.h of its time.
 */
#ifndef COMPAT_TESTS_PLUGIN_H
#define COMPAT_TESTS_PLUGIN_H

typedef struct plugin_result {
    /* The version of its table. */
    uint32_t version;
    /* The counter that it made under the host's name, with a reference for the host, and the host's value as it saw it. */
    cmetrics_counter *counter;
    uint64_t seen;
    /* The root, with a reference for the host. */
    cmetrics_registry *root;
    /* What came of making a metric without help, and of a gauge under the counter's name; the error of the second. */
    cmetrics_status helpless;
    cmetrics_status conflict;
    cmetrics_error *error;
} plugin_result;

/* Makes the counter `shared_events`, sees its value, adds three through it and four through the host's handle. */
typedef int (*plugin_run_fn)(cmetrics_counter *of_host, plugin_result *result);

#endif
