/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Test your instrumentation: what a piece of code told its metrics, and what a report would show. Header-only, C99 and
 * C++11, for tests; C++17 has testing.hpp, which is made of it. The kits of the other languages give the same messages.
 *
 *     const cmetrics_api_v1 *api;
 *     char message[4096];
 *     const char *const labels[] = {"path", "/a", NULL};
 *     cmetrics_load(NULL, &api, message, sizeof message);
 *
 *     cmetrics_registry *root = cmetrics_test_scope_begin(api); // this thread's root, until the scope ends
 *     handle("/a");                                             // the code under test
 *     if (!cmetrics_test_check(api, root, "requests_total", labels, cmetrics_test_u64(1), message, sizeof message)) {
 *         fprintf(stderr, "%s\n", message);
 *     }
 *     cmetrics_test_scope_end(api, root);
 *
 *   a root of its own                      cmetrics_test_isolated
 *   one that this thread's root is         cmetrics_test_scope_begin, cmetrics_test_scope_end
 *   one number                             cmetrics_test_check, which tells near misses; cmetrics_test_value
 *   everything that a registry holds       cmetrics_test_snapshot_take, and the cmetrics_test_diff_make of two
 *   every update in order                  cmetrics_test_recorder_begin: a table to hand to the code under test
 *   a table that keeps nothing             cmetrics_noop (cmetrics_load.h)
 *
 * Functions may be called from any thread. Memory comes from malloc; where it runs out, a function says so.
 */
#ifndef CMETRICS_1_CMETRICS_TESTING_H
#define CMETRICS_1_CMETRICS_TESTING_H

#include "cmetrics_load.h"

#include "testing/text.h"
#include "testing/number.h"
#include "testing/snapshot.h"
#include "testing/near.h"
#include "testing/lookup.h"
#include "testing/diff.h"
#include "testing/roots.h"
#include "testing/notes.h"
#include "testing/slots.h"
#include "testing/recorder.h"

#endif /* CMETRICS_1_CMETRICS_TESTING_H */
