// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What every program of this folder needs first: a way to stop with a reason, a clock that ends what hangs, and a
// process of its own for each try. All of this folder is compiled with _GNU_SOURCE: dl_iterate_phdr, dlinfo, dlmopen.

#ifndef ELECTION_CHECK_H
#define ELECTION_CHECK_H

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(_WIN32)
#include "../windows/apart.h"
#else
#include <sys/wait.h>
#endif

// Why a process of its own gave up: read by the parent through a pipe.
static int why_fd = STDERR_FILENO;

// Ends this process with a reason.
__attribute__((noreturn, format(printf, 1, 2))) static inline void give_up(const char *format, ...) {
    char line[1024];
    va_list list;
    va_start(list, format);
    int len = vsnprintf(line, sizeof line - 1, format, list);
    va_end(list);
    if (len > (int)sizeof line - 2)
        len = (int)sizeof line - 2;
    if (len < 0)
        len = 0;
    line[len] = '\n';
    if (write(why_fd, line, (unsigned)len + 1) < 0)
        _exit(3);
    _exit(2);
}

#define REQUIRE(condition, ...)                                                                                        \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            give_up(__VA_ARGS__);                                                                                      \
    } while (0)

#if !defined(_WIN32)
// What came of a try: an empty text, or why it failed.
struct outcome {
    char why[1024];
};

// Runs `body(argument)` in a process of its own, which a clock ends after `seconds`. The parent should have loaded no
// copy yet: then the process is as fresh as one that was started anew.
static inline struct outcome apart(unsigned seconds, void (*body)(void *), void *argument) {
    struct outcome outcome = {""};
    int ends[2];
    REQUIRE(pipe(ends) == 0, "pipe failed: %s", strerror(errno));
    fflush(NULL);
    pid_t child = fork();
    REQUIRE(child >= 0, "fork failed: %s", strerror(errno));
    if (child == 0) {
        close(ends[0]);
        why_fd = ends[1];
        signal(SIGALRM, SIG_DFL);
        alarm(seconds);
        body(argument);
        _exit(0);
    }
    close(ends[1]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        REQUIRE(errno == EINTR, "waiting failed: %s", strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        close(ends[0]);
        return outcome;
    }
    // A grandchild may still hold the pipe, so that it is read once and not to its end.
    ssize_t len = WIFEXITED(status) ? read(ends[0], outcome.why, sizeof outcome.why - 1) : 0;
    close(ends[0]);
    if (len > 0)
        outcome.why[strcspn(outcome.why, "\n")] = 0;
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(outcome.why, sizeof outcome.why, "it hung: nothing came of it within %u s", seconds);
    else if (WIFSIGNALED(status))
        snprintf(outcome.why, sizeof outcome.why, "it crashed: signal %d", WTERMSIG(status));
    else
        snprintf(outcome.why, sizeof outcome.why, "it ended with status %d", WEXITSTATUS(status));
    return outcome;
}
#endif

// A number from the command line.
static inline unsigned number(const char *word) {
    char *end = NULL;
    unsigned long value = strtoul(word, &end, 10);
    REQUIRE(end != word && *end == 0 && value <= 1000000, "%s is no number", word);
    return (unsigned)value;
}

#endif
