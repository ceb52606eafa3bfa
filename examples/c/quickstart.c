/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Counts one request, then prints the report. Needs libcmetrics when it runs, not when it is built:
 *     cc -I headers/include examples/c/quickstart.c -ldl */
#include <cmetrics-1/cmetrics_load.h>
#include <stdio.h>
#include <string.h>

static cmetrics_text text(const char *literal) {
    cmetrics_text out;
    out.data = literal;
    out.len = strlen(literal);
    return out;
}

static cmetrics_status CMETRICS_CALL print(void *user, const uint8_t *bytes, uint64_t len) {
    return fwrite(bytes, 1, (size_t)len, (FILE *)user) == len ? CMETRICS_OK : 1;
}

int main(void) {
    const cmetrics_api_v1 *api;
    char report[4096];
    cmetrics_registry *root;
    cmetrics_metric *requests = NULL;
    cmetrics_metric_desc desc;
    cmetrics_label endpoint;
    cmetrics_sink sink;
    cmetrics_status status;

    if (cmetrics_load(NULL, &api, report, sizeof report) != CMETRICS_OK) {
        fputs(report, stderr);
        return 1;
    }
    root = api->registry->root(api);

    endpoint.key = text("endpoint");
    endpoint.value = text("generate");
    memset(&desc, 0, sizeof desc); /* zero is the default of every field */
    desc.struct_size = sizeof desc;
    desc.kind = CMETRICS_KIND_COUNTER;
    desc.name = text("requests");
    desc.help = text("Requests served");
    desc.labels = &endpoint;
    desc.n_labels = 1;
    status = api->registry->metric(root, &desc, &requests, NULL);
    if (status == CMETRICS_OK) {
        api->counter->inc((cmetrics_counter *)requests);
        memset(&sink, 0, sizeof sink);
        sink.struct_size = sizeof sink;
        sink.write = print;
        sink.user = stdout;
        status = api->registry->render(root, NULL, &sink, NULL);
    }
    api->metric->release(requests);
    api->registry->release(root);
    return status == CMETRICS_OK ? 0 : 1;
}
