// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// One copy of the library, by where it is:
//
//   PATH        a shared library; its entry is the symbol that it exports
//   note:PATH   a plugin with a copy in it, which exports nothing; its entry is found through its ELF note
//   self        the copy in this program, found through the program's ELF note
//   sdk:PATH    a plugin with a copy in it, spoken to through the functions of the Rust SDK that it exports
//   sdk         the same, linked into this program
//
// The notes are read here anew, by docs/abi/one-root.md, and not with the library's own code.

#ifndef ELECTION_COPY_H
#define ELECTION_COPY_H

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>

#include <cmetrics-1/cmetrics.h>

#include "check.h"

// What embedded/ exports. In a program without it they are NULL.
extern uint64_t embedded_record(uint64_t n) __attribute__((weak));
extern uint64_t embedded_root(void) __attribute__((weak));

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

struct object_search {
    // The load address of the object that is searched for; unused for the program itself.
    uintptr_t address;
    int program;
    unsigned seen;
    cmetrics_note_slot *slot;
};

static inline int in_object(const struct dl_phdr_info *object, uintptr_t from, size_t len) {
    for (unsigned i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        uintptr_t low = object->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_LOAD && from >= low && from - low <= part->p_memsz && part->p_memsz - (from - low) >= len)
            return 1;
    }
    return 0;
}

static inline cmetrics_note_slot *slot_at(const struct dl_phdr_info *object, uintptr_t at) {
    if (at % 8 != 0 || !in_object(object, at, sizeof(cmetrics_note_slot)))
        return NULL;
    cmetrics_note_slot *slot = (cmetrics_note_slot *)at;
    return memcmp(slot->magic, CMETRICS_NOTE_MAGIC, sizeof slot->magic) == 0 ? slot : NULL;
}

// The slot that a note's two words lead to: from where they stand, or, if the note was moved, from the ELF header.
static inline cmetrics_note_slot *slot_by(const struct dl_phdr_info *object, const unsigned char *words) {
    int64_t to_slot, to_header;
    memcpy(&to_slot, words, 8);
    memcpy(&to_header, words + 8, 8);
    cmetrics_note_slot *slot = slot_at(object, (uintptr_t)words + (uintptr_t)to_slot);
    for (unsigned i = 0; slot == NULL && i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type == PT_LOAD) {
            uintptr_t header = object->dlpi_addr + part->p_vaddr - part->p_offset;
            slot = slot_at(object, header + (uintptr_t)(to_slot - to_header - 8));
        }
    }
    return slot;
}

static inline int search_object(struct dl_phdr_info *object, size_t size, void *user) {
    struct object_search *search = user;
    (void)size;
    int is_program = search->seen++ == 0;
    if (search->program ? !is_program : is_program || object->dlpi_addr != search->address)
        return 0;
    for (unsigned i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type != PT_NOTE)
            continue;
        const unsigned char *at = (const unsigned char *)(object->dlpi_addr + part->p_vaddr);
        size_t left = part->p_memsz, align = part->p_align == 8 ? 8 : 4;
        while (left >= 12) {
            uint32_t head[3];
            memcpy(head, at, sizeof head);
            size_t desc = (12 + (size_t)head[0] + align - 1) & ~(align - 1);
            size_t next = (desc + (size_t)head[1] + align - 1) & ~(align - 1);
            if (head[2] == CMETRICS_NOTE_TYPE && head[0] == 9 && head[1] >= 16 && memcmp(at + 12, "CMETRICS", 9) == 0)
                search->slot = slot_by(object, at + desc);
            if (search->slot != NULL)
                return 1;
            if (next > left)
                break;
            at += next;
            left -= next;
        }
    }
    return 1;
}

// The slot of the object behind `handle`, or of the program if it is NULL.
static inline cmetrics_note_slot *slot_of(void *handle) {
    struct object_search search = {0, handle == NULL, 0, NULL};
    struct link_map *map = NULL;
    if (handle != NULL) {
        REQUIRE(dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0, "dlinfo: %s", dlerror());
        search.address = map->l_addr;
    }
    dl_iterate_phdr(search_object, &search);
    return search.slot;
}

static inline cmetrics_get_api_fn entry_by_note(void *handle, const char *spec) {
    cmetrics_note_slot *slot = slot_of(handle);
    REQUIRE(slot != NULL, "%s has no note that leads to a slot", spec);
    uintptr_t entry = (uintptr_t)&slot->entry_rel + (uintptr_t)slot->entry_rel;
    cmetrics_get_api_fn get_api;
    memcpy(&get_api, &entry, sizeof get_api);
    return get_api;
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
        const char *colon = strchr(spec, ':');
        copy->handle = dlopen(colon != NULL ? colon + 1 : spec, RTLD_NOW | RTLD_LOCAL);
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
