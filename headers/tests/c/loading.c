// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// cmetrics_load in this process: what is refused and why, what a program goes on with, and what is found. The broken
// files are copies of the library with a few bytes changed, in a folder that is removed at the end.

#include "check.h"

#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmetrics-1/cmetrics_load.h>

static char library[PATH_MAX], folder[] = "/tmp/cmetrics loading XXXXXX", path[PATH_MAX], said[8192];
static char *bytes;
static size_t n_bytes;

static char *in_folder(const char *file) {
    snprintf(path, sizeof path, "%s/%s", folder, file);
    return path;
}

static void write_file(const char *file, const char *content, size_t len) {
    FILE *out = fopen(in_folder(file), "wb");
    CHECK(out != NULL && fwrite(content, 1, len, out) == len);
    if (out != NULL)
        fclose(out);
}

// Writes a copy of the library in which `from` is replaced by `to`, of the same length, wherever it stands.
static void write_changed(const char *file, const char *from, const char *to, size_t len) {
    char *changed = malloc(n_bytes);
    size_t at, count = 0;
    memcpy(changed, bytes, n_bytes);
    for (at = 0; at + len <= n_bytes; at++) {
        if (memcmp(changed + at, from, len) == 0) {
            memcpy(changed + at, to, len);
            count++;
        }
    }
    CHECK(count != 0);
    write_file(file, changed, n_bytes);
    free(changed);
}

static void write_patched(const char *file, size_t at, char byte) {
    char before = bytes[at];
    bytes[at] = byte;
    write_file(file, bytes, n_bytes);
    bytes[at] = before;
}

// Searches with CMETRICS_LIBRARY as given, or unset.
static cmetrics_status search(const char *forced, const cmetrics_load_options *asker) {
    cmetrics_status status;
    if (forced != NULL)
        setenv("CMETRICS_LIBRARY", forced, 1);
    else
        unsetenv("CMETRICS_LIBRARY");
    api = NULL;
    status = cmetrics_load(asker, &api, said, sizeof said);
    CHECK(api != NULL && (status == CMETRICS_OK) == (said[0] == 0));
    return status;
}

// A forced file that cannot be used: the report names it and says why, and the table keeps nothing.
static void refused(const char *file, const char *why) {
    if (!CHECK(search(in_folder(file), NULL) == CMETRICS_UNAVAILABLE) || !CHECK(has(said, why)) ||
        !CHECK(has(said, path)))
        fprintf(stderr, "%s must be refused since it %s:\n%s", file, why, said);
    CHECK(has(said, "\nhint: set CMETRICS_LIBRARY to"));
    CHECK(api == cmetrics_noop());
}

// Where the last part of the file that is mapped ends.
static size_t end_of_segments(void) {
    ElfW(Ehdr) head;
    ElfW(Phdr) segment;
    size_t end = 0;
    unsigned number;
    memcpy(&head, bytes, sizeof head);
    for (number = 0; number < head.e_phnum; number++) {
        memcpy(&segment, bytes + head.e_phoff + number * sizeof segment, sizeof segment);
        if (segment.p_type == PT_LOAD && segment.p_offset + segment.p_filesz > end)
            end = segment.p_offset + segment.p_filesz;
    }
    return end;
}

static void check_refused(void) {
    write_file("empty", "", 0);
    write_file("text", "INPUT(libcmetrics.so.1)\n", 24);
    write_file("short", bytes, 10);
    write_file("cut", bytes, 1000);
    // The symbol table is there, the end of the data is not.
    write_file("torn", bytes, end_of_segments() - 1);
    write_patched("class", 4, 1);
    write_patched("machine", 18, 8);
    write_patched("object", 16, 1);
    write_changed("stranger", "cmetrics_get_api", "cmetrics_got_api", 16);
    write_changed("magic", "cmetrics-abi-0", "cmetrics-abi-9", 14);
    mkdir(in_folder("folder"), 0700);
    CHECK(mkfifo(in_folder("pipe"), 0600) == 0);
    refused("missing", "no such file");
    refused("folder", "is a folder");
    refused("folder/", "names a folder");
    refused("pipe", "is not a regular file");
    refused("empty", "is empty");
    refused("text", "is not an ELF file");
    refused("short", "is cut short or damaged");
    refused("cut", "is cut short or damaged");
    refused("torn", "is cut short or damaged: it ends before a part of it does");
    refused("class", "is for another machine: it is 32-bit");
    refused("machine", "is for another machine: it is for another machine, this process is for");
    refused("object", "is not a shared object");
    refused("stranger", "is another project's library: it does not export cmetrics_get_api");
    refused("magic", "gives a bootstrap table of another magic");
    CHECK(search("/proc/self/exe", NULL) == CMETRICS_UNAVAILABLE && has(said, "is not a shared object"));
    CHECK(search("libcmetrics.so.1", NULL) == CMETRICS_UNAVAILABLE && has(said, "is not an absolute path"));
}

// A library from the future, which serves ABI versions 2 to 3 alone.
static void check_versions(void) {
    static const char now[] = "cmetrics-abi-0\0\0\1\0\0\0\1\0\0", later[] = "cmetrics-abi-0\0\0\2\0\0\0\3\0\0";
    write_changed("later", now, later, sizeof now);
    CHECK(search(in_folder("later"), NULL) == CMETRICS_UNSUPPORTED);
    CHECK(has(said, "serves ABI versions 2 to 3: too new for ABI version 1\n"));
    CHECK(has(said, "\nhint: update the client"));
    CHECK(api == cmetrics_noop());
}

