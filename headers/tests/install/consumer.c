// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Counts once and prints the family. Links the library where CMETRICS_LINK is defined, otherwise finds it.

#include <stdio.h>
#include <string.h>

#ifdef CMETRICS_LINK
#include <cmetrics-1/cmetrics.h>
#else
#include <cmetrics-1/cmetrics_load.h>
#endif

static cmetrics_status CMETRICS_CALL print(void *user, const uint8_t *bytes, uint64_t len) {
    return fwrite(bytes, 1, (size_t)len, (FILE *)user) == len ? CMETRICS_OK : CMETRICS_INTERNAL;
}

int main(void) {
    const cmetrics_api_v1 *api;
    cmetrics_registry *root;
    cmetrics_metric_desc desc;
    cmetrics_metric *metric = NULL;
    cmetrics_report_options options;
    cmetrics_sink sink;
    cmetrics_status status;
#ifdef CMETRICS_LINK
    api = (const cmetrics_api_v1 *)cmetrics_get_api(1);
    if (api == NULL) {
        return 1;
    }
#else
    char report[4096];
    if (cmetrics_load(NULL, &api, report, sizeof report) != CMETRICS_OK) {
        fputs(report, stderr);
        return 1;
    }
#endif
    root = api->registry->root(api);
    memset(&desc, 0, sizeof desc);
    desc.struct_size = (uint32_t)sizeof desc;
    desc.kind = CMETRICS_KIND_COUNTER;
    desc.name.data = "consumed";
    desc.name.len = strlen(desc.name.data);
    if (api->registry->metric(root, &desc, &metric, NULL) != CMETRICS_OK) {
        return 2;
    }
    api->counter->inc((cmetrics_counter *)metric);
    memset(&options, 0, sizeof options);
    options.struct_size = (uint32_t)sizeof options;
    options.flags = CMETRICS_REPORT_NO_SELF;
    memset(&sink, 0, sizeof sink);
    sink.struct_size = (uint32_t)sizeof sink;
    sink.write = print;
    sink.user = stdout;
    status = api->registry->render(root, &options, &sink, NULL);
    api->metric->release(metric);
    api->registry->release(root);
    return status == CMETRICS_OK ? 0 : 3;
}
