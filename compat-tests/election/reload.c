// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// reload TIMES LIBRARY PLUGIN stays|leaves: with the library loaded and elected, a plugin is loaded, records, registers
// a collector, visits, closes its client, and is unloaded, again and again. It must leave the process each time
// (`leaves`), or never (`stays`: the library is not loaded before, so that the plugin's own copy wins). Counts must be
// exact, copies counted right, and memory must not grow once it is warm.

#include "metrics.h"

#include <malloc.h>
#include <pthread.h>

#define EVERY 3
#define GROWTH 512 // KiB; a leak of a page for each of a thousand rounds is eight times this

static long resident_kib(void) {
    long pages = 0, all = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    REQUIRE(file != NULL && fscanf(file, "%ld %ld", &all, &pages) == 2, "/proc/self/statm tells nothing");
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int is_loaded(const char *path) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    if (handle != NULL)
        dlclose(handle);
    return handle != NULL;
}

struct use {
    int32_t (**steps)(void);
    int32_t (*record)(uint64_t);
    int failed;
};

static void *use_once(void *argument) {
    struct use *use = argument;
    use->failed = use->steps[0]() != 0 || use->record(EVERY) != 0 || use->steps[1]() != 0;
    return NULL;
}

static void once(const char *path, unsigned round) {
    int32_t (*open)(void) = NULL, (*close)(void) = NULL;
    int32_t (*record)(uint64_t) = NULL;
    void *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(plugin != NULL, "round %u: %s", round, dlerror());
    SYMBOL(plugin, "plugin_open", open);
    SYMBOL(plugin, "plugin_record", record);
    SYMBOL(plugin, "plugin_close", close);
    REQUIRE(open != NULL && record != NULL && close != NULL, "%s is no plugin", path);
    // On a thread that ends: what a living thread keeps for its end would hold the module.
    int32_t (*steps[2])(void) = {open, close};
    struct use use = {steps, record, 0};
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, use_once, &use) == 0, "no thread");
    pthread_join(thread, NULL);
    REQUIRE(use.failed == 0, "round %u: the plugin failed", round);
    REQUIRE(dlclose(plugin) == 0, "round %u: %s", round, dlerror());
}

// A second copy that comes after the election and stays: it must have followed.
static void check_follower(const char *library, uint64_t events) {
    struct copy copy;
    load_copy(&copy, library);
    uint64_t seen = reported(table(&copy), EVENTS "_total");
    REQUIRE(seen == events, "a copy loaded later reports %llu events of %llu", (unsigned long long)seen,
            (unsigned long long)events);
}

int main(int argc, char **argv) {
    REQUIRE(argc == 5, "usage: %s TIMES LIBRARY PLUGIN stays|leaves", argv[0]);
    unsigned times = number(argv[1]);
    const char *library = argv[2], *plugin = argv[3];
    int stays = strcmp(argv[4], "stays") == 0;
    struct copy copy = {0};
    alarm(240);
    if (!stays) {
        load_copy(&copy, library);
        record(table(&copy), EVERY);
    }
    long warm = 0;
    size_t warm_heap = 0;
    for (unsigned round = 0; round < times; round++) {
        once(plugin, round);
        REQUIRE(is_loaded(plugin) == stays, "round %u: the plugin %s", round, stays ? "was unloaded" : "is still loaded");
        if (!stays && round % 100 == 0) {
            uint64_t copies = reported(table(&copy), "cmetrics_copies");
            REQUIRE(copies == 1, "round %u: the report counts %llu copies, and 1 is loaded", round,
                    (unsigned long long)copies);
            REQUIRE(reported(table(&copy), "election_collected") == NO_SAMPLE, "the collector outlived its plugin");
        }
        if (round == times / 5) {
            warm = resident_kib();
            warm_heap = mallinfo2().uordblks;
        }
    }
    long grown = resident_kib() - warm;
    long heap = (long)(mallinfo2().uordblks - warm_heap) / 1024;
    check_follower(library, (uint64_t)(times + !stays) * EVERY);
#ifndef __SANITIZE_ADDRESS__
    REQUIRE(grown < GROWTH && heap < GROWTH, "memory grew by %ld KiB resident, %ld KiB of heap, in %u rounds", grown, heap,
            times - times / 5);
#endif
    fprintf(stderr, "%u rounds: memory grew by %ld KiB resident, %ld KiB of heap\n", times, grown, heap);
    printf("counts exact\n");
    return 0;
}
