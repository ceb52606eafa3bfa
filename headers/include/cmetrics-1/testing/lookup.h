/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * One sample by its name and labels, and what is said where it is not there or has another value. The rules and the
 * messages are those of compat-tests/testkit/messages.txt. Included by cmetrics_testing.h.
 */
#ifndef CMETRICS_1_TESTING_LOOKUP_H
#define CMETRICS_1_TESTING_LOOKUP_H

#include "near.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Has the sample this name, and all these labels? An empty value asks that the label is not there. */
CMETRICS_INLINE int cmetrics_test_matches(const cmetrics_test_sample *sample, const char *name,
                                          const cmetrics_label *labels, size_t n_labels) {
    size_t i;
    if (strcmp(sample->name, name) != 0) {
        return 0;
    }
    for (i = 0; i < n_labels; ++i) {
        if (!cmetrics_test_same(cmetrics_test_label_of(sample, labels[i].key), labels[i].value)) {
            return 0;
        }
    }
    return 1;
}

CMETRICS_INLINE int cmetrics_test_label_order(const void *a, const void *b) {
    const cmetrics_label *x = CMETRICS_CAST(const cmetrics_label *, a);
    const cmetrics_label *y = CMETRICS_CAST(const cmetrics_label *, b);
    int order = cmetrics_test_order(x->key, y->key);
    return order != 0 ? order : cmetrics_test_order(x->value, y->value);
}

/* Appends what was asked for, its labels in the order of their names. */
CMETRICS_INLINE void cmetrics_test_put_asked(cmetrics_test_text *text, const char *name, const cmetrics_label *labels,
                                             size_t n_labels) {
    cmetrics_label *sorted = CMETRICS_CAST(cmetrics_label *, malloc((n_labels + 1) * sizeof *sorted));
    if (sorted == NULL) {
        text->failed = 1;
        return;
    }
    if (n_labels != 0) {
        memcpy(sorted, labels, n_labels * sizeof *sorted);
        qsort(sorted, n_labels, sizeof *sorted, cmetrics_test_label_order);
    }
    cmetrics_test_put_series(text, name, sorted, n_labels);
    free(sorted);
}

/* Appends the samples of these name and labels, as many as are told. */
CMETRICS_INLINE void cmetrics_test_put_matching(cmetrics_test_text *text, const cmetrics_test_snapshot *snapshot,
                                                const char *name, const cmetrics_label *labels, size_t n_labels) {
    size_t n = 0;
    size_t i;
    for (i = 0; i < snapshot->n; ++i) {
        const cmetrics_test_sample *sample = snapshot->samples + i;
        if (cmetrics_test_matches(sample, name, labels, n_labels) && n++ < CMETRICS_TEST_MANY) {
            cmetrics_test_puts(text, "\n    ");
            cmetrics_test_put_sample(text, sample);
        }
    }
    if (n > CMETRICS_TEST_MANY) {
        cmetrics_test_puts(text, "\n    and ");
        cmetrics_test_put_size(text, n - CMETRICS_TEST_MANY);
        cmetrics_test_puts(text, " more");
    }
}

/**
 * The one sample of this name that has all these labels. Labels that are not given may be anything; an empty value asks
 * that the label is not there. Lent by the snapshot. NULL if there is none, or more than one: `message` then gets what
 * there is instead.
 */
CMETRICS_INLINE const cmetrics_test_sample *cmetrics_test_find(const cmetrics_test_snapshot *snapshot, const char *name,
                                                               const cmetrics_label *labels, size_t n_labels,
                                                               cmetrics_test_text *message) {
    const cmetrics_test_sample *found = NULL;
    size_t of_name = 0;
    size_t matching = 0;
    size_t i;
    for (i = 0; i < snapshot->n; ++i) {
        const cmetrics_test_sample *sample = snapshot->samples + i;
        of_name += strcmp(sample->name, name) == 0;
        if (cmetrics_test_matches(sample, name, labels, n_labels)) {
            found = sample;
            ++matching;
        }
    }
    if (matching == 1) {
        return found;
    }
    if (of_name == 0) {
        cmetrics_test_puts(message, name);
        cmetrics_test_puts(message, ": no such metric\n  ");
        cmetrics_test_put_near(message, name, snapshot);
        return NULL;
    }
    cmetrics_test_put_asked(message, name, labels, n_labels);
    if (matching == 0) {
        cmetrics_test_puts(message, ": no such series\n  ");
        cmetrics_test_puts(message, name);
        cmetrics_test_puts(message, " has:");
        cmetrics_test_put_matching(message, snapshot, name, NULL, 0);
    } else {
        cmetrics_test_puts(message, n_labels == 0 ? "{}: " : ": ");
        cmetrics_test_put_size(message, matching);
        cmetrics_test_puts(message, " series match; give more labels\n  these match:");
        cmetrics_test_put_matching(message, snapshot, name, labels, n_labels);
    }
    return NULL;
}

/**
 * Is the one sample of this name and these labels `expected`? 1 if so; otherwise 0, and `message` gets what there is
 * instead. See `cmetrics_test_find` and `cmetrics_test_equal`.
 */
