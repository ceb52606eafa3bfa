// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// ../election/object.h for modules of Windows. The headers are read here anew, by docs/abi/one-root.md, and not with the
// library's own code.

#ifndef WINDOWS_OBJECT_H
#define WINDOWS_OBJECT_H

#include <dlfcn.h>
#include <stdint.h>

#include <cmetrics-1/cmetrics.h>

#include "../election/check.h"

// The slot of the module behind `handle`, or of the program if it is NULL: its section begins with it.
static inline cmetrics_note_slot *slot_of(void *handle) {
    unsigned char *base = (unsigned char *)(handle != NULL ? (HMODULE)handle : GetModuleHandleA(NULL));
    IMAGE_NT_HEADERS *headers = (IMAGE_NT_HEADERS *)(void *)(base + ((IMAGE_DOS_HEADER *)(void *)base)->e_lfanew);
    IMAGE_SECTION_HEADER *sections = IMAGE_FIRST_SECTION(headers);
    for (unsigned i = 0; i < headers->FileHeader.NumberOfSections; i++) {
        cmetrics_note_slot *slot = (cmetrics_note_slot *)(void *)(base + sections[i].VirtualAddress);
        if (memcmp(sections[i].Name, ".cmetric", 8) == 0 && sections[i].Misc.VirtualSize >= sizeof *slot &&
            memcmp(slot->magic, CMETRICS_NOTE_MAGIC, sizeof slot->magic) == 0)
            return slot;
    }
    return NULL;
}

// A number that changes when a byte of the module does, but for the eight at `left_out`. What its headers say does not
// matter.
static inline uint64_t sum_memory(void *handle, const unsigned char *left_out) {
    const unsigned char *at = handle;
    MEMORY_BASIC_INFORMATION pages;
    uint64_t sum = 0;
    while (VirtualQuery(at, &pages, sizeof pages) != 0 && pages.AllocationBase == handle) {
        size_t len = (pages.Protect & (PAGE_NOACCESS | PAGE_GUARD)) != 0 ? 0 : pages.RegionSize;
        for (size_t i = 0; i < len; i++)
            if (left_out == NULL || &at[i] < left_out || &at[i] >= left_out + 8)
                sum = sum * 31 + at[i];
        at += pages.RegionSize;
    }
    return sum;
}

#endif
