/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A plugin by someone who has cmetrics.h and nothing else of ours. It gets at the entry as a C programmer would:
 *
 *   EXTERN          it declares the function, and the dynamic linker finds it
 *   otherwise       it asks dlsym
 */
#define _GNU_SOURCE

#include <cmetrics-1/cmetrics.h>

#include <dlfcn.h>
#include <string.h>

static const cmetrics_api_v1 *table(void) {
#ifdef EXTERN
    return cmetrics_get_api(1);
#else
    void *symbol = dlsym(RTLD_DEFAULT, "cmetrics_get_api");
    cmetrics_get_api_fn get_api = NULL;
    memcpy(&get_api, &symbol, sizeof get_api);
    return get_api == NULL ? NULL : get_api(1);
#endif
}

int plain_step(void);

/* Counts one step. Returns the count, or a negative number if something failed. */
__attribute__((visibility("default"))) int plain_step(void) {
    const cmetrics_api_v1 *api = table();
    cmetrics_metric_desc desc;
    cmetrics_metric *metric = NULL;
    cmetrics_registry *root;
    int steps;
    if (api == NULL || api->struct_size < sizeof *api) return -1;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = CMETRICS_KIND_COUNTER;
    desc.name.data = "plain_steps";
    desc.name.len = 11;
    root = api->registry->root(api);
    if (api->registry->metric(root, &desc, &metric, NULL) != CMETRICS_OK) return -2;
    api->counter->inc((cmetrics_counter *)metric);
    steps = (int)api->counter->value((cmetrics_counter *)metric);
    api->metric->release(metric);
    api->registry->release(root);
    return steps;
}
