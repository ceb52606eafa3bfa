/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * One candidate of a search: from its path to a table in use, or to a line of the report. Included by cmetrics_load.h.
 */
#ifndef CMETRICS_1_LOAD_ATTEMPT_H
#define CMETRICS_1_LOAD_ATTEMPT_H

#include "search.h"

#include "copy.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What to do about a search that found nothing: the last lines of the report. */
#define CMETRICS_CURE_INSTALL 0
#define CMETRICS_CURE_UPDATE_LIBRARY 1
#define CMETRICS_CURE_UPDATE_CLIENT 2
#define CMETRICS_CURE_FORCE_EARLIER 3
#define CMETRICS_CURE_FORCE_ANOTHER 4
#define CMETRICS_CURE_FORCE_NEWER 5

/* One search under way. */
typedef struct cmetrics_load_state {
    cmetrics_range asked;
    cmetrics_report report;
    const cmetrics_api_v1 *api;
    int cure;
    /* Of the candidate that is tried now. */
    int origin;
    /* Nonzero once a step has its lines in the report: of loaded copies, and of files beside the module. */
    int had_loaded;
    int had_beside;
} cmetrics_load_state;

CMETRICS_INLINE const char *cmetrics_origin_name(int origin) {
    switch (origin) {
    case CMETRICS_ORIGIN_FORCED:
        return "CMETRICS_LIBRARY";
    case CMETRICS_ORIGIN_LOADED:
        return "already loaded";
    case CMETRICS_ORIGIN_BESIDE:
        return "beside the module";
    default:
        return "system search path";
    }
}

/* `ABI version 1`, or `ABI versions 1 to 3`. */
CMETRICS_INLINE void cmetrics_report_range(cmetrics_report *report, cmetrics_range range) {
    if (range.oldest == range.newest) {
        cmetrics_report_add(report, "ABI version %lu", (unsigned long)range.newest);
    } else {
        cmetrics_report_add(report, "ABI versions %lu to %lu", (unsigned long)range.oldest,
                            (unsigned long)range.newest);
    }
}

/* No common version with `card`, which is of `file`: the provider of the process, or the candidate itself where it was
 * found by a bare name. Otherwise `file` is NULL. */
CMETRICS_INLINE void cmetrics_explain_mismatch(cmetrics_load_state *state, int provides, const char *file,
                                               const char *semver, cmetrics_range served, int mismatch,
                                               cmetrics_report *why) {
    if (provides) {
        cmetrics_report_add(why, "is not used, since %s provides for this process already: that is ", file);
    } else if (file != NULL) {
        cmetrics_report_add(why, "is %s, ", file);
    } else {
        cmetrics_report_add(why, "is ");
    }
    cmetrics_report_add(why, "cmetrics %s, which serves ", semver);
    cmetrics_report_range(why, served);
    cmetrics_report_add(why, ": too %s for ", mismatch == CMETRICS_MISMATCH_OLDER ? "old" : "new");
    cmetrics_report_range(why, state->asked);
    if (state->cure != CMETRICS_CURE_UPDATE_LIBRARY && state->cure != CMETRICS_CURE_UPDATE_CLIENT &&
        state->cure != CMETRICS_CURE_FORCE_NEWER) {
        state->cure = mismatch == CMETRICS_MISMATCH_OLDER ? CMETRICS_CURE_UPDATE_LIBRARY : CMETRICS_CURE_UPDATE_CLIENT;
    }
}

/* What came of one candidate, for the one who opened it. */
typedef struct cmetrics_verdict {
    /* It took part in the election or provides: it must stay in memory. */
    int keep;
    /* Nothing that is found later could be used. */
    int last;
} cmetrics_verdict;

/* The ABI version at which a copy serves this client beside a provider that is too old: its metrics are part of the
 * provider's reports (docs/abi/one-root.md). 0 with what is wrong in `why`. */
