/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A library of our name in many shapes, chosen by macros:
 *
 *   OLDEST, NEWEST        the ABI versions that it says it serves
 *   RANK, SEMVER          of its bootstrap table
 *   BOOT_SIZE, BOOT_VERSION, BOOT_MAGIC, BOOT_ELECT
 *                         other contents of that table
 *   BOOTSTRAP(table)      what version 0 gives: an expression
 *   ELECT_STATUS          what its election fails with
 *   WINNER_NEWEST         another copy, which serves 1 to this version, provides already
 *   SATELLITE             serves beside that one what it does not serve
 *   NO_TABLE              gives NULL for the versions that it says it serves
 *   TABLE_SIZE, TABLE_VERSION, REGISTRY_SIZE
 *                         of the table of version 1
 *   NULL_REGISTRY, NULL_SLOT
 *                         a vtable, or a slot of one, is not there
 *   STRANGER              does not export cmetrics_get_api, but needs it from elsewhere
 *   ABORT                 a constructor ends the process
 *   NOTES                 a constructor, and a destructor, write a byte each to the file named MOCK_NOTES
 */
#include "cmetrics-1/cmetrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef OLDEST
#define OLDEST 1
#endif
#ifndef NEWEST
#define NEWEST 1
#endif
#ifndef RANK
#define RANK 7
#endif
#ifndef SEMVER
#define SEMVER "0.0.7"
#endif
#ifndef BOOT_SIZE
#define BOOT_SIZE sizeof(cmetrics_bootstrap)
#endif
#ifndef BOOT_VERSION
#define BOOT_VERSION 0
#endif
#ifndef BOOT_MAGIC
#define BOOT_MAGIC CMETRICS_MAGIC
#endif
#ifndef BOOT_ELECT
#define BOOT_ELECT elect
#endif
#ifndef BOOTSTRAP
#define BOOTSTRAP(table) (table)
#endif
#ifndef TABLE_SIZE
#define TABLE_SIZE sizeof(cmetrics_api_v1)
#endif
#ifndef TABLE_VERSION
#define TABLE_VERSION version
#endif
#ifndef REGISTRY_SIZE
#define REGISTRY_SIZE sizeof(cmetrics_registry_v1)
#endif

#ifdef ABORT
__attribute__((constructor)) static void stop(void) { abort(); }
#endif

#ifdef NOTES
static void note(char byte) {
    FILE *notes = fopen(getenv("MOCK_NOTES"), "a");
    fputc(byte, notes);
    fclose(notes);
}
__attribute__((constructor)) static void begun(void) { note('+'); }
__attribute__((destructor)) static void ended(void) { note('-'); }
#endif

/* ---- version 0 ---- */

static const cmetrics_bootstrap own;
#ifdef WINNER_NEWEST
static const cmetrics_bootstrap other;
#define WINNER other
#else
#define WINNER own
#endif

static cmetrics_status elect(uint32_t flags, const cmetrics_bootstrap **winner) {
    const cmetrics_bootstrap *elected = &WINNER;
#ifdef ELECT_STATUS
    return ELECT_STATUS;
#endif
    *winner = elected;
    return (flags & CMETRICS_COPY_FORCED) && elected != &own ? CMETRICS_ALREADY_ELECTED : CMETRICS_OK;
}

static uint64_t put(const char *text, char *buffer, uint64_t capacity) {
    if (capacity) snprintf(buffer, capacity, "%s", text);
    return strlen(text);
}

static uint64_t own_path(char *buffer, uint64_t capacity) { return put("the mock", buffer, capacity); }

static uint64_t explain(uint32_t wanted, const cmetrics_client_desc *client, char *buffer, uint64_t capacity) {
    (void)wanted, (void)client;
    return put("the mock explains", buffer, capacity);
}

static cmetrics_status copies(cmetrics_copy_fn copy, void *user) {
    cmetrics_copy told = {.struct_size = sizeof told, .oldest = OLDEST, .newest = NEWEST, .rank = RANK};
    cmetrics_status status = copy(user, &told);
#ifdef WINNER_NEWEST
    cmetrics_copy winner = {.struct_size = sizeof winner, .flags = CMETRICS_COPY_WINNER, .oldest = 1,
                            .newest = WINNER_NEWEST};
    if (!status) status = copy(user, &winner);
#endif
    return status;
}

static const void *extension(const cmetrics_text *name) {
    (void)name;
    return NULL;
}

#ifdef STRANGER
#define ENTRY stranger_get_api
__attribute__((weak)) const void *cmetrics_get_api(uint32_t version);
const void *stranger_get_api(uint32_t version);
#else
#define ENTRY cmetrics_get_api
#endif

static const cmetrics_bootstrap own = {.struct_size = BOOT_SIZE, .version = BOOT_VERSION, .magic = BOOT_MAGIC,
    .oldest = OLDEST, .newest = NEWEST, .rank = RANK, .semver = SEMVER, .build_id = "mock", .elect = BOOT_ELECT,
    .path = own_path, .explain = explain, .copies = copies, .extension = extension,
    .get_api = ENTRY};

#ifdef WINNER_NEWEST
static uint64_t other_path(char *buffer, uint64_t capacity) { return put("/the/winner", buffer, capacity); }

static const cmetrics_bootstrap other = {.struct_size = sizeof other, .magic = CMETRICS_MAGIC, .oldest = 1,
    .newest = WINNER_NEWEST, .rank = 9, .semver = "0.0.9", .build_id = "mock", .elect = elect, .path = other_path,
    .explain = explain, .copies = copies, .extension = extension,
    .get_api = ENTRY};
#endif

/* ---- version 1: a root and its number, nothing else ---- */

static cmetrics_registry *root(const cmetrics_api_v1 *self) { return (cmetrics_registry *)self; }
static uint64_t id(cmetrics_registry *registry) { return registry ? 4711 : 0; }
static void keep(cmetrics_registry *registry) { (void)registry; }

static const cmetrics_registry_v1 registry = {.struct_size = REGISTRY_SIZE, .version = 1, .retain = keep,
    .release = keep,
#ifndef NULL_SLOT
    .root = root,
#endif
    .id = id};

static cmetrics_api_v1 tables[8];

static const void *table(uint32_t version) {
    cmetrics_api_v1 *api = &tables[version % 8];
    (void)root;
    api->struct_size = TABLE_SIZE;
    api->version = TABLE_VERSION;
#ifndef NULL_REGISTRY
    api->registry = &registry;
#endif
    return api;
}

const void *ENTRY(uint32_t version) {
#ifdef STRANGER
    if (cmetrics_get_api) return cmetrics_get_api(version);
#endif
    if (version == 0) return BOOTSTRAP(&own);
    if (version < OLDEST || version > NEWEST) return NULL;
#if defined WINNER_NEWEST && !defined SATELLITE
    if (version > WINNER_NEWEST) return NULL;
#endif
#ifdef NO_TABLE
    return NULL;
#else
    return table(version);
#endif
}
