/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A libcmetrics in many shapes, chosen by macros. It takes part in an election as a copy that never looks for others:
 * it has the notes and the slot, and follows whoever wrote a winner into its slot.
 *
 *   OLDEST, NEWEST       the ABI versions that it serves
 *   RANK, SLOT_FLAGS     of its slot; SEMVER of its bootstrap table
 *   LONGER               its tables and vtables go on after version 1's slots, with slots that end the process
 *   SHORT_TABLE          its table ends before `error`
 *   SHORT_REGISTRY       its registry vtable ends before `reset`
 *   NO_COLLECTORS        its `collector->add` fails
 *   WRONG_MAGIC          its bootstrap table has another magic
 *   ALWAYS_NULL          its entry gives NULL, whatever is asked for
 *   ABORTS               its constructor ends the process
 *   NO_EXPORT            it exports nothing
 *   ANOTHER_PROJECT      it exports what another project's library of this name does, whose constructor tells
 *   OVER                 its tables lead to the library that MOCK_OVER names, and it has no notes. Otherwise they are
 *                        no-ops, but for a name with a blank, which they refuse with an error that says so
 */
#define _GNU_SOURCE

#include <cmetrics-1/cmetrics_load.h>

#include <dlfcn.h>

#ifndef OLDEST
#define OLDEST 1
#endif
#ifndef NEWEST
#define NEWEST 1
#endif
#ifndef RANK
#define RANK 1
#endif
#ifndef SLOT_FLAGS
#define SLOT_FLAGS 0
#endif
#ifndef SEMVER
#define SEMVER "0.0.7"
#endif
#ifdef LONGER
#define MORE 4
#else
#define MORE 0
#endif

#if defined(NO_EXPORT)

int mock_of_nothing(void);
__attribute__((visibility("hidden"))) int mock_of_nothing(void) { return 0; }

#elif defined(ANOTHER_PROJECT)

void *cmt_create(void);
__attribute__((visibility("default"))) void *cmt_create(void) { return NULL; }
__attribute__((constructor)) static void told(void) { fputs("another project's constructor ran\n", stderr); }

#else

/* ---- the tables ---- */

static void beyond(void) {
    fputs("a slot was called that no client of version 1 knows\n", stderr);
    abort();
}

/* A table or vtable of version 1, and what a later one has after it. */
#define ROOM 8
struct table {
    union {
        cmetrics_api_v1 api;
        cmetrics_registry_v1 registry;
        unsigned char bytes[sizeof(cmetrics_registry_v1) + ROOM * sizeof(void *)];
    } is;
};

#define VTABLES 12
static struct table tables[NEWEST + 1][1 + VTABLES];

/* Copies `from` and lengthens it. */
static const void *lengthen(struct table *into, const void *from, uint32_t version) {
    void (*const trap)(void) = beyond;
    const uint32_t more = MORE;
    uint32_t size, now, i;
    memcpy(&size, from, sizeof size);
    memcpy(into->is.bytes, from, size);
    for (i = 0; i < more; i++) memcpy(into->is.bytes + size + i * sizeof trap, &trap, sizeof trap);
    now = size + (uint32_t)(more * sizeof trap);
    memcpy(into->is.bytes, &now, sizeof now);
    memcpy(into->is.bytes + 4, &version, sizeof version);
    return into->is.bytes;
}

#ifdef OVER
static const cmetrics_api_v1 *base(void) {
    void *library = dlopen(getenv("MOCK_OVER"), RTLD_NOW | RTLD_LOCAL);
    void *symbol = library == NULL ? NULL : dlsym(library, "cmetrics_get_api");
    cmetrics_get_api_fn get_api = NULL;
    memcpy(&get_api, &symbol, sizeof get_api);
    return get_api == NULL ? NULL : (const cmetrics_api_v1 *)get_api(1);
}
#else
static cmetrics_status refusing_metric(cmetrics_registry *registry, const cmetrics_metric_desc *desc,
                                       cmetrics_metric **metric, cmetrics_error **error) {
    static char refused;
    if (memchr(desc->name.data, ' ', (size_t)desc->name.len) == NULL)
        return cmetrics_noop()->registry->metric(registry, desc, metric, error);
    *metric = NULL;
    if (error != NULL) *error = (cmetrics_error *)(void *)&refused;
    return CMETRICS_INVALID_ARGUMENT;
}

