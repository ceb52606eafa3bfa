/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Preloaded into a client (LD_PRELOAD): before the client begins, it uses ABI version FIRST_VERSION of the library
 * FIRST_LIBRARY, which thereby provides for the process. At the end it says, on standard error, whether that library's
 * report has the metric of the client.
 */
#define _GNU_SOURCE

#include <cmetrics-1/cmetrics.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cmetrics_api_v1 *api;
static char report[65536];
static size_t reported;

static cmetrics_status CMETRICS_CALL keep(void *user, const uint8_t *bytes, uint64_t len) {
    (void)user;
    if (len >= sizeof report - reported) return 1;
    memcpy(report + reported, bytes, (size_t)len);
    reported += (size_t)len;
    report[reported] = '\0';
    return CMETRICS_OK;
}

__attribute__((constructor)) static void first(void) {
    const char *file = getenv("FIRST_LIBRARY"), *version = getenv("FIRST_VERSION");
    void *library = file == NULL || version == NULL ? NULL : dlopen(file, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library == NULL ? NULL : dlsym(library, "cmetrics_get_api");
    cmetrics_get_api_fn get_api = NULL;
    cmetrics_metric_desc desc;
    cmetrics_metric *metric = NULL;
    cmetrics_registry *root;
    memcpy(&get_api, &symbol, sizeof get_api);
    api = get_api == NULL ? NULL : get_api((uint32_t)strtoul(version, NULL, 10));
    if (api == NULL) {
        fputs("the first library cannot be used\n", stderr);
        exit(2);
    }
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = CMETRICS_KIND_COUNTER;
    desc.name.data = "first";
    desc.name.len = 5;
    root = api->registry->root(api);
    api->registry->metric(root, &desc, &metric, NULL);
    api->counter->inc((cmetrics_counter *)metric);
    api->metric->release(metric);
    api->registry->release(root);
}

__attribute__((destructor)) static void last(void) {
    cmetrics_registry *root;
    cmetrics_sink sink;
    if (api == NULL) return;
    root = api->registry->root(api);
    memset(&sink, 0, sizeof sink);
    sink.struct_size = sizeof sink;
    sink.write = keep;
    api->registry->render(root, NULL, &sink, NULL);
    api->registry->release(root);
    fprintf(stderr, "the one report: %s\n",
            strstr(report, "\nfirst_total 1\n") != NULL && strstr(report, "\nnewer_total 3\n") != NULL ? "both" : "not both");
}
