/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Where the library is looked for, and which version is asked for: decisions without a look at the system, by
 * docs/abi/locating.md. Tested against compat-tests/locating/vectors.txt and versions.txt. Included by cmetrics_load.h.
 */
#ifndef CMETRICS_1_LOAD_SEARCH_H
#define CMETRICS_1_LOAD_SEARCH_H

#include "report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whose rules of names and paths hold. */
#define CMETRICS_OS_LINUX 0
#define CMETRICS_OS_MACOS 1
#define CMETRICS_OS_WINDOWS 2

#if defined(_WIN32)
#define CMETRICS_OS CMETRICS_OS_WINDOWS
#elif defined(__APPLE__)
#define CMETRICS_OS CMETRICS_OS_MACOS
#else
#define CMETRICS_OS CMETRICS_OS_LINUX
#endif

/* Where a candidate comes from. */
#define CMETRICS_ORIGIN_FORCED 1
#define CMETRICS_ORIGIN_LOADED 2
#define CMETRICS_ORIGIN_BESIDE 3
#define CMETRICS_ORIGIN_SYSTEM 4

/* What the surroundings ask for. */
#define CMETRICS_SEARCH_DISABLED 1
#define CMETRICS_SEARCH_RELATIVE 2
#define CMETRICS_SEARCH_FOLDER 3
#define CMETRICS_SEARCH_CANDIDATES 4

/* All that a search depends on. */
typedef struct cmetrics_surroundings {
    int os;
    /* CMETRICS_LIBRARY and CMETRICS_DISABLE, or NULL where they are not set. */
    const char *library;
    const char *disable;
    /* The files of all modules of the process in load order, as in cmetrics_names. May be NULL. */
    const char *loaded;
    /* The folder of the module that asks, or NULL. */
    const char *folder;
} cmetrics_surroundings;

/* Hears of one candidate. Returns 0 to go on. */
typedef int (*cmetrics_candidate_fn)(void *user, int origin, const char *path);

CMETRICS_INLINE int cmetrics_is_separator(int os, char c) {
    return c == '/' || (os == CMETRICS_OS_WINDOWS && c == '\\');
}

