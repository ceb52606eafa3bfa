/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A table that notes every update on its way to the library. Included by cmetrics_testing.h.
 */
#ifndef CMETRICS_1_TESTING_RECORDER_H
#define CMETRICS_1_TESTING_RECORDER_H

#include "slots.h"

#ifdef __cplusplus
extern "C" {
#endif

CMETRICS_INLINE void cmetrics_test_recorder_fill(cmetrics_test_recorder *recorder, const cmetrics_api_v1 *library) {
    cmetrics_api_v1 *api = &recorder->api;
#define CMETRICS_TEST_COPY(vtable)                                                                                     \
    recorder->vtable = *library->vtable;                                                                               \
    recorder->vtable.struct_size = (uint32_t)sizeof recorder->vtable;                                                  \
    api->vtable = &recorder->vtable
#define CMETRICS_TEST_PUT(kind, slot) recorder->kind.slot = cmetrics_test_##kind##_##slot
#define CMETRICS_TEST_PUT_GAUGE(kind)                                                                                  \
    CMETRICS_TEST_PUT(kind, set);                                                                                      \
    CMETRICS_TEST_PUT(kind, add);                                                                                      \
    CMETRICS_TEST_PUT(kind, sub);                                                                                      \
    CMETRICS_TEST_PUT(kind, inc);                                                                                      \
    CMETRICS_TEST_PUT(kind, dec)
    // A vtable of a later version is longer; what is copied is what this header knows.
    *api = *library;
    api->struct_size = CMETRICS_SIZE(cmetrics_api_v1);
    CMETRICS_TEST_COPY(client);
    CMETRICS_TEST_COPY(registry);
    CMETRICS_TEST_COPY(metric);
    CMETRICS_TEST_COPY(counter);
    CMETRICS_TEST_COPY(int_counter);
    CMETRICS_TEST_COPY(float_counter);
    CMETRICS_TEST_COPY(duration_counter);
    CMETRICS_TEST_COPY(int_gauge);
    CMETRICS_TEST_COPY(float_gauge);
    CMETRICS_TEST_COPY(duration_gauge);
    CMETRICS_TEST_COPY(collector);
    CMETRICS_TEST_COPY(error);
    recorder->registry.root = cmetrics_test_slot_root;
    recorder->registry.child = cmetrics_test_slot_child;
    recorder->registry.metric = cmetrics_test_slot_metric;
    recorder->registry.find = cmetrics_test_slot_find;
    CMETRICS_TEST_PUT(counter, inc);
    CMETRICS_TEST_PUT(counter, add);
    CMETRICS_TEST_PUT(int_counter, add);
    CMETRICS_TEST_PUT(float_counter, add);
    CMETRICS_TEST_PUT(duration_counter, add);
    CMETRICS_TEST_PUT_GAUGE(int_gauge);
    CMETRICS_TEST_PUT_GAUGE(float_gauge);
    CMETRICS_TEST_PUT_GAUGE(duration_gauge);
#undef CMETRICS_TEST_PUT_GAUGE
#undef CMETRICS_TEST_PUT
#undef CMETRICS_TEST_COPY
}

/* A recorder that is not in use, or a new one; the caller has the lock. NULL without memory. */
CMETRICS_INLINE cmetrics_test_recorder *cmetrics_test_recorder_get(cmetrics_test_shared *shared) {
    cmetrics_test_recorder *recorder = shared->recorders;
    while (recorder != NULL && recorder->root != NULL) {
        recorder = recorder->next;
    }
    if (recorder == NULL) {
        recorder = CMETRICS_CAST(cmetrics_test_recorder *, calloc(1, sizeof *recorder));
        if (recorder != NULL) {
            cmetrics_test_recorder_fill(recorder, shared->library);
            recorder->next = shared->recorders;
            shared->recorders = recorder;
        }
    }
    return recorder;
}

/**
 * Begins to record: `recorder->api` is a table to hand to code under test. Its root is a new root, `recorder->root`,
 * and what is updated below it by handles that were made through this table is noted and passed on to the library. The
 * table takes the handles of `api` and lives for ever, so that handles may outlive the recorder.
 *
 * NULL where the root cannot be made: `api` is a no-op table, or memory ran out; and where another recorder of this
 * program is on another library. A program in C has the recorders of one translation unit: use them all in one file.
 * [any-thread]
 */
CMETRICS_INLINE cmetrics_test_recorder *cmetrics_test_recorder_begin(const cmetrics_api_v1 *api) {
    cmetrics_registry *root = cmetrics_test_isolated(api);
    cmetrics_test_shared *shared;
    cmetrics_test_recorder *recorder = NULL;
    cmetrics_test_note note;
    memset(&note, 0, sizeof note);
    note.id = api->registry->id(root);
    shared = cmetrics_test_lock();
    if (note.id != 0 && (shared->library == NULL || shared->library == api)) {
        shared->library = api;
        note.recorder = recorder = cmetrics_test_recorder_get(shared);
        if (recorder != NULL && !cmetrics_test_note_insert(&shared->registries, &note)) {
            recorder = NULL;
        }
        if (recorder != NULL) {
            recorder->root = root;
        }
    }
    cmetrics_test_unlock(shared);
    if (recorder == NULL) {
        api->registry->release(root);
    }
    return recorder;
}

/** Ends it: releases its root and forgets its events. Handles that were made through it still update what they did.
 * NULL is ignored. */
CMETRICS_INLINE void cmetrics_test_recorder_end(cmetrics_test_recorder *recorder) {
    cmetrics_test_shared *shared;
    cmetrics_registry *root;
    if (recorder == NULL) {
        return;
    }
    shared = cmetrics_test_lock();
    root = recorder->root;
    recorder->root = NULL;
    cmetrics_test_notes_drop(&shared->registries, recorder);
    cmetrics_test_notes_drop(&shared->metrics, recorder);
    free(recorder->events);
    recorder->events = NULL;
    recorder->n_events = recorder->capacity = 0;
    recorder->failed = 0;
    cmetrics_test_unlock(shared);
    shared->library->registry->release(root);
}

/**
 * A copy of what was noted so far, in order; `*n` is how many. Give the array back by `free`; its texts are lent until
 * the recorder ends. With `take` the recorder forgets them, and begins anew. NULL where there is none, or no memory.
 */
CMETRICS_INLINE cmetrics_test_event *cmetrics_test_recorder_events(cmetrics_test_recorder *recorder, int take,
                                                                   size_t *n) {
    cmetrics_test_shared *shared = cmetrics_test_lock();
    cmetrics_test_event *copied = NULL;
    *n = 0;
    if (recorder->n_events != 0) {
        copied = CMETRICS_CAST(cmetrics_test_event *, malloc(recorder->n_events * sizeof *copied));
    }
    if (copied != NULL) {
        memcpy(copied, recorder->events, recorder->n_events * sizeof *copied);
        *n = recorder->n_events;
        if (take) {
            recorder->n_events = 0;
        }
    }
    cmetrics_test_unlock(shared);
    return copied;
}

/** Appends an event as `add requests_total{path="/a"} 3`. */
CMETRICS_INLINE void cmetrics_test_put_event(cmetrics_test_text *text, const cmetrics_test_event *event) {
    cmetrics_test_puts(text, event->operation);
    cmetrics_test_puts(text, " ");
    cmetrics_test_puts(text, event->series);
    cmetrics_test_puts(text, " ");
    cmetrics_test_put_number(text, event->amount);
}

/** The table of the recorder whose registry this is, or `api` itself. */
CMETRICS_INLINE const cmetrics_api_v1 *cmetrics_test_table_of(const cmetrics_api_v1 *api, cmetrics_registry *registry) {
    const cmetrics_test_recorder *recorder = cmetrics_test_recorder_of(api->registry->id(registry));
    return recorder != NULL && cmetrics_test_all()->library == api ? &recorder->api : api;
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_TESTING_RECORDER_H */
