/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Reports that nobody in Python asks for: on the thread that calls, or on one that Python does not know.
 */
#include <cmetrics-1/cmetrics_load.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 256 };

typedef struct scrape {
    char *text;
    size_t len;
    int64_t nanoseconds;
    cmetrics_status status;
} scrape;

static const cmetrics_api_v1 *api;
static scrape scrapes[MOST];
static pthread_t thread;
static cmetrics_registry *root;
static int wanted, pause_ms;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static cmetrics_status keep(void *user, const uint8_t *data, uint64_t len) {
    scrape *into = (scrape *)user;
    char *more = (char *)realloc(into->text, into->len + len + 1);
    if (more == NULL)
        return CMETRICS_OUT_OF_MEMORY;
    memcpy(more + into->len, data, len);
    into->text = more;
    into->len += len;
    more[into->len] = 0;
    return CMETRICS_OK;
}

static void make(scrape *into, cmetrics_registry *registry) {
    cmetrics_sink sink = {0};
    int64_t began = now();
    into->len = 0;
    sink.struct_size = sizeof sink;
    sink.write = keep;
    sink.user = into;
    keep(into, (const uint8_t *)"", 0);
    into->status = api->registry->render(registry, NULL, &sink, NULL);
    into->nanoseconds = now() - began;
}

static void *work(void *unused) {
    struct timespec pause;
    int n;
    (void)unused;
    pause.tv_sec = pause_ms / 1000;
    pause.tv_nsec = (long)(pause_ms % 1000) * 1000000;
    for (n = 0; n < wanted; n++) {
        nanosleep(&pause, NULL);
        make(&scrapes[n], root);
    }
    return NULL;
}

/* Finds the library. Returns 0 if that went well. */
int scraper_load(void) {
    return cmetrics_load(NULL, &api, NULL, 0);
}

/* Makes one report of this thread's root. The text is there until the next call. */
const char *scraper_here(void) {
    cmetrics_registry *here = api->registry->root(api);
    make(&scrapes[0], here);
    api->registry->release(here);
    return scrapes[0].status == CMETRICS_OK ? scrapes[0].text : NULL;
}

/* Starts a thread that makes reports of this thread's root, after a pause each. */
int scraper_start(int count, int milliseconds) {
    wanted = count < MOST ? count : MOST;
    pause_ms = milliseconds;
    root = api->registry->root(api);
    return pthread_create(&thread, NULL, work, NULL);
}

/* Waits until that thread has ended. */
void scraper_join(void) {
    pthread_join(thread, NULL);
    api->registry->release(root);
}

/* What it got, and how long that took. */
const char *scraper_text(int n) {
    return scrapes[n].status == CMETRICS_OK ? scrapes[n].text : NULL;
}

int64_t scraper_nanoseconds(int n) {
    return scrapes[n].nanoseconds;
}