static cmetrics_status telling_read(const cmetrics_error *error, cmetrics_error_info *info) {
    if (error == NULL) return CMETRICS_INVALID_ARGUMENT;
    info->code = CMETRICS_INVALID_ARGUMENT;
    info->message.data = "the mock refuses a name with a blank";
    info->message.len = strlen(info->message.data);
    return CMETRICS_OK;
}

#ifdef NO_COLLECTORS
static cmetrics_status refusing_add(cmetrics_registry *registry, const cmetrics_collector_desc *desc,
                                    cmetrics_collector **collector, cmetrics_error **error) {
    (void)registry, (void)desc;
    if (collector != NULL) *collector = NULL;
    if (error != NULL) *error = NULL;
    return CMETRICS_UNSUPPORTED;
}
#endif

/* The no-op table, which takes everything, with what refuses a name and tells of it. */
static const cmetrics_api_v1 *base(void) {
    static cmetrics_api_v1 api;
    static cmetrics_registry_v1 registry;
    static cmetrics_error_v1 error;
    api = *cmetrics_noop();
    registry = *api.registry;
    error = *api.error;
    registry.metric = refusing_metric;
    error.read = telling_read;
    api.registry = &registry;
    api.error = &error;
#ifdef NO_COLLECTORS
    static cmetrics_collector_v1 collector;
    collector = *api.collector;
    collector.add = refusing_add;
    api.collector = &collector;
#endif
    return &api;
}
#endif

/* The table of a version, made when it is first asked for. Not for several threads at once. */
static const void *table(uint32_t version) {
    struct table *all = tables[version];
    const cmetrics_api_v1 *from = base();
    if (from == NULL || all[0].is.api.struct_size != 0) return from == NULL ? NULL : all;
    lengthen(&all[0], from, version);
#define VTABLE(number, name) all[0].is.api.name = lengthen(&all[number], from->name, version)
    VTABLE(1, client);
    VTABLE(2, registry);
    VTABLE(3, metric);
    VTABLE(4, counter);
    VTABLE(5, int_counter);
    VTABLE(6, float_counter);
    VTABLE(7, duration_counter);
    VTABLE(8, int_gauge);
    VTABLE(9, float_gauge);
    VTABLE(10, duration_gauge);
    VTABLE(11, collector);
    VTABLE(12, error);
#ifdef SHORT_TABLE
    all[0].is.api.struct_size = offsetof(cmetrics_api_v1, error);
#endif
#ifdef SHORT_REGISTRY
    all[2].is.registry.struct_size = offsetof(cmetrics_registry_v1, reset);
#endif
    return all;
}

/* ---- version 0 ---- */

static const cmetrics_bootstrap mock_card;

#ifdef OVER
static const cmetrics_bootstrap *elected;
static void become(void) { elected = &mock_card; }
static const cmetrics_bootstrap *provider(void) { return elected; }
#else
/* Defined in notes(), since no C compiler can initialise what it holds. */
__attribute__((visibility("hidden"))) extern cmetrics_note_slot mock_slot;
static void become(void) { mock_slot.provider = (uint64_t)(uintptr_t)&mock_slot; }
static const cmetrics_bootstrap *provider(void) {
    const cmetrics_note_slot *slot = (const cmetrics_note_slot *)(uintptr_t)mock_slot.provider;
    return slot == NULL ? NULL : (const cmetrics_bootstrap *)((const char *)&slot->card_rel + slot->card_rel);
}
#endif

static cmetrics_status elect(uint32_t flags, const cmetrics_bootstrap **winner) {
    if (provider() == NULL) become();
    if (winner != NULL) *winner = provider();
    return (flags & CMETRICS_COPY_FORCED) != 0 && provider() != &mock_card ? CMETRICS_ALREADY_ELECTED : CMETRICS_OK;
}

static uint64_t put(const char *text, char *buffer, uint64_t capacity) {
    if (capacity != 0) snprintf(buffer, (size_t)capacity, "%s", text);
    return strlen(text);
}

static uint64_t path(char *buffer, uint64_t capacity) {
    Dl_info info;
    return put(dladdr(&mock_card, &info) != 0 ? info.dli_fname : "", buffer, capacity);
}

static uint64_t explain(uint32_t wanted, const cmetrics_client_desc *client, char *buffer, uint64_t capacity) {
    (void)wanted, (void)client;
    return put("the mock explains nothing", buffer, capacity);
}