CMETRICS_INLINE uint32_t cmetrics_beside(cmetrics_load_state *state, const cmetrics_bootstrap *card,
                                         cmetrics_report *why) {
    char said[CMETRICS_PATH_CAPACITY];
    cmetrics_range own;
    uint32_t version;
    int mismatch;
    own.oldest = card->oldest;
    own.newest = card->newest;
    version = cmetrics_negotiate(state->asked, own, &mismatch);
    if (version != 0 && card->get_api(version) == NULL) {
        card->explain(version, NULL, said, sizeof said);
        said[sizeof said - 1] = '\0';
        cmetrics_report_add(why, "cannot serve beside the provider: %s; it ", said);
        state->cure = CMETRICS_CURE_FORCE_NEWER;
        version = 0;
    }
    return version;
}

/* The ABI version at which the process's provider serves this client, or 0 with what is wrong in `why`. */
CMETRICS_INLINE uint32_t cmetrics_agree(cmetrics_load_state *state, int forced, const cmetrics_bootstrap *card,
                                        cmetrics_verdict *verdict, cmetrics_report *why) {
    const cmetrics_bootstrap *winner = NULL;
    cmetrics_provider provider;
    char path[CMETRICS_PATH_CAPACITY] = "";
    cmetrics_range served;
    cmetrics_status elected;
    uint32_t version;
    int mismatch;
    served.oldest = card->oldest;
    served.newest = card->newest;
    version = cmetrics_negotiate(state->asked, served, &mismatch);
    memset(&provider, 0, sizeof provider);
    if (version == 0) {
        /* The copy is left alone, unless another one provides already: through that one it may still serve. A newer copy
         * may be found later, which serves beside the provider. */
        card->copies(cmetrics_hear_copy, &provider);
        if (provider.found && !forced) {
            int with_provider;
            version = cmetrics_negotiate(state->asked, provider.range, &with_provider);
            verdict->keep = version != 0;
        }
        if (version == 0) {
            if (state->origin == CMETRICS_ORIGIN_SYSTEM) {
                card->path(path, sizeof path);
                path[sizeof path - 1] = '\0';
            }
            cmetrics_explain_mismatch(state, 0, path[0] == '\0' ? NULL : path, card->semver, served, mismatch, why);
        }
        return version;
    }
    verdict->keep = 1;
    elected = card->elect(forced ? CMETRICS_COPY_FORCED : 0, &winner);
    if (winner != NULL && winner != card) {
        winner->path(path, sizeof path);
        path[sizeof path - 1] = '\0';
    }
    if (elected == CMETRICS_ALREADY_ELECTED) {
        cmetrics_report_add(why, "is loaded, but %s provides for this process already",
                            path[0] == '\0' ? "another copy" : path);
        state->cure = CMETRICS_CURE_FORCE_EARLIER;
        verdict->last = 1;
        return 0;
    }
    if (elected != CMETRICS_OK || winner == NULL) {
        cmetrics_report_add(why, "is loaded, but its election failed with status %ld", (long)elected);
        return 0;
    }
    served.oldest = winner->oldest;
    served.newest = winner->newest;
    version = cmetrics_negotiate(state->asked, served, &mismatch);
    if (version == 0 && mismatch == CMETRICS_MISMATCH_OLDER && winner != card) {
        version = cmetrics_beside(state, card, why);
        if (version != 0) {
            return version;
        }
    }
    if (version == 0) {
        cmetrics_explain_mismatch(state, winner != card, winner == card ? NULL : path, winner->semver, served, mismatch,
                                  why);
        verdict->last = state->cure != CMETRICS_CURE_FORCE_NEWER;
    }
    return version;
}

