// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// forks busy FORKS COPY...       Threads fork while others create, record, remove and render. Every child records and
//                                renders through every copy; the parent's counts are exact.
// forks electing PROCESSES COPY...
//                                In fresh processes threads elect for the first time while one forks; the children elect,
//                                or go on with what was elected, and agree among themselves. One child is forked before
//                                anybody elects.
//
// A child that hangs is ended by its clock, and counts as a failure.

#include "metrics.h"

#include <pthread.h>

#define FORKERS 4
#define WORKERS 3
#define MOST 16
#define CHILD_SECONDS 10

static struct copy copies[MOST];
static unsigned n_copies;
static unsigned forks_left;
static int over;
static uint64_t recorded;
static pthread_mutex_t story_lock = PTHREAD_MUTEX_INITIALIZER;
static char story[256];

static void load_all(char **specs, unsigned n) {
    REQUIRE(n >= 1 && n <= MOST, "1 to %d copies", MOST);
    n_copies = n;
    for (unsigned i = 0; i < n; i++)
        load_copy(&copies[i], specs[i]);
}

// In a child: every copy records and renders, and all see what all recorded. `before` is what was recorded at least.
static void use_all(uint64_t before) {
    static struct report into;
    const cmetrics_api_v1 *api = NULL;
    for (unsigned i = 0; i < n_copies; i++) {
        unsigned which = (i + (unsigned)getpid()) % n_copies;
        const cmetrics_api_v1 *its = table(&copies[which]);
        REQUIRE(api == NULL || its == api, "split in a child: %s gives another table", copies[which].spec);
        api = its;
        record(api, 1);
        cmetrics_registry *root = api->registry->root(api);
        cmetrics_counter *own = counter_in(api, root, "election_of_child");
        api->counter->inc(own);
        api->metric->release((cmetrics_metric *)own);
        api->registry->release(root);
    }
    render(api, &into);
    uint64_t events = sample(&into, EVENTS "_total", 0);
    REQUIRE(events >= before + n_copies, "a child's report has %llu events, less than %llu", (unsigned long long)events,
            (unsigned long long)(before + n_copies));
    REQUIRE(sample(&into, "election_of_child_total", 0) == n_copies, "a child's own counter is wrong");
}

// Forks a child that uses all copies, and waits for it. Tells what went wrong, if anything did.
static int fork_one(uint64_t before, const char *when) {
    pid_t child = fork();
    if (child == 0) {
        signal(SIGALRM, SIG_DFL);
        alarm(CHILD_SECONDS);
        use_all(before);
        _exit(0);
    }
    int status = -1;
    REQUIRE(child > 0, "fork failed: %s", strerror(errno));
    while (waitpid(child, &status, 0) < 0)
        REQUIRE(errno == EINTR, "waiting failed: %s", strerror(errno));
    if (status == 0)
        return 1;
    pthread_mutex_lock(&story_lock);
    if (WIFSIGNALED(status))
        snprintf(story, sizeof story, "a child that was forked %s %s", when,
                 WTERMSIG(status) == SIGALRM ? "hung" : "crashed");
    else
        snprintf(story, sizeof story, "a child that was forked %s failed", when);
    pthread_mutex_unlock(&story_lock);
    return 0;
}

