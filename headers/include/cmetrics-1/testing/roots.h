/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Roots for the length of a test. Included by cmetrics_testing.h.
 */
#ifndef CMETRICS_1_TESTING_ROOTS_H
#define CMETRICS_1_TESTING_ROOTS_H

#include "diff.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A new root of its own, to be released by `api->registry->release`. NULL if it cannot be made. */
CMETRICS_INLINE cmetrics_registry *cmetrics_test_isolated(const cmetrics_api_v1 *api) {
    cmetrics_registry *root = NULL;
    return api->registry->isolated(api, NULL, &root, NULL) == CMETRICS_OK ? root : NULL;
}

/**
 * Makes a new root that is this thread's root from now on: whoever asks for the root on this thread, in any language,
 * gets it, until `cmetrics_test_scope_end`. Scopes nest. NULL, and nothing changed, if it cannot be made.
 */
CMETRICS_INLINE cmetrics_registry *cmetrics_test_scope_begin(const cmetrics_api_v1 *api) {
    cmetrics_registry *root = cmetrics_test_isolated(api);
    if (root != NULL && api->registry->scope_enter(api, root, NULL) != CMETRICS_OK) {
        api->registry->release(root);
        root = NULL;
    }
    return root;
}

/** Restores this thread's root as it was before the scope, and releases the scope's. NULL is ignored. */
CMETRICS_INLINE void cmetrics_test_scope_end(const cmetrics_api_v1 *api, cmetrics_registry *root) {
    if (root != NULL) {
        api->registry->scope_leave(api);
        api->registry->release(root);
    }
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_TESTING_ROOTS_H */
