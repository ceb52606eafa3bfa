/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What callgrind counts: it writes down and forgets its counts whenever `instructions_mark` is entered. So every second
 * of its files is of what lies between `lap_begin` and `lap_end`, in the order of the lines that `lap_end` prints. */
#ifndef CMETRICS_BENCHMARKS_LAP_H
#define CMETRICS_BENCHMARKS_LAP_H

#include <stdint.h>
#include <stdio.h>

/** What `what` points to must not be known to the compiler. */
#define LAP_HIDE(what) __asm__ volatile("" : "+r"(what) : : "memory")

/** A run of each case is this long, and another twice as long: the difference is of the operations alone. A multiple of
 * how often a counter looks whether it is hot. */
#define LAP_RUN 2048

#ifdef __cplusplus
extern "C"
#else
extern
#endif
    __attribute__((noinline, used)) void
    instructions_mark(void);

__attribute__((noinline, used)) void instructions_mark(void) {
    __asm__ volatile("" : : : "memory");
}

static inline void lap_begin(void) {
    instructions_mark();
}

/** `operations` of `name` were done since `lap_begin`. */
static inline void lap_end(const char *name, uint64_t operations) {
    instructions_mark();
    printf("%llu %s\n", (unsigned long long)operations, name);
}

/** Both runs of `run`, which does it `n` times with `what`. */
static inline void lap(const char *name, void (*run)(void *what, uint64_t n), void *what) {
    uint64_t n;
    run(what, 1);
    for (n = LAP_RUN; n <= 2 * LAP_RUN; n += LAP_RUN) {
        lap_begin();
        run(what, n);
        lap_end(name, n);
    }
}

#endif /* CMETRICS_BENCHMARKS_LAP_H */