static void *keep_forking(void *unused) {
    (void)unused;
    for (;;) {
        unsigned left = __atomic_load_n(&forks_left, __ATOMIC_RELAXED);
        do {
            if (left == 0)
                return NULL;
        } while (!__atomic_compare_exchange_n(&forks_left, &left, left - 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
        if (!fork_one(__atomic_load_n(&recorded, __ATOMIC_RELAXED), "from a busy process"))
            return NULL;
    }
}

static void *keep_busy(void *argument) {
    unsigned self = *(unsigned *)argument;
    struct report *into = malloc(sizeof *into);
    REQUIRE(into != NULL, "no memory");
    for (unsigned i = 0; !__atomic_load_n(&over, __ATOMIC_RELAXED); i++) {
        const cmetrics_api_v1 *api = table(&copies[(self + i) % n_copies]);
        char name[48];
        snprintf(name, sizeof name, "election_worker_%u_%u", self, i % 50);
        cmetrics_registry *root = api->registry->root(api);
        cmetrics_counter *own = counter_in(api, root, name);
        api->counter->inc(own);
        if (i % 3 == 0)
            api->registry->remove_metric(root, (cmetrics_metric *)own, NULL);
        api->metric->release((cmetrics_metric *)own);
        api->registry->release(root);
        record(api, 1);
        __atomic_fetch_add(&recorded, 1, __ATOMIC_RELAXED);
        if (i % 10 == 0)
            render(api, into);
    }
    free(into);
    return NULL;
}

static void busy(unsigned forks) {
    pthread_t workers[WORKERS], forkers[FORKERS];
    unsigned numbers[WORKERS];
    forks_left = forks;
    record(table(&copies[0]), 1);
    recorded = 1;
    for (unsigned i = 0; i < WORKERS; i++) {
        numbers[i] = i;
        REQUIRE(pthread_create(&workers[i], NULL, keep_busy, &numbers[i]) == 0, "no thread");
    }
    for (unsigned i = 0; i < FORKERS; i++)
        REQUIRE(pthread_create(&forkers[i], NULL, keep_forking, NULL) == 0, "no thread");
    for (unsigned i = 0; i < FORKERS; i++)
        pthread_join(forkers[i], NULL);
    __atomic_store_n(&over, 1, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < WORKERS; i++)
        pthread_join(workers[i], NULL);
    REQUIRE(story[0] == 0, "%s", story);
    for (unsigned i = 0; i < n_copies; i++) {
        uint64_t events = reported(table(&copies[i]), EVENTS "_total");
        REQUIRE(events == recorded, "the parent reports %llu events of %llu", (unsigned long long)events,
                (unsigned long long)recorded);
        REQUIRE(reported(table(&copies[i]), "election_of_child_total") == NO_SAMPLE, "a child reached into its parent");
    }
}

static pthread_barrier_t start;

static void *use_first(void *argument) {
    const struct copy *copy = argument;
    pthread_barrier_wait(&start);
    record(table(copy), 1);
    return NULL;
}

static void electing(void *argument) {
    pthread_t threads[MOST];
    load_all(argument, n_copies);
    if (getpid() % 2 == 0)
        fork_one(0, "before anybody elects");
    pthread_barrier_init(&start, NULL, n_copies + 1);
    for (unsigned i = 0; i < n_copies; i++)
        REQUIRE(pthread_create(&threads[i], NULL, use_first, &copies[i]) == 0, "no thread");
    pthread_barrier_wait(&start);
    for (unsigned i = 0; i < 4; i++)
        fork_one(0, "while others elect");
    for (unsigned i = 0; i < n_copies; i++)
        pthread_join(threads[i], NULL);
    REQUIRE(story[0] == 0, "%s", story);
    use_all(n_copies);
}

int main(int argc, char **argv) {
    REQUIRE(argc >= 4, "usage: %s busy|electing TIMES COPY...", argv[0]);
    unsigned times = number(argv[2]);
    if (strcmp(argv[1], "busy") == 0) {
        alarm(280);
        load_all(argv + 3, (unsigned)argc - 3);
        busy(times);
        printf("%u forks: no hang, counts exact\n", times);
        return 0;
    }
    n_copies = (unsigned)argc - 3;
    unsigned failed = 0;
    for (unsigned i = 0; i < times; i++) {
        struct outcome outcome = apart(100, electing, argv + 3);
        if (outcome.why[0] != 0 && failed++ < 3)
            fprintf(stderr, "process %u: %s\n", i, outcome.why);
    }
    printf("%u processes, %u failed\n", times, failed);
    return failed != 0;
}
