// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// steps FILE: every line of FILE is a case, run in a process of its own: a name, and steps with tabs between them.
//
//   load X SPEC      makes a copy available (copy.h)
//   other X PATH     loads an object that is no copy         slotted X PATH   … that has a slot one may write to
//   use X            asks for version 1, records three       elect X          elects
//   force X          elects X by force, which must succeed   late X           the same, which must come too late
//   apart X PATH     loads a copy into another namespace, where it must have a root of its own
//   unload X         closes it; afterwards it must be gone   keep X           closes it; it must still be there
//   unlink PATH      removes the file                        replace PATH FROM  puts another file in its place
//   winner X         every copy names X as the winner        one              one table, one root, all events
//   copies N         every copy lists N, and one winner      listed PATH      … this one among them
//   unlisted PATH    … this one not                          untouched X      no byte of X has changed since its loading
//
// Prints a line for each case that failed, then how many there were.

#include "steps.h"

#include <pthread.h>

#define SECONDS 20
#define THREE 3

static void copy_file(const char *from, const char *to) {
    char buffer[65536];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    REQUIRE(in != NULL && out != NULL, "copying %s to %s: %s", from, to, strerror(errno));
    for (size_t len; (len = fread(buffer, 1, sizeof buffer, in)) != 0;)
        REQUIRE(fwrite(buffer, 1, len, out) == len, "copying to %s: %s", to, strerror(errno));
    fclose(in);
    REQUIRE(fclose(out) == 0, "copying to %s: %s", to, strerror(errno));
}

static void replace_file(const char *path, const char *from) {
    char fresh[4096];
    REQUIRE(snprintf(fresh, sizeof fresh, "%s.fresh", path) < (int)sizeof fresh, "%s is too long", path);
    copy_file(from, fresh);
    REQUIRE(rename(fresh, path) == 0, "replacing %s: %s", path, strerror(errno));
}

static void close_copy(struct state *state, struct named *named, int stays) {
    const char *path = file_of(named->copy.spec);
    REQUIRE(dlclose(named->copy.handle) == 0, "dlclose: %s", dlerror());
    void *again = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    REQUIRE((again != NULL) == stays, "%c %s after dlclose", named->name, stays ? "is gone" : "is still there");
    *named = state->all[--state->n];
}

#if defined(LM_ID_NEWLM)
// A root of its own: nothing that was recorded elsewhere is in its report.
static void use_apart(struct named *named) {
    const cmetrics_api_v1 *api = table(&named->copy);
    record(api, THREE);
    uint64_t events = reported(api, EVENTS "_total");
    REQUIRE(events == THREE, "%c shares a root across namespaces: %llu events", named->name, (unsigned long long)events);
}
#endif

static void *use_here(void *argument) {
    const struct copy *copy = argument;
    if (copy->record != NULL)
        copy->record(THREE);
    else
        record(table(copy), THREE);
    return NULL;
}

// On a thread that ends: what a living thread keeps for its end would hold the module, and not the election.
static void use(struct state *state, struct named *named) {
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, use_here, &named->copy) == 0, "no thread");
    pthread_join(thread, NULL);
    state->events += THREE;
}

static void elect(struct named *named, uint32_t flags, cmetrics_status expected) {
    const cmetrics_bootstrap *winner = NULL;
    cmetrics_status status = card(&named->copy)->elect(flags, &winner);
    REQUIRE(status == expected, "electing %c with flags %u came to %d", named->name, flags, (int)status);
    REQUIRE(winner != NULL, "electing %c named no winner", named->name);
    REQUIRE(flags == 0 || (winner == card(&named->copy)) == (expected == CMETRICS_OK), "electing %c named a wrong winner",
            named->name);
}

static struct named *add(struct state *state, const char *name) {
    REQUIRE(state->n < MOST_COPIES, "too many copies");
    struct named *named = &state->all[state->n++];
    memset(named, 0, sizeof *named);
    named->name = name[0];
    return named;
}

