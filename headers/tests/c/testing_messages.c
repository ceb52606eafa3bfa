// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Every case of the table that the test kits of all languages share, through the functions of C.

#include "check.h"

#include <cmetrics-1/cmetrics_testing.h>

#define LINE 1024

// A series as the table spells it, taken apart in its own memory.
struct series {
    char name[LINE];
    char texts[LINE];
    const char *pairs[16];
    cmetrics_label labels[8];
    size_t n;
};

// Takes apart `NAME{KEY="VALUE",…}`, and gives what follows it.
static const char *read_series(const char *from, struct series *into) {
    size_t end = strcspn(from, "{ ");
    char *at = into->texts;
    memcpy(into->name, from, end);
    into->name[end] = 0;
    into->n = 0;
    from += end;
    while (*from == '{' || *from == ',') {
        into->pairs[2 * into->n] = at;
        for (++from; *from != '='; ++from)
            *at++ = *from;
        *at++ = 0;
        into->pairs[2 * into->n + 1] = at;
        for (from += 2; *from != '"'; ++from) {
            if (*from == '\\')
                *at++ = *++from == 'n' ? '\n' : *from;
            else
                *at++ = *from;
        }
        *at++ = 0;
        into->n++;
        ++from;
    }
    into->pairs[2 * into->n] = NULL;
    cmetrics_test_pairs(into->pairs, into->labels);
    return *from == '}' ? from + 1 : from;
}

static int32_t kind_of(const char *word, size_t len) {
    static const char *const words[] = {
        "",          "counter",     "int_counter",   "float_counter", "duration_counter",
        "int_gauge", "float_gauge", "duration_gauge"};
    int32_t kind;
    for (kind = 1; kind < 8; ++kind) {
        if (strlen(words[kind]) == len && memcmp(words[kind], word, len) == 0)
            return kind;
    }
    CHECK(!"a kind of the table");
    return 0;
}

// Makes or gets the metric that a line names, and gives what follows its series.
static const char *metric_of(cmetrics_registry *root, const char *line, int32_t *kind, cmetrics_metric **metric) {
    struct series series;
    size_t word = strcspn(line, " ");
    const char *rest = read_series(line + word + 1, &series);
    cmetrics_metric_desc desc;
    *kind = kind_of(line, word);
    desc = wanted(*kind, series.name);
    desc.labels = series.labels;
    desc.n_labels = series.n;
    *metric = NULL;
    CHECK(api->registry->metric(root, &desc, metric, NULL) == CMETRICS_OK);
    return rest;
}

static void update(cmetrics_registry *root, const char *line) {
    int32_t kind;
    cmetrics_metric *metric;
    const char *rest = metric_of(root, line, &kind, &metric);
    while (*rest != 0) {
        char *end;
        double f64 = strtod(rest, &end);
        uint64_t u64 = strtoull(rest, NULL, 10);
        int64_t i64 = strtoll(rest, NULL, 10);
        switch (kind) {
        case CMETRICS_KIND_COUNTER:
            api->counter->add((cmetrics_counter *)metric, u64);
            break;
        case CMETRICS_KIND_INT_COUNTER:
            api->int_counter->add((cmetrics_int_counter *)metric, u64);
            break;
        case CMETRICS_KIND_FLOAT_COUNTER:
            api->float_counter->add((cmetrics_float_counter *)metric, f64);
            break;
        case CMETRICS_KIND_DURATION_COUNTER:
            api->duration_counter->add((cmetrics_duration_counter *)metric, i64);
            break;
        case CMETRICS_KIND_INT_GAUGE:
            api->int_gauge->set((cmetrics_int_gauge *)metric, i64);
            break;
        case CMETRICS_KIND_FLOAT_GAUGE:
            api->float_gauge->set((cmetrics_float_gauge *)metric, f64);
            break;
        default:
            api->duration_gauge->set((cmetrics_duration_gauge *)metric, i64);
        }
        rest = end;
    }
    release(metric);
}

