/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What recorders note, and for whom: the slots of a table are functions without a context, so that they find it here,
 * by the number of the metric. Included by cmetrics_testing.h.
 */
#ifndef CMETRICS_1_TESTING_NOTES_H
#define CMETRICS_1_TESTING_NOTES_H

#include "roots.h"

#if !defined(__GNUC__) && defined(_MSC_VER)
#include <intrin.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cmetrics_test_recorder cmetrics_test_recorder;

/** One update, as a recorder noted it. Texts are lent until the recorder ends. */
typedef struct cmetrics_test_event {
    /** What the update did, by the name of its slot: `inc`, `dec`, `add`, `sub` or `set`. */
    const char *operation;
    /** By how much, or to what; an `inc` or `dec` has 1, which is one second for a duration. */
    cmetrics_test_number amount;
    /** The metric's full name, as it stands in the TYPE line; ends in a NUL. */
    const char *name;
    /** All labels of the metric in the order of their names; their texts end in a NUL. */
    const cmetrics_label *labels;
    size_t n_labels;
    /** Name and labels, spelled as in a report; ends in a NUL. */
    const char *series;
} cmetrics_test_event;

/* A metric or registry that is recorded, by its number. */
typedef struct cmetrics_test_note {
    uint64_t id;
    cmetrics_test_recorder *recorder;
    /* Of a metric. The labels begin the block that holds all texts; a registry has none. */
    cmetrics_label *labels;
    size_t n_labels;
    const char *name;
    const char *series;
} cmetrics_test_note;

/* Notes in the order of their numbers. */
typedef struct cmetrics_test_notes {
    cmetrics_test_note *all;
    size_t n;
    size_t capacity;
} cmetrics_test_notes;

/* What all recorders of this program share. Recorders are used again and never freed: their tables live for ever. */
typedef struct cmetrics_test_shared {
    volatile char lock;
    const cmetrics_api_v1 *library;
    cmetrics_test_recorder *recorders;
    cmetrics_test_notes registries;
    cmetrics_test_notes metrics;
} cmetrics_test_shared;

CMETRICS_INLINE cmetrics_test_shared *cmetrics_test_all(void) {
    static cmetrics_test_shared shared;
    return &shared;
}

CMETRICS_INLINE cmetrics_test_shared *cmetrics_test_lock(void) {
    cmetrics_test_shared *shared = cmetrics_test_all();
#if defined(__GNUC__)
    while (__atomic_test_and_set(&shared->lock, __ATOMIC_ACQUIRE)) {
    }
#elif defined(_MSC_VER)
    while (_InterlockedExchange8(&shared->lock, 1)) {
    }
#endif
    return shared;
}

CMETRICS_INLINE void cmetrics_test_unlock(cmetrics_test_shared *shared) {
#if defined(__GNUC__)
    __atomic_clear(&shared->lock, __ATOMIC_RELEASE);
#elif defined(_MSC_VER)
    _InterlockedExchange8(&shared->lock, 0);
#else
    (void)shared;
#endif
}

