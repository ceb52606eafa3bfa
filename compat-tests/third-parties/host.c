/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Loads a library for all to see and a plugin, has the plugin count, and looks for it in its own report:
 * host LIBRARY PLUGIN.
 */
#include <cmetrics-1/cmetrics.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

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

int main(int argc, char **argv) {
    void *library = argc == 3 ? dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL) : NULL;
    void *plugin = library == NULL ? NULL : dlopen(argv[2], RTLD_NOW | RTLD_LOCAL);
    void *entry = plugin == NULL ? NULL : dlsym(library, "cmetrics_get_api");
    void *symbol = entry == NULL ? NULL : dlsym(plugin, "plain_step");
    cmetrics_get_api_fn get_api = NULL;
    int (*step)(void) = NULL;
    const cmetrics_api_v1 *api;
    cmetrics_registry *root;
    cmetrics_sink sink;
    if (symbol == NULL) {
        fprintf(stderr, "%s\n", argc == 3 ? dlerror() : "usage: host LIBRARY PLUGIN");
        return 1;
    }
    memcpy(&get_api, &entry, sizeof get_api);
    memcpy(&step, &symbol, sizeof step);
    api = get_api(1);
    if (step() != 1 || step() != 2) {
        fprintf(stderr, "the plugin does not count\n");
        return 1;
    }
    root = api->registry->root(api);
    memset(&sink, 0, sizeof sink);
    sink.struct_size = sizeof sink;
    sink.write = keep;
    if (api->registry->render(root, NULL, &sink, NULL) != CMETRICS_OK) return 1;
    api->registry->release(root);
    puts(strstr(report, "\nplain_steps_total 2\n") != NULL ? "in the one report" : "not in the report");
    return 0;
}
