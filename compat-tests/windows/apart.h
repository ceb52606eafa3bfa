// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A process of its own for each try, where there is no fork: the program is started anew with the number of the try in
// its environment, and does nothing else. Included by ../election/check.h.

#ifndef WINDOWS_APART_H
#define WINDOWS_APART_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#define NUMBER_OF_TRY "COMPAT_TRY"

// What came of a try: an empty text, or why it failed.
struct outcome {
    char why[1024];
};

static inline char *strsep(char **rest, const char *marks) {
    char *start = *rest;
    if (start != NULL) {
        char *end = start + strcspn(start, marks);
        *rest = *end == 0 ? NULL : end + 1;
        *end = 0;
    }
    return start;
}

static inline struct outcome failed_to(const char *what) {
    struct outcome outcome;
    snprintf(outcome.why, sizeof outcome.why, "%s: Windows error %lu", what, GetLastError());
    return outcome;
}

// Starts this program again, and waits for it. What it says before it gives up comes through a pipe.
static inline struct outcome start_again(unsigned seconds, unsigned number) {
    struct outcome outcome = {""};
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    STARTUPINFOA how;
    PROCESS_INFORMATION child;
    HANDLE read, write;
    char text[16];
    DWORD status = 0, len = 0;
    snprintf(text, sizeof text, "%u", number);
    fflush(NULL);
    if (!SetEnvironmentVariableA(NUMBER_OF_TRY, text) || !CreatePipe(&read, &write, &inherited, 4096) ||
        !SetHandleInformation(read, HANDLE_FLAG_INHERIT, 0))
        return failed_to("preparing a try");
    memset(&how, 0, sizeof how);
    how.cb = sizeof how;
    how.dwFlags = STARTF_USESTDHANDLES;
    how.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    how.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    how.hStdError = write;
    if (!CreateProcessA(NULL, GetCommandLineA(), NULL, NULL, TRUE, 0, NULL, NULL, &how, &child))
        return failed_to("starting a try");
    CloseHandle(write);
    if (WaitForSingleObject(child.hProcess, seconds * 1000) != WAIT_OBJECT_0) {
        TerminateProcess(child.hProcess, 9);
        WaitForSingleObject(child.hProcess, INFINITE);
        snprintf(outcome.why, sizeof outcome.why, "it hung: nothing came of it within %u s", seconds);
    } else if (!GetExitCodeProcess(child.hProcess, &status) || status != 0) {
        if (status == 2 && ReadFile(read, outcome.why, sizeof outcome.why - 1, &len, NULL) && len != 0)
            outcome.why[strcspn(outcome.why, "\r\n")] = 0;
        else
            snprintf(outcome.why, sizeof outcome.why, "it ended with status %#lx", status);
    }
    CloseHandle(read);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    return outcome;
}

// Runs `body(argument)` in a process of its own, which is ended after `seconds`. Whatever a program tries in this way it
// must try in the same order when it is started again.
static inline struct outcome apart(unsigned seconds, void (*body)(void *), void *argument) {
    static unsigned tries, chosen, asked;
    struct outcome none = {""};
    char text[16];
    if (!asked && GetEnvironmentVariableA(NUMBER_OF_TRY, text, sizeof text) != 0)
        chosen = (unsigned)strtoul(text, NULL, 10);
    asked = 1;
    tries++;
    if (chosen == 0)
        return start_again(seconds, tries);
    if (chosen == tries) {
        // A crash ends the process, and no debugger is asked.
        SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
        body(argument);
        ExitProcess(0);
    }
    return none;
}

#endif
