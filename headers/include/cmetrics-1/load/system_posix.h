/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a search asks of a POSIX system: which modules are loaded, which folder asks, and the dynamic linker's work.
 * The code for macOS is compiled but not verified. Included by cmetrics_load.h.
 */
#ifndef CMETRICS_1_LOAD_SYSTEM_POSIX_H
#define CMETRICS_1_LOAD_SYSTEM_POSIX_H

#include "search.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/stat.h>
#include <sys/types.h>

#if defined(__APPLE__)
#include <mach-o/dyld.h>
#else
#include "elf.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if !defined(__APPLE__) && defined(__GLIBC__) && !defined(__USE_GNU)
/* glibc declares this only under _GNU_SOURCE, which a header cannot ask for once another one has been included. */
struct cmetrics_dl_phdr_info {
    ElfW(Addr) dlpi_addr;
    const char *dlpi_name;
    const ElfW(Phdr) * dlpi_phdr;
    ElfW(Half) dlpi_phnum;
};
extern int dl_iterate_phdr(int (*)(struct cmetrics_dl_phdr_info *, size_t, void *), void *);
#define CMETRICS_DL_PHDR_INFO struct cmetrics_dl_phdr_info
#else
#define CMETRICS_DL_PHDR_INFO struct dl_phdr_info
#endif

#if !defined(__cplusplus) && defined(__STRICT_ANSI__) && !defined(__USE_MISC) && !defined(__USE_XOPEN_EXTENDED)
/* As strict C hides it. */
extern char *realpath(const char *path, char *resolved);
#endif

/* A module in memory: its file, and whether `address` lies in it. */
typedef struct cmetrics_modules {
    cmetrics_names names;
    uintptr_t address;
    char file[CMETRICS_PATH_CAPACITY];
} cmetrics_modules;

#if !defined(__APPLE__)

CMETRICS_INLINE int cmetrics_module(CMETRICS_DL_PHDR_INFO *info, size_t size, void *user) {
    cmetrics_modules *modules = CMETRICS_CAST(cmetrics_modules *, user);
    const char *name = info->dlpi_name == NULL ? "" : info->dlpi_name;
    unsigned number;
    (void)size;
    if (name[0] != '\0') {
        cmetrics_names_add(&modules->names, name);
    }
    for (number = 0; number < info->dlpi_phnum; number++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[number];
        uintptr_t start = (uintptr_t)info->dlpi_addr + (uintptr_t)segment->p_vaddr;
        if (segment->p_type == PT_LOAD && modules->address >= start && modules->address - start < segment->p_memsz) {
            /* The main program has no name here; the system knows its file, whatever it was called. */
            const char *file = name[0] == '\0' ? "/proc/self/exe" : name;
            if (strlen(file) < sizeof modules->file) {
                memcpy(modules->file, file, strlen(file) + 1);
            }
        }
    }
    return 0;
}

/* The files of all loaded modules in load order, and the file of the module that holds `modules->address`. */
CMETRICS_INLINE void cmetrics_list_modules(cmetrics_modules *modules) {
    dl_iterate_phdr(cmetrics_module, modules);
    if (strcmp(modules->file, "/proc/self/exe") == 0) {
        char *program = realpath(modules->file, NULL);
        modules->file[0] = '\0';
        if (program != NULL && strlen(program) < sizeof modules->file) {
            memcpy(modules->file, program, strlen(program) + 1);
        }
        free(program);
    }
}

/* A stretch of memory, and whether a module holds all of it. */
typedef struct cmetrics_stretch {
    uintptr_t start;
    size_t len;
} cmetrics_stretch;

CMETRICS_INLINE int cmetrics_holds(CMETRICS_DL_PHDR_INFO *info, size_t size, void *user) {
    const cmetrics_stretch *stretch = CMETRICS_CAST(const cmetrics_stretch *, user);
    unsigned number;
    (void)size;
    for (number = 0; number < info->dlpi_phnum; number++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[number];
        uintptr_t start = (uintptr_t)info->dlpi_addr + (uintptr_t)segment->p_vaddr;
        if (segment->p_type == PT_LOAD && stretch->start >= start && stretch->start - start < segment->p_memsz &&
            stretch->len <= segment->p_memsz - (stretch->start - start)) {
            return 1;
        }
    }
    return 0;
}