CMETRICS_INLINE char cmetrics_lower(char c) {
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Compares without regard to the case of ASCII letters. */
CMETRICS_INLINE int cmetrics_same_word(const char *a, const char *b) {
    while (*a != '\0' && cmetrics_lower(*a) == cmetrics_lower(*b)) {
        a++;
        b++;
    }
    return *a == '\0' && *b == '\0';
}

CMETRICS_INLINE int cmetrics_is_absolute(int os, const char *path) {
    if (os != CMETRICS_OS_WINDOWS) {
        return path[0] == '/';
    }
    if (path[0] == '\\' && path[1] == '\\') {
        return 1;
    }
    return cmetrics_lower(path[0]) >= 'a' && cmetrics_lower(path[0]) <= 'z' && path[1] == ':' &&
           cmetrics_is_separator(os, path[2]);
}

CMETRICS_INLINE int cmetrics_is_disabled(const char *value) {
    return value != NULL && value[0] != '\0' && !cmetrics_same_word(value, "0") &&
           !cmetrics_same_word(value, "false") && !cmetrics_same_word(value, "no") && !cmetrics_same_word(value, "off");
}

/* The names that the library has on disk: 0 the first, 1 the second or NULL. */
CMETRICS_INLINE const char *cmetrics_library_name(int os, int number) {
    if (os == CMETRICS_OS_WINDOWS) {
        return number == 0 ? "cmetrics.dll" : NULL;
    }
    if (os == CMETRICS_OS_MACOS) {
        return number == 0 ? "libcmetrics.1.dylib" : "libcmetrics.dylib";
    }
    return number == 0 ? "libcmetrics.so.1" : "libcmetrics.so";
}

/* Whether a loaded module may be ours, by the name of its file. */
CMETRICS_INLINE int cmetrics_may_be_ours(int os, const char *path) {
    const char *name = path;
    size_t len;
    for (; *path != '\0'; path++) {
        if (cmetrics_is_separator(os, *path)) {
            name = path + 1;
        }
    }
    if (os == CMETRICS_OS_WINDOWS) {
        return cmetrics_same_word(name, "cmetrics.dll");
    }
    if (os == CMETRICS_OS_LINUX) {
        return strcmp(name, "libcmetrics.so") == 0 || strncmp(name, "libcmetrics.so.", 15) == 0;
    }
    len = strlen(name);
    return strncmp(name, "libcmetrics.", 12) == 0 && len >= 17 && strcmp(name + len - 6, ".dylib") == 0;
}

/* What comes before any candidate: whether metrics are disabled, and whether CMETRICS_LIBRARY can be a path. */
CMETRICS_INLINE int cmetrics_search_kind(const cmetrics_surroundings *around) {
    const char *library = around->library;
    if (cmetrics_is_disabled(around->disable)) {
        return CMETRICS_SEARCH_DISABLED;
    }
    if (library == NULL || library[0] == '\0') {
        return CMETRICS_SEARCH_CANDIDATES;
    }
    if (!cmetrics_is_absolute(around->os, library)) {
        return CMETRICS_SEARCH_RELATIVE;
    }
    return cmetrics_is_separator(around->os, library[strlen(library) - 1]) ? CMETRICS_SEARCH_FOLDER
                                                                           : CMETRICS_SEARCH_CANDIDATES;
}

CMETRICS_INLINE int cmetrics_search_beside(const cmetrics_surroundings *around, const char *subfolder,
                                           cmetrics_candidate_fn candidate, void *user) {
    const char *separator = around->os == CMETRICS_OS_WINDOWS ? "\\" : "/";
    size_t len = strlen(around->folder);
    const char *first = len != 0 && cmetrics_is_separator(around->os, around->folder[len - 1]) ? "" : separator;
    char path[CMETRICS_PATH_CAPACITY];
    int number, stopped;
    for (number = 0; number < 2 && cmetrics_library_name(around->os, number) != NULL; number++) {
        int wanted = snprintf(path, sizeof path, "%s%s%s%s%s", around->folder, first, subfolder,
                              subfolder[0] == '\0' ? "" : separator, cmetrics_library_name(around->os, number));
        if (wanted > 0 && (size_t)wanted < sizeof path) {
            stopped = candidate(user, CMETRICS_ORIGIN_BESIDE, path);
            if (stopped != 0) {
                return stopped;
            }
        }
    }
    return 0;
}

/* Tells of every candidate in order, until `candidate` returns nonzero; returns that. */
CMETRICS_INLINE int cmetrics_search(const cmetrics_surroundings *around, cmetrics_candidate_fn candidate, void *user) {
    const char *loaded = around->loaded;
    int stopped = 0;
    if (around->library != NULL && around->library[0] != '\0') {
        return candidate(user, CMETRICS_ORIGIN_FORCED, around->library);
    }
    for (; loaded != NULL && loaded[0] != '\0' && stopped == 0; loaded += strlen(loaded) + 1) {
        if (cmetrics_may_be_ours(around->os, loaded)) {
            stopped = candidate(user, CMETRICS_ORIGIN_LOADED, loaded);
        }
    }
    if (stopped == 0 && around->folder != NULL && cmetrics_is_absolute(around->os, around->folder)) {
        stopped = cmetrics_search_beside(around, "", candidate, user);
        if (stopped == 0) {
            stopped = cmetrics_search_beside(around, "lib", candidate, user);
        }
    }
    if (stopped == 0) {
        stopped = candidate(user, CMETRICS_ORIGIN_SYSTEM, cmetrics_library_name(around->os, 0));
    }
    return stopped;
}

/* ABI versions, oldest to newest. */
typedef struct cmetrics_range {
    uint32_t oldest;
    uint32_t newest;
} cmetrics_range;

/* Why there is no common version, where cmetrics_negotiate returns 0. */
#define CMETRICS_MISMATCH_OLDER 1
#define CMETRICS_MISMATCH_NEWER 2
#define CMETRICS_MISMATCH_INVALID 3

/* The newest version that both know, or 0 with `*why`: the library is older, newer, or one of the ranges is none. */
CMETRICS_INLINE uint32_t cmetrics_negotiate(cmetrics_range asked, cmetrics_range served, int *why) {
    uint32_t version = asked.newest < served.newest ? asked.newest : served.newest;
    *why = 0;
    if (asked.oldest < 1 || asked.oldest > asked.newest || served.oldest < 1 || served.oldest > served.newest) {
        *why = CMETRICS_MISMATCH_INVALID;
    } else if (served.newest < asked.oldest) {
        *why = CMETRICS_MISMATCH_OLDER;
    } else if (served.oldest > asked.newest) {
        *why = CMETRICS_MISMATCH_NEWER;
    }
    return *why == 0 ? version : 0;
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_LOAD_SEARCH_H */
