// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Children that are forked while threads create, record, remove and render. Each child records and renders by itself;
// none waits for a thread that stayed behind.

#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FORKS 50
#define THREADS 4
#define SECONDS 30

static cmetrics_registry *root;
static cmetrics_counter *kept;
static int over;

// Checks are counted on the main thread; what a thread finds wrong ends the program.
static void require(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static const char *render(struct report *into) {
    cmetrics_report_options without_self = options(CMETRICS_REPORT_NO_SELF, 0);
    cmetrics_sink sink = {sizeof sink, 0, report_write, into};
    into->len = 0;
    into->bytes[0] = 0;
    require(api->registry->render(root, &without_self, &sink, NULL) == CMETRICS_OK, "a report failed");
    return into->bytes;
}

static void *work(void *argument) {
    unsigned number = *(unsigned *)argument;
    struct report *into = malloc(sizeof *into);
    require(into != NULL, "no memory");
    for (unsigned i = 0; !__atomic_load_n(&over, __ATOMIC_RELAXED); i++) {
        char name[32];
        cmetrics_metric_desc desc;
        cmetrics_metric *metric = NULL;
        snprintf(name, sizeof name, "worker_%u_%u", number, i % 100);
        desc = wanted(CMETRICS_KIND_COUNTER, name);
        require(api->registry->metric(root, &desc, &metric, NULL) == CMETRICS_OK, "a creation failed");
        api->counter->inc((cmetrics_counter *)metric);
        if (i % 20 == 0)
            require(has(render(into), "\nkept_total 5\n"), "a line is missing");
        if (i % 3 != 0)
            require(api->registry->remove_metric(root, metric, NULL) == CMETRICS_OK, "a removal failed");
        api->metric->release(metric);
    }
    free(into);
    return NULL;
}

// What a child does; 0 if all of it worked.
static int in_child(void) {
    static struct report into;
    cmetrics_metric_desc desc = wanted(CMETRICS_KIND_COUNTER, "of_child");
    cmetrics_metric *metric = NULL;
    api->counter->inc(kept);
    if (api->registry->metric(root, &desc, &metric, NULL) != CMETRICS_OK)
        return 1;
    api->counter->add((cmetrics_counter *)metric, 7);
    if (!has(render(&into), "\nkept_total 6\n") || !has(into.bytes, "\nof_child_total 7\n"))
        return 2;
    if (api->registry->reset(root, NULL) != CMETRICS_OK || !has(render(&into), "\nkept_total 0\n"))
        return 3;
    cmetrics_registry *process = api->registry->root(api);
    if (process == NULL || api->registry->remove_metric(root, metric, NULL) != CMETRICS_OK)
        return 4;
    api->registry->release(process);
    api->metric->release(metric);
    return has(render(&into), "of_child") ? 5 : 0;
}

// The child's exit status, or -1 if it did not end by itself.
static int wait_for(pid_t child_id) {
    const struct timespec moment = {0, 1000000};
    int status = 0;
    for (int i = 0; i < SECONDS * 1000; i++) {
        if (waitpid(child_id, &status, WNOHANG) == child_id)
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        nanosleep(&moment, NULL);
    }
    kill(child_id, SIGKILL);
    waitpid(child_id, &status, 0);
    return -1;
}

int main(void) {
    pthread_t threads[THREADS];
    unsigned numbers[THREADS];
    load();
    root = isolated();
    kept = make_counter(root, "kept");
    api->counter->add(kept, 5);
    for (unsigned i = 0; i < THREADS; i++) {
        numbers[i] = i;
        CHECK(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
    }
    for (unsigned i = 0; i < FORKS; i++) {
        pid_t child_id = fork();
        if (child_id == 0)
            _exit(in_child());
        CHECK(child_id > 0 && wait_for(child_id) == 0);
    }
    __atomic_store_n(&over, 1, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(has(report(root), "\nkept_total 5\n")); // Children counted for themselves.
    CHECK(!has(report(root), "of_child"));
    release(kept);
    api->registry->release(root);
    return finish();
}
