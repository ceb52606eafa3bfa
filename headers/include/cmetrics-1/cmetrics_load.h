/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Finds libcmetrics at run time, for programs and plugins that do not link it: CMETRICS_LIBRARY, a copy that is loaded
 * already, beside the module that asks, the system's search path (docs/abi/locating.md). Header-only, C99 and C++11;
 * links nothing but the dynamic linker (-ldl where that is a library of its own).
 *
 *     const cmetrics_api_v1 *api;
 *     char report[2048];
 *     if (cmetrics_load(NULL, &api, report, sizeof report) != CMETRICS_OK) {
 *         fprintf(stderr, "%s", report);
 *     }
 *     cmetrics_registry *root = api->registry->root(api);
 *
 * What it asks of the system is verified on Linux, and for Windows under Wine. The code for macOS compiles and has never
 * run.
 */
#ifndef CMETRICS_1_CMETRICS_LOAD_H
#define CMETRICS_1_CMETRICS_LOAD_H

#include "cmetrics.h"

#include "load/noop_metric.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Who asks for the library. All zero is a C program of no name. Texts are UTF-8, end in a NUL, and may be NULL. */
typedef struct cmetrics_load_options {
    /** For the report: the client's name, its version, its language (NULL is `c`), its file. */
    const char *name;
    const char *version;
    const char *language;
    const char *file;
    /** The file beside which to look. NULL is the module that this code is compiled into. */
    const char *module;
    /** The ABI versions that the client can use. 0 is what cmetrics.h describes, and the most that may be said. */
    uint32_t oldest;
    uint32_t newest;
} cmetrics_load_options;

/**
 * Finds the library, and sets `*api` to its table, which lives for ever; or to the no-op table where there is none, so
 * that `*api` can be used in any case. Call it once and keep the table; after a failure call it again when there is a
 * reason to hope.
 *
 * Returns `CMETRICS_OK`, also where CMETRICS_DISABLE asks for the no-op table; `CMETRICS_UNSUPPORTED` where a library
 * was found and serves no version that the client can use; `CMETRICS_UNAVAILABLE` where none was found;
 * `CMETRICS_INVALID_ARGUMENT` where `api` is NULL or `options` asks for versions beyond this header. `report` then
 * holds what was tried, what was wrong with each candidate, and what to do, in lines that end in a newline; it is empty
 * on success, ends in a NUL, is cut at `capacity` bytes, and may be NULL. `options` may be NULL. [any-thread,
 * may-block, fork-child-ok]
 */
CMETRICS_INLINE cmetrics_status cmetrics_load(const cmetrics_load_options *options, const cmetrics_api_v1 **api,
                                              char *report, size_t capacity);

#ifdef __cplusplus
}
#endif

#include "load/load.h"

#endif /* CMETRICS_1_CMETRICS_LOAD_H */
