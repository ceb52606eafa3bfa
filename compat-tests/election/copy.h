// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// One copy of the library, by where it is:
//
//   PATH        a shared library; its entry is the symbol that it exports
//   note:PATH   a plugin with a copy in it, which exports nothing; its entry is found through its note (object.h)
//   self        the copy in this program, found through the program's ELF note
//   sdk:PATH    a plugin with a copy in it, spoken to through the functions of the Rust SDK that it exports
//   sdk         the same, linked into this program
//
#ifndef ELECTION_COPY_H
#define ELECTION_COPY_H

#if defined(_WIN32)
#include "../windows/object.h"
#define embedded_record NULL
#define embedded_root NULL
// Only the lower half of a distance counts.
#define DISTANCE(offset) ((int32_t)(offset))
#else
#include "object.h"
#define DISTANCE(offset) (offset)
// What embedded/ exports. In a program without it they are NULL.
extern uint64_t embedded_record(uint64_t n) __attribute__((weak));
extern uint64_t embedded_root(void) __attribute__((weak));
#endif

struct copy {
    const char *spec;
    void *handle;
    cmetrics_get_api_fn get_api;
    uint64_t (*record)(uint64_t);
    uint64_t (*root)(void);
};

// ISO C has no cast from an object's to a function's pointer.
#define SYMBOL(handle, name, into)                                                                                     \
    do {                                                                                                               \
        void *found_ = dlsym((handle), (name));                                                                        \
        memcpy(&(into), &found_, sizeof found_);                                                                       \
    } while (0)

static inline cmetrics_get_api_fn entry_by_note(void *handle, const char *spec) {
    cmetrics_note_slot *slot = slot_of(handle);
    REQUIRE(slot != NULL, "%s has no note that leads to a slot", spec);
    uintptr_t entry = (uintptr_t)&slot->entry_rel + (uintptr_t)(intptr_t)DISTANCE(slot->entry_rel);
    cmetrics_get_api_fn get_api;
    memcpy(&get_api, &entry, sizeof get_api);
    return get_api;
}

// The file of a copy that has one.
static inline const char *file_of(const char *spec) {
    return strncmp(spec, "note:", 5) == 0 ? spec + 5 : strncmp(spec, "sdk:", 4) == 0 ? spec + 4 : spec;
}

// Makes a copy available; nothing of it is called.
static inline void load_copy(struct copy *copy, const char *spec) {
    memset(copy, 0, sizeof *copy);
    copy->spec = spec;
    if (strcmp(spec, "self") == 0) {
        copy->get_api = entry_by_note(NULL, spec);
        return;
    }
    if (strcmp(spec, "sdk") == 0) {
        copy->record = embedded_record;
        copy->root = embedded_root;
    } else {
        copy->handle = dlopen(file_of(spec), RTLD_NOW | RTLD_LOCAL);
        REQUIRE(copy->handle != NULL, "%s", dlerror());
        if (strncmp(spec, "note:", 5) == 0) {
            copy->get_api = entry_by_note(copy->handle, spec);
        } else if (strncmp(spec, "sdk:", 4) == 0) {
            SYMBOL(copy->handle, "embedded_record", copy->record);
            SYMBOL(copy->handle, "embedded_root", copy->root);
        } else {
            SYMBOL(copy->handle, "cmetrics_get_api", copy->get_api);
        }
    }
    REQUIRE(copy->get_api != NULL || (copy->record != NULL && copy->root != NULL), "%s has no entry", spec);
}

static inline const cmetrics_bootstrap *card(const struct copy *copy) {
    return copy->get_api(0);
}

static inline const cmetrics_api_v1 *table(const struct copy *copy) {
    const cmetrics_api_v1 *table = copy->get_api(1);
    REQUIRE(table != NULL, "%s gives no table for version 1", copy->spec);
    return table;
}

#endif
