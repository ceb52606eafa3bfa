/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "limits.h"

static void empty(void *cell) {
    (void)cell;
}

static void atomic_add(void *cell) {
    __atomic_fetch_add((uint64_t *)cell, 1, __ATOMIC_RELAXED);
}

static const limits_vtable table = {empty, atomic_add};

const limits_vtable *limits_table(void) {
    return &table;
}
