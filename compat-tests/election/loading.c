// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// loading COPY PLUGIN: one thread loads PLUGIN, which brings a copy of its own and takes its time over it (slow.c); while
// it does, another thread uses COPY for the first time. Afterwards both share a root.

#include "metrics.h"

#include <pthread.h>

#define EACH 5

static const char *plugin_path;
static int (*plugin_count)(void);
static cmetrics_get_api_fn plugin_entry;
static unsigned elected_meanwhile;

static void *load_plugin(void *unused) {
    (void)unused;
    void *plugin = dlopen(plugin_path, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(plugin != NULL, "%s", dlerror());
    SYMBOL(plugin, "slow_count", plugin_count);
    SYMBOL(plugin, "cmetrics_get_api", plugin_entry); // That of the copy that it is linked to.
    REQUIRE(plugin_count != NULL && plugin_entry != NULL, "%s is no plugin of this test", plugin_path);
    REQUIRE(elected_meanwhile != 0, "nobody elected while the plugin was being loaded: this proves nothing");
    return NULL;
}

// The plugin waits for this while it is being loaded, and is let go on before the election is over: a loader's lock that
// it holds may be what the election waits for.
static int seen_mapped(struct dl_phdr_info *object, size_t size, void *user) {
    (void)size;
    *(unsigned *)user += strstr(object->dlpi_name, "slow") != NULL;
    return 0;
}

int main(int argc, char **argv) {
    REQUIRE(argc == 3, "usage: %s COPY PLUGIN", argv[0]);
    alarm(30);
    struct copy copy;
    pthread_t loader;
    unsigned mapped = 0;
    plugin_path = argv[2];
    load_copy(&copy, argv[1]);
    REQUIRE(pthread_create(&loader, NULL, load_plugin, NULL) == 0, "no thread");
    while (mapped == 0) {
        usleep(1000);
        dl_iterate_phdr(seen_mapped, &mapped);
    }
    usleep(50 * 1000);
    __atomic_store_n(&elected_meanwhile, 1, __ATOMIC_RELAXED);
    record(table(&copy), EACH);
    pthread_join(loader, NULL);
    struct copy other = {argv[2], NULL, plugin_entry, NULL, NULL};
    REQUIRE(card(&other) != card(&copy), "the plugin brought no copy of its own");
    REQUIRE(table(&other) == table(&copy), "split: the plugin's copy gives another table");
    record(table(&other), EACH);
    uint64_t events = reported(table(&copy), EVENTS "_total");
    uint64_t expected = 2 * EACH + (uint64_t)plugin_count();
    REQUIRE(events == expected, "%llu events of %llu", (unsigned long long)events, (unsigned long long)expected);
    printf("one root\n");
    return 0;
}