static cmetrics_test_number number(const char *word) {
    if (strpbrk(word, ".eNI") != NULL)
        return cmetrics_test_f64(strtod(word, NULL));
    return *word == '-' ? cmetrics_test_i64(strtoll(word, NULL, 10)) : cmetrics_test_u64(strtoull(word, NULL, 10));
}

static void ask(cmetrics_registry *root, const char *line, char *answer, size_t capacity) {
    struct series series;
    const char *rest = read_series(line, &series);
    cmetrics_test_number expected = number(rest + 1);
    cmetrics_test_number value;
    int holds = cmetrics_test_check(api, root, series.name, series.pairs, expected, answer, capacity);
    cmetrics_status found = cmetrics_test_value(api, root, series.name, series.pairs, &value);
    CHECK(holds == (answer[0] == 0));
    CHECK(holds == (found == CMETRICS_OK && cmetrics_test_equal(value, expected)));
    if (!holds) {
        char cut[8];
        CHECK(cmetrics_test_check(api, root, series.name, series.pairs, expected, cut, sizeof cut) == 0);
        CHECK(strlen(cut) == 7 && memcmp(cut, answer, 7) == 0);
    }
}

static void differ(cmetrics_registry *root, const cmetrics_test_snapshot *before, char *answer, size_t capacity) {
    cmetrics_test_snapshot after;
    cmetrics_test_diff diff;
    cmetrics_test_text text = {0};
    CHECK(cmetrics_test_snapshot_take(api, root, &after, NULL) == CMETRICS_OK);
    CHECK(cmetrics_test_diff_make(before, &after, &diff) == CMETRICS_OK);
    cmetrics_test_put_diff(&text, &diff);
    cmetrics_test_hand_out(&text, answer, capacity);
    cmetrics_test_text_free(&text);
    cmetrics_test_diff_free(&diff);
    cmetrics_test_snapshot_free(&after);
}

int main(void) {
    const char *path = getenv("CMETRICS_MESSAGES");
    FILE *table = path == NULL ? NULL : fopen(path, "r");
    cmetrics_registry *root = NULL;
    cmetrics_test_snapshot before = {0};
    char line[LINE], answer[8 * LINE] = "", expected[8 * LINE] = "";
    unsigned cases = 0, questions = 0;
    int asked = 0, more = 1;
    load();
    if (!CHECK(table != NULL))
        return finish();
    while (more) {
        const char *rest;
        more = fgets(line, sizeof line, table) != NULL;
        if (more && (line[0] == '#' || line[0] == '\n'))
            continue;
        line[strcspn(line, "\n")] = 0;
        rest = line + strcspn(line, " ");
        rest += *rest == ' ';
        if (more && line[0] == '|') {
            strcat(expected, expected[0] != 0 ? "\n" : "");
            strcat(expected, rest);
            continue;
        }
        if (asked) {
            CHECK_SAME(answer, expected);
            questions++;
        }
        asked = 0;
        expected[0] = 0;
        if (!more)
            break;
        if (strncmp(line, "case ", 5) == 0) {
            api->registry->release(root);
            root = isolated();
            cases++;
        } else if (strncmp(line, "metric ", 7) == 0) {
            update(root, rest);
        } else if (strncmp(line, "remove ", 7) == 0) {
            int32_t kind;
            cmetrics_metric *metric;
            metric_of(root, rest, &kind, &metric);
            CHECK(api->registry->remove_metric(root, metric, NULL) == CMETRICS_OK);
            release(metric);
        } else if (strcmp(line, "snapshot") == 0) {
            cmetrics_test_snapshot_free(&before);
            CHECK(cmetrics_test_snapshot_take(api, root, &before, NULL) == CMETRICS_OK);
        } else if (strcmp(line, "diff") == 0) {
            differ(root, &before, answer, sizeof answer);
            asked = 1;
        } else if (strncmp(line, "assert ", 7) == 0) {
            ask(root, rest, answer, sizeof answer);
            asked = 1;
        } else {
            CHECK(!"a command of the table");
        }
    }
    CHECK(cases >= 20 && questions >= 40);
    cmetrics_test_snapshot_free(&before);
    api->registry->release(root);
    fclose(table);
    return finish();
}
