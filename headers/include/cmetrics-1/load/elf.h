/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a file is, by its bytes and without loading it: an ELF shared object of this process's kind that defines
 * `cmetrics_get_api`, or a stranger. Every offset is checked before it is followed. Included by cmetrics_load.h on ELF
 * systems.
 */
#ifndef CMETRICS_1_LOAD_ELF_H
#define CMETRICS_1_LOAD_ELF_H

#include "report.h"

#include <elf.h>
#include <link.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The machine of this process, 0 where it is not known here. */
#if defined(__x86_64__)
#define CMETRICS_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define CMETRICS_MACHINE EM_AARCH64
#elif defined(__i386__)
#define CMETRICS_MACHINE EM_386
#elif defined(__arm__)
#define CMETRICS_MACHINE EM_ARM
#elif defined(__riscv)
#define CMETRICS_MACHINE EM_RISCV
#elif defined(__powerpc64__)
#define CMETRICS_MACHINE EM_PPC64
#elif defined(__s390x__)
#define CMETRICS_MACHINE EM_S390
#else
#define CMETRICS_MACHINE 0
#endif

CMETRICS_INLINE const char *cmetrics_machine_name(unsigned machine) {
    switch (machine) {
    case EM_X86_64:
        return "x86_64";
    case EM_AARCH64:
        return "aarch64";
    case EM_386:
        return "x86";
    case EM_ARM:
        return "arm";
    case EM_PPC64:
        return "powerpc64";
    case EM_S390:
        return "s390x";
    case 243: /* EM_RISCV, which old headers lack */
        return "riscv";
    default:
        return "another machine";
    }
}

/* An open file, of which nothing beyond `size` is read. */
typedef struct cmetrics_elf {
    FILE *file;
    uint64_t size;
    ElfW(Ehdr) head;
} cmetrics_elf;

/* Reads `len` bytes at `offset`, or returns 0 where the file does not have them. */
CMETRICS_INLINE int cmetrics_elf_read(cmetrics_elf *elf, uint64_t offset, void *into, size_t len) {
    if (offset > elf->size || len > elf->size - offset || fseek(elf->file, (long)offset, SEEK_SET) != 0) {
        return 0;
    }
    return fread(into, 1, len, elf->file) == len;
}

CMETRICS_INLINE int cmetrics_elf_segment(cmetrics_elf *elf, unsigned number, ElfW(Phdr) * segment) {
    return cmetrics_elf_read(elf, (uint64_t)elf->head.e_phoff + (uint64_t)number * sizeof *segment, segment,
                             sizeof *segment);
}

/* Reads `len` bytes at an address of the loaded image, from the segment of the file that holds them. */
CMETRICS_INLINE int cmetrics_elf_read_at(cmetrics_elf *elf, uint64_t address, void *into, size_t len) {
    ElfW(Phdr) segment;
    unsigned number;
    for (number = 0; number < elf->head.e_phnum && cmetrics_elf_segment(elf, number, &segment); number++) {
        if (segment.p_type == PT_LOAD && address >= segment.p_vaddr && address - segment.p_vaddr <= segment.p_filesz &&
            len <= segment.p_filesz - (address - segment.p_vaddr)) {
            return cmetrics_elf_read(elf, segment.p_offset + (address - segment.p_vaddr), into, len);
        }
    }
    return 0;
}

/* The addresses of the dynamic symbol table, 0 where there is none; and whether the file is a program after all. */
typedef struct cmetrics_elf_symbols {
    uint64_t symbols;
    uint64_t strings;
    uint64_t hash;
    uint64_t gnu_hash;
    int program;
} cmetrics_elf_symbols;

