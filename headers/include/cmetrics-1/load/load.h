/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The body of `cmetrics_load`. Included by cmetrics_load.h.
 */
#ifndef CMETRICS_1_LOAD_LOAD_H
#define CMETRICS_1_LOAD_LOAD_H

#include "../cmetrics_load.h"

#include "attempt.h"
#include "noop.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The folder of `file`, in place; an empty text where there is none. */
CMETRICS_INLINE void cmetrics_keep_folder(char *file) {
    size_t len = strlen(file);
    while (len != 0 && !cmetrics_is_separator(CMETRICS_OS, file[len - 1])) {
        len--;
    }
    file[len] = '\0';
}

CMETRICS_INLINE const char *cmetrics_or_empty(const char *text) {
    return text == NULL ? "" : text;
}

/* The client, as a report names it: `vllm 0.6 (c, /srv/vllm/metrics.so)`. */
CMETRICS_INLINE void cmetrics_report_client(cmetrics_report *report, const cmetrics_load_options *options) {
    const char *name = cmetrics_or_empty(options->name);
    const char *version = cmetrics_or_empty(options->version);
    const char *file = cmetrics_or_empty(options->file);
    cmetrics_report_add(report, "%s%s%s (%s%s%s)", name[0] == '\0' ? "an unnamed client" : name,
                        version[0] == '\0' ? "" : " ", version, options->language == NULL ? "c" : options->language,
                        file[0] == '\0' ? "" : ", ", file);
}

/* The last line of a report. */
CMETRICS_INLINE void cmetrics_report_cure(cmetrics_load_state *state) {
    cmetrics_report *report = &state->report;
    const char *name = cmetrics_library_name(CMETRICS_OS, 0);
    switch (state->cure) {
    case CMETRICS_CURE_UPDATE_LIBRARY:
        cmetrics_report_add(report, "hint: replace the library with one that serves ");
        cmetrics_report_range(report, state->asked);
        cmetrics_report_add(report, ", or use an older client\n");
        break;
    case CMETRICS_CURE_UPDATE_CLIENT:
        cmetrics_report_add(report, "hint: update the client, or install a libcmetrics that still serves ");
        cmetrics_report_range(report, state->asked);
        cmetrics_report_add(report, "\n");
        break;
    case CMETRICS_CURE_FORCE_EARLIER:
        cmetrics_report_add(report, "hint: unset CMETRICS_LIBRARY, or start the process so that no other copy is used "
                                    "before the file that it names\n");
        break;
    case CMETRICS_CURE_FORCE_NEWER:
        cmetrics_report_add(report,
                            "hint: set CMETRICS_LIBRARY to the newer file before the process starts, or replace "
                            "the older one with a libcmetrics that serves ");
        cmetrics_report_range(report, state->asked);
        cmetrics_report_add(report, "\n");
        break;
    case CMETRICS_CURE_FORCE_ANOTHER:
        cmetrics_report_add(
            report, "hint: set CMETRICS_LIBRARY to the absolute path of a %s for this machine, or unset it\n", name);
        break;
    default:
        cmetrics_report_add(report, "hint: install cmetrics, or set CMETRICS_LIBRARY to the absolute path of a %s\n",
                            name);
        break;
    }
}

/* Looks through the candidates of the process as it is. Leaves `state->api` NULL where none can be used. */
CMETRICS_INLINE void cmetrics_search_process(cmetrics_load_state *state, cmetrics_surroundings *around,
                                             const char *module) {
    cmetrics_modules modules;
    memset(&modules, 0, sizeof modules);
    modules.address = CMETRICS_CAST(uintptr_t, &cmetrics_load);
    if (around->library == NULL || around->library[0] == '\0') {
        cmetrics_report_add(&state->report, "  CMETRICS_LIBRARY: not set\n");
        cmetrics_list_modules(&modules);
    }
    if (module != NULL) {
        modules.file[0] = '\0';
        if (strlen(module) < sizeof modules.file) {
            memcpy(modules.file, module, strlen(module) + 1);
        }
    }
    cmetrics_keep_folder(modules.file);
    around->loaded = modules.names.data;
    around->folder = modules.file;
    cmetrics_search(around, cmetrics_try, state);
    around->loaded = NULL;
    around->folder = NULL;
    free(modules.names.data);
}

CMETRICS_INLINE cmetrics_status cmetrics_load(const cmetrics_load_options *options, const cmetrics_api_v1 **api,
                                              char *report, size_t capacity) {
    cmetrics_load_options nobody;
    cmetrics_load_state state;
    cmetrics_surroundings around;
    char library[CMETRICS_PATH_CAPACITY], disable[16];
    int kind;
    memset(&nobody, 0, sizeof nobody);
    memset(&state, 0, sizeof state);
    memset(&around, 0, sizeof around);
    cmetrics_report_into(&state.report, report, capacity);
    if (api == NULL) {
        cmetrics_report_add(&state.report, "cmetrics_load was called without a place for the table: api is NULL\n");
        return CMETRICS_INVALID_ARGUMENT;
    }
    *api = cmetrics_noop();
    if (options == NULL) {
        options = &nobody;
    }
    state.asked.oldest = options->oldest == 0 ? CMETRICS_OLDEST : options->oldest;
    state.asked.newest = options->newest == 0 ? CMETRICS_NEWEST : options->newest;
    if (state.asked.newest > CMETRICS_NEWEST || state.asked.oldest > state.asked.newest) {
        cmetrics_report_add(&state.report,
                            "cmetrics_load was asked for ABI versions %lu to %lu, and knows %lu to %lu\n",
                            (unsigned long)state.asked.oldest, (unsigned long)state.asked.newest,
                            (unsigned long)CMETRICS_OLDEST, (unsigned long)CMETRICS_NEWEST);
        return CMETRICS_INVALID_ARGUMENT;
    }
    around.os = CMETRICS_OS;
    around.library = cmetrics_variable("CMETRICS_LIBRARY", library, sizeof library);
    around.disable = cmetrics_variable("CMETRICS_DISABLE", disable, sizeof disable);
    kind = cmetrics_search_kind(&around);
    if (kind == CMETRICS_SEARCH_DISABLED) {
        return CMETRICS_OK;
    }
    cmetrics_report_add(&state.report, "no usable libcmetrics for ");
    cmetrics_report_client(&state.report, options);
    cmetrics_report_add(&state.report, ", which can use ");
    cmetrics_report_range(&state.report, state.asked);
    cmetrics_report_add(&state.report, "\n");
    if (kind == CMETRICS_SEARCH_CANDIDATES) {
        cmetrics_search_process(&state, &around, options->module);
    } else {
        cmetrics_report_add(&state.report, "  CMETRICS_LIBRARY: %s: %s\n", around.library,
                            kind == CMETRICS_SEARCH_RELATIVE ? "is not an absolute path"
                                                             : "names a folder: it ends in a separator");
        state.cure = CMETRICS_CURE_FORCE_ANOTHER;
    }
    if (state.api != NULL) {
        *api = state.api;
        cmetrics_report_into(&state.report, report, capacity);
        return CMETRICS_OK;
    }
    cmetrics_report_cure(&state);
    return state.cure == CMETRICS_CURE_UPDATE_LIBRARY || state.cure == CMETRICS_CURE_UPDATE_CLIENT ||
                   state.cure == CMETRICS_CURE_FORCE_NEWER
               ? CMETRICS_UNSUPPORTED
               : CMETRICS_UNAVAILABLE;
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_LOAD_LOAD_H */