CMETRICS_INLINE int cmetrics_test_check_in(const cmetrics_test_snapshot *snapshot, const char *name,
                                           const cmetrics_label *labels, size_t n_labels, cmetrics_test_number expected,
                                           cmetrics_test_text *message) {
    const cmetrics_test_sample *sample = cmetrics_test_find(snapshot, name, labels, n_labels, message);
    if (sample == NULL) {
        return 0;
    }
    if (cmetrics_test_equal(sample->value, expected)) {
        return 1;
    }
    cmetrics_test_put(message, sample->series.data, (size_t)sample->series.len);
    cmetrics_test_puts(message, ": expected ");
    cmetrics_test_put_number(message, expected);
    cmetrics_test_puts(message, ", is ");
    cmetrics_test_put_number(message, sample->value);
    return 0;
}

/* Appends the story of an error, and gives the error back. It may be NULL. */
CMETRICS_INLINE void cmetrics_test_put_error(cmetrics_test_text *message, const cmetrics_api_v1 *api,
                                             cmetrics_status status, cmetrics_error *error) {
    cmetrics_error_info info;
    memset(&info, 0, sizeof info);
    info.struct_size = CMETRICS_SIZE(cmetrics_error_info);
    if (error != NULL && api->error->read(error, &info) == CMETRICS_OK) {
        cmetrics_test_put(message, info.message.data, (size_t)info.message.len);
    } else {
        cmetrics_test_puts(message, status == CMETRICS_OUT_OF_MEMORY ? "memory ran out" : "the snapshot failed");
    }
    api->error->release(error);
}

/* The number of labels in a list of names and values that ends in NULL; copies them to `into` if it is not NULL. */
CMETRICS_INLINE size_t cmetrics_test_pairs(const char *const *pairs, cmetrics_label *into) {
    size_t n = 0;
    for (; pairs != NULL && pairs[0] != NULL && pairs[1] != NULL; pairs += 2, ++n) {
        if (into != NULL) {
            into[n].key = cmetrics_test_lend(pairs[0]);
            into[n].value = cmetrics_test_lend(pairs[1]);
        }
    }
    return n;
}

/**
 * Is the one sample of this name and these labels in `registry` the number `expected`? 1 if so; otherwise 0, and
 * `message` holds what there is instead, cut at `capacity` bytes, with a NUL at its end.
 *
 * `name` is the sample's as it stands in a report. `labels` are names and values in turn, and end in NULL; NULL is
 * none. Those that are not given may be anything, but exactly one series must match; an empty value asks that the label
 * is not there.
 *
 *     const char *const labels[] = {"path", "/a", NULL};
 *     if (!cmetrics_test_check(api, root, "requests_total", labels, cmetrics_test_u64(3), message, sizeof message)) {
 *         fprintf(stderr, "%s\n", message); // requests_total{path="/a"}: expected 3, is 2
 *     }
 */
CMETRICS_INLINE int cmetrics_test_check(const cmetrics_api_v1 *api, cmetrics_registry *registry, const char *name,
                                        const char *const *labels, cmetrics_test_number expected, char *message,
                                        size_t capacity) {
    cmetrics_test_snapshot snapshot;
    cmetrics_test_text text = {NULL, 0, 0, 0};
    cmetrics_error *error = NULL;
    size_t n = cmetrics_test_pairs(labels, NULL);
    cmetrics_label *given = CMETRICS_CAST(cmetrics_label *, malloc((n + 1) * sizeof *given));
    cmetrics_status status = cmetrics_test_snapshot_take(api, registry, &snapshot, &error);
    int holds = 0;
    if (status != CMETRICS_OK || given == NULL) {
        cmetrics_test_put_error(&text, api, given == NULL ? CMETRICS_OUT_OF_MEMORY : status, error);
    } else {
        cmetrics_test_pairs(labels, given);
        holds = cmetrics_test_check_in(&snapshot, name, given, n, expected, &text);
    }
    cmetrics_test_hand_out(&text, message, capacity);
    cmetrics_test_text_free(&text);
    cmetrics_test_snapshot_free(&snapshot);
    free(given);
    return holds;
}

/**
 * Reads the number of the one sample of this name and these labels, which are given as to `cmetrics_test_check`.
 * `CMETRICS_OK`, `CMETRICS_NOT_FOUND` where there is none or more than one, or what taking the snapshot failed with.
 */
CMETRICS_INLINE cmetrics_status cmetrics_test_value(const cmetrics_api_v1 *api, cmetrics_registry *registry,
                                                    const char *name, const char *const *labels,
                                                    cmetrics_test_number *value) {
    cmetrics_test_snapshot snapshot;
    cmetrics_test_text text = {NULL, 0, 0, 0};
    size_t n = cmetrics_test_pairs(labels, NULL);
    cmetrics_label *given = CMETRICS_CAST(cmetrics_label *, malloc((n + 1) * sizeof *given));
    cmetrics_status status = cmetrics_test_snapshot_take(api, registry, &snapshot, NULL);
    if (given == NULL) {
        status = CMETRICS_OUT_OF_MEMORY;
    } else if (status == CMETRICS_OK) {
        const cmetrics_test_sample *found;
        cmetrics_test_pairs(labels, given);
        found = cmetrics_test_find(&snapshot, name, given, n, &text);
        status = found == NULL ? CMETRICS_NOT_FOUND : CMETRICS_OK;
        if (found != NULL) {
            *value = found->value;
        }
    }
    cmetrics_test_text_free(&text);
    cmetrics_test_snapshot_free(&snapshot);
    free(given);
    return status;
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_TESTING_LOOKUP_H */
