/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * All that a registry holds at one moment. Included by cmetrics_testing.h.
 */
#ifndef CMETRICS_1_TESTING_SNAPSHOT_H
#define CMETRICS_1_TESTING_SNAPSHOT_H

#include "number.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One line of a report: a sample's name, its labels and its number. Lives as long as its snapshot. */
typedef struct cmetrics_test_sample {
    /** As it stands in the report (`requests_total`, `latency_seconds_sum`); ends in a NUL. */
    const char *name;
    /** So many bytes of `name` are the family's; the rest is the suffix. */
    size_t family_len;
    /** The series' labels in the order of their names, then the sample's own (`le`, `quantile`) if it has one. Their
     * texts end in a NUL. */
    cmetrics_label *labels;
    size_t n_labels;
    /** How many of them are the series'. */
    size_t n_series_labels;
    /** Its place among the samples of its series. */
    size_t index;
    /** Name and labels, spelled as in the report; ends in a NUL. */
    cmetrics_text series;
    cmetrics_test_number value;
} cmetrics_test_sample;

/** Samples in the order of a report. All zero is the empty one; `cmetrics_test_snapshot_free` ends it. */
typedef struct cmetrics_test_snapshot {
    cmetrics_test_sample *samples;
    size_t n;
    size_t capacity;
    /* While it is taken: the family that was opened last, and whether memory ran out. */
    cmetrics_test_text family;
    int failed;
} cmetrics_test_snapshot;

CMETRICS_INLINE void cmetrics_test_snapshot_free(cmetrics_test_snapshot *snapshot) {
    size_t i;
    for (i = 0; i < snapshot->n; ++i) {
        // The texts are behind the labels, in one block.
        free(snapshot->samples[i].labels);
    }
    free(snapshot->samples);
    cmetrics_test_text_free(&snapshot->family);
    memset(snapshot, 0, sizeof *snapshot);
}

/* Copies bytes to `*at` with a NUL, moves `*at` behind them, and gives the copy. */
CMETRICS_INLINE cmetrics_text cmetrics_test_keep(char **at, cmetrics_text text) {
    cmetrics_text kept;
    kept.data = *at;
    kept.len = text.len;
    if (text.len != 0) {
        memcpy(*at, text.data, (size_t)text.len);
    }
    (*at)[text.len] = 0;
    *at += text.len + 1;
    return kept;
}

/* A block of labels, with the texts behind it: those of the labels, `name` and `series`. NULL without memory. */
CMETRICS_INLINE cmetrics_label *cmetrics_test_keep_labels(const cmetrics_label *labels, size_t n, cmetrics_text *name,
                                                          cmetrics_text *series) {
    size_t size = (n + 1) * sizeof *labels + (size_t)name->len + (size_t)series->len + 2;
    cmetrics_label *kept;
    char *at;
    size_t i;
    for (i = 0; i < n; ++i) {
        size += (size_t)labels[i].key.len + (size_t)labels[i].value.len + 2;
    }
    kept = CMETRICS_CAST(cmetrics_label *, malloc(size));
    if (kept == NULL) {
        return NULL;
    }
    at = CMETRICS_CAST(char *, kept + n + 1);
    for (i = 0; i < n; ++i) {
        kept[i].key = cmetrics_test_keep(&at, labels[i].key);
        kept[i].value = cmetrics_test_keep(&at, labels[i].value);
    }
    *name = cmetrics_test_keep(&at, *name);
    *series = cmetrics_test_keep(&at, *series);
    return kept;
}

