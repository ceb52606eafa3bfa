/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Rounds of short batches for programs in C and C++, as benchmarks/rust/src/rounds.rs has them: in a round every
 * contestant has its turn. Prints one JSON object per contestant and number of threads. */
#ifndef CMETRICS_BENCHMARKS_ROUNDS_H
#define CMETRICS_BENCHMARKS_ROUNDS_H

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS_MOST 256
#define ROUNDS_CONTESTANTS 32
#define ROUNDS_THREADS 64
/** How often everything is done before it is first measured, thrice. */
#define ROUNDS_WARM (1 << 16)

/** What `what` points to must not be known to the compiler. */
#define ROUNDS_HIDE(what) __asm__ volatile("" : "+r"(what) : : "memory")

typedef struct contestant {
    const char *name; /**< the case */
    const char *who;
    /** Does it `n` times with `what`. */
    void (*run)(void *what, uint64_t n);
    void *what;
} contestant;

typedef struct rounds_hand {
    const contestant *one;
    uint64_t n;
    int cpu;
    int *waiting;
    double ns;
} rounds_hand;

static inline double rounds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/** On the n-th of the processors that this process may use. Called first by the thread that makes the others. */
static inline void rounds_pin(int nth) {
    static cpu_set_t allowed;
    static int known;
    cpu_set_t set;
    size_t cpu;
    if (!known) {
        known = sched_getaffinity(0, sizeof allowed, &allowed) == 0;
    }
    for (cpu = 0; known && cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &allowed) && nth-- == 0) {
            CPU_ZERO(&set);
            CPU_SET(cpu, &set);
            /* Where it is not allowed, the system's choice has to do. */
            (void)sched_setaffinity(0, sizeof set, &set);
            return;
        }
    }
}

static inline double rounds_time(const contestant *one, uint64_t n) {
    const double start = rounds_now();
    one->run(one->what, n);
    return rounds_now() - start;
}

static inline void *rounds_hand_run(void *raw) {
    rounds_hand *hand = (rounds_hand *)raw;
    rounds_pin(hand->cpu);
    hand->one->run(hand->one->what, hand->n / 8 + 1);
    /* Nobody begins before everyone has warmed up. */
    __atomic_sub_fetch(hand->waiting, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(hand->waiting, __ATOMIC_ACQUIRE) > 0) {
    }
    hand->ns = rounds_time(hand->one, hand->n);
    return NULL;
}

/** Nanoseconds for one: the longest of `threads` that start at once. */
static inline double rounds_measure(const contestant *one, uint64_t n, int threads) {
    rounds_hand hands[ROUNDS_THREADS];
    pthread_t ids[ROUNDS_THREADS];
    int waiting = threads;
    double longest = 0;
    int i;
    if (threads == 1) {
        one->run(one->what, n / 8 + 1);
        return rounds_time(one, n) / (double)n;
    }
    for (i = 0; i < threads; i++) {
        hands[i].one = one;
        hands[i].n = n;
        hands[i].cpu = i;
        hands[i].waiting = &waiting;
        hands[i].ns = 0;
        if (pthread_create(&ids[i], NULL, rounds_hand_run, &hands[i]) != 0) {
            fputs("a thread could not be made\n", stderr);
            exit(1);
        }
    }
    for (i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        if (hands[i].ns > longest) {
            longest = hands[i].ns;
        }
    }
    return longest / (double)n;
}

/** How often it can be done in about `ns`. */
static inline uint64_t rounds_calibrate(const contestant *one, double ns) {
    uint64_t n = 16;
    for (;;) {
        const double took = rounds_time(one, n);
        if (took * 4 >= ns || n > ((uint64_t)1 << 32)) {
            const double fit = ns * (double)n / (took < 1 ? 1 : took);
            return fit < 16 ? 16 : (uint64_t)fit;
        }
        n *= 2;
    }
}

/** `PROGRAM ROUNDS BATCH_US THREADS,…`. The program's exit status. */
static inline int rounds_play(const contestant *all, size_t count, int argc, char **argv) {
    static double figures[ROUNDS_CONTESTANTS][ROUNDS_MOST];
    uint64_t sizes[ROUNDS_CONTESTANTS];
    const int rounds = argc == 4 ? atoi(argv[1]) : 0;
    const double batch = argc == 4 ? atof(argv[2]) * 1e3 : 0;
    const char *list = argc == 4 ? argv[3] : "";
    size_t i;
    if (rounds < 1 || rounds > ROUNDS_MOST || batch <= 0 || count > ROUNDS_CONTESTANTS || *list == '\0') {
        fprintf(stderr, "usage: %s ROUNDS BATCH_US THREADS,...\n", argv[0]);
        return 2;
    }
    rounds_pin(0);
    for (i = 0; i < count; i++) {
        int times;
        /* Hot, where a library adapts to how often something is updated: ours does after 8 times 1024 within 8 ms. */
        for (times = 0; times < 3; times++) {
            all[i].run(all[i].what, ROUNDS_WARM);
        }
        sizes[i] = rounds_calibrate(&all[i], batch);
    }
    while (*list != '\0') {
        char *end;
        const long threads = strtol(list, &end, 10);
        int round;
        if (threads < 1 || threads > ROUNDS_THREADS) {
            fprintf(stderr, "%s is no list of numbers of threads from 1 to %d\n", argv[3], ROUNDS_THREADS);
            return 2;
        }
        for (round = 0; round < rounds; round++) {
            for (i = 0; i < count; i++) {
                const size_t at = (i + (size_t)round) % count;
                figures[at][round] = rounds_measure(&all[at], sizes[at], (int)threads);
            }
        }
        for (i = 0; i < count; i++) {
            printf("{\"case\":\"%s\",\"who\":\"%s\",\"at\":%ld,\"unit\":\"ns\",\"rounds\":[", all[i].name, all[i].who,
                   threads);
            for (round = 0; round < rounds; round++) {
                printf("%s%.4f", round == 0 ? "" : ",", figures[i][round]);
            }
            puts("]}");
        }
        list = *end == ',' ? end + 1 : end;
    }
    return 0;
}

#endif /* CMETRICS_BENCHMARKS_ROUNDS_H */