/* Whether `len` bytes lie in a module of this process, so that a stranger's pointer can be followed. */
CMETRICS_INLINE int cmetrics_in_module(uintptr_t start, size_t len) {
    cmetrics_stretch stretch;
    stretch.start = start;
    stretch.len = len;
    return dl_iterate_phdr(cmetrics_holds, &stretch);
}

#else

CMETRICS_INLINE int cmetrics_in_module(uintptr_t start, size_t len) {
    (void)len;
    return start != 0;
}

CMETRICS_INLINE void cmetrics_list_modules(cmetrics_modules *modules) {
    uint32_t number, count = _dyld_image_count();
    Dl_info info;
    for (number = 0; number < count; number++) {
        const char *name = _dyld_get_image_name(number);
        if (name != NULL) {
            cmetrics_names_add(&modules->names, name);
        }
    }
    if (dladdr((const void *)modules->address, &info) != 0 && info.dli_fname != NULL &&
        strlen(info.dli_fname) < sizeof modules->file) {
        memcpy(modules->file, info.dli_fname, strlen(info.dli_fname) + 1);
    }
}

#endif

/* Whether there is a file to load. Writes nothing where there is. */
CMETRICS_INLINE void cmetrics_check_file(const char *path, cmetrics_report *why) {
    struct stat status;
    if (stat(path, &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            cmetrics_report_add(why, "no such file");
        } else {
            cmetrics_report_add(why, "cannot be read: %s", strerror(errno));
        }
    } else if (S_ISDIR(status.st_mode)) {
        cmetrics_report_add(why, "is a folder");
    } else if (!S_ISREG(status.st_mode)) {
        cmetrics_report_add(why, "is not a regular file");
    } else if (status.st_size == 0) {
        cmetrics_report_add(why, "is empty");
    }
}

/* Whether a file that is not loaded is a library of ours, by its bytes. Writes nothing where it is. */
CMETRICS_INLINE void cmetrics_check_content(const char *path, cmetrics_report *why) {
#if defined(__APPLE__)
    (void)path;
    (void)why;
#else
    struct stat status;
    cmetrics_elf elf;
    memset(&elf, 0, sizeof elf);
    elf.file = fopen(path, "rb");
    if (elf.file == NULL || stat(path, &status) != 0) {
        cmetrics_report_add(why, "cannot be read: %s", strerror(errno));
    } else {
        elf.size = (uint64_t)status.st_size;
        cmetrics_elf_check(&elf, why);
    }
    if (elf.file != NULL) {
        fclose(elf.file);
    }
#endif
}

/* A variable of the environment, or NULL. */
CMETRICS_INLINE const char *cmetrics_variable(const char *name, char *buffer, size_t capacity) {
    (void)buffer;
    (void)capacity;
    return getenv(name);
}

/* A handle to `path` if it is loaded already, or NULL. Runs nothing. */
CMETRICS_INLINE void *cmetrics_open_loaded(const char *path) {
    return dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
}

/* A handle to `path`, or NULL with the dynamic linker's words in `why`. */
CMETRICS_INLINE void *cmetrics_open(const char *path, cmetrics_report *why) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        const char *said = dlerror();
        cmetrics_report_add(why, "cannot be loaded: %s", said == NULL ? "the dynamic linker gives no reason" : said);
    }
    return handle;
}

/* The one function, or NULL. */
CMETRICS_INLINE cmetrics_get_api_fn cmetrics_symbol(void *handle) {
    void *symbol = dlsym(handle, "cmetrics_get_api");
    cmetrics_get_api_fn get_api = NULL;
    if (symbol != NULL) {
        memcpy(&get_api, &symbol, sizeof get_api);
    }
    return get_api;
}

/* From now on the module is never unloaded. `handle` is used up: where it cannot be pinned, it is never closed. */
CMETRICS_INLINE void cmetrics_pin(const char *path, void *handle) {
#if defined(RTLD_NODELETE)
    void *pinned = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD | RTLD_NODELETE);
    if (pinned != NULL) {
        dlclose(pinned);
        dlclose(handle);
    }
#else
    (void)path;
    (void)handle;
#endif
}

CMETRICS_INLINE void cmetrics_close(void *handle) {
    dlclose(handle);
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_LOAD_SYSTEM_POSIX_H */
