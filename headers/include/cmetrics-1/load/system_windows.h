/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a search asks of Windows. Tried under Wine, and not on Windows itself. Paths are UTF-8. Included by
 * cmetrics_load.h.
 */
#ifndef CMETRICS_1_LOAD_SYSTEM_WINDOWS_H
#define CMETRICS_1_LOAD_SYSTEM_WINDOWS_H

#include "search.h"

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cmetrics_modules {
    cmetrics_names names;
    uintptr_t address;
    char file[CMETRICS_PATH_CAPACITY];
} cmetrics_modules;

/* Of psapi.h; in kernel32 since Windows 7. */
__declspec(dllimport) BOOL WINAPI K32EnumProcessModules(HANDLE process, HMODULE *modules, DWORD size, DWORD *needed);

/* `path` as UTF-16, with the separators that the loader of Windows knows; or 0 where it is too long or no UTF-8. */
CMETRICS_INLINE int cmetrics_wide(const char *path, WCHAR *wide, int capacity) {
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, capacity) == 0) {
        return 0;
    }
    for (; *wide != 0; wide++) {
        if (*wide == '/') {
            *wide = '\\';
        }
    }
    return 1;
}

CMETRICS_INLINE int cmetrics_module_file(HMODULE module, char *path, int capacity) {
    WCHAR wide[CMETRICS_PATH_CAPACITY];
    DWORD len = GetModuleFileNameW(module, wide, CMETRICS_PATH_CAPACITY);
    return len != 0 && len < CMETRICS_PATH_CAPACITY &&
           WideCharToMultiByte(CP_UTF8, 0, wide, -1, path, capacity, NULL, NULL) != 0;
}

/* All loaded modules in load order, to be freed, or NULL. The call fails if modules come or go meanwhile: it is made a few
 * times. */
CMETRICS_INLINE HMODULE *cmetrics_all_modules(DWORD *count) {
    DWORD room = 256 * sizeof(HMODULE), size = 0;
    HMODULE *all = NULL;
    int tries;
    for (tries = 0; tries < 16; tries++) {
        HMODULE *larger = CMETRICS_CAST(HMODULE *, realloc(all, room));
        if (larger == NULL) {
            break;
        }
        all = larger;
        if (K32EnumProcessModules(GetCurrentProcess(), all, room, &size)) {
            if (size <= room) {
                *count = size / (DWORD)sizeof(HMODULE);
                return all;
            }
            room = size + 64 * (DWORD)sizeof(HMODULE);
        }
    }
    free(all);
    return NULL;
}

/* The files of all loaded modules, and the file of the module that holds `modules->address`. */
CMETRICS_INLINE void cmetrics_list_modules(cmetrics_modules *modules) {
    HMODULE *all, own;
    DWORD count = 0, number;
    char path[CMETRICS_PATH_CAPACITY];
    all = cmetrics_all_modules(&count);
    for (number = 0; all != NULL && number < count; number++) {
        if (cmetrics_module_file(all[number], path, (int)sizeof path)) {
            cmetrics_names_add(&modules->names, path);
        }
    }
    free(all);
    if (GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                           CMETRICS_CAST(const WCHAR *, modules->address), &own) &&
        !cmetrics_module_file(own, modules->file, (int)sizeof modules->file)) {
        modules->file[0] = '\0';
    }
}

/* Whether all these bytes are of loaded modules, and can be read. */
CMETRICS_INLINE int cmetrics_in_module(uintptr_t start, size_t len) {
    const DWORD readable = PAGE_READONLY | PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE |
                           PAGE_EXECUTE_WRITECOPY;
    MEMORY_BASIC_INFORMATION pages;
    uintptr_t at = start, next;
    if (len > UINTPTR_MAX - start) {
        return 0;
    }
    while (at < start + len) {
        if (VirtualQuery(CMETRICS_CAST(const void *, at), &pages, sizeof pages) == 0 || pages.State != MEM_COMMIT ||
            pages.Type != MEM_IMAGE || (pages.Protect & readable) == 0 || (pages.Protect & PAGE_GUARD) != 0) {
            return 0;
        }
        next = CMETRICS_CAST(uintptr_t, pages.BaseAddress) + pages.RegionSize;
        if (next <= at) {
            return 0;
        }
        at = next;
    }
    return 1;
}

