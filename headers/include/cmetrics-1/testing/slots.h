/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The slots of the recording table: each calls the library's, whose handles they take, and notes what was done. They
 * take a lock and allocate, which the library's updates do not: a recorder is for tests. Included by
 * cmetrics_testing.h.
 */
#ifndef CMETRICS_1_TESTING_SLOTS_H
#define CMETRICS_1_TESTING_SLOTS_H

#include "notes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cmetrics_test_recorder {
    /** The table to hand on. The first member, so that slots with a `self` find the recorder. */
    cmetrics_api_v1 api;
    cmetrics_client_v1 client;
    cmetrics_registry_v1 registry;
    cmetrics_metric_v1 metric;
    cmetrics_counter_v1 counter;
    cmetrics_int_counter_v1 int_counter;
    cmetrics_float_counter_v1 float_counter;
    cmetrics_duration_counter_v1 duration_counter;
    cmetrics_int_gauge_v1 int_gauge;
    cmetrics_float_gauge_v1 float_gauge;
    cmetrics_duration_gauge_v1 duration_gauge;
    cmetrics_collector_v1 collector;
    cmetrics_error_v1 error;
    /** The root whose updates are noted; NULL once the recorder ended. */
    cmetrics_registry *root;
    cmetrics_test_event *events;
    size_t n_events;
    size_t capacity;
    /** 1 if memory ran out and updates were not noted. */
    int failed;
    cmetrics_test_recorder *next;
};

/* registries */

CMETRICS_INLINE cmetrics_registry *CMETRICS_CALL cmetrics_test_slot_root(const cmetrics_api_v1 *self) {
    const cmetrics_test_recorder *recorder = CMETRICS_CAST(const cmetrics_test_recorder *, self);
    cmetrics_test_shared *shared = cmetrics_test_lock();
    cmetrics_registry *root = recorder->root;
    if (root != NULL) {
        shared->library->registry->retain(root);
    }
    cmetrics_test_unlock(shared);
    return root != NULL ? root : shared->library->registry->root(shared->library);
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_test_slot_child(cmetrics_registry *registry,
                                                                       const cmetrics_registry_desc *desc,
                                                                       cmetrics_registry **child,
                                                                       cmetrics_error **error) {
    const cmetrics_api_v1 *library = cmetrics_test_all()->library;
    cmetrics_status status = library->registry->child(registry, desc, child, error);
    if (status == CMETRICS_OK) {
        cmetrics_test_shared *shared = cmetrics_test_lock();
        cmetrics_test_note *parent = cmetrics_test_note_find(&shared->registries, library->registry->id(registry));
        cmetrics_test_note note;
        memset(&note, 0, sizeof note);
        note.id = library->registry->id(*child);
        if (parent != NULL && cmetrics_test_note_find(&shared->registries, note.id) == NULL) {
            note.recorder = parent->recorder;
            note.recorder->failed |= !cmetrics_test_note_insert(&shared->registries, &note);
        }
        cmetrics_test_unlock(shared);
    }
    return status;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_test_slot_metric(cmetrics_registry *registry,
                                                                        const cmetrics_metric_desc *desc,
                                                                        cmetrics_metric **metric,
                                                                        cmetrics_error **error) {
    const cmetrics_api_v1 *library = cmetrics_test_all()->library;
    cmetrics_status status = library->registry->metric(registry, desc, metric, error);
    // A detached metric comes with an error.
    if (metric != NULL && *metric != NULL) {
        cmetrics_test_remember(library->registry->id(registry), *metric);
    }
    return status;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_test_slot_find(cmetrics_registry *registry,
                                                                      const cmetrics_metric_desc *desc,
                                                                      cmetrics_metric **metric,
                                                                      cmetrics_error **error) {
    const cmetrics_api_v1 *library = cmetrics_test_all()->library;
    cmetrics_status status = library->registry->find(registry, desc, metric, error);
    if (status == CMETRICS_OK) {
        cmetrics_test_remember(library->registry->id(registry), *metric);
    }
    return status;
}

/* updates */

CMETRICS_INLINE void cmetrics_test_noted(cmetrics_metric *metric, const char *operation, cmetrics_test_number amount) {
    uint64_t id = cmetrics_test_all()->library->metric->id(metric);
    cmetrics_test_shared *shared = cmetrics_test_lock();
    cmetrics_test_note *note = cmetrics_test_note_find(&shared->metrics, id);
    cmetrics_test_recorder *recorder = note == NULL ? NULL : note->recorder;
    if (recorder != NULL && recorder->n_events == recorder->capacity) {
        size_t capacity = 2 * recorder->capacity + 64;
        cmetrics_test_event *grown =
            CMETRICS_CAST(cmetrics_test_event *, realloc(recorder->events, capacity * sizeof *grown));
        if (grown == NULL) {
            recorder->failed = 1;
            recorder = NULL;
        } else {
            recorder->events = grown;
            recorder->capacity = capacity;
        }
    }
    if (recorder != NULL) {
        cmetrics_test_event *event = recorder->events + recorder->n_events++;
        event->operation = operation;
        event->amount = amount;
        event->name = note->name;
        event->labels = note->labels;
        event->n_labels = note->n_labels;
        event->series = note->series;
    }
    cmetrics_test_unlock(shared);
}

#define CMETRICS_TEST_STEP(kind, slot, one)                                                                            \
    CMETRICS_INLINE void CMETRICS_CALL cmetrics_test_##kind##_##slot(cmetrics_##kind *metric) {                        \
        cmetrics_test_all()->library->kind->slot(metric);                                                              \
        cmetrics_test_noted(CMETRICS_CAST(cmetrics_metric *, metric), #slot, one);                                     \
    }
#define CMETRICS_TEST_TAKE(kind, slot, type, number)                                                                   \
    CMETRICS_INLINE void CMETRICS_CALL cmetrics_test_##kind##_##slot(cmetrics_##kind *metric, type amount) {           \
        cmetrics_test_all()->library->kind->slot(metric, amount);                                                      \
        cmetrics_test_noted(CMETRICS_CAST(cmetrics_metric *, metric), #slot, number(amount));                          \
    }
#define CMETRICS_TEST_GAUGE(kind, type, number, one)                                                                   \
    CMETRICS_TEST_TAKE(kind, set, type, number)                                                                        \
    CMETRICS_TEST_TAKE(kind, add, type, number)                                                                        \
    CMETRICS_TEST_TAKE(kind, sub, type, number)                                                                        \
    CMETRICS_TEST_STEP(kind, inc, number(one))                                                                         \
    CMETRICS_TEST_STEP(kind, dec, number(one))

CMETRICS_TEST_STEP(counter, inc, cmetrics_test_u64(1))
CMETRICS_TEST_TAKE(counter, add, uint64_t, cmetrics_test_u64)
CMETRICS_TEST_TAKE(int_counter, add, uint64_t, cmetrics_test_u64)
CMETRICS_TEST_TAKE(float_counter, add, double, cmetrics_test_f64)
CMETRICS_TEST_TAKE(duration_counter, add, int64_t, cmetrics_test_ns)
CMETRICS_TEST_GAUGE(int_gauge, int64_t, cmetrics_test_i64, 1)
CMETRICS_TEST_GAUGE(float_gauge, double, cmetrics_test_f64, 1.0)
CMETRICS_TEST_GAUGE(duration_gauge, int64_t, cmetrics_test_ns, 1000000000)

#undef CMETRICS_TEST_GAUGE
#undef CMETRICS_TEST_TAKE
#undef CMETRICS_TEST_STEP

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_TESTING_SLOTS_H */