CMETRICS_INLINE int cmetrics_elf_dynamic(cmetrics_elf *elf, cmetrics_elf_symbols *table) {
    ElfW(Phdr) segment;
    ElfW(Dyn) entry;
    unsigned number;
    uint64_t at;
    memset(table, 0, sizeof *table);
    for (number = 0; number < elf->head.e_phnum; number++) {
        if (!cmetrics_elf_segment(elf, number, &segment)) {
            return 0;
        }
        for (at = 0; segment.p_type == PT_DYNAMIC && at + sizeof entry <= segment.p_filesz; at += sizeof entry) {
            if (!cmetrics_elf_read(elf, segment.p_offset + at, &entry, sizeof entry)) {
                return 0;
            }
            switch ((long)entry.d_tag) {
            case DT_NULL:
                return 1;
            case DT_SYMTAB:
                table->symbols = entry.d_un.d_ptr;
                break;
            case DT_STRTAB:
                table->strings = entry.d_un.d_ptr;
                break;
            case DT_HASH:
                table->hash = entry.d_un.d_ptr;
                break;
            case 0x6ffffef5: /* DT_GNU_HASH, which old headers lack */
                table->gnu_hash = entry.d_un.d_ptr;
                break;
            case 0x6ffffffb: /* DT_FLAGS_1, of which DF_1_PIE */
                table->program = (entry.d_un.d_val & 0x08000000u) != 0;
                break;
            default:
                break;
            }
        }
    }
    return 1;
}

/* Whether the file has all of what is mapped of it. The dynamic linker does not check: who reads what is not there ends
 * by SIGBUS. */
CMETRICS_INLINE int cmetrics_elf_is_whole(cmetrics_elf *elf) {
    ElfW(Phdr) segment;
    unsigned number;
    for (number = 0; number < elf->head.e_phnum && cmetrics_elf_segment(elf, number, &segment); number++) {
        if (segment.p_type == PT_LOAD &&
            (segment.p_offset > elf->size || segment.p_filesz > elf->size - segment.p_offset)) {
            return 0;
        }
    }
    return number == elf->head.e_phnum;
}

/* 1 if symbol `number` is a definition of the function, 0 if not, -1 if it cannot be read. */
CMETRICS_INLINE int cmetrics_elf_is_ours(cmetrics_elf *elf, const cmetrics_elf_symbols *table, uint64_t number) {
    static const char wanted[] = "cmetrics_get_api";
    char name[sizeof wanted];
    ElfW(Sym) symbol;
    unsigned kind;
    if (!cmetrics_elf_read_at(elf, table->symbols + number * sizeof symbol, &symbol, sizeof symbol)) {
        return -1;
    }
    kind = symbol.st_info & 15u;
    if (symbol.st_shndx == SHN_UNDEF || (symbol.st_info >> 4) == STB_LOCAL || (kind != STT_FUNC && kind != 10)) {
        return 0;
    }
    return cmetrics_elf_read_at(elf, table->strings + symbol.st_name, name, sizeof name) &&
           memcmp(name, wanted, sizeof name) == 0;
}

/* Looks the function up as the dynamic linker would, by the older table of hashes. */
CMETRICS_INLINE int cmetrics_elf_find_hash(cmetrics_elf *elf, const cmetrics_elf_symbols *table) {
    const char *name = "cmetrics_get_api";
    uint32_t head[2], number, hash = 0, steps = 0;
    int found = 0;
    for (; *name != '\0'; name++) {
        hash = (hash << 4) + (unsigned char)*name;
        hash = (hash ^ ((hash & 0xf0000000u) >> 24)) & 0x0fffffffu;
    }
    if (!cmetrics_elf_read_at(elf, table->hash, head, sizeof head)) {
        return -1;
    }
    if (head[0] == 0) {
        return 0;
    }
    if (!cmetrics_elf_read_at(elf, table->hash + 8 + 4 * (uint64_t)(hash % head[0]), &number, sizeof number)) {
        return -1;
    }
    for (; number != 0 && found == 0 && steps < head[1]; steps++) {
        found = cmetrics_elf_is_ours(elf, table, number);
        if (!cmetrics_elf_read_at(elf, table->hash + 8 + 4 * ((uint64_t)head[0] + number), &number, sizeof number)) {
            return -1;
        }
    }
    return found;
}

