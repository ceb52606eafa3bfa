/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What no library of metrics can do better than: a call through a table of a shared library that does nothing, and the
 * processor's own atomic add behind the same call. */
#ifndef CMETRICS_BENCHMARKS_LIMITS_H
#define CMETRICS_BENCHMARKS_LIMITS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct limits_vtable {
    /** Does nothing. */
    void (*empty)(void *cell);
    /** Adds 1 with the processor's atomic add. */
    void (*atomic_add)(void *cell);
} limits_vtable;

/** The table, in a shared library as that of cmetrics is. */
const limits_vtable *limits_table(void);

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_BENCHMARKS_LIMITS_H */
