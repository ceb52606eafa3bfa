/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A part in C that a process loads before its main program runs (LD_PRELOAD): it finds the library and counts once, in the
 * root that all parts should share. */
#include <cmetrics-1/cmetrics_load.h>
#include <stdio.h>
#include <string.h>

__attribute__((constructor)) static void count(void) {
    const cmetrics_api_v1 *api;
    char report[4096];
    cmetrics_metric *starts = NULL;
    cmetrics_metric_desc desc;
    cmetrics_registry *root;

    if (cmetrics_load(NULL, &api, report, sizeof report) != CMETRICS_OK) {
        fputs(report, stderr);
        return;
    }
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = CMETRICS_KIND_COUNTER;
    desc.name.data = "part_starts";
    desc.name.len = strlen("part_starts");
    root = api->registry->root(api);
    if (api->registry->metric(root, &desc, &starts, NULL) == CMETRICS_OK)
        api->counter->inc((cmetrics_counter *)starts);
    api->metric->release(starts);
    api->registry->release(root);
}