/* Looks the function up as the dynamic linker would, by GNU's table of hashes. */
CMETRICS_INLINE int cmetrics_elf_find_gnu(cmetrics_elf *elf, const cmetrics_elf_symbols *table) {
    const char *name = "cmetrics_get_api";
    uint32_t head[4], number, stored, hash = 5381;
    uint64_t buckets, chains;
    int found;
    for (; *name != '\0'; name++) {
        hash = hash * 33 + (unsigned char)*name;
    }
    if (!cmetrics_elf_read_at(elf, table->gnu_hash, head, sizeof head)) {
        return -1;
    }
    if (head[0] == 0) {
        return 0;
    }
    buckets = table->gnu_hash + 16 + (uint64_t)head[2] * sizeof(ElfW(Addr));
    chains = buckets + 4 * (uint64_t)head[0];
    if (!cmetrics_elf_read_at(elf, buckets + 4 * (uint64_t)(hash % head[0]), &number, sizeof number)) {
        return -1;
    }
    for (; number >= head[1]; number++) {
        if (!cmetrics_elf_read_at(elf, chains + 4 * ((uint64_t)number - head[1]), &stored, sizeof stored)) {
            return -1;
        }
        found = (stored | 1u) == (hash | 1u) ? cmetrics_elf_is_ours(elf, table, number) : 0;
        if (found != 0 || (stored & 1u) != 0) {
            return found;
        }
    }
    return 0;
}

/* Writes to `why` what is wrong with an open file, or nothing. */
CMETRICS_INLINE void cmetrics_elf_check(cmetrics_elf *elf, cmetrics_report *why) {
    unsigned char ident[EI_NIDENT];
    cmetrics_elf_symbols table;
    const uint16_t one = 1;
    const unsigned char data = *CMETRICS_CAST(const unsigned char *, &one) == 1 ? ELFDATA2LSB : ELFDATA2MSB;
    const unsigned char width = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    int found = 0;
    if (!cmetrics_elf_read(elf, 0, ident, 4) || memcmp(ident, ELFMAG, 4) != 0) {
        cmetrics_report_add(why, "is not an ELF file");
    } else if (!cmetrics_elf_read(elf, 0, ident, sizeof ident)) {
        cmetrics_report_add(why, "is cut short or damaged: it ends within its first 16 bytes");
    } else if (ident[EI_CLASS] != width || ident[EI_DATA] != data) {
        cmetrics_report_add(why, "is for another machine: it is %s-bit %s-endian, this process is %d-bit %s-endian",
                            ident[EI_CLASS] == ELFCLASS64 ? "64" : "32",
                            ident[EI_DATA] == ELFDATA2LSB ? "little" : "big", (int)sizeof(void *) * 8,
                            data == ELFDATA2LSB ? "little" : "big");
    } else if (!cmetrics_elf_read(elf, 0, &elf->head, sizeof elf->head)) {
        cmetrics_report_add(why, "is cut short or damaged: it ends within its header");
    } else if (CMETRICS_MACHINE != 0 && elf->head.e_machine != CMETRICS_MACHINE) {
        cmetrics_report_add(why, "is for another machine: it is for %s, this process is for %s",
                            cmetrics_machine_name(elf->head.e_machine), cmetrics_machine_name(CMETRICS_MACHINE));
    } else if (elf->head.e_type != ET_DYN) {
        cmetrics_report_add(why, "is not a shared object");
    } else if (elf->head.e_phentsize != sizeof(ElfW(Phdr)) || !cmetrics_elf_dynamic(elf, &table)) {
        cmetrics_report_add(why, "is cut short or damaged: its program headers lie outside of it");
    } else if (!cmetrics_elf_is_whole(elf)) {
        cmetrics_report_add(why, "is cut short or damaged: it ends before a part of it does");
    } else if (table.program) {
        cmetrics_report_add(why, "is not a shared object");
    } else {
        if (table.symbols != 0 && table.strings != 0 && table.gnu_hash != 0) {
            found = cmetrics_elf_find_gnu(elf, &table);
        } else if (table.symbols != 0 && table.strings != 0 && table.hash != 0) {
            found = cmetrics_elf_find_hash(elf, &table);
        }
        if (found < 0) {
            cmetrics_report_add(why, "is cut short or damaged: its symbol table lies outside of it");
        } else if (found == 0) {
            cmetrics_report_add(why, "is another project's library: it does not export cmetrics_get_api");
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_LOAD_ELF_H */
