// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What is in an ELF object that is loaded: the slot that its note leads to, and its bytes. The notes are read here anew, by
// docs/abi/one-root.md, and not with the library's own code.

#ifndef ELECTION_OBJECT_H
#define ELECTION_OBJECT_H

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>

#include <cmetrics-1/cmetrics.h>

#include "check.h"

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

struct memory_sum {
    uintptr_t address;
    // Eight bytes that do not count: where a slot names its provider.
    const unsigned char *left_out;
    uint64_t sum;
};

static inline int sum_object(struct dl_phdr_info *object, size_t size, void *user) {
    struct memory_sum *memory = user;
    (void)size;
    if (object->dlpi_addr != memory->address)
        return 0;
    for (unsigned i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        const unsigned char *at = (const unsigned char *)(object->dlpi_addr + part->p_vaddr);
        for (size_t j = 0; part->p_type == PT_LOAD && (part->p_flags & PF_R) != 0 && j < part->p_memsz; j++)
            if (memory->left_out == NULL || &at[j] < memory->left_out || &at[j] >= memory->left_out + 8)
                memory->sum = memory->sum * 31 + at[j];
    }
    return 1;
}

// A number that changes when a byte of the object does, but for the eight at `left_out`.
static inline uint64_t sum_memory(void *handle, const unsigned char *left_out) {
    struct link_map *map = NULL;
    REQUIRE(dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0, "dlinfo: %s", dlerror());
    struct memory_sum memory = {map->l_addr, left_out, 0};
    dl_iterate_phdr(sum_object, &memory);
    return memory.sum;
}

#endif
