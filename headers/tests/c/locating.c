// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The loader's decisions, by the tables that every implementation shares: CMETRICS_CASES names their folder.

#include "check.h"

#include <cmetrics-1/cmetrics_load.h>

static char name[256];

// Cuts the next field off `*rest`, without the blanks around it.
static char *field(char **rest, char mark) {
    char *start = *rest;
    char *end = strchr(start, mark);
    if (end != NULL) {
        *rest = end + 1;
    } else {
        end = start + strlen(start);
        *rest = end;
    }
    while (end > start && strchr(" \n", end[-1]) != NULL)
        end--;
    *end = 0;
    return start + strspn(start, " ");
}

// The next case of `file`, or 0 at its end: fills `fields`, the first of which is the case's name.
static int next_case(FILE *file, char *line, int capacity, char **fields, int n_fields) {
    while (fgets(line, capacity, file) != NULL) {
        char *rest = line;
        int number;
        if (line[0] == '#' || line[strspn(line, " \n")] == 0)
            continue;
        for (number = 0; number < n_fields; number++)
            fields[number] = field(&rest, '|');
        snprintf(name, sizeof name, "%s", fields[0]);
        return 1;
    }
    return 0;
}

static FILE *open_cases(const char *file) {
    const char *folder = getenv("CMETRICS_CASES");
    char path[4096];
    FILE *cases;
    snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : "", file);
    cases = fopen(path, "r");
    if (cases == NULL) {
        fprintf(stderr, "cannot open %s: CMETRICS_CASES must name the folder compat-tests/locating\n", path);
        exit(2);
    }
    return cases;
}

// `-` is unset, `=` is before what is set.
static const char *setting(const char *written) {
    return strcmp(written, "-") == 0 ? NULL : written + 1;
}

// What a search would try, as the table writes it. Stops after `most` candidates.
struct tried {
    char line[8192];
    int count, most;
};

static int add_tried(void *user, int origin, const char *path) {
    static const char *const origins[] = {"", "forced", "loaded", "beside", "system"};
    struct tried *tried = user;
    size_t len = strlen(tried->line);
    snprintf(tried->line + len, sizeof tried->line - len, "%s%s:%s", len == 0 ? "" : ";", origins[origin], path);
    return ++tried->count == tried->most ? 7 : 0;
}

static void check_search(char **fields) {
    struct tried all = {{0}, 0, -1}, first = {{0}, 0, 1};
    cmetrics_surroundings around;
    cmetrics_names loaded = {NULL, 0};
    const char *outcome = fields[6], *detail = fields[7];
    int kind;
    around.os = strcmp(fields[1], "linux") == 0   ? CMETRICS_OS_LINUX
                : strcmp(fields[1], "macos") == 0 ? CMETRICS_OS_MACOS
                                                  : CMETRICS_OS_WINDOWS;
    around.library = setting(fields[2]);
    around.disable = setting(fields[3]);
    around.folder = strcmp(fields[5], "-") == 0 ? NULL : fields[5];
    while (strcmp(fields[4], "-") != 0 && fields[4][0] != 0)
        cmetrics_names_add(&loaded, field(&fields[4], ';'));
    around.loaded = loaded.data;
    kind = cmetrics_search_kind(&around);
    CHECK_SAME(kind == CMETRICS_SEARCH_DISABLED     ? "disabled"
               : kind == CMETRICS_SEARCH_CANDIDATES ? "search"
                                                    : "error",
               outcome);
    if (kind == CMETRICS_SEARCH_RELATIVE || kind == CMETRICS_SEARCH_FOLDER) {
        CHECK_SAME(kind == CMETRICS_SEARCH_RELATIVE ? "relative" : "folder", detail);
    } else if (kind == CMETRICS_SEARCH_CANDIDATES) {
        CHECK(cmetrics_search(&around, add_tried, &all) == 0);
        CHECK_SAME(all.line, detail);
        // A candidate that ends the search is the last one.
        CHECK(cmetrics_search(&around, add_tried, &first) == 7);
        CHECK(strncmp(first.line, detail, strlen(first.line)) == 0 && first.count == 1);
    }
    free(loaded.data);
}

static void check_version(char **fields) {
    cmetrics_range asked, served;
    int why = -1;
    uint32_t version;
    char found[16];
    asked.oldest = (uint32_t)strtoul(fields[1], NULL, 10);
    asked.newest = (uint32_t)strtoul(fields[2], NULL, 10);
    served.oldest = (uint32_t)strtoul(fields[3], NULL, 10);
    served.newest = (uint32_t)strtoul(fields[4], NULL, 10);
    version = cmetrics_negotiate(asked, served, &why);
    snprintf(found, sizeof found, "%lu", (unsigned long)version);
    CHECK((version == 0) == (why != 0));
    CHECK_SAME(why == CMETRICS_MISMATCH_OLDER     ? "older"
               : why == CMETRICS_MISMATCH_NEWER   ? "newer"
               : why == CMETRICS_MISMATCH_INVALID ? "invalid"
                                                  : found,
               fields[5]);
}

static void check_table(const char *file, int n_fields, void (*check)(char **fields), unsigned least) {
    FILE *cases = open_cases(file);
    char line[4096], *fields[8];
    unsigned count = 0;
    while (next_case(cases, line, (int)sizeof line, fields, n_fields)) {
        unsigned before = failures;
        check(fields);
        if (failures != before)
            fprintf(stderr, "%s: %s\n", file, name);
        count++;
    }
    fclose(cases);
    // A table that was cut short, or written in another way, must not pass.
    CHECK(count >= least);
}

int main(void) {
    check_table("vectors.txt", 8, check_search, 60);
    check_table("versions.txt", 6, check_version, 14);
    return finish();
}
