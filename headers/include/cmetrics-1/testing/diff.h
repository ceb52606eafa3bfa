/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What differs between two snapshots. Included by cmetrics_testing.h.
 */
#ifndef CMETRICS_1_TESTING_DIFF_H
#define CMETRICS_1_TESTING_DIFF_H

#include "lookup.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One difference. The samples are lent by the snapshots. */
typedef struct cmetrics_test_change {
    /** The sample as it was; NULL where it is new. */
    const cmetrics_test_sample *was;
    /** The sample as it is; NULL where it is gone. */
    const cmetrics_test_sample *is;
    /* Its place among those that were found. */
    size_t found;
} cmetrics_test_change;

/** Differences in the order of a report that holds the samples of both snapshots. */
typedef struct cmetrics_test_diff {
    cmetrics_test_change *changes;
    size_t n;
} cmetrics_test_diff;

CMETRICS_INLINE void cmetrics_test_diff_free(cmetrics_test_diff *diff) {
    free(diff->changes);
    memset(diff, 0, sizeof *diff);
}

CMETRICS_INLINE int cmetrics_test_series_order(const void *a, const void *b) {
    const cmetrics_test_sample *const *x = CMETRICS_CAST(const cmetrics_test_sample *const *, a);
    const cmetrics_test_sample *const *y = CMETRICS_CAST(const cmetrics_test_sample *const *, b);
    return cmetrics_test_order((*x)->series, (*y)->series);
}

/* The samples of a snapshot in the order of their series, to be searched. NULL without memory. */
CMETRICS_INLINE const cmetrics_test_sample **cmetrics_test_by_series(const cmetrics_test_snapshot *snapshot) {
    const cmetrics_test_sample **all =
        CMETRICS_CAST(const cmetrics_test_sample **, malloc((snapshot->n + 1) * sizeof *all));
    size_t i;
    for (i = 0; all != NULL && i < snapshot->n; ++i) {
        all[i] = snapshot->samples + i;
    }
    if (all != NULL && snapshot->n != 0) {
        qsort(all, snapshot->n, sizeof *all, cmetrics_test_series_order);
    }
    return all;
}

CMETRICS_INLINE const cmetrics_test_sample *cmetrics_test_search(const cmetrics_test_sample **sorted, size_t n,
                                                                 const cmetrics_test_sample *sample) {
    const cmetrics_test_sample *const *found = NULL;
    if (n != 0) {
        found = CMETRICS_CAST(const cmetrics_test_sample *const *,
                              bsearch(&sample, sorted, n, sizeof *sorted, cmetrics_test_series_order));
    }
    return found == NULL ? NULL : *found;
}

/* By family, then by the series' labels, then by the place in the series. */
CMETRICS_INLINE int cmetrics_test_change_order(const void *a, const void *b) {
    const cmetrics_test_change *x = CMETRICS_CAST(const cmetrics_test_change *, a);
    const cmetrics_test_change *y = CMETRICS_CAST(const cmetrics_test_change *, b);
    const cmetrics_test_sample *s = x->is != NULL ? x->is : x->was;
    const cmetrics_test_sample *t = y->is != NULL ? y->is : y->was;
    cmetrics_text one;
    cmetrics_text other;
    size_t i;
    int order;
    one.data = s->name;
    one.len = s->family_len;
    other.data = t->name;
    other.len = t->family_len;
    order = cmetrics_test_order(one, other);
    for (i = 0; order == 0 && i < s->n_series_labels && i < t->n_series_labels; ++i) {
        order = cmetrics_test_label_order(s->labels + i, t->labels + i);
    }
    if (order == 0) {
        order = (s->n_series_labels > t->n_series_labels) - (s->n_series_labels < t->n_series_labels);
    }
    if (order == 0) {
        order = (s->index > t->index) - (s->index < t->index);
    }
    return order != 0 ? order : (x->found > y->found) - (x->found < y->found);
}

CMETRICS_INLINE void cmetrics_test_diff_add(cmetrics_test_diff *diff, const cmetrics_test_sample *was,
                                            const cmetrics_test_sample *is) {
    diff->changes[diff->n].was = was;
    diff->changes[diff->n].is = is;
    diff->changes[diff->n].found = diff->n;
    ++diff->n;
}

/**
 * What changed from `before` to `after`. `into` is overwritten, is the caller's to free, and borrows from both
 * snapshots. `CMETRICS_OK` or `CMETRICS_OUT_OF_MEMORY`.
 */
CMETRICS_INLINE cmetrics_status cmetrics_test_diff_make(const cmetrics_test_snapshot *before,
                                                        const cmetrics_test_snapshot *after, cmetrics_test_diff *into) {
    const cmetrics_test_sample **old = cmetrics_test_by_series(before);
    const cmetrics_test_sample **now = cmetrics_test_by_series(after);
    size_t size = (before->n + after->n + 1) * sizeof *into->changes;
    cmetrics_status status = CMETRICS_OUT_OF_MEMORY;
    size_t i;
    into->n = 0;
    into->changes = CMETRICS_CAST(cmetrics_test_change *, malloc(size));
    if (old != NULL && now != NULL && into->changes != NULL) {
        for (i = 0; i < after->n; ++i) {
            const cmetrics_test_sample *is = after->samples + i;
            const cmetrics_test_sample *was = cmetrics_test_search(old, before->n, is);
            if (was == NULL || !cmetrics_test_equal(was->value, is->value)) {
                cmetrics_test_diff_add(into, was, is);
            }
        }
        for (i = 0; i < before->n; ++i) {
            const cmetrics_test_sample *was = before->samples + i;
            if (cmetrics_test_search(now, after->n, was) == NULL) {
                cmetrics_test_diff_add(into, was, NULL);
            }
        }
        if (into->n != 0) {
            qsort(into->changes, into->n, sizeof *into->changes, cmetrics_test_change_order);
        }
        status = CMETRICS_OK;
    }
    free(old);
    free(now);
    return status;
}

/** Appends `SERIES OLD -> NEW`, `new SERIES VALUE` or `gone SERIES VALUE`. */
CMETRICS_INLINE void cmetrics_test_put_change(cmetrics_test_text *text, const cmetrics_test_change *change) {
    if (change->was == NULL) {
        cmetrics_test_puts(text, "new ");
        cmetrics_test_put_sample(text, change->is);
    } else if (change->is == NULL) {
        cmetrics_test_puts(text, "gone ");
        cmetrics_test_put_sample(text, change->was);
    } else {
        cmetrics_test_put_sample(text, change->was);
        cmetrics_test_puts(text, " -> ");
        cmetrics_test_put_number(text, change->is->value);
    }
}

/** Appends a line for each change, without a newline at the end. */
CMETRICS_INLINE void cmetrics_test_put_diff(cmetrics_test_text *text, const cmetrics_test_diff *diff) {
    size_t i;
    for (i = 0; i < diff->n; ++i) {
        cmetrics_test_puts(text, i == 0 ? "" : "\n");
        cmetrics_test_put_change(text, diff->changes + i);
    }
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_TESTING_DIFF_H */
