/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Code in C that takes its table from outside is given the double: double LIBRARY.
 */
#include "double.h"

/* The code under test. */
static uint64_t count_three(const cmetrics_api_v1 *api) {
    cmetrics_registry *root = NULL;
    cmetrics_metric_desc desc;
    cmetrics_metric *metric = NULL;
    uint64_t value;
    int i;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = CMETRICS_KIND_COUNTER;
    desc.name.data = "doubled";
    desc.name.len = 7;
    if (api->registry->isolated(api, NULL, &root, NULL) != CMETRICS_OK) return 0;
    api->registry->metric(root, &desc, &metric, NULL);
    for (i = 0; i < 3; i++) api->counter->inc((cmetrics_counter *)metric);
    value = api->counter->value((cmetrics_counter *)metric);
    api->metric->release(metric);
    api->registry->release(root);
    return value;
}

int main(int argc, char **argv) {
    const cmetrics_api_v1 *api = argc == 2 ? double_of(argv[1]) : NULL;
    if (api == NULL) {
        fputs("usage: double LIBRARY\n", stderr);
        return 1;
    }
    puts(double_outcome(count_three(api)));
    return 0;
}
