// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Texts and labels that break a rule, and handles that are NULL or places that are missing: each is said to be wrong,
// naming what is, and the registry is as it was.

#include "check.h"

#define INVALID CMETRICS_INVALID_ARGUMENT

static char many[1 << 21]; // 'n' everywhere: any length of it is a valid name but for the length.
static cmetrics_registry *root;

// Creating must fail; what was wrong is the error's subject, or it stands in the message.
static void refuses(const cmetrics_metric_desc *desc, const char *needle) {
    cmetrics_metric *metric = (cmetrics_metric *)many;
    cmetrics_error *error = NULL;
    struct told told;
    CHECK(api->registry->metric(root, desc, &metric, &error) == INVALID && metric == NULL && error != NULL);
    told = tell(error);
    CHECK(told.code == INVALID && told.category == CMETRICS_CATEGORY_FIX_CALL && told.hint[0] != 0);
    if (!CHECK(has(told.subject, needle) || has(told.message, needle)))
        fprintf(stderr, "%s is not in: %s (%s)\n", needle, told.message, told.subject);
    // Looking for it fails in the same way, but for help and unit, which are no part of what is looked for.
    error = (cmetrics_error *)many;
    cmetrics_status found = api->registry->find(root, desc, &metric, &error);
    CHECK(metric == NULL && (found == INVALID ? error != NULL : found == CMETRICS_NOT_FOUND && error == NULL));
    api->error->release(error);
}

static cmetrics_text longest(uint64_t len) {
    cmetrics_text lent = {many, len};
    return lent;
}

static void texts_are_checked(void) {
    static const cmetrics_text not_utf8[] = {{"\xff\xfe", 2}, {"a\xc3", 2}, {"\xed\xa0\x80", 3}, {"\xc0\xaf", 2}};
    const cmetrics_text no_bytes = {NULL, 3};
    cmetrics_metric_desc desc = wanted(CMETRICS_KIND_COUNTER, "x");
    for (size_t i = 0; i < sizeof not_utf8 / sizeof *not_utf8; i++) {
        desc = wanted(CMETRICS_KIND_COUNTER, "x");
        desc.name = not_utf8[i];
        refuses(&desc, "not UTF-8");
        desc = wanted(CMETRICS_KIND_COUNTER, "x");
        desc.help = not_utf8[i];
        refuses(&desc, "not UTF-8");
        desc = wanted(CMETRICS_KIND_COUNTER, "x");
        desc.unit = not_utf8[i];
        refuses(&desc, "not UTF-8");
    }
    desc = wanted(CMETRICS_KIND_COUNTER, "x");
    desc.name = no_bytes;
    refuses(&desc, "name");
    desc.name = longest(507); // With _total, 513.
    refuses(&desc, "512");
    desc.name = longest(513);
    refuses(&desc, "512");
    desc.name = longest(sizeof many);
    refuses(&desc, "name");
    desc = wanted(CMETRICS_KIND_COUNTER, "x");
    desc.name.len = 0; // Absent: its data is not read.
    desc.name.data = (const char *)8;
    refuses(&desc, "empty");
    desc = wanted(CMETRICS_KIND_COUNTER, "x");
    desc.help = longest(8193);
    refuses(&desc, "8192");
    desc = wanted(CMETRICS_KIND_COUNTER, "x");
    desc.unit = longest(65);
    refuses(&desc, "nnn");
    desc = wanted(CMETRICS_KIND_DURATION_GAUGE, "x");
    desc.unit = text("bytes");
    refuses(&desc, "bytes");
}

static void labels_are_checked(void) {
    static const struct {
        const char *key, *value, *needle;
    } cases[] = {
        {"le", "1", "le"},     {"quantile", "1", "quantile"}, {"__name__", "x", "__name__"},
        {"", "x", "label"},    {"1a", "x", "1a"},             {"a-b", "x", "a-b"},
        {"a:b", "x", "a:b"},   {"\xc3\xa9", "x", "\xc3\xa9"}, {"ok", "\xff", "label value"},
        {"\xff", "x", "label name"},
    };
    cmetrics_label labels[65];
    cmetrics_metric_desc desc = wanted(CMETRICS_KIND_COUNTER, "x");
    desc.labels = labels;
    desc.n_labels = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cmetrics_registry_desc below = {sizeof below, 0, {NULL, 0}, labels, 1, NULL};
        cmetrics_registry *made = NULL;
        labels[0] = label(cases[i].key, cases[i].value);
        refuses(&desc, cases[i].needle);
        CHECK(api->registry->child(root, &below, &made, NULL) == INVALID && made == NULL);
    }
    labels[0].key = longest(257);
    labels[0].value = text("x");
    refuses(&desc, "256");
    labels[0].key = text("a");
    labels[0].value = longest(4097);
    refuses(&desc, "4096");
    labels[0] = labels[1] = label("twice", "x");
    desc.n_labels = 2;
    refuses(&desc, "twice");
    for (size_t i = 0; i < 65; i++)
        labels[i] = label("a", "x");
    desc.n_labels = 65;
    refuses(&desc, "65");
    desc.n_labels = UINT64_MAX;
    refuses(&desc, "labels");
    desc.n_labels = 1;
    desc.labels = NULL;
    refuses(&desc, "labels");
    desc.labels = (const cmetrics_label *)(many + 1);
    refuses(&desc, "labels");
}