/* The table of a module that is open, or NULL with what is wrong in `why`. */
CMETRICS_INLINE const cmetrics_api_v1 *cmetrics_use(cmetrics_load_state *state, int forced, void *handle,
                                                    cmetrics_verdict *verdict, cmetrics_report *why) {
    const cmetrics_api_v1 *api;
    const cmetrics_bootstrap *card;
    uint32_t version;
    cmetrics_get_api_fn get_api = cmetrics_symbol(handle);
    if (get_api == NULL) {
        cmetrics_report_add(why, "is another project's library: it does not export cmetrics_get_api");
        return NULL;
    }
    card = cmetrics_check_bootstrap(get_api, why);
    version = card == NULL ? 0 : cmetrics_agree(state, forced, card, verdict, why);
    if (version == 0) {
        return NULL;
    }
    api = CMETRICS_CAST(const cmetrics_api_v1 *, get_api(version));
    if (api == NULL) {
        cmetrics_report_add(why, "has no table for ABI version %lu, although it says so", (unsigned long)version);
    } else if (!cmetrics_is_whole_v1(api)) {
        cmetrics_report_add(why, "gives a table for ABI version %lu that is too short", (unsigned long)version);
        api = NULL;
    }
    return api;
}

/* A handle to the module of `path`, or NULL with what is wrong in `why`. What is there is looked at before the dynamic
 * linker is asked, which would wait at a named pipe; what is in it, before its constructors run. */
CMETRICS_INLINE void *cmetrics_open_candidate(int origin, const char *path, cmetrics_report *why) {
    void *handle;
    int named = origin == CMETRICS_ORIGIN_FORCED || origin == CMETRICS_ORIGIN_BESIDE;
    if (named) {
        cmetrics_check_file(path, why);
        if (why->len != 0) {
            return NULL;
        }
    }
    handle = cmetrics_open_loaded(path);
    if (handle == NULL && origin == CMETRICS_ORIGIN_LOADED) {
        cmetrics_report_add(why, "cannot be loaded: it was unloaded meanwhile");
    } else if (handle == NULL) {
        if (named) {
            cmetrics_check_content(path, why);
        }
        handle = why->len == 0 ? cmetrics_open(path, why) : NULL;
    }
    return handle;
}

/* Tells of the steps before `origin` that had no candidate. */
CMETRICS_INLINE void cmetrics_report_skipped(cmetrics_load_state *state, int origin) {
    if (origin >= CMETRICS_ORIGIN_BESIDE && !state->had_loaded) {
        cmetrics_report_add(&state->report, "  already loaded: no copy in this process\n");
    }
    if (origin >= CMETRICS_ORIGIN_SYSTEM && !state->had_beside) {
        cmetrics_report_add(&state->report,
                            "  beside the module: not searched: its folder is not known or not an absolute path\n");
    }
    state->had_loaded |= origin >= CMETRICS_ORIGIN_LOADED;
    state->had_beside |= origin >= CMETRICS_ORIGIN_BESIDE;
}

/* Tries one candidate. Nonzero ends the search: it is found, or nothing later can be. */
CMETRICS_INLINE int cmetrics_try(void *user, int origin, const char *path) {
    cmetrics_load_state *state = CMETRICS_CAST(cmetrics_load_state *, user);
    cmetrics_verdict verdict = {0, 0};
    cmetrics_report why;
    char words[CMETRICS_PATH_CAPACITY];
    void *handle;
    if (origin == CMETRICS_ORIGIN_FORCED) {
        state->cure = CMETRICS_CURE_FORCE_ANOTHER;
    }
    state->origin = origin;
    cmetrics_report_skipped(state, origin);
    cmetrics_report_into(&why, words, sizeof words);
    handle = cmetrics_open_candidate(origin, path, &why);
    if (handle != NULL) {
        state->api = cmetrics_use(state, origin == CMETRICS_ORIGIN_FORCED, handle, &verdict, &why);
        if (verdict.keep) {
            cmetrics_pin(path, handle);
        } else {
            cmetrics_close(handle);
        }
    }
    if (state->api == NULL) {
        cmetrics_report_add(&state->report, "  %s: %s: %s\n", cmetrics_origin_name(origin), path, words);
    }
    return state->api != NULL || verdict.last;
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_LOAD_ATTEMPT_H */
