// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What steps.c remembers, and the steps that only look.

#ifndef ELECTION_STEPS_H
#define ELECTION_STEPS_H

#include "metrics.h"

#define MOST_COPIES 16

// A copy or another object, by the letter that a case gives it.
struct named {
    char name;
    struct copy copy;
    // It is in a namespace of its own, and counts for nothing here.
    int apart;
    // It has a slot into which the winner may be written, whatever else is wrong with it.
    int lends_slot;
    // What its memory came to when it was loaded.
    uint64_t sum;
};

struct state {
    struct named all[MOST_COPIES];
    unsigned n;
    // How many events were recorded through copies that share a root.
    uint64_t events;
};

static inline struct named *by_name(struct state *state, char name) {
    for (unsigned i = 0; i < state->n; i++)
        if (state->all[i].name == name)
            return &state->all[i];
    give_up("the case names %c and never loads it", name);
}

static inline int has_table(const struct named *named) {
    return named->copy.get_api != NULL && !named->apart;
}

// Every loaded copy names the same winner.
static inline void check_winner(struct state *state, char name) {
    const cmetrics_bootstrap *expected = card(&by_name(state, name)->copy);
    for (unsigned i = 0; i < state->n; i++) {
        if (!has_table(&state->all[i]))
            continue;
        const cmetrics_bootstrap *winner = NULL;
        cmetrics_status status = card(&state->all[i].copy)->elect(0, &winner);
        REQUIRE(status == CMETRICS_OK, "%c: elect came to %d", state->all[i].name, (int)status);
        REQUIRE(winner == expected, "%c names another winner than %c", state->all[i].name, name);
    }
}

// Every loaded copy gives the same table, the same root and all events; every slot leads to one provider.
static inline void check_one_root(struct state *state) {
    const cmetrics_api_v1 *api = NULL;
    uint64_t provider = 0;
    for (unsigned i = 0; i < state->n; i++) {
        const struct named *named = &state->all[i];
        if (named->apart || (named->copy.get_api == NULL && named->copy.root == NULL))
            continue;
        if (named->copy.get_api != NULL) {
            REQUIRE(api == NULL || table(&named->copy) == api, "%c gives another table", named->name);
            api = table(&named->copy);
            uint64_t seen = reported(api, EVENTS "_total");
            REQUIRE(seen == (state->events != 0 ? state->events : NO_SAMPLE), "%c reports %lld events of %llu",
                    named->name, (long long)seen, (unsigned long long)state->events);
        }
        const cmetrics_note_slot *slot = slot_of(named->copy.handle);
        REQUIRE(slot != NULL, "%c has no slot", named->name);
        uint64_t its = __atomic_load_n(&slot->provider, __ATOMIC_ACQUIRE);
        // A copy that came after the election hears of it when it is first asked.
        if (named->copy.get_api != NULL) {
            REQUIRE(its != 0, "%c was asked, and its slot names no provider", named->name);
            REQUIRE(provider == 0 || its == provider, "%c's slot names another provider", named->name);
            provider = its;
        }
    }
    for (unsigned i = 0; api != NULL && i < state->n; i++) {
        const struct named *named = &state->all[i];
        cmetrics_registry *root = api->registry->root(api);
        uint64_t id = api->registry->id(root);
        api->registry->release(root);
        REQUIRE(named->apart || named->copy.root == NULL || named->copy.root() == id, "%c has another root", named->name);
    }
}

struct listing {
    unsigned copies, winners;
    const char *path;
    int found;
};

static inline cmetrics_status CMETRICS_CALL list_copy(void *user, const cmetrics_copy *copy) {
    struct listing *listing = user;
    listing->copies++;
    listing->winners += (copy->flags & CMETRICS_COPY_WINNER) != 0;
    listing->found |= listing->path != NULL && copy->path.len == strlen(listing->path) &&
                      memcmp(copy->path.data, listing->path, copy->path.len) == 0;
    REQUIRE(copy->semver.len != 0 && copy->build_id.len != 0 && copy->oldest >= 1 && copy->newest >= copy->oldest,
            "a copy is listed without what it is");
    return CMETRICS_OK;
}

static inline struct listing list(const struct named *named, const char *path) {
    struct listing listing = {0, 0, path, 0};
    cmetrics_status status = card(&named->copy)->copies(list_copy, &listing);
    REQUIRE(status == CMETRICS_OK, "%c: copies came to %d", named->name, (int)status);
    return listing;
}

// Every loaded copy lists `n` copies, one winner among them, and the report counts as many.
static inline void check_copies(struct state *state, unsigned n) {
    for (unsigned i = 0; i < state->n; i++) {
        const struct named *named = &state->all[i];
        if (!has_table(named))
            continue;
        struct listing listing = list(named, NULL);
        REQUIRE(listing.copies == n, "%c lists %u copies of %u", named->name, listing.copies, n);
        REQUIRE(listing.winners == 1, "%c lists %u winners", named->name, listing.winners);
        uint64_t gauge = reported(table(&named->copy), "cmetrics_copies");
        REQUIRE(gauge == n, "cmetrics_copies is %llu of %u", (unsigned long long)gauge, n);
    }
}

// Whether the copies that are listed hold this path.
static inline void check_listed(struct state *state, const char *path, int listed) {
    for (unsigned i = 0; i < state->n; i++)
        if (has_table(&state->all[i]))
            REQUIRE(list(&state->all[i], path).found == listed, "%c %s %s", state->all[i].name,
                    listed ? "does not list" : "lists", path);
}

// A number that changes when a byte of the object does, but for those in which a slot of its own names its provider.
static inline uint64_t sum_of(const struct named *named) {
    const unsigned char *left_out = NULL;
    if (named->lends_slot) {
        cmetrics_note_slot *slot = slot_of(named->copy.handle);
        REQUIRE(slot != NULL, "%s has no slot", named->copy.spec);
        left_out = (const unsigned char *)&slot->provider;
    }
    return sum_memory(named->copy.handle, left_out);
}

#endif