static void the_longest_that_is_allowed_is_taken(void) {
    cmetrics_label one = {longest(256), longest(4096)};
    cmetrics_metric_desc desc = wanted(CMETRICS_KIND_COUNTER, "x");
    cmetrics_metric *metric = NULL;
    desc.name = longest(506);
    desc.help = longest(8192);
    desc.unit = longest(64);
    desc.labels = &one;
    desc.n_labels = 1;
    CHECK(api->registry->metric(root, &desc, &metric, NULL) == CMETRICS_OK);
    CHECK(strlen(report(root)) > 506 * 3 + 8192 + 256 + 4096);
    CHECK(api->registry->remove_metric(root, metric, NULL) == CMETRICS_OK);
    release(metric);
}

static void missing_handles_and_places_are_said_to_be_missing(void) {
    cmetrics_metric_desc desc = wanted(CMETRICS_KIND_COUNTER, "x");
    cmetrics_metric *metric = NULL;
    cmetrics_registry *none = NULL;
    cmetrics_error *error = NULL, *released = NULL;
    cmetrics_error_info info = {0};
    cmetrics_text media_type;
    char *odd = (char *)many + 1;
    CHECK(api->registry->metric(none, &desc, &metric, &error) == INVALID);
    CHECK_SAME(tell(error).subject, "registry");
    CHECK(api->registry->metric(root, &desc, NULL, &error) == INVALID);
    CHECK_SAME(tell(error).subject, "metric");
    CHECK(api->registry->metric(root, &desc, (cmetrics_metric **)odd, NULL) == INVALID);
    CHECK(api->registry->metric(root, &desc, &metric, (cmetrics_error **)odd) == INVALID);
    CHECK(api->registry->find(none, &desc, &metric, NULL) == INVALID);
    CHECK(api->registry->child(root, NULL, NULL, NULL) == INVALID);
    CHECK(api->registry->isolated(api, NULL, NULL, NULL) == INVALID);
    CHECK(api->registry->scope_enter(api, none, NULL) == INVALID);
    CHECK(api->registry->limit_series(none, 1, NULL) == INVALID);
    CHECK(api->registry->remove_metric(root, NULL, NULL) == INVALID);
    CHECK(api->registry->remove(none, NULL) == INVALID);
    CHECK(api->registry->remove(root, NULL) == INVALID); // A root stays.
    CHECK(api->registry->reset(none, NULL) == INVALID);
    CHECK(api->registry->describe(root, NULL, NULL) == INVALID);
    CHECK(api->registry->content_type(api, 0, NULL) == INVALID);
    CHECK(api->registry->content_type(api, 9, &media_type) == CMETRICS_UNSUPPORTED);
    CHECK(api->client->open(api, NULL, NULL, NULL) == INVALID);
    CHECK(api->collector->remove(NULL, NULL) == INVALID);
    CHECK(api->metric->describe(NULL, NULL) == INVALID);
    CHECK(api->error->read(released, &info) == INVALID);
    CHECK(api->registry->remove(root, &error) == INVALID && error != NULL);
    CHECK(api->error->read(error, NULL) == INVALID);
    info.struct_size = 15;
    CHECK(api->error->read(error, &info) == INVALID && info.code == 0);
    info.struct_size = 16; // What fits is filled.
    CHECK(api->error->read(error, &info) == CMETRICS_OK && info.code == INVALID && info.message.len == 0);
    api->error->retain(error);
    api->error->release(error);
    CHECK(has(tell(error).message, "root"));
    CHECK(api->registry->id(NULL) == 0 && api->metric->id(NULL) == 0 && api->metric->attached(NULL) == 0);
    api->counter->inc(NULL);
    api->float_gauge->set(NULL, 1.0);
    api->client->close(NULL);
    api->registry->release(NULL);
}

int main(void) {
    load();
    root = isolated();
    memset(many, 'n', sizeof many);
    release(make_counter(root, "kept"));
    texts_are_checked();
    labels_are_checked();
    the_longest_that_is_allowed_is_taken();
    missing_handles_and_places_are_said_to_be_missing();
    CHECK_SAME(report(root), "# HELP kept_total \n# TYPE kept_total counter\nkept_total 0\n");
    api->registry->release(root);
    return finish();
}
