// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A shared object with a note that leads to a slot, none of it ours. As it stands here it is an impostor without a
// fault; each macro that is defined otherwise makes one lie (xtask/src/compat/election/hostile.rs lists them). Whoever
// calls into it is ended by an illegal instruction.

#define STRING_OF(...) #__VA_ARGS__
#define TEXT(...) STRING_OF(__VA_ARGS__)

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmetrics-1/cmetrics.h>

// The note: what stands before it, its head, its name, its two words.
#ifndef BEFORE
#define BEFORE ""
#endif
#ifndef NAMESZ
#define NAMESZ 9
#endif
#ifndef DESCSZ
#define DESCSZ 16
#endif
#ifndef TYPE
#define TYPE 0x434d5431
#endif
#ifndef NAME
#define NAME ".ascii \"CMETRICS\\0\\0\\0\\0\"\n"
#endif
#ifndef WORD0
#define WORD0 hostile_slot - .
#endif
#ifndef WORD1
#define WORD1 __ehdr_start - .
#endif
#ifndef WORDS
#define WORDS ".quad " TEXT(WORD0) "\n.quad " TEXT(WORD1) "\n"
#endif
#ifndef NOTE
#define NOTE ".long " TEXT(NAMESZ) ", " TEXT(DESCSZ) ", " TEXT(TYPE) "\n" NAME WORDS
#endif

// The slot.
#ifndef SLOT_SECTION
#define SLOT_SECTION .data.hostile, "aw"
#endif
#ifndef SHIFT
#define SHIFT 0
#endif
#ifndef MAGIC
#define MAGIC "cmetrics-slot-1"
#endif
#ifndef SIZE
#define SIZE 128
#endif
#ifndef FLAGS
#define FLAGS 0
#endif
#ifndef OLDEST
#define OLDEST 1
#endif
#ifndef NEWEST
#define NEWEST 1
#endif
#ifndef RANK
#define RANK 0xffffffffffffffff
#endif
#ifndef ENTRY
#define ENTRY hostile_entry - .
#endif
#ifndef PROVIDER
#define PROVIDER 0
#endif
#ifndef CARD
#define CARD hostile_card - .
#endif
#ifndef ZERO
#define ZERO 0
#endif

// The bootstrap table that it leads to.
#ifndef CARD_SIZE
#define CARD_SIZE 104
#endif
#ifndef CARD_VERSION
#define CARD_VERSION 0
#endif
#ifndef CARD_MAGIC
#define CARD_MAGIC "cmetrics-abi-0\\0"
#endif
#ifndef CARD_OLDEST
#define CARD_OLDEST OLDEST
#endif
#ifndef CARD_NEWEST
#define CARD_NEWEST NEWEST
#endif
#ifndef CARD_RANK
#define CARD_RANK RANK
#endif
#ifndef CARD_SEMVER
#define CARD_SEMVER hostile_text
#endif
#ifndef CARD_FUNCTION
#define CARD_FUNCTION hostile_entry
#endif
#ifndef CARD_GET_API
#define CARD_GET_API hostile_entry
#endif

__asm__(".pushsection .text\n"
        "hostile_entry: ud2\n"
        "hostile_other_entry: ud2\n"
        ".popsection\n"
        ".pushsection .note.cmetrics,\"a\",%note\n"
        ".balign 4\n"
        ".hidden __ehdr_start\n.hidden _end\n" BEFORE
        ".hidden hostile_note\n.globl hostile_note\n"
        "hostile_note:\n" NOTE ".popsection\n"
        ".pushsection " TEXT(SLOT_SECTION) "\n"
        ".balign 64\n"
        ".zero " TEXT(SHIFT) "\n"
        ".hidden hostile_slot\n.globl hostile_slot\n"
        "hostile_slot:\n"
        ".asciz \"" MAGIC "\"\n"
        ".long " TEXT(SIZE) ", " TEXT(FLAGS) ", " TEXT(OLDEST) ", " TEXT(NEWEST) "\n"
        ".quad " TEXT(RANK) "\n"
        ".quad " TEXT(ENTRY) "\n"
        ".quad " TEXT(PROVIDER) "\n"
        ".asciz \"hostile\"\n.zero 16\n"
        ".quad " TEXT(CARD) "\n"
        ".zero 32\n"
        ".quad " TEXT(ZERO) "\n"
        ".popsection\n"
        ".pushsection .data.rel.ro,\"aw\"\n"
        ".balign 64\n"
        "hostile_text: .asciz \"9.9.9\"\n.balign 64\n"
        "hostile_card:\n"
        ".long " TEXT(CARD_SIZE) ", " TEXT(CARD_VERSION) "\n"
        ".asciz \"" CARD_MAGIC "\"\n"
        ".long " TEXT(CARD_OLDEST) ", " TEXT(CARD_NEWEST) "\n"
        ".quad " TEXT(CARD_RANK) "\n"
        ".quad " TEXT(CARD_SEMVER) ", hostile_text\n"
        ".quad " TEXT(CARD_FUNCTION) ", " TEXT(CARD_FUNCTION) ", " TEXT(CARD_FUNCTION) "\n"
        ".quad " TEXT(CARD_FUNCTION) ", " TEXT(CARD_FUNCTION) ", " TEXT(CARD_GET_API) "\n"
        "hostile_garbage: .quad -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1\n"
        ".popsection\n");

extern cmetrics_note_slot hostile_slot __attribute__((visibility("hidden")));
extern unsigned char hostile_note[] __attribute__((visibility("hidden")));
extern unsigned char _end[] __attribute__((visibility("hidden")));

// A slot on the heap that looks like ours in everything, and leads to where ours leads.
static inline cmetrics_note_slot *on_the_heap(void) {
    cmetrics_note_slot *slot = aligned_alloc(64, sizeof *slot);
    if (slot == NULL)
        abort();
    memcpy(slot, &hostile_slot, sizeof *slot);
    slot->provider = (uintptr_t)slot;
    slot->entry_rel += (int64_t)((uintptr_t)&hostile_slot - (uintptr_t)slot);
    slot->card_rel += (int64_t)((uintptr_t)&hostile_slot - (uintptr_t)slot);
    return slot;
}

// Lies that the linker cannot tell.
__attribute__((constructor)) static void lie(void) {
#ifdef HEAP_SLOT
    int64_t to_slot = (int64_t)((uintptr_t)on_the_heap() - (uintptr_t)(hostile_note + 24));
    uintptr_t size = (uintptr_t)sysconf(_SC_PAGESIZE), page = (uintptr_t)hostile_note & ~(size - 1);
    if (mprotect((void *)page, size, PROT_READ | PROT_WRITE) != 0)
        abort();
    memcpy(hostile_note + 24, &to_slot, sizeof to_slot);
    if (mprotect((void *)page, size, PROT_READ) != 0)
        abort();
    memset(hostile_slot.magic, 0, sizeof hostile_slot.magic);
#endif
#ifdef HEAP_PROVIDER
    hostile_slot.provider = (uintptr_t)on_the_heap();
#endif
#ifdef STRANGERS_CARD
    hostile_slot.card_rel = (int64_t)(((uintptr_t)&environ & ~(uintptr_t)7) - (uintptr_t)&hostile_slot.card_rel);
#endif
#ifdef HALF_A_SLOT
    uintptr_t half = (uintptr_t)_end - 64;
    memcpy((void *)half, &hostile_slot, 64);
    memset(hostile_slot.magic, 0, sizeof hostile_slot.magic);
#endif
}

#ifdef HALF_A_SLOT
// Something for the object to end with that holds half a slot.
unsigned char hostile_room[4096];
#endif
