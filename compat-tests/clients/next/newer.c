/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A client of a later time in C: newer OLDEST NEWEST. It uses slots of version 2 without a look at the version, since
 * its table is complete. Prints the status, the version, what the library provides, and the report of the search.
 */
#include "next.h"

int main(int argc, char **argv) {
    static char report[16384];
    const cmetrics_api_v1 *given;
    next_api api;
    next_counter slots;
    cmetrics_load_options options;
    cmetrics_metric *metric = NULL;
    cmetrics_registry *root;
    cmetrics_counter *counter;
    cmetrics_status status;
    if (argc != 3) {
        fputs("usage: newer OLDEST NEWEST\n", stderr);
        return 2;
    }
    memset(&options, 0, sizeof options);
    options.name = "asker";
    options.version = "9.9";
    options.oldest = (uint32_t)strtoul(argv[1], NULL, 10);
    options.newest = (uint32_t)strtoul(argv[2], NULL, 10);
    status = cmetrics_load(&options, &given, report, sizeof report);
    next_complete(given, &api, &slots);
    root = api.v1.registry->root(&api.v1);
    next_make(&api.v1, root, CMETRICS_KIND_COUNTER, "newer", "Of a newer client", NULL, &metric, NULL);
    counter = (cmetrics_counter *)metric;
    slots.inc(counter);
    slots.inc_twice(counter);
    printf("status %ld\nversion %lu\nprovides %d\ntwice %llu\n%s\n", (long)status, (unsigned long)given->version,
           next_provides(given) && api.process->generation((const next_api *)(const void *)given) == given->version,
           (unsigned long long)slots.value(counter), report);
    api.v1.metric->release(metric);
    api.v1.registry->release(root);
    return 0;
}