/* Where the note of a number is, or belongs. */
CMETRICS_INLINE size_t cmetrics_test_note_place(const cmetrics_test_notes *notes, uint64_t id) {
    size_t from = 0;
    size_t to = notes->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (notes->all[middle].id < id) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

CMETRICS_INLINE cmetrics_test_note *cmetrics_test_note_find(const cmetrics_test_notes *notes, uint64_t id) {
    size_t at = cmetrics_test_note_place(notes, id);
    return at < notes->n && notes->all[at].id == id ? notes->all + at : NULL;
}

/* Adds a note of a number that has none. 0 without memory. */
CMETRICS_INLINE int cmetrics_test_note_insert(cmetrics_test_notes *notes, const cmetrics_test_note *note) {
    size_t at = cmetrics_test_note_place(notes, note->id);
    if (notes->n == notes->capacity) {
        size_t capacity = 2 * notes->capacity + 16;
        cmetrics_test_note *grown = CMETRICS_CAST(cmetrics_test_note *, realloc(notes->all, capacity * sizeof *grown));
        if (grown == NULL) {
            return 0;
        }
        notes->all = grown;
        notes->capacity = capacity;
    }
    if (at < notes->n) {
        memmove(notes->all + at + 1, notes->all + at, (notes->n - at) * sizeof *notes->all);
    }
    notes->all[at] = *note;
    ++notes->n;
    return 1;
}

/* Takes out the notes of a recorder. */
CMETRICS_INLINE void cmetrics_test_notes_drop(cmetrics_test_notes *notes, const cmetrics_test_recorder *recorder) {
    size_t kept = 0;
    size_t i;
    for (i = 0; i < notes->n; ++i) {
        if (notes->all[i].recorder == recorder) {
            free(notes->all[i].labels);
        } else {
            notes->all[kept++] = notes->all[i];
        }
    }
    notes->n = kept;
}

/* Who records this registry, if anybody does. */
CMETRICS_INLINE cmetrics_test_recorder *cmetrics_test_recorder_of(uint64_t registry) {
    cmetrics_test_shared *shared = cmetrics_test_lock();
    cmetrics_test_note *note = cmetrics_test_note_find(&shared->registries, registry);
    cmetrics_test_recorder *recorder = note == NULL ? NULL : note->recorder;
    cmetrics_test_unlock(shared);
    return recorder;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_test_note_family(void *user, const cmetrics_family *family) {
    cmetrics_test_text *name = CMETRICS_CAST(cmetrics_test_text *, user);
    cmetrics_test_put(name, family->name.data, (size_t)family->name.len);
    return CMETRICS_OK;
}

/* A name, and what is made of it and the point's labels. */
typedef struct cmetrics_test_described {
    cmetrics_test_text name;
    cmetrics_test_note note;
} cmetrics_test_described;

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_test_note_point(void *user, const cmetrics_point *point) {
    cmetrics_test_described *into = CMETRICS_CAST(cmetrics_test_described *, user);
    cmetrics_test_text series = {NULL, 0, 0, 0};
    cmetrics_text name;
    cmetrics_text spelled;
    cmetrics_test_put(&into->name, "", 0);
    if (!into->name.failed) {
        cmetrics_test_put_series(&series, into->name.bytes, point->labels, (size_t)point->n_labels);
    }
    name.data = into->name.bytes;
    name.len = into->name.len;
    spelled.data = series.bytes;
    spelled.len = series.len;
    if (series.bytes != NULL && !series.failed) {
        into->note.n_labels = (size_t)point->n_labels;
        into->note.labels = cmetrics_test_keep_labels(point->labels, into->note.n_labels, &name, &spelled);
        into->note.name = name.data;
        into->note.series = spelled.data;
    }
    cmetrics_test_text_free(&series);
    return CMETRICS_OK;
}

/* Remembers a metric that was made or found through a recorded registry. */
CMETRICS_INLINE void cmetrics_test_remember(uint64_t registry, cmetrics_metric *metric) {
    const cmetrics_api_v1 *library = cmetrics_test_all()->library;
    uint64_t id = library->metric->id(metric);
    cmetrics_test_shared *shared = cmetrics_test_lock();
    int known = cmetrics_test_note_find(&shared->metrics, id) != NULL ||
                cmetrics_test_note_find(&shared->registries, registry) == NULL;
    cmetrics_test_described described;
    cmetrics_visitor visitor;
    cmetrics_test_unlock(shared);
    if (known) {
        return;
    }
    memset(&described, 0, sizeof described);
    memset(&visitor, 0, sizeof visitor);
    visitor.struct_size = CMETRICS_SIZE(cmetrics_visitor);
    visitor.family = cmetrics_test_note_family;
    visitor.point = cmetrics_test_note_point;
    visitor.user = &described;
    // Outside the lock: it asks the library. The name is the first member, which is what the family is put into.
    library->metric->describe(metric, &visitor);
    cmetrics_test_text_free(&described.name);
    shared = cmetrics_test_lock();
    if (described.note.labels != NULL) {
        cmetrics_test_note *of = cmetrics_test_note_find(&shared->registries, registry);
        described.note.id = id;
        described.note.recorder = of == NULL ? NULL : of->recorder;
        if (of == NULL || cmetrics_test_note_find(&shared->metrics, id) != NULL ||
            !cmetrics_test_note_insert(&shared->metrics, &described.note)) {
            free(described.note.labels);
        }
    }
    cmetrics_test_unlock(shared);
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_TESTING_NOTES_H */