static void check_report(void) {
    cmetrics_load_options asker = {"vllm", "0.6", NULL, "/srv/vllm.so", NULL, 0, 0};
    char small[16];
    asker.module = in_folder("program");
    if (search(NULL, &asker) == CMETRICS_OK) {
        fprintf(stderr, "a libcmetrics is installed here: what is said where there is none was not looked at\n");
        return;
    }
    CHECK(has(said, "no usable libcmetrics for vllm 0.6 (c, /srv/vllm.so), which can use ABI version 1\n"));
    CHECK(has(said, "\n  CMETRICS_LIBRARY: not set\n  already loaded: no copy in this process\n"));
    CHECK(has(said, "/libcmetrics.so: no such file\n"));
    CHECK(has(said, "\n  system search path: libcmetrics.so.1: cannot be loaded: "));
    CHECK(has(said, "\nhint: install cmetrics, or set CMETRICS_LIBRARY to the absolute path of a libcmetrics.so.1\n"));
    asker.module = "program";
    CHECK(search(NULL, &asker) == CMETRICS_UNAVAILABLE && has(said, "beside the module: not searched: "));

    CHECK(cmetrics_load(&asker, &api, NULL, 0) == CMETRICS_UNAVAILABLE && api == cmetrics_noop());
    CHECK(cmetrics_load(&asker, &api, small, sizeof small) == CMETRICS_UNAVAILABLE);
    CHECK_SAME(small, "no usable libcm");
    CHECK(cmetrics_load(&asker, NULL, said, sizeof said) == CMETRICS_INVALID_ARGUMENT && said[0] != 0);
    asker.newest = CMETRICS_NEWEST + 1;
    CHECK(search(NULL, &asker) == CMETRICS_INVALID_ARGUMENT && api == cmetrics_noop());
}

// The no-op table: every handle is there, and nothing is kept.
static void check_disabled(void) {
    cmetrics_registry *root;
    cmetrics_counter *counter;
    cmetrics_text type = {NULL, 0};
    setenv("CMETRICS_DISABLE", "1", 1);
    CHECK(search(library, NULL) == CMETRICS_OK && api == cmetrics_noop());
    unsetenv("CMETRICS_DISABLE");
    root = api->registry->root(api);
    counter = make_counter(root, "requests");
    CHECK(root != NULL && counter != NULL);
    api->counter->add(counter, 3);
    CHECK(api->counter->value(counter) == 0);
    CHECK(api->metric->kind((cmetrics_metric *)counter) == CMETRICS_KIND_COUNTER);
    CHECK_SAME(report(root), "");
    CHECK(api->registry->content_type(api, CMETRICS_FORMAT_PROMETHEUS_TEXT, &type) == CMETRICS_OK);
    CHECK(type.len == strlen("text/plain; version=0.0.4; charset=utf-8"));
    api->metric->release((cmetrics_metric *)counter);
    api->registry->release(root);
}

// Found beside the module, past a file of the same name that is none of ours; then the same one as a loaded copy.
static void check_found(void) {
    cmetrics_load_options asker = {NULL, NULL, NULL, NULL, NULL, 0, 0};
    const cmetrics_api_v1 *first;
    mkdir(in_folder("lib"), 0700);
    write_file("lib/libcmetrics.so.1", bytes, n_bytes);
    write_file("libcmetrics.so.1", "no library", 10);
    asker.module = in_folder("program");
    CHECK(search(NULL, &asker) == CMETRICS_OK && api != cmetrics_noop());
    first = api;
    api->counter->inc(make_counter(api->registry->root(api), "found"));
    CHECK(has(report(api->registry->root(api)), "found_total 1\n"));
    CHECK(search(NULL, NULL) == CMETRICS_OK && api == first);
    CHECK(search(in_folder("lib/libcmetrics.so.1"), NULL) == CMETRICS_OK && api == first);
    // A second file that is forced is not used silently beside the one that provides: the report names both.
    CHECK(search(library, NULL) == CMETRICS_UNAVAILABLE && has(said, library) &&
          has(said, "/lib/libcmetrics.so.1 provides for this process already\n"));
}

static void remove_all(void) {
    static const char *const files[] = {
        "empty",  "text",     "short",           "cut",   "torn", "class", "machine",
        "object", "stranger", "magic",           "later", "pipe",  "lib/libcmetrics.so.1",
        "lib",    "folder",   "libcmetrics.so.1"};
    size_t number;
    for (number = 0; number < sizeof files / sizeof files[0]; number++)
        CHECK(remove(in_folder(files[number])) == 0);
    CHECK(rmdir(folder) == 0);
}

// Runs a part in a process of its own: what one part has loaded may stay in memory.
static void apart(void (*part)(void)) {
    int status = -1;
    pid_t child;
    fflush(NULL);
    child = fork();
    if (child == 0) {
        unsigned before = checks;
        part();
        printf("%u checks\n", checks - before);
        fflush(NULL);
        _exit(failures != 0);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void) {
    const char *given = getenv("CMETRICS_LIBRARY");
    FILE *file = given != NULL && strlen(given) < sizeof library ? fopen(given, "rb") : NULL;
    struct stat status;
    if (file == NULL || stat(given, &status) != 0 || mkdtemp(folder) == NULL) {
        fprintf(stderr, "CMETRICS_LIBRARY must name a libcmetrics, and /tmp must be writable\n");
        return 2;
    }
    strcpy(library, given);
    n_bytes = (size_t)status.st_size;
    bytes = malloc(n_bytes);
    CHECK(bytes != NULL && fread(bytes, 1, n_bytes, file) == n_bytes);
    fclose(file);
    apart(check_refused);
    apart(check_versions);
    apart(check_report);
    apart(check_disabled);
    apart(check_found);
    remove_all();
    free(bytes);
    return finish();
}
