/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Text of bounded length: the report of a search, and paths. Included by cmetrics_load.h.
 */
#ifndef CMETRICS_1_LOAD_REPORT_H
#define CMETRICS_1_LOAD_REPORT_H

#include "noop_metric.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest path that a search looks at, its NUL included. */
#define CMETRICS_PATH_CAPACITY 4608

#if defined(__GNUC__)
#define CMETRICS_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define CMETRICS_PRINTF(text, first)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Text in a buffer of somebody else: always ended by a NUL, cut where the buffer ends. A capacity of 0 keeps nothing.
 */
typedef struct cmetrics_report {
    char *data;
    size_t capacity;
    size_t len;
} cmetrics_report;

CMETRICS_INLINE void cmetrics_report_into(cmetrics_report *report, char *data, size_t capacity) {
    report->data = data;
    report->capacity = data == NULL ? 0 : capacity;
    report->len = 0;
    if (report->capacity != 0) {
        data[0] = '\0';
    }
}

CMETRICS_INLINE CMETRICS_PRINTF(2, 3) void cmetrics_report_add(cmetrics_report *report, const char *format, ...) {
    size_t room = report->capacity - report->len;
    va_list args;
    int wanted;
    if (room < 2) {
        return;
    }
    va_start(args, format);
    wanted = vsnprintf(report->data + report->len, room, format, args);
    va_end(args);
    if (wanted > 0) {
        report->len += (size_t)wanted < room ? (size_t)wanted : room - 1;
    }
}

/* Texts one after the other, each with its NUL, and a last empty one. `data` is NULL while there is none. */
typedef struct cmetrics_names {
    char *data;
    size_t len;
} cmetrics_names;

/* Adds a copy of `name`. Where memory is short the name is left out. */
CMETRICS_INLINE void cmetrics_names_add(cmetrics_names *names, const char *name) {
    size_t size = strlen(name) + 1;
    char *data = CMETRICS_CAST(char *, realloc(names->data, names->len + size + 1));
    if (data != NULL) {
        memcpy(data + names->len, name, size);
        names->data = data;
        names->len += size;
        data[names->len] = '\0';
    }
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_LOAD_REPORT_H */