static cmetrics_status copies(cmetrics_copy_fn copy, void *user) {
    char file[4096];
    cmetrics_copy told;
    memset(&told, 0, sizeof told);
    told.struct_size = sizeof told;
    told.flags = provider() == &mock_card ? CMETRICS_COPY_WINNER : 0;
    told.oldest = OLDEST;
    told.newest = NEWEST;
    told.rank = RANK;
    told.path.len = path(file, sizeof file);
    told.path.data = file;
    told.semver.data = SEMVER;
    told.semver.len = strlen(SEMVER);
    return copy(user, &told);
}

static const void *extension(const cmetrics_text *name) {
    (void)name;
    return NULL;
}

__attribute__((used)) static const void *mock_entry(uint32_t version) {
#ifdef ALWAYS_NULL
    (void)table;
    return version == UINT32_MAX ? &mock_card : NULL;
#else
    if (version == 0) return &mock_card;
    if (provider() == NULL) become();
    if (provider() != &mock_card) return provider()->get_api(version);
    return version < OLDEST || version > NEWEST ? NULL : table(version);
#endif
}

static const cmetrics_bootstrap mock_card = {
    sizeof(cmetrics_bootstrap), 0,
#ifdef WRONG_MAGIC
    "cmetrics-abi-9\0",
#else
    CMETRICS_MAGIC,
#endif
    OLDEST, NEWEST, RANK, SEMVER, "mock", elect, path, explain, copies, extension, mock_entry};

CMETRICS_EXPORT const void *cmetrics_get_api(uint32_t version) __attribute__((alias("mock_entry")));

#ifdef ABORTS
__attribute__((constructor)) static void stop(void) { abort(); }
#endif

/* ---- the slot, and the notes that lead to it and tell the sizes of the tables ---- */

#ifndef OVER
#define SIZES(version)                                                                                                 \
    ".long " #version ", %c[table], 12, %c[client], %c[registry], %c[metric], %c[counter], %c[value_counter], "        \
    "%c[value_counter], %c[value_counter], %c[gauge], %c[gauge], %c[gauge], %c[collector], %c[error]\n"
#define SIZE(type) "i"(sizeof(type) + MORE * sizeof(void *))

__attribute__((used, noinline)) static void notes(void) {
    __asm__ volatile(".pushsection .data.cmetrics_slot, \"aw\", @progbits\n"
                     ".balign 16\n"
                     ".globl mock_slot\n"
                     ".hidden mock_slot\n"
                     ".hidden __ehdr_start\n"
                     "mock_slot:\n"
                     ".asciz \"cmetrics-slot-1\"\n"
                     ".long 128, %c[flags], %c[oldest], %c[newest]\n"
                     ".quad %c[rank]\n"
                     "1: .quad mock_entry - 1b\n"
                     ".quad 0\n"
                     ".ascii \"mock\"\n"
                     ".zero 20\n"
                     "2: .quad mock_card - 2b\n"
                     ".zero 40\n"
                     ".popsection\n"
                     ".pushsection .note.cmetrics, \"a\", @note\n"
                     ".balign 8\n"
                     ".long 9, 16, 0x434d5431\n"
                     ".asciz \"CMETRICS\"\n"
                     ".balign 4\n"
                     "3: .quad mock_slot - 3b\n"
                     "4: .quad __ehdr_start - 4b\n"
                     ".long 9, 6f - 5f, 0x434d5432\n"
                     ".asciz \"CMETRICS\"\n"
                     ".balign 4\n"
                     "5:\n"
#if OLDEST <= 1
                     SIZES(1)
#endif
#if OLDEST <= 2 && NEWEST >= 2
                     SIZES(2)
#endif
#if NEWEST >= 3
                     SIZES(3)
#endif
                     "6:\n"
                     ".balign 8\n"
                     ".popsection\n"
                     :
                     : [flags] "i"(SLOT_FLAGS), [oldest] "i"(OLDEST), [newest] "i"(NEWEST), [rank] "i"(RANK),
                       [table] SIZE(cmetrics_api_v1), [client] SIZE(cmetrics_client_v1),
                       [registry] SIZE(cmetrics_registry_v1), [metric] SIZE(cmetrics_metric_v1),
                       [counter] SIZE(cmetrics_counter_v1), [value_counter] SIZE(cmetrics_int_counter_v1),
                       [gauge] SIZE(cmetrics_int_gauge_v1), [collector] SIZE(cmetrics_collector_v1),
                       [error] SIZE(cmetrics_error_v1));
}
#endif

#endif
