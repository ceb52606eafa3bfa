/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A host of a later time, which speaks version 2 and loads a plugin of version 1: host PLUGIN. Each line that it prints
 * is a row of the matrix: what is shared, and what came of it.
 */
#include "next.h"

#include "../v1/plugin.h"

#include <dlfcn.h>

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

static const char *word(int holds) { return holds ? "yes" : "no"; }

static const char *status_word(cmetrics_status status) {
    return status == CMETRICS_OK ? "taken" : status == CMETRICS_INVALID_ARGUMENT ? "refused" : "failed";
}

/* Whether an error that the plugin got, read through the host's table, says CONFLICT and names the host. */
static int names_the_host(const cmetrics_api_v1 *api, cmetrics_error *error) {
    char existing[512];
    cmetrics_error_info info;
    memset(&info, 0, sizeof info);
    info.struct_size = sizeof info;
    if (api->error->read(error, &info) != CMETRICS_OK || info.code != CMETRICS_CONFLICT) return 0;
    snprintf(existing, sizeof existing, "%.*s", (int)info.existing.len, info.existing.len == 0 ? "" : info.existing.data);
    return strstr(existing, "host of later") != NULL;
}

int main(int argc, char **argv) {
    char why[8192];
    const cmetrics_api_v1 *given;
    next_api api;
    next_counter counters;
    cmetrics_client_desc desc;
    cmetrics_client *client = NULL;
    cmetrics_load_options options;
    cmetrics_metric *metric = NULL, *helpless = NULL;
    cmetrics_counter *counter;
    cmetrics_registry *root;
    cmetrics_report_options all;
    cmetrics_sink sink;
    plugin_result result;
    plugin_run_fn run = NULL;
    void *plugin, *symbol;
    memset(&options, 0, sizeof options);
    options.oldest = options.newest = 2;
    if (argc != 2 || cmetrics_load(&options, &given, why, sizeof why) != CMETRICS_OK) {
        fputs(argc == 2 ? why : "usage: host PLUGIN\n", stderr);
        return 1;
    }
    next_complete(given, &api, &counters);
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.name = next_text("host of later");
    if (given->client->open(given, &desc, &client, NULL) != CMETRICS_OK) return 1;
    root = given->registry->root(given);
    if (next_make(given, root, CMETRICS_KIND_COUNTER, "shared_events", "Of both", client, &metric, NULL) != CMETRICS_OK)
        return 1;
    counter = (cmetrics_counter *)metric;
    counters.inc_twice(counter);

    plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    symbol = plugin == NULL ? NULL : dlsym(plugin, "plugin_run");
    memcpy(&run, &symbol, sizeof run);
    memset(&result, 0, sizeof result);
    if (run == NULL || run(counter, &result) != 0) {
        fprintf(stderr, "the plugin failed: %s\n", plugin == NULL ? dlerror() : "it ran");
        return 1;
    }
    printf("the host's version: %lu\n", (unsigned long)given->version);
    printf("the plugin's version: %lu\n", (unsigned long)result.version);
    printf("the host's table knows its generation: %s\n",
           word(api.process->generation((const next_api *)(const void *)given) == 2));
    printf("one root: %s\n", word(result.root == root && given->registry->id(result.root) == given->registry->id(root)));
    printf("one handle: %s\n", word(result.counter == counter));
    printf("what the host counted before, the plugin saw: %llu\n", (unsigned long long)result.seen);
    counters.inc_twice(counter);
    printf("what both counted: %llu\n", (unsigned long long)counters.value(result.counter));
    printf("a metric without help, by the plugin: %s\n", status_word(result.helpless));
    printf("a metric without help, by the host: %s\n",
           status_word(next_make(given, root, CMETRICS_KIND_COUNTER, "host_alone", NULL, client, &helpless, NULL)));
    printf("a metric with help, by the host: %s\n",
           status_word(next_make(given, root, CMETRICS_KIND_COUNTER, "host_alone", "Help", client, &helpless, NULL)));
    printf("the plugin's error names the host, read by the host: %s\n",
           word(result.conflict == CMETRICS_CONFLICT && names_the_host(given, result.error)));
    given->error->release(result.error);
    given->metric->release((cmetrics_metric *)result.counter);
    given->registry->release(result.root);
    dlclose(plugin);

    memset(&all, 0, sizeof all);
    memset(&sink, 0, sizeof sink);
    all.struct_size = sizeof all;
    all.flags = CMETRICS_REPORT_NO_SELF;
    sink.struct_size = sizeof sink;
    sink.write = keep;
    if (given->registry->render(root, &all, &sink, NULL) != CMETRICS_OK) return 1;
    printf("one report has all, with the plugin gone: %s\n",
           word(strstr(report, "\nshared_events_total 11\n") != NULL && strstr(report, "\nplugin_alone_total 1\n") != NULL &&
                strstr(report, "\nhost_alone_total 0\n") != NULL));
    given->metric->release(helpless);
    given->metric->release(metric);
    given->registry->release(root);
    given->client->close(client);
    given->client->release(client);
    return 0;
}
