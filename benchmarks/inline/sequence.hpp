// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What a header would have to hold to update a hot counter without a call: the sequence of impl/src/cell/rseq.rs, for
// slots of this program's own. A measurement for docs/decisions/0009-inline-path.md, not a part of the library.
#ifndef CMETRICS_BENCHMARKS_SEQUENCE_HPP
#define CMETRICS_BENCHMARKS_SEQUENCE_HPP

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// What an optional interface would tell.
struct Layout {
    std::ptrdiff_t area;
    std::uint32_t stripes;
    char *memory;
};

inline Layout layout() {
    const auto *size = static_cast<const unsigned *>(dlsym(RTLD_DEFAULT, "__rseq_size"));
    const auto *offset = static_cast<const std::ptrdiff_t *>(dlsym(RTLD_DEFAULT, "__rseq_offset"));
    const auto stripes = static_cast<std::uint32_t>(sysconf(_SC_NPROCESSORS_CONF));
    if (size == nullptr || offset == nullptr || *size == 0) {
        std::fputs("left out: this C library registers no restartable sequences\n", stderr);
        std::exit(0);
    }
    void *memory = mmap(nullptr, std::size_t{stripes} << 16, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        std::fputs("the stripes could not be reserved\n", stderr);
        std::exit(1);
    }
    return Layout{*offset, stripes, static_cast<char *>(memory)};
}

/// A counter as its handle would see it: where the library says which slot it has, and what to call without one.
struct alignas(128) Inline {
    char *const *slot;
    void *metric;
    void (*call)(void *metric);
};

/// Adds 1. With `Clear` the thread forgets the sequence at its end, so that the module of this code may be unloaded.
template <bool Clear>
[[gnu::always_inline]] inline void add_one(const Layout &all, const Inline &counter) {
#define CMETRICS_SEQUENCE(after)                                                                                       \
    __asm__ goto(".pushsection __rseq_cs, \"aw\"\n\t"                                                                  \
                 ".balign 32\n\t"                                                                                      \
                 "77: .long 0, 0\n\t"                                                                                  \
                 ".quad 21f, 22f - 21f, 24f\n\t"                                                                       \
                 ".popsection\n\t"                                                                                     \
                 ".pushsection .text.rseq_abort, \"ax\"\n\t"                                                           \
                 ".byte 0x0f, 0xb9, 0x3d\n\t"                                                                          \
                 ".long 0x53053053\n\t"                                                                                \
                 "24: jmp 23f\n\t"                                                                                     \
                 ".popsection\n\t"                                                                                     \
                 "23: leaq 77b(%%rip), %%rcx\n\t"                                                                      \
                 "movq %%rcx, %%fs:8(%[area])\n\t"                                                                     \
                 "21: movq (%[slot]), %%rcx\n\t"                                                                       \
                 "testq %%rcx, %%rcx\n\t"                                                                              \
                 "jz %l[call]\n\t"                                                                                     \
                 "movl %%fs:4(%[area]), %%eax\n\t"                                                                     \
                 "cmpl %[stripes], %%eax\n\t"                                                                          \
                 "jae %l[call]\n\t"                                                                                    \
                 "shlq $16, %%rax\n\t"                                                                                 \
                 "addq $1, (%%rcx,%%rax)\n\t"                                                                          \
                 "22:\n\t" after                                                                                       \
                 :                                                                                                     \
                 : [area] "r"(all.area), [stripes] "r"(all.stripes), [slot] "r"(counter.slot)                          \
                 : "rax", "rcx", "memory", "cc"                                                                        \
                 : call)
    if (Clear) {
        CMETRICS_SEQUENCE("movq $0, %%fs:8(%[area])\n\t");
    } else {
        CMETRICS_SEQUENCE("");
    }
#undef CMETRICS_SEQUENCE
    return;
call:
    counter.call(counter.metric);
}

#endif // CMETRICS_BENCHMARKS_SEQUENCE_HPP
