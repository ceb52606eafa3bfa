/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A client in C that asks for a range of ABI versions: ask OLDEST NEWEST [MODULE]. Prints the status, the version of
 * the table that it got, whether a counter could be made and counted with it, and the report.
 *
 * Its header is of a later time: it knows versions 1 to 3, so that the loader can be asked for them.
 */
#include <cmetrics-1/cmetrics.h>

#undef CMETRICS_NEWEST
#define CMETRICS_NEWEST 3u

#include <cmetrics-1/cmetrics_load.h>

static int counts(const cmetrics_api_v1 *api) {
    cmetrics_registry *root = api->registry->root(api);
    cmetrics_metric_desc desc;
    cmetrics_metric *metric = NULL;
    cmetrics_status made;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = CMETRICS_KIND_COUNTER;
    desc.name.data = "asked";
    desc.name.len = 5;
    desc.help = desc.name;
    made = api->registry->metric(root, &desc, &metric, NULL);
    api->counter->inc((cmetrics_counter *)metric);
    api->metric->release(metric);
    api->registry->release(root);
    return made == CMETRICS_OK;
}

int main(int argc, char **argv) {
    static char report[16384];
    const cmetrics_api_v1 *api;
    cmetrics_load_options options;
    cmetrics_status status;
    if (argc < 3) {
        fputs("usage: ask OLDEST NEWEST [MODULE]\n", stderr);
        return 2;
    }
    memset(&options, 0, sizeof options);
    options.name = "asker";
    options.version = "9.9";
    options.oldest = (uint32_t)strtoul(argv[1], NULL, 10);
    options.newest = (uint32_t)strtoul(argv[2], NULL, 10);
    options.module = argc > 3 ? argv[3] : NULL;
    status = cmetrics_load(&options, &api, report, sizeof report);
    printf("status %ld\nversion %lu\ncounts %d\nwhole 1\n%s\n", (long)status, (unsigned long)api->version, counts(api), report);
    return 0;
}