CMETRICS_INLINE void cmetrics_check_file(const char *path, cmetrics_report *why) {
    WCHAR wide[CMETRICS_PATH_CAPACITY];
    WIN32_FILE_ATTRIBUTE_DATA about;
    memset(&about, 0, sizeof about);
    if (!cmetrics_wide(path, wide, CMETRICS_PATH_CAPACITY) ||
        !GetFileAttributesExW(wide, GetFileExInfoStandard, &about)) {
        cmetrics_report_add(why, "no such file");
    } else if ((about.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
        cmetrics_report_add(why, "is a folder");
    } else if (about.nFileSizeHigh == 0 && about.nFileSizeLow == 0) {
        cmetrics_report_add(why, "is empty");
    }
}

/* What is in a file cannot be told here without loading it. */
CMETRICS_INLINE void cmetrics_check_content(const char *path, cmetrics_report *why) {
    (void)path;
    (void)why;
}

/* A variable of the environment in `buffer`, or NULL. One that does not fit, or is no UTF-16, reads as `?`: it is then
 * a value that disables, and a path that is not absolute. */
CMETRICS_INLINE const char *cmetrics_variable(const char *name, char *buffer, size_t capacity) {
    WCHAR wide_name[64], wide[CMETRICS_PATH_CAPACITY];
    DWORD len;
    if (!cmetrics_wide(name, wide_name, 64)) {
        return NULL;
    }
    len = GetEnvironmentVariableW(wide_name, wide, CMETRICS_PATH_CAPACITY);
    if (len == 0) {
        return NULL;
    }
    if (len >= CMETRICS_PATH_CAPACITY ||
        WideCharToMultiByte(CP_UTF8, 0, wide, -1, buffer, (int)capacity, NULL, NULL) == 0) {
        return "?";
    }
    return buffer;
}

/* A handle to `path` if it is loaded already, or NULL. Runs nothing. */
CMETRICS_INLINE void *cmetrics_open_loaded(const char *path) {
    WCHAR wide[CMETRICS_PATH_CAPACITY];
    HMODULE module = NULL;
    if (!cmetrics_wide(path, wide, CMETRICS_PATH_CAPACITY) || !GetModuleHandleExW(0, wide, &module)) {
        return NULL;
    }
    return module;
}

/* A handle to `path`: an absolute path, beside which its dependencies are looked for, or a name for the system's search
 * path, of which the current folder is no part. NULL with what is wrong in `why`. */
CMETRICS_INLINE void *cmetrics_open(const char *path, cmetrics_report *why) {
    WCHAR wide[CMETRICS_PATH_CAPACITY];
    HMODULE module = NULL;
    DWORD mode = 0;
    if (!cmetrics_wide(path, wide, CMETRICS_PATH_CAPACITY)) {
        cmetrics_report_add(why, "cannot be loaded: its path is too long or not UTF-8");
        return NULL;
    }
    /* Otherwise Windows asks the user about a file that is no library, and the process waits. */
    if (!SetThreadErrorMode(SEM_FAILCRITICALERRORS, &mode)) {
        mode = 0;
    }
    module = LoadLibraryExW(wide, NULL,
                            cmetrics_is_absolute(CMETRICS_OS_WINDOWS, path) ? LOAD_WITH_ALTERED_SEARCH_PATH
                                                                            : LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    if (module == NULL) {
        cmetrics_report_add(why, "cannot be loaded: Windows error %lu", GetLastError());
    }
    SetThreadErrorMode(mode, NULL);
    return module;
}

CMETRICS_INLINE cmetrics_get_api_fn cmetrics_symbol(void *handle) {
    FARPROC symbol = GetProcAddress(CMETRICS_CAST(HMODULE, handle), "cmetrics_get_api");
    cmetrics_get_api_fn get_api = NULL;
    if (symbol != NULL) {
        memcpy(&get_api, &symbol, sizeof get_api);
    }
    return get_api;
}

/* From now on the module is never unloaded. */
CMETRICS_INLINE void cmetrics_pin(const char *path, void *handle) {
    HMODULE module;
    (void)path;
    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                       CMETRICS_CAST(const WCHAR *, handle), &module);
}

CMETRICS_INLINE void cmetrics_close(void *handle) {
    FreeLibrary(CMETRICS_CAST(HMODULE, handle));
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_LOAD_SYSTEM_WINDOWS_H */
