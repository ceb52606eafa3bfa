/* SPDX-FileCopyrightText: The cmetrics authors */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/*
 * A file that carries the notes, slot and bootstrap table of a copy of the library, and does nothing: for what reads
 * files without loading them. Macros make it lie.
 *
 *   OLDEST, NEWEST, RANK   what slot and bootstrap table say
 *   FLAGS                  the slot's flags
 *   SLOT_NEWEST            what the slot says instead
 *   SLOT_OFFSET            where the note leads, from the slot
 *   CARD                   where the slot leads, in assembler
 *   TABLES                 the numbers of the second note
 *   HIDDEN_ENTRY           cmetrics_get_api is not exported
 */

#include <stdint.h>

#ifndef OLDEST
#define OLDEST 1
#endif
#ifndef NEWEST
#define NEWEST 2
#endif
#ifndef RANK
#define RANK 1002003
#endif
#ifndef FLAGS
#define FLAGS 0
#endif
#ifndef SLOT_NEWEST
#define SLOT_NEWEST NEWEST
#endif
#ifndef SLOT_OFFSET
#define SLOT_OFFSET 0
#endif
#ifndef CARD
#define CARD card
#endif
#ifndef TABLES
#define TABLES 1, 24, 2, 40, 48, 2, 32, 3, 40, 48, 56
#endif

#define TEXT_OF(...) #__VA_ARGS__
#define TEXT(...) TEXT_OF(__VA_ARGS__)

const void *cmetrics_get_api(uint32_t version);

struct bootstrap {
    uint32_t struct_size, version;
    char magic[16];
    uint32_t oldest, newest;
    uint64_t rank;
    const char *semver, *build_id;
    const void *(*functions[6])(uint32_t);
};

#define FUNCTION cmetrics_get_api
__attribute__((visibility("hidden"))) const struct bootstrap card = {
    sizeof(struct bootstrap), 0,       "cmetrics-abi-0\0", OLDEST,
    NEWEST,                   RANK,    "1.2.3",            "noted-1.2.3",
    {FUNCTION, FUNCTION, FUNCTION, FUNCTION, FUNCTION, FUNCTION},
};

#ifdef HIDDEN_ENTRY
__attribute__((visibility("hidden")))
#else
__attribute__((visibility("default")))
#endif
const void *
cmetrics_get_api(uint32_t version) {
    return version == 0 ? &card : 0;
}

/* clang-format off */
__asm__(
    ".hidden cmetrics_get_api_here\n.set cmetrics_get_api_here, cmetrics_get_api\n"
    ".pushsection .data.slot,\"aw\"\n"
    ".balign 64\n"
    "slot_here:\n"
    ".ascii \"cmetrics-slot-1\\0\"\n"
    ".long 128, " TEXT(FLAGS) ", " TEXT(OLDEST) ", " TEXT(SLOT_NEWEST) "\n"
    ".quad " TEXT(RANK) ", cmetrics_get_api_here - ., 0\n"
    ".ascii \"noted-1.2.3\"\n.zero 13\n"
    ".quad " TEXT(CARD) " - .\n"
    ".zero 40\n"
    ".popsection\n"
    ".pushsection .note.cmetrics,\"a\",%note\n"
    ".balign 4\n"
    ".long 9, 16, 0x434d5431\n"
    ".ascii \"CMETRICS\\0\\0\\0\\0\"\n"
    ".hidden __ehdr_start\n"
    ".quad slot_here + " TEXT(SLOT_OFFSET) " - ., __ehdr_start - .\n"
    ".long 9, 2f - 1f, 0x434d5432\n"
    ".ascii \"CMETRICS\\0\\0\\0\\0\"\n"
    "1: .long " TEXT(TABLES) "\n2:\n"
    ".popsection\n");
/* clang-format on */
