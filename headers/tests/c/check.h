// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What the programs of this folder share: the library's table, counted checks, and short ways to say a name, a metric
// and a report. Include it first. The library is the file that CMETRICS_LIBRARY names; no SDK is involved.

#ifndef CMETRICS_TESTS_CHECK_H
#define CMETRICS_TESTS_CHECK_H

#define _POSIX_C_SOURCE 200809L

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmetrics-1/cmetrics.h>

static const cmetrics_api_v1 *api;
static unsigned checks;
static unsigned failures;

// Counts a check, and says where it stands if it fails.
#define CHECK(condition) check_that((condition) != 0, #condition, __FILE__, __LINE__)

// Checks that two NUL-terminated texts are the same, and shows both if they are not.
#define CHECK_SAME(found, expected) check_same((found), (expected), __FILE__, __LINE__)

static inline int check_that(int holds, const char *what, const char *file, int line) {
    checks++;
    if (!holds) {
        failures++;
        fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
    }
    return holds;
}

static inline int check_same(const char *found, const char *expected, const char *file, int line) {
    int same = strcmp(found, expected) == 0;
    check_that(same, "the texts are the same", file, line);
    if (!same)
        fprintf(stderr, "--- found\n%s\n--- expected\n%s\n---\n", found, expected);
    return same;
}

// Loads the library and fills `api`. Without a library there is nothing to check.
static inline void load(void) {
    const char *path = getenv("CMETRICS_LIBRARY");
    void *library = path != NULL ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    void *symbol = library != NULL ? dlsym(library, "cmetrics_get_api") : NULL;
    cmetrics_get_api_fn get_api = NULL;
    memcpy(&get_api, &symbol, sizeof get_api); // ISO C has no cast from an object's to a function's pointer.
    api = get_api != NULL ? get_api(1) : NULL;
    if (api == NULL) {
        const char *why = path != NULL ? dlerror() : "it is not set";
        fprintf(stderr, "CMETRICS_LIBRARY must name a libcmetrics of ABI version 1: %s\n", why != NULL ? why : path);
        exit(2);
    }
}

// The last call of every program: what it came to, as an exit status.
static inline int finish(void) {
    if (failures != 0)
        printf("%u of %u checks failed\n", failures, checks);
    else
        printf("%u checks\n", checks);
    return failures != 0;
}

static inline cmetrics_text text(const char *chars) {
    cmetrics_text lent = {chars, chars != NULL ? strlen(chars) : 0};
    return lent;
}

static inline cmetrics_label label(const char *key, const char *value) {
    cmetrics_label lent = {text(key), text(value)};
    return lent;
}

// Is `part` in `whole`?
static inline int has(const char *whole, const char *part) {
    return strstr(whole, part) != NULL;
}

static inline cmetrics_metric_desc wanted(int32_t kind, const char *name) {
    cmetrics_metric_desc desc = {0};
    desc.struct_size = sizeof desc;
    desc.kind = kind;
    desc.name = text(name);
    return desc;
}

// A metric without labels that must come to be.
static inline cmetrics_metric *make(cmetrics_registry *registry, int32_t kind, const char *name, uint32_t flags) {
    cmetrics_metric_desc desc = wanted(kind, name);
    cmetrics_metric *metric = NULL;
    desc.flags = flags;
    CHECK(api->registry->metric(registry, &desc, &metric, NULL) == CMETRICS_OK && metric != NULL);
    return metric;
}

static inline cmetrics_counter *make_counter(cmetrics_registry *registry, const char *name) {
    return (cmetrics_counter *)make(registry, CMETRICS_KIND_COUNTER, name, 0);
}

static inline void release(void *metric) {
    api->metric->release(metric);
}

// A root of its own, so that programs and cases do not see each other.
static inline cmetrics_registry *isolated(void) {
    cmetrics_registry *root = NULL;
    CHECK(api->registry->isolated(api, NULL, &root, NULL) == CMETRICS_OK && root != NULL);
    return root;
}

static inline cmetrics_registry *child(cmetrics_registry *registry, const char *prefix) {
    cmetrics_registry_desc desc = {0};
    cmetrics_registry *below = NULL;
    desc.struct_size = sizeof desc;
    desc.prefix = text(prefix);
    CHECK(api->registry->child(registry, &desc, &below, NULL) == CMETRICS_OK && below != NULL);
    return below;
}

static inline cmetrics_client *client(const char *name, const char *language) {
    cmetrics_client_desc desc = {0};
    cmetrics_client *opened = NULL;
    desc.struct_size = sizeof desc;
    desc.name = text(name);
    desc.language = text(language);
    CHECK(api->client->open(api, &desc, &opened, NULL) == CMETRICS_OK && opened != NULL);
    return opened;
}

// A report, NUL-terminated.
struct report {
    size_t len;
    char bytes[65536];
};

static inline cmetrics_status CMETRICS_CALL report_write(void *user, const uint8_t *bytes, uint64_t len) {
    struct report *into = user;
    if (len == 0 || len >= sizeof into->bytes - into->len)
        return 1;
    memcpy(into->bytes + into->len, bytes, len);
    into->len += len;
    into->bytes[into->len] = 0;
    return 0;
}

static inline cmetrics_report_options options(uint32_t flags, int32_t verbosity) {
    cmetrics_report_options usual = {0};
    usual.struct_size = sizeof usual;
    usual.flags = flags;
    usual.verbosity = verbosity;
    return usual;
}

// The report of `registry` with everything in it but the library's own families.
static inline const char *report(cmetrics_registry *registry) {
    static struct report into;
    cmetrics_report_options all = options(CMETRICS_REPORT_NO_SELF, CMETRICS_PRIORITY_DEBUG);
    cmetrics_sink sink = {sizeof sink, 0, report_write, &into};
    into.len = 0;
    into.bytes[0] = 0;
    CHECK(api->registry->render(registry, &all, &sink, NULL) == CMETRICS_OK);
    return into.bytes;
}

// The report with the library's own families.
static inline const char *report_with_self(cmetrics_registry *registry) {
    static struct report into;
    cmetrics_report_options all = options(0, CMETRICS_PRIORITY_DEBUG);
    cmetrics_sink sink = {sizeof sink, 0, report_write, &into};
    into.len = 0;
    into.bytes[0] = 0;
    CHECK(api->registry->render(registry, &all, &sink, NULL) == CMETRICS_OK);
    return into.bytes;
}

// What an error says, copied.
struct told {
    cmetrics_status code;
    int32_t category;
    char message[512], hint[512], subject[1024], existing[512], requested[512];
};

static inline void copy_text(char *into, size_t capacity, cmetrics_text lent) {
    size_t len = lent.len < capacity - 1 ? (size_t)lent.len : capacity - 1;
    if (len != 0)
        memcpy(into, lent.data, len);
    into[len] = 0;
}

// Reads `error` and gives it back. Without an error everything is zero.
static inline struct told tell(cmetrics_error *error) {
    struct told told = {0};
    cmetrics_error_info info = {0};
    info.struct_size = sizeof info;
    if (error == NULL || !CHECK(api->error->read(error, &info) == CMETRICS_OK))
        return told;
    told.code = info.code;
    told.category = info.category;
    copy_text(told.message, sizeof told.message, info.message);
    copy_text(told.hint, sizeof told.hint, info.hint);
    copy_text(told.subject, sizeof told.subject, info.subject);
    copy_text(told.existing, sizeof told.existing, info.existing);
    copy_text(told.requested, sizeof told.requested, info.requested);
    api->error->release(error);
    return told;
}

#endif
