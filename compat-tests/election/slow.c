// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A plugin that is linked to a copy of the library, and slow to load.
//
// Without SLOW_RELOCATION its constructor sleeps, and then uses the library while it is still being loaded.
// With SLOW_RELOCATION it is the part of such a plugin that sleeps while addresses are being filled in. The dynamic linker
// does that in reverse order: objects that come before this one are mapped by then, can be found, and cannot be called.

#include <time.h>
#include <unistd.h>

#include <sys/syscall.h>

#ifdef SLOW_RELOCATION

int slow_part(void);

static int the_part(void) {
    return 0;
}

// Runs before this object's own addresses are filled in: no call of the C library is possible.
static int (*choose(void))(void) {
    struct timespec time = {0, 300 * 1000 * 1000};
    long done;
    __asm__ volatile("syscall" : "=a"(done) : "a"((long)SYS_nanosleep), "D"(&time), "S"(0L) : "rcx", "r11", "memory");
    return the_part;
}

int slow_part(void) __attribute__((ifunc("choose"), visibility("default")));

// One address that is to be filled in.
__attribute__((visibility("default"))) int (*slow_address)(void) = slow_part;

#else

#include "metrics.h"

// In the other object, if there is one; named so that it is linked.
extern int slow_part(void) __attribute__((weak));

static int events;

__attribute__((visibility("default"))) int slow_count(void) {
    return events;
}

#ifndef SLOW_PART
__attribute__((constructor)) static void use_early(void) {
    usleep(300 * 1000);
    record(cmetrics_get_api(1), 2);
    events = 2;
}
#endif

#endif
