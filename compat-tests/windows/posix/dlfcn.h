// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What the tests use of dlfcn.h, by the functions of Windows. There a module is always local, and its calls always bound.

#ifndef WINDOWS_DLFCN_H
#define WINDOWS_DLFCN_H

#include <stdio.h>
#include <string.h>

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#define RTLD_NOW 1
#define RTLD_LOCAL 2
// Loads nothing: NULL unless the module is loaded.
#define RTLD_NOLOAD 4

static inline void *dlopen(const char *path, int flags) {
    HMODULE module = NULL;
    if ((flags & RTLD_NOLOAD) != 0)
        return GetModuleHandleExA(0, path, &module) ? module : NULL;
    return LoadLibraryA(path);
}

static inline void *dlsym(void *module, const char *name) {
    FARPROC found = GetProcAddress((HMODULE)module, name);
    void *symbol = NULL;
    memcpy(&symbol, &found, sizeof symbol);
    return symbol;
}

static inline int dlclose(void *module) {
    return FreeLibrary((HMODULE)module) ? 0 : -1;
}

static inline const char *dlerror(void) {
    static char said[64];
    snprintf(said, sizeof said, "Windows error %lu", GetLastError());
    return said;
}

#endif
