/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Frozen: a plugin of ABI version 1, which shares handles, values and errors with a host of any time.
 */
#include <cmetrics-1/cmetrics_load.h>

#include "plugin.h"

static cmetrics_text text(const char *chars) {
    cmetrics_text lent;
    lent.data = chars;
    lent.len = strlen(chars);
    return lent;
}

static cmetrics_status make(const cmetrics_api_v1 *api, cmetrics_registry *root, int32_t kind, const char *name,
                            cmetrics_client *owner, cmetrics_metric **metric, cmetrics_error **error) {
    cmetrics_metric_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = kind;
    desc.name = text(name);
    desc.owner = owner;
    return api->registry->metric(root, &desc, metric, error);
}

int plugin_run(cmetrics_counter *of_host, plugin_result *result);

__attribute__((visibility("default"))) int plugin_run(cmetrics_counter *of_host, plugin_result *result) {
    char why[8192];
    const cmetrics_api_v1 *api;
    cmetrics_client_desc desc;
    cmetrics_client *client = NULL;
    cmetrics_metric *metric = NULL;
    if (cmetrics_load(NULL, &api, why, sizeof why) != CMETRICS_OK) {
        fputs(why, stderr);
        return 1;
    }
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.name = text("frozen plugin");
    if (api->client->open(api, &desc, &client, NULL) != CMETRICS_OK) return 1;
    result->version = api->version;
    result->root = api->registry->root(api);
    result->helpless = make(api, result->root, CMETRICS_KIND_COUNTER, "plugin_alone", client, &metric, NULL);
    api->counter->inc((cmetrics_counter *)metric);
    api->metric->release(metric);
    result->conflict = make(api, result->root, CMETRICS_KIND_INT_GAUGE, "shared_events", client, &metric, &result->error);
    if (make(api, result->root, CMETRICS_KIND_COUNTER, "shared_events", client, &metric, NULL) != CMETRICS_OK) return 1;
    result->counter = (cmetrics_counter *)metric;
    result->seen = api->counter->value(result->counter);
    api->counter->add(result->counter, 3);
    api->counter->add(of_host, 4);
    api->client->close(client);
    api->client->release(client);
    return 0;
}
