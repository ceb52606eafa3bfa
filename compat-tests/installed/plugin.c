/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A plugin that links the system's libcmetrics, as a distribution's package does. It counts in the root of its process.
 */
#include <cmetrics-1/cmetrics.h>
#include <string.h>

/* Counts once, through the copy whose cmetrics_get_api this is. Returns 0, or what went wrong. */
int plugin_count_through(const void *(CMETRICS_CALL *get_api)(uint32_t version)) {
    static const char name[] = "plugin_events";
    const cmetrics_api_v1 *api = (const cmetrics_api_v1 *)get_api(1);
    cmetrics_registry *root;
    cmetrics_metric *metric = NULL;
    cmetrics_metric_desc desc;
    cmetrics_status status;
    if (api == NULL) return -1;
    root = api->registry->root(api);
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = CMETRICS_KIND_COUNTER;
    desc.name.data = name;
    desc.name.len = sizeof name - 1;
    status = api->registry->metric(root, &desc, &metric, NULL);
    if (status == CMETRICS_OK) api->counter->inc((cmetrics_counter *)metric);
    api->metric->release(metric);
    api->registry->release(root);
    return (int)status;
}

/* The same, through the copy that the dynamic linker gave. */
int plugin_count(void) {
    return plugin_count_through(cmetrics_get_api);
}
