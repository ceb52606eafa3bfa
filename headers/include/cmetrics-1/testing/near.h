/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Which names are near one that is not there. The rules are those of compat-tests/testkit/messages.txt. Included by
 * cmetrics_testing.h.
 */
#ifndef CMETRICS_1_TESTING_NEAR_H
#define CMETRICS_1_TESTING_NEAR_H

#include "snapshot.h"

#ifdef __cplusplus
extern "C" {
#endif

/* So many near names are told, and so many of what there is otherwise. */
#define CMETRICS_TEST_NEAR 5
#define CMETRICS_TEST_MANY 10

/* How many single bytes must be changed, added or taken away; `row` has room for one more than `b` has bytes. */
CMETRICS_INLINE size_t cmetrics_test_distance(const char *a, const char *b, size_t *row) {
    size_t columns = strlen(b);
    size_t i;
    size_t j;
    for (j = 0; j <= columns; ++j) {
        row[j] = j;
    }
    for (i = 0; a[i] != 0; ++i) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (j = 0; j < columns; ++j) {
            size_t best = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            best = diagonal + 1 < best ? diagonal + 1 : best;
            row[j + 1] = row[j] + 1 < best ? row[j] + 1 : best;
        }
    }
    return row[columns];
}

/* Is a name near the one that was asked for? */
CMETRICS_INLINE int cmetrics_test_is_near(const char *asked, const char *name, size_t distance) {
    size_t n = strlen(asked);
    size_t common = 0;
    while (asked[common] != 0 && asked[common] == name[common]) {
        ++common;
    }
    return distance <= (n / 3 > 1 ? n / 3 : 1) || (common >= 3 && 2 * common >= n);
}

typedef struct cmetrics_test_near {
    size_t distance;
    const char *name;
} cmetrics_test_near;

/* Puts a near name where it belongs among those that are told. */
CMETRICS_INLINE void cmetrics_test_near_insert(cmetrics_test_near *nearest, size_t *n, size_t distance,
                                               const char *name) {
    size_t at = *n < CMETRICS_TEST_NEAR ? *n : CMETRICS_TEST_NEAR;
    while (at > 0 && (distance < nearest[at - 1].distance ||
                      (distance == nearest[at - 1].distance && strcmp(name, nearest[at - 1].name) < 0))) {
        if (at < CMETRICS_TEST_NEAR) {
            nearest[at] = nearest[at - 1];
        }
        --at;
    }
    if (at < CMETRICS_TEST_NEAR) {
        nearest[at].distance = distance;
        nearest[at].name = name;
        *n += *n < CMETRICS_TEST_NEAR;
    }
}

/* Has no sample before this one its name? The samples of a name need not stand together: each series has them all. */
CMETRICS_INLINE int cmetrics_test_is_first(const cmetrics_test_snapshot *snapshot, size_t sample) {
    size_t i;
    for (i = sample; i-- > 0;) {
        const cmetrics_test_sample *other = snapshot->samples + i;
        if (strcmp(other->name, snapshot->samples[sample].name) == 0) {
            return 0;
        }
    }
    return 1;
}

/* Appends which names are near `asked`, or which there are. */
CMETRICS_INLINE void cmetrics_test_put_near(cmetrics_test_text *text, const char *asked,
                                            const cmetrics_test_snapshot *snapshot) {
    cmetrics_test_near nearest[CMETRICS_TEST_NEAR];
    cmetrics_test_text there = {NULL, 0, 0, 0};
    size_t n_near = 0;
    size_t n_names = 0;
    size_t i;
    for (i = 0; i < snapshot->n; ++i) {
        const char *name = snapshot->samples[i].name;
        size_t *row;
        size_t distance;
        if (!cmetrics_test_is_first(snapshot, i)) {
            continue;
        }
        row = CMETRICS_CAST(size_t *, malloc((strlen(name) + 1) * sizeof *row));
        if (row == NULL) {
            text->failed = 1;
            break;
        }
        distance = cmetrics_test_distance(asked, name, row);
        free(row);
        if (cmetrics_test_is_near(asked, name, distance)) {
            cmetrics_test_near_insert(nearest, &n_near, distance, name);
        }
        if (n_names++ < CMETRICS_TEST_MANY) {
            cmetrics_test_puts(&there, n_names == 1 ? "" : ", ");
            cmetrics_test_puts(&there, name);
        }
    }
    if (n_names == 0) {
        cmetrics_test_puts(text, "the registry is empty");
    } else if (n_near == 0) {
        cmetrics_test_puts(text, "there are: ");
        cmetrics_test_put(text, there.bytes, there.len);
        if (n_names > CMETRICS_TEST_MANY) {
            cmetrics_test_puts(text, ", and ");
            cmetrics_test_put_size(text, n_names - CMETRICS_TEST_MANY);
            cmetrics_test_puts(text, " more");
        }
    } else {
        cmetrics_test_puts(text, "near names: ");
        for (i = 0; i < n_near; ++i) {
            cmetrics_test_puts(text, i == 0 ? "" : ", ");
            cmetrics_test_puts(text, nearest[i].name);
        }
    }
    text->failed |= there.failed;
    cmetrics_test_text_free(&there);
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_TESTING_NEAR_H */
