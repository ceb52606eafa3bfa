// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// race THREADS PROCESSES COPY...: in each of many fresh processes, threads that start at once load a copy each (thread
// i the copy i, counted in a circle), ask it for version 1, and increment one counter. There must be one root, one
// winner, and every increment in the report of every copy.
//
// Prints how many processes were split, and how many lost counts.

#include "metrics.h"

#include <pthread.h>

#define EACH 100
#define MOST 64

static unsigned n_threads, n_copies;
static char **specs;

struct runner {
    unsigned number;
    struct copy copy;
    const cmetrics_api_v1 *api;
    cmetrics_registry *root;
    uint64_t root_id;
};

static pthread_barrier_t start;

static void *run(void *argument) {
    struct runner *runner = argument;
    pthread_barrier_wait(&start);
    load_copy(&runner->copy, specs[runner->number % n_copies]);
    if (runner->copy.record != NULL) {
        for (unsigned i = 0; i < EACH; i++)
            runner->copy.record(1);
        runner->root_id = runner->copy.root();
        return NULL;
    }
    runner->api = table(&runner->copy);
    runner->root = runner->api->registry->root(runner->api);
    runner->root_id = runner->api->registry->id(runner->root);
    record(runner->api, EACH);
    return NULL;
}

static void one_process(void *argument) {
    static struct runner runners[MOST];
    pthread_t threads[MOST];
    (void)argument;
    REQUIRE(pthread_barrier_init(&start, NULL, n_threads) == 0, "no barrier");
    for (unsigned i = 0; i < n_threads; i++) {
        runners[i].number = i;
        REQUIRE(pthread_create(&threads[i], NULL, run, &runners[i]) == 0, "no thread");
    }
    for (unsigned i = 0; i < n_threads; i++)
        pthread_join(threads[i], NULL);

    const struct runner *first = NULL;
    const cmetrics_bootstrap *winner = NULL;
    for (unsigned i = 0; i < n_threads; i++) {
        const struct runner *other = &runners[i];
        if (other->api == NULL)
            continue;
        const cmetrics_bootstrap *elected = NULL;
        REQUIRE(card(&other->copy)->elect(0, &elected) == CMETRICS_OK, "%s: elect failed", other->copy.spec);
        if (first == NULL) {
            first = other;
            winner = elected;
        }
        REQUIRE(elected != NULL && elected == winner, "split: %s and %s name different winners", first->copy.spec,
                other->copy.spec);
        REQUIRE(other->api == first->api && other->root == first->root, "split: %s and %s have different roots",
                first->copy.spec, other->copy.spec);
    }
    REQUIRE(first != NULL, "no copy was asked for its table");
    for (unsigned i = 0; i < n_threads; i++)
        REQUIRE(runners[i].root_id == first->root_id, "split: %s has another root than %s", runners[i].copy.spec,
                first->copy.spec);
    for (unsigned i = 0; i < n_threads; i++) {
        if (runners[i].api == NULL)
            continue;
        uint64_t events = reported(runners[i].api, EVENTS "_total");
        REQUIRE(events == (uint64_t)n_threads * EACH, "lost: %s reports %llu events of %u", runners[i].copy.spec,
                (unsigned long long)events, n_threads * EACH);
    }
}

int main(int argc, char **argv) {
    REQUIRE(argc >= 4, "usage: %s THREADS PROCESSES COPY...", argv[0]);
    n_threads = number(argv[1]);
    n_copies = (unsigned)argc - 3;
    specs = argv + 3;
    REQUIRE(n_threads >= 1 && n_threads <= MOST, "1 to %d threads", MOST);
    unsigned processes = number(argv[2]), split = 0, lost = 0, other = 0;
    for (unsigned i = 0; i < processes; i++) {
        struct outcome outcome = apart(60, one_process, NULL);
        if (outcome.why[0] == 0)
            continue;
        unsigned *kind = strncmp(outcome.why, "split", 5) == 0 ? &split : strncmp(outcome.why, "lost", 4) == 0 ? &lost : &other;
        if ((*kind)++ < 2)
            fprintf(stderr, "process %u: %s\n", i, outcome.why);
    }
    printf("%u threads, %u copies, %u processes: %u splits, %u with lost counts, %u other failures\n", n_threads,
           n_copies, processes, split, lost, other);
    return split + lost + other != 0;
}