static char *next(char **rest) {
    char *word = strsep(rest, "\t");
    REQUIRE(word != NULL && *word != 0, "a step lacks a word");
    return word;
}

static void run_step(struct state *state, const char *step, char **rest) {
    char *word = strcmp(step, "one") == 0 ? NULL : next(rest);
    if (strcmp(step, "load") == 0) {
        load_copy(&add(state, word)->copy, next(rest));
    } else if (strcmp(step, "other") == 0 || strcmp(step, "slotted") == 0) {
        struct named *named = add(state, word);
        named->lends_slot = step[0] == 's';
        named->copy.spec = next(rest);
        named->copy.handle = dlopen(named->copy.spec, RTLD_NOW | RTLD_LOCAL);
        REQUIRE(named->copy.handle != NULL, "%s", dlerror());
        named->apart = 1;
        named->sum = sum_of(named);
#if defined(LM_ID_NEWLM)
    } else if (strcmp(step, "apart") == 0) {
        struct named *named = add(state, word);
        named->copy.spec = next(rest);
        named->apart = 1;
        named->copy.handle = dlmopen(LM_ID_NEWLM, named->copy.spec, RTLD_NOW | RTLD_LOCAL);
        REQUIRE(named->copy.handle != NULL, "%s", dlerror());
        SYMBOL(named->copy.handle, "cmetrics_get_api", named->copy.get_api);
        use_apart(named);
#endif
    } else if (strcmp(step, "use") == 0) {
        use(state, by_name(state, word[0]));
    } else if (strcmp(step, "elect") == 0) {
        elect(by_name(state, word[0]), 0, CMETRICS_OK);
    } else if (strcmp(step, "force") == 0) {
        elect(by_name(state, word[0]), CMETRICS_COPY_FORCED, CMETRICS_OK);
    } else if (strcmp(step, "late") == 0) {
        elect(by_name(state, word[0]), CMETRICS_COPY_FORCED, CMETRICS_ALREADY_ELECTED);
    } else if (strcmp(step, "unload") == 0 || strcmp(step, "keep") == 0) {
        close_copy(state, by_name(state, word[0]), step[0] == 'k');
    } else if (strcmp(step, "unlink") == 0) {
        REQUIRE(unlink(word) == 0, "unlinking %s: %s", word, strerror(errno));
    } else if (strcmp(step, "replace") == 0) {
        replace_file(word, next(rest));
    } else if (strcmp(step, "winner") == 0) {
        check_winner(state, word[0]);
    } else if (strcmp(step, "one") == 0) {
        check_one_root(state);
    } else if (strcmp(step, "copies") == 0) {
        check_copies(state, number(word));
    } else if (strcmp(step, "listed") == 0 || strcmp(step, "unlisted") == 0) {
        check_listed(state, word, step[0] == 'l');
    } else if (strcmp(step, "untouched") == 0) {
        struct named *named = by_name(state, word[0]);
        REQUIRE(sum_of(named) == named->sum, "%c was written to", named->name);
    } else {
        give_up("no step is called %s", step);
    }
}

static void run_case(void *argument) {
    static struct state state;
    char *rest = argument;
    while (rest != NULL) {
        char *step = next(&rest);
        run_step(&state, step, &rest);
    }
}

int main(int argc, char **argv) {
    static char line[65536];
    unsigned cases = 0, failed = 0;
    REQUIRE(argc == 2, "usage: %s FILE", argv[0]);
    FILE *file = fopen(argv[1], "r");
    REQUIRE(file != NULL, "%s: %s", argv[1], strerror(errno));
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = 0;
        char *rest = line;
        const char *name = strsep(&rest, "\t");
        cases++;
        struct outcome outcome = apart(SECONDS, run_case, rest);
        if (outcome.why[0] != 0) {
            failed++;
            printf("FAILED: %s: %s\n", name, outcome.why);
        }
    }
    fclose(file);
    printf("%u of %u cases\n", cases - failed, cases);
    return failed != 0 || cases == 0;
}
