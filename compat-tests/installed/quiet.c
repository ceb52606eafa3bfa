/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Loads the library that it is given, and fails unless this process has as many threads and open files as before. Two
 * calls that do nothing mark the moment for strace.
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

static int entries(const char *folder) {
    DIR *dir = opendir(folder);
    int n = 0;
    if (dir == NULL) return -1;
    while (readdir(dir) != NULL) n++;
    closedir(dir);
    return n;
}

int main(int argc, char **argv) {
    int threads = entries("/proc/self/task");
    int files = entries("/proc/self/fd");
    void *library;
    if (argc != 2 || threads < 0 || files < 0) return 2;
    (void)rmdir("/cmetrics-before");
    library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    (void)rmdir("/cmetrics-after");
    if (library == NULL || dlsym(library, "cmetrics_get_api") == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 2;
    }
    threads = entries("/proc/self/task") - threads;
    files = entries("/proc/self/fd") - files;
    printf("%d threads and %d open files more than before\n", threads, files);
    return threads != 0 || files != 0;
}
