// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A DLL with a section that begins with a slot, none of it ours. As it stands here it is an impostor without a fault; each
// macro that is defined otherwise makes one lie (xtask/src/compat/windows/hostile.rs lists them). Whoever calls into it is
// ended by an illegal instruction. It is linked without a C library: no byte of it changes but by a lie.

#include <stdint.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#define STRING_OF(...) #__VA_ARGS__
#define TEXT_OF(...) STRING_OF(__VA_ARGS__)

// The section, and what stands in it before the slot.
#ifndef SECTION
#define SECTION .cmetric,"dw"
#endif
#ifndef SHIFT
#define SHIFT 0
#endif
#ifndef CUT
#define CUT 0
#endif

// The slot.
#ifndef MAGIC
#define MAGIC "cmetrics-slot-1"
#endif
#ifndef SLOT_SIZE
#define SLOT_SIZE 128
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

__asm__(".section .text\n"
        "hostile_entry: ud2\n"
        "hostile_other_entry: ud2\n"
        ".section " TEXT_OF(SECTION) "\n"
        ".balign 64\n"
        ".fill " TEXT_OF(SHIFT) "\n"
        ".globl hostile_slot\n"
        "hostile_slot:\n"
        ".asciz \"" MAGIC "\"\n"
        ".long " TEXT_OF(SLOT_SIZE) ", " TEXT_OF(FLAGS) ", " TEXT_OF(OLDEST) ", " TEXT_OF(NEWEST) "\n"
        ".quad " TEXT_OF(RANK) "\n"
        ".long " TEXT_OF(ENTRY) ", 0\n"
        ".quad " TEXT_OF(PROVIDER) "\n"
        ".if " TEXT_OF(CUT) " == 0\n"
        ".asciz \"hostile\"\n.zero 16\n"
        ".long " TEXT_OF(CARD) ", 0\n"
        ".zero 32\n"
        ".quad " TEXT_OF(ZERO) "\n"
        ".endif\n"
        ".data\n"
        ".balign 64\n"
        "hostile_text: .asciz \"9.9.9\"\n.balign 64\n"
        "hostile_card:\n"
        ".long " TEXT_OF(CARD_SIZE) ", " TEXT_OF(CARD_VERSION) "\n"
        ".asciz \"" CARD_MAGIC "\"\n"
        ".long " TEXT_OF(OLDEST) ", " TEXT_OF(CARD_NEWEST) "\n"
        ".quad " TEXT_OF(CARD_RANK) "\n"
        ".quad " TEXT_OF(CARD_SEMVER) ", hostile_text\n"
        ".quad " TEXT_OF(CARD_FUNCTION) ", " TEXT_OF(CARD_FUNCTION) ", " TEXT_OF(CARD_FUNCTION) "\n"
        ".quad " TEXT_OF(CARD_FUNCTION) ", " TEXT_OF(CARD_FUNCTION) ", " TEXT_OF(CARD_GET_API) "\n"
        "hostile_garbage: .quad -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1\n"
        ".text\n");

extern unsigned char hostile_slot[];

// Lies that the linker cannot tell: about `base`, whose headers are `nt` and whose section of ours is `ours`.
static void lie(unsigned char *base, IMAGE_NT_HEADERS *nt, IMAGE_SECTION_HEADER *ours) {
    DWORD old;
    (void)base, (void)nt, (void)ours, (void)old;
#if defined(LIE_ABOUT_NT)
    ((IMAGE_DOS_HEADER *)(void *)base)->e_lfanew = LIE_ABOUT_NT;
#elif defined(LIE_ABOUT_COUNT)
    nt->FileHeader.NumberOfSections = LIE_ABOUT_COUNT;
#elif defined(LIE_ABOUT_OPTIONAL)
    nt->FileHeader.SizeOfOptionalHeader = LIE_ABOUT_OPTIONAL;
#elif defined(LIE_ABOUT_ADDRESS)
    ours->VirtualAddress = LIE_ABOUT_ADDRESS;
#elif defined(LIE_ABOUT_SIZE)
    ours->Misc.VirtualSize = LIE_ABOUT_SIZE;
#elif defined(HIDE_HEADERS)
    VirtualProtect(base, 4096, PAGE_NOACCESS, &old);
#elif defined(HIDE_SLOT)
    VirtualProtect(hostile_slot, 128, HIDE_SLOT, &old);
#endif
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD why, LPVOID reserved) {
    unsigned char *base = (unsigned char *)module;
    IMAGE_NT_HEADERS *nt = (IMAGE_NT_HEADERS *)(void *)(base + ((IMAGE_DOS_HEADER *)(void *)base)->e_lfanew);
    IMAGE_SECTION_HEADER *ours = IMAGE_FIRST_SECTION(nt);
    DWORD old;
    (void)reserved;
    if (why != DLL_PROCESS_ATTACH)
        return TRUE;
    while (base + ours->VirtualAddress > hostile_slot || hostile_slot - base - ours->VirtualAddress >= ours->Misc.VirtualSize)
        ours++;
    if (!VirtualProtect(base, 4096, PAGE_READWRITE, &old))
        return FALSE;
    lie(base, nt, ours);
    return TRUE;
}