CMETRICS_INLINE int cmetrics_test_snapshot_room(cmetrics_test_snapshot *snapshot) {
    if (snapshot->n == snapshot->capacity) {
        size_t capacity = 2 * snapshot->capacity + 16;
        cmetrics_test_sample *grown =
            CMETRICS_CAST(cmetrics_test_sample *, realloc(snapshot->samples, capacity * sizeof *grown));
        if (grown == NULL) {
            return 0;
        }
        snapshot->samples = grown;
        snapshot->capacity = capacity;
    }
    return 1;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_test_snapshot_family(void *user, const cmetrics_family *family) {
    cmetrics_test_snapshot *into = CMETRICS_CAST(cmetrics_test_snapshot *, user);
    into->family.len = 0;
    cmetrics_test_put(&into->family, family->name.data, (size_t)family->name.len);
    into->failed |= into->family.failed;
    return into->failed;
}

/* Adds the sample of one value. `labels` has room for one more behind the point's. */
CMETRICS_INLINE int cmetrics_test_snapshot_add(cmetrics_test_snapshot *into, const cmetrics_point *point,
                                               cmetrics_label *labels, size_t index) {
    const cmetrics_value *value = point->values + index;
    size_t family_len = into->family.len;
    cmetrics_test_text series = {NULL, 0, 0, 0};
    cmetrics_test_sample sample;
    cmetrics_text name;
    sample.family_len = family_len;
    sample.index = index;
    sample.n_series_labels = sample.n_labels = (size_t)point->n_labels;
    sample.value = cmetrics_test_number_of(value->type, value->bits);
    if (value->extra.key.len != 0) {
        labels[sample.n_labels++] = value->extra;
    }
    cmetrics_test_put(&into->family, value->suffix.data, (size_t)value->suffix.len);
    cmetrics_test_put_series(&series, into->family.bytes, labels, sample.n_labels);
    name.data = into->family.bytes;
    name.len = into->family.len;
    sample.series.data = series.bytes;
    sample.series.len = series.len;
    sample.labels = NULL;
    if (!into->family.failed && !series.failed && cmetrics_test_snapshot_room(into)) {
        sample.labels = cmetrics_test_keep_labels(labels, sample.n_labels, &name, &sample.series);
    }
    cmetrics_test_text_free(&series);
    // Without the suffix again, for the next value.
    into->family.len = family_len;
    if (into->family.bytes != NULL) {
        into->family.bytes[family_len] = 0;
    }
    if (sample.labels == NULL) {
        return 0;
    }
    sample.name = name.data;
    into->samples[into->n++] = sample;
    return 1;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_test_snapshot_point(void *user, const cmetrics_point *point) {
    cmetrics_test_snapshot *into = CMETRICS_CAST(cmetrics_test_snapshot *, user);
    size_t n = (size_t)point->n_labels;
    cmetrics_label *labels = CMETRICS_CAST(cmetrics_label *, malloc((n + 1) * sizeof *labels));
    size_t i;
    into->failed |= labels == NULL;
    if (labels != NULL && n != 0) {
        memcpy(labels, point->labels, n * sizeof *labels);
    }
    for (i = 0; !into->failed && i < point->n_values; ++i) {
        into->failed = !cmetrics_test_snapshot_add(into, point, labels, i);
    }
    free(labels);
    return into->failed;
}

/** What a snapshot and a golden report hold: everything but the library's own families. */
CMETRICS_INLINE cmetrics_report_options cmetrics_test_everything(void) {
    cmetrics_report_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = CMETRICS_SIZE(cmetrics_report_options);
    options.flags = CMETRICS_REPORT_NO_SELF;
    options.verbosity = CMETRICS_PRIORITY_DEBUG;
    return options;
}

/**
 * Takes a snapshot of `registry` and all below it: what a report of verbosity debug holds, without the library's own
 * families. `into` is overwritten, and is the caller's to free, also after a failure.
 *
 * Returns what `registry->visit` returned (`CMETRICS_GONE` if the registry was removed; `error` is that of the call,
 * and may be NULL), or `CMETRICS_OUT_OF_MEMORY`.
 */
CMETRICS_INLINE cmetrics_status cmetrics_test_snapshot_take(const cmetrics_api_v1 *api, cmetrics_registry *registry,
                                                            cmetrics_test_snapshot *into, cmetrics_error **error) {
    cmetrics_report_options options = cmetrics_test_everything();
    cmetrics_visitor visitor;
    cmetrics_status status;
    memset(into, 0, sizeof *into);
    memset(&visitor, 0, sizeof visitor);
    visitor.struct_size = CMETRICS_SIZE(cmetrics_visitor);
    visitor.family = cmetrics_test_snapshot_family;
    visitor.point = cmetrics_test_snapshot_point;
    visitor.user = into;
    status = api->registry->visit(registry, &options, &visitor, error);
    if (into->failed) {
        if (error != NULL) {
            api->error->release(*error);
            *error = NULL;
        }
        return CMETRICS_OUT_OF_MEMORY;
    }
    return status;
}

/** The value of a sample's label, or an absent text. */
CMETRICS_INLINE cmetrics_text cmetrics_test_label_of(const cmetrics_test_sample *sample, cmetrics_text key) {
    size_t i;
    for (i = 0; i < sample->n_labels; ++i) {
        if (cmetrics_test_same(sample->labels[i].key, key)) {
            return sample->labels[i].value;
        }
    }
    return cmetrics_test_lend(NULL);
}

/** Appends the sample as a report has it, without a newline. */
CMETRICS_INLINE void cmetrics_test_put_sample(cmetrics_test_text *text, const cmetrics_test_sample *sample) {
    cmetrics_test_put(text, sample->series.data, (size_t)sample->series.len);
    cmetrics_test_puts(text, " ");
    cmetrics_test_put_number(text, sample->value);
}

/** Appends the lines of a report that has no HELP and TYPE, without a newline at the end. */
CMETRICS_INLINE void cmetrics_test_put_snapshot(cmetrics_test_text *text, const cmetrics_test_snapshot *snapshot) {
    size_t i;
    for (i = 0; i < snapshot->n; ++i) {
        cmetrics_test_puts(text, i == 0 ? "" : "\n");
        cmetrics_test_put_sample(text, snapshot->samples + i);
    }
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_TESTING_SNAPSHOT_H */
