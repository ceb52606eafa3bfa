/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from interface/ by `cargo xtask codegen`. Do not edit.
 *
 * The binary interface of libcmetrics. The library exports one function, `cmetrics_get_api`, declared at the end:
 * version 0 gives a copy's `cmetrics_bootstrap`, version 1 gives `cmetrics_api_v1`, a struct of vtables. A program
 * either links the library and calls it, or finds the library at run time with cmetrics_load.h.
 *
 * # Rules of every version
 *
 * *Structs* that a client passes begin with `struct_size` (its `sizeof`) and `flags`. Zero means default in every
 * field. The library accepts a larger struct than it knows, up to 4096 bytes; nonzero bytes beyond what it knows, and
 * unknown flags, are `CMETRICS_UNSUPPORTED`. In callback structs (`cmetrics_sink`, `cmetrics_visitor`) and in data
 * that the library lends, extra bytes are ignored. See docs/abi/versions.md#structs.
 *
 * *Strings* are `cmetrics_text`: UTF-8, never NUL-terminated by assumption. The library copies what it keeps. What it
 * tells is lent for the length of a callback. See docs/abi/strings.md.
 *
 * *Ownership*: create and get give one reference, arguments are borrowed, NULL is ignored by updates and `release`.
 * See docs/abi/ownership.md.
 *
 * *Errors*: a status, and where a slot has `error`, one owned object there on failure and NULL on success. `error`
 * itself may be NULL. No function unwinds. See docs/abi/errors.md.
 *
 * *Tags* end the comment of every slot: `any-thread`; `lock-free` or `may-block`; `no-alloc`; `signal-safe`;
 * `fork-child-ok`. See docs/abi/threads.md#the-tags and docs/abi/fork-and-unload.md#in-a-child.
 *
 * *Versions*: a published table never changes, and none is ever dropped. See docs/abi/versions.md and
 * docs/abi/policy.md.
 */
#ifndef CMETRICS_1_CMETRICS_H
#define CMETRICS_1_CMETRICS_H

#include <stddef.h>
#include <stdint.h>

/* The calling convention of every function and callback of the interface. */
#if defined(_WIN32) && !defined(__GNUC__)
#define CMETRICS_CALL __cdecl
#elif defined(_WIN32) && defined(__i386__)
#define CMETRICS_CALL __attribute__((cdecl))
#else
#define CMETRICS_CALL
#endif

/* How the one function of the library is declared. A program that links the library statically defines it as empty. */
#ifndef CMETRICS_EXPORT
#if defined(_WIN32)
#define CMETRICS_EXPORT __declspec(dllimport)
#elif defined(__GNUC__)
#define CMETRICS_EXPORT __attribute__((visibility("default")))
#else
#define CMETRICS_EXPORT
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- handles ---- */

/**
 * An error with its story: opaque, counted, immutable. Read it with `error->read`, give it back with `error->release`.
 */
typedef struct cmetrics_error cmetrics_error;
/** A part of the process that acts on metrics: an engine, a plugin, a program. Opaque and counted. */
typedef struct cmetrics_client cmetrics_client;
/**
 * A metric of any kind: (root, full name, labels). Opaque and counted; equal pointers are the same metric while held.
 * After `kind` it is cast to the handle of its kind and back.
 */
typedef struct cmetrics_metric cmetrics_metric;
/**
 * A node in the tree of prefixes and default labels. Opaque and counted; the tree owns its nodes, so that releasing a
 * handle removes nothing. Equal pointers are the same registry.
 */
typedef struct cmetrics_registry cmetrics_registry;
/** A count of events that only grows. A `cmetrics_metric` of kind COUNTER. */
typedef struct cmetrics_counter cmetrics_counter;
/** Total and count of durations. A `cmetrics_metric` of kind DURATION_COUNTER. */
typedef struct cmetrics_duration_counter cmetrics_duration_counter;
/** Total and count of amounts that are doubles. A `cmetrics_metric` of kind FLOAT_COUNTER. */
typedef struct cmetrics_float_counter cmetrics_float_counter;
/** Total and count of integer amounts. A `cmetrics_metric` of kind INT_COUNTER. */
typedef struct cmetrics_int_counter cmetrics_int_counter;
/** A duration that goes up and down. A `cmetrics_metric` of kind DURATION_GAUGE. */
typedef struct cmetrics_duration_gauge cmetrics_duration_gauge;
/** A double that goes up and down. A `cmetrics_metric` of kind FLOAT_GAUGE. */
typedef struct cmetrics_float_gauge cmetrics_float_gauge;
/** An integer that goes up and down. A `cmetrics_metric` of kind INT_GAUGE. */
typedef struct cmetrics_int_gauge cmetrics_int_gauge;
/** Code of a client that tells of families when a report is made. Opaque and counted. */
typedef struct cmetrics_collector cmetrics_collector;

/* ---- structs, each described in its chapter ---- */

typedef struct cmetrics_text cmetrics_text;
typedef struct cmetrics_label cmetrics_label;
typedef struct cmetrics_value cmetrics_value;
typedef struct cmetrics_error_info cmetrics_error_info;
typedef struct cmetrics_report_options cmetrics_report_options;
typedef struct cmetrics_sink cmetrics_sink;
typedef struct cmetrics_family cmetrics_family;
typedef struct cmetrics_point cmetrics_point;
typedef struct cmetrics_visitor cmetrics_visitor;
typedef struct cmetrics_client_desc cmetrics_client_desc;
typedef struct cmetrics_client_v1 cmetrics_client_v1;
typedef struct cmetrics_copy cmetrics_copy;
typedef struct cmetrics_bootstrap cmetrics_bootstrap;
typedef struct cmetrics_note_slot cmetrics_note_slot;
typedef struct cmetrics_host cmetrics_host;
typedef struct cmetrics_metric_desc cmetrics_metric_desc;
typedef struct cmetrics_metric_v1 cmetrics_metric_v1;
typedef struct cmetrics_registry_desc cmetrics_registry_desc;
typedef struct cmetrics_registry_v1 cmetrics_registry_v1;
typedef struct cmetrics_counter_v1 cmetrics_counter_v1;
typedef struct cmetrics_int_counter_v1 cmetrics_int_counter_v1;
typedef struct cmetrics_float_counter_v1 cmetrics_float_counter_v1;
typedef struct cmetrics_duration_counter_v1 cmetrics_duration_counter_v1;
typedef struct cmetrics_int_gauge_v1 cmetrics_int_gauge_v1;
typedef struct cmetrics_float_gauge_v1 cmetrics_float_gauge_v1;
typedef struct cmetrics_duration_gauge_v1 cmetrics_duration_gauge_v1;
typedef struct cmetrics_collector_desc cmetrics_collector_desc;
typedef struct cmetrics_collector_v1 cmetrics_collector_v1;
typedef struct cmetrics_error_v1 cmetrics_error_v1;
typedef struct cmetrics_api_v1 cmetrics_api_v1;

/* ---- version ---- */

/** The oldest ABI version that this header describes. */
#define CMETRICS_OLDEST 1u

/** The newest ABI version that this header describes. */
#define CMETRICS_NEWEST 1u

/* ---- status ---- */

/**
 * What a call came to: `CMETRICS_OK`, or what went wrong. An open set: treat an unknown number as a failure. A
 * callback of the client returns 0 to go on and anything else to stop. See docs/abi/errors.md#statuses.
 */
typedef int32_t cmetrics_status;

/** The call did what it says. */
#define CMETRICS_OK 0

/** An argument breaks the contract: a name, a label, a pointer, a size. Fix the call. */
#define CMETRICS_INVALID_ARGUMENT 1

/** The same name already stands for something else. */
#define CMETRICS_CONFLICT 2

/** Nothing of that identity is there. */
#define CMETRICS_NOT_FOUND 3

/** A limit that was set on the root is reached. */
#define CMETRICS_LIMIT 4

/** The registry, client or metric was removed or closed before. */
#define CMETRICS_GONE 5

/** A sink or visitor stopped the call, or its time was up. */
#define CMETRICS_CANCELLED 6

/** A number, flag, field or function from a later version than this library serves. */
#define CMETRICS_UNSUPPORTED 7

/** Another copy of the library is this process's provider already. */
#define CMETRICS_ALREADY_ELECTED 8

/** Memory ran out; nothing was changed. */
#define CMETRICS_OUT_OF_MEMORY 9

/** A fault of the library. Please report it. */
#define CMETRICS_INTERNAL 10

/** No library could be found, or metrics are disabled. Told by loaders, never by the library. */
#define CMETRICS_UNAVAILABLE 11

/* ---- text ---- */

/**
 * UTF-8 text of a known length. `len == 0` means absent, and `data` is not read then. Unsized: never changes. See
 * docs/abi/strings.md#the-text.
 */
struct cmetrics_text {
    /** The first byte. No terminator is needed or read. */
    const char *data;
    /** The number of bytes. */
    uint64_t len;
};

/* ---- label ---- */

/**
 * One label. The order of labels is no part of identity; an empty value is the same as no label. Unsized: never
 * changes. See docs/abi/strings.md#limits.
 */
struct cmetrics_label {
    /** `[a-zA-Z_][a-zA-Z0-9_]*`, at most 256 bytes, not beginning with `__`, not `le` and not `quantile`. */
    cmetrics_text key;
    /** Any UTF-8, at most 4096 bytes. */
    cmetrics_text value;
};

/* ---- value ---- */

/** `bits` is a `uint64_t`. */
#define CMETRICS_VALUE_U64 0

/** `bits` is an `int64_t`. */
#define CMETRICS_VALUE_I64 1

/** `bits` is the pattern of a `double`. */
#define CMETRICS_VALUE_F64 2

/** `bits` is a `uint64_t` number of nanoseconds, exposed as exact decimal seconds. */
#define CMETRICS_VALUE_U64_NS 3

/** `bits` is an `int64_t` number of nanoseconds, exposed as exact decimal seconds. */
#define CMETRICS_VALUE_I64_NS 4

/** One sample of a point: `family.name + suffix {labels..., extra} value`. Unsized: never changes. */
struct cmetrics_value {
    /** What the sample's name adds to the family's: absent, `_sum`, `_count`, `_bucket` and so on. */
    cmetrics_text suffix;
    /** A label of this sample alone, `le` or `quantile` for instance. Absent where its key is. */
    cmetrics_label extra;
    /** How `bits` is read: one of `CMETRICS_VALUE_...`. */
    int32_t type;
    /** Zero. */
    uint32_t zero;
    /** The number. */
    uint64_t bits;
};

/* ---- priority ---- */

/** Reported at every verbosity. */
#define CMETRICS_PRIORITY_CRITICAL (-200)

/** More important than usual. */
#define CMETRICS_PRIORITY_HIGH (-100)

/** The default, of metrics and of reports. */
#define CMETRICS_PRIORITY_NORMAL 0

/** Left out of a report unless asked for. */
#define CMETRICS_PRIORITY_LOW 100

/** Left out of a report unless everything is asked for. */
#define CMETRICS_PRIORITY_DEBUG 200

/* ---- error ---- */

/** The call is wrong: change the arguments. */
#define CMETRICS_CATEGORY_FIX_CALL 1

/** The call is right and its surroundings are not: another library version, a file, a limit, another plugin. */
#define CMETRICS_CATEGORY_FIX_ENVIRONMENT 2

/** The same call may succeed later. */
#define CMETRICS_CATEGORY_RETRY 3

/** The library is wrong. */
#define CMETRICS_CATEGORY_REPORT_BUG 4

/**
 * What an error says. The caller sets `struct_size`; the library fills what fits. Texts are lent until the error is
 * released. See docs/abi/errors.md#the-object.
 */
struct cmetrics_error_info {
    /** Set by the caller to its `sizeof`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t flags;
    /** The status that the failing call returned. */
    cmetrics_status code;
    /** Who can mend it: one of `CMETRICS_CATEGORY_...`. An open set. */
    int32_t category;
    /** What was wrong, in one sentence that names the offender. */
    cmetrics_text message;
    /** What to do about it. May be absent. */
    cmetrics_text hint;
    /** The offending name, label or number by itself. May be absent. */
    cmetrics_text subject;
    /** In a conflict, what was there before and who made it. Otherwise absent. */
    cmetrics_text existing;
    /** In a conflict, what was asked for and by whom. Otherwise absent. */
    cmetrics_text requested;
};

/* ---- report ---- */

/** Prometheus text exposition format, version 0.0.4. */
#define CMETRICS_FORMAT_PROMETHEUS_TEXT 0

/** Leave out the library's own families, whose names begin with `cmetrics_`. */
#define CMETRICS_REPORT_NO_SELF 1u

/**
 * What a report or visit holds. All zero (but for the size) is the usual report; NULL is the same. See
 * docs/abi/versions.md#structs.
 */
struct cmetrics_report_options {
    /** The `sizeof` of this struct. */
    uint32_t struct_size;
    /** `CMETRICS_REPORT_...`. */
    uint32_t flags;
    /** One of `CMETRICS_FORMAT_...`. Ignored by visits. */
    int32_t format;
    /** The least important priority that is still reported: one of `CMETRICS_PRIORITY_...`. */
    int32_t verbosity;
    /** Only families of these full names (or with a sample of such a name). `n_names == 0` is all. */
    const cmetrics_text *names;
    /** How many `names`. */
    uint64_t n_names;
    /**
     * How long the call may take, in nanoseconds from its start, checked between chunks and handed on to collectors;
     * after it the call returns `CMETRICS_CANCELLED`. Zero is without limit.
     */
    uint64_t timeout_ns;
};

/* ---- sink ---- */

/**
 * Takes one chunk of a report: `len` bytes, never zero, lent for the call. Chunks are split anywhere. Returns 0 to go
 * on; anything else stops the report, which then returns `CMETRICS_CANCELLED` with that number in the error's subject.
 * See docs/abi/threads.md#callbacks.
 */
typedef cmetrics_status (CMETRICS_CALL *cmetrics_sink_write_fn)(void *user, const uint8_t *bytes, uint64_t len);

/**
 * Where a report goes. Called on the thread that asked for the report, with no lock held; it may call back into the
 * library. See docs/abi/ownership.md#callbacks.
 */
struct cmetrics_sink {
    /** The `sizeof` of this struct. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t flags;
    /** Required. */
    cmetrics_sink_write_fn write;
    /** Passed to `write` untouched. */
    void *user;
};

/* ---- visitor ---- */

/** Monotonic count of events: u64. Exposed as `counter`, sample `name_total`. */
#define CMETRICS_KIND_COUNTER 1

/** Total and count of u64 amounts. Exposed as `summary`, samples `name_sum` and `name_count`. */
#define CMETRICS_KIND_INT_COUNTER 2

/** Total and count of amounts that are doubles. Exposed as `summary`. */
#define CMETRICS_KIND_FLOAT_COUNTER 3

/** Total and count of durations in nanoseconds. Exposed as `summary` in seconds, name with `_seconds`. */
#define CMETRICS_KIND_DURATION_COUNTER 4

/** An i64 that goes up and down. Exposed as `gauge`. */
#define CMETRICS_KIND_INT_GAUGE 5

/** A double that goes up and down. Exposed as `gauge`. */
#define CMETRICS_KIND_FLOAT_GAUGE 6

/** A duration in i64 nanoseconds that goes up and down. Exposed as `gauge` in seconds, name with `_seconds`. */
#define CMETRICS_KIND_DURATION_GAUGE 7

/** Exposed as `untyped` (OpenMetrics: `unknown`). */
#define CMETRICS_TYPE_UNKNOWN 0

/** Exposed as `counter`. */
#define CMETRICS_TYPE_COUNTER 1

/** Exposed as `gauge`. */
#define CMETRICS_TYPE_GAUGE 2

/** Exposed as `summary`. */
#define CMETRICS_TYPE_SUMMARY 3

/** Exposed as `histogram`. */
#define CMETRICS_TYPE_HISTOGRAM 4

/** Exposed as `gauge` in text 0.0.4 (OpenMetrics: `gaugehistogram`). */
#define CMETRICS_TYPE_GAUGE_HISTOGRAM 5

/** Exposed as `gauge` in text 0.0.4 (OpenMetrics: `info`). */
#define CMETRICS_TYPE_INFO 6

/** Exposed as `gauge` in text 0.0.4 (OpenMetrics: `stateset`). */
#define CMETRICS_TYPE_STATE_SET 7

/** What the points that follow have in common. */
struct cmetrics_family {
    /** The `sizeof` of this struct. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t flags;
    /** One of `CMETRICS_KIND_...`, or 0 for a family that no metric of the library backs. An open set. */
    int32_t kind;
    /** One of `CMETRICS_TYPE_...`. An open set. */
    int32_t type;
    /** One of `CMETRICS_PRIORITY_...`. */
    int32_t priority;
    /** Zero. */
    uint32_t zero;
    /** The full name as it stands in the TYPE line of text 0.0.4: a counter's has its `_total`. */
    cmetrics_text name;
    /** May be absent. */
    cmetrics_text help;
    /** May be absent. */
    cmetrics_text unit;
};

/** One series: a label set and the values that it exposes at this moment. */
struct cmetrics_point {
    /** The `sizeof` of this struct. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t flags;
    /** The metric's id, never reused. Zero for a point that no metric of the library backs. */
    uint64_t id;
    /** All labels, inherited ones included, in the order of their names. */
    const cmetrics_label *labels;
    /** How many `labels`. */
    uint64_t n_labels;
    /** In the order of exposition. */
    const cmetrics_value *values;
    /** How many `values`. */
    uint64_t n_values;
};

/** Opens a family. Everything is lent for the call. Returns 0 to go on. See docs/abi/ownership.md#lent. */
typedef cmetrics_status (CMETRICS_CALL *cmetrics_visit_family_fn)(void *user, const cmetrics_family *family);

/**
 * Adds a point to the family opened last. Everything is lent for the call. Returns 0 to go on. See
 * docs/abi/ownership.md#lent.
 */
typedef cmetrics_status (CMETRICS_CALL *cmetrics_visit_point_fn)(void *user, const cmetrics_point *point);

/**
 * Who hears of families and points. Called on the calling thread, with no lock held; may call back into the library.
 * See docs/abi/threads.md#callbacks.
 */
struct cmetrics_visitor {
    /** The `sizeof` of this struct. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t flags;
    /** Required. */
    cmetrics_visit_family_fn family;
    /** Required. */
    cmetrics_visit_point_fn point;
    /** Passed to both untouched. */
    void *user;
};

/* ---- v1/client ---- */

/** Who a client is. Every text may be absent; at most 256 bytes each, `file` 4096. See docs/abi/strings.md#limits. */
struct cmetrics_client_desc {
    /** The `sizeof` of this struct. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t flags;
    /** For instance `vllm`. Named in conflicts and in `cmetrics_collector_errors_total{client}`. */
    cmetrics_text name;
    /** The client's own version. */
    cmetrics_text version;
    /** For instance `python`. */
    cmetrics_text language;
    /** The program, module or plugin that it is. */
    cmetrics_text file;
};

/** Clients. Governed by docs/abi/ownership.md#handles, docs/abi/errors.md#the-object, docs/abi/threads.md#the-tags. */
struct cmetrics_client_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /** Adds a reference. NULL is ignored. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *retain)(cmetrics_client *client);
    /**
     * Gives a reference back; with the last one the client's collectors are removed as by `close`. NULL is ignored.
     * [any-thread, may-block, fork-child-ok]
     */
    void (CMETRICS_CALL *release)(cmetrics_client *client);
    /**
     * Makes a client; `*client` is the caller's. `desc` is borrowed and copied. Fails with INVALID_ARGUMENT or
     * UNSUPPORTED. See docs/abi/strings.md#limits. [any-thread, may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *open)(const cmetrics_api_v1 *self,
                                          const cmetrics_client_desc *desc,
                                          cmetrics_client **client,
                                          cmetrics_error **error);
    /**
     * Removes the client's collectors and waits until none of them runs (but for one that calls this from inside
     * itself): afterwards the client's code can be unloaded. Its metrics stay. Creating with a closed client is GONE.
     * Closing twice, or NULL, does nothing. The reference stays the caller's. See
     * docs/abi/fork-and-unload.md#unloading-a-plugin. [any-thread, may-block]
     */
    void (CMETRICS_CALL *close)(cmetrics_client *client);
    /**
     * Counts `handles` in `cmetrics_noop_handles_total`: how many metrics this client had made before it found the
     * library, whose updates went nowhere. `client` may be NULL. See docs/abi/locating.md#what-is-remembered.
     * [any-thread, lock-free, no-alloc, fork-child-ok]
     */
    void (CMETRICS_CALL *noop_handles)(const cmetrics_api_v1 *self, cmetrics_client *client, uint64_t handles);
};

/* ---- bootstrap ---- */

/** The first bytes of every `cmetrics_bootstrap` after its two sizes: how a stranger of the same name is told from us. */
#define CMETRICS_MAGIC "cmetrics-abi-0\0\0"

/** This copy is the process's provider. */
#define CMETRICS_COPY_WINNER 1u

/** This copy is linked into a program or plugin. */
#define CMETRICS_COPY_EMBEDDED 2u

/** This copy was named by `CMETRICS_LIBRARY`. */
#define CMETRICS_COPY_FORCED 4u

/** This copy serves clients that the winner is too old for; its root is part of the winner's reports. */
#define CMETRICS_COPY_SATELLITE 8u

/**
 * The type of `cmetrics_get_api`, the library's one export.
 *
 * Version 0 gives this copy's `cmetrics_bootstrap`, never NULL, without side effects. A version that is served
 * gives the process's provider's table for it, which lives for ever: cast it to `const cmetrics_api_v1 *` for
 * version 1. Any other version gives NULL; `bootstrap->explain` then says why. See
 * docs/abi/entry.md#the-one-export. [any-thread, may-block, fork-child-ok]
 */
typedef const void *(CMETRICS_CALL *cmetrics_get_api_fn)(uint32_t version);

/** One copy of the library in this process. Lent for a callback. */
struct cmetrics_copy {
    /** The `sizeof` of this struct. */
    uint32_t struct_size;
    /** `CMETRICS_COPY_...`. */
    uint32_t flags;
    /** The oldest ABI version that it serves. */
    uint32_t oldest;
    /** The newest ABI version that it serves. */
    uint32_t newest;
    /** Its age among releases: the higher is the newer. */
    uint64_t rank;
    /** The file that it was loaded from. See docs/abi/strings.md#paths. */
    cmetrics_text path;
    /** Its package version. */
    cmetrics_text semver;
    /** What build it is. */
    cmetrics_text build_id;
};

/** Hears of one copy, which is lent for the call. Returns 0 to go on. See docs/abi/threads.md#callbacks. */
typedef cmetrics_status (CMETRICS_CALL *cmetrics_copy_fn)(void *user, const cmetrics_copy *copy);

/** This copy's card. Its prefix never changes; read no further than `struct_size`. See docs/abi/entry.md#version-0. */
struct cmetrics_bootstrap {
    /** The `sizeof` of this table in the library. */
    uint32_t struct_size;
    /** 0. */
    uint32_t version;
    /** `CMETRICS_MAGIC`: `cmetrics-abi-0` and two NULs. */
    uint8_t magic[16];
    /** The oldest ABI version that this copy serves. */
    uint32_t oldest;
    /** The newest ABI version that this copy serves. */
    uint32_t newest;
    /** This copy's age among releases: the higher is the newer. */
    uint64_t rank;
    /** This copy's package version, NUL-terminated, for ever. */
    const char *semver;
    /** What build this copy is, NUL-terminated, for ever. */
    const char *build_id;
    /**
     * Settles which copy provides for this process, if nobody has, and lends its bootstrap table for ever. `flags` is
     * zero or `CMETRICS_COPY_FORCED`: this copy wins, or the call returns `CMETRICS_ALREADY_ELECTED`; `winner` is set
     * in either case and may be NULL. See docs/abi/one-root.md#the-election. [any-thread, may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *elect)(uint32_t flags, const cmetrics_bootstrap **winner);
    /**
     * Writes the path of the file that this copy was loaded from, as UTF-8 with a NUL, at most `capacity` bytes of it.
     * Returns the length without the NUL, also when it did not fit. `buffer` may be NULL if `capacity` is 0. See
     * docs/abi/strings.md#buffers. [any-thread, may-block, fork-child-ok]
     */
    uint64_t (CMETRICS_CALL *path)(char *buffer, uint64_t capacity);
    /**
     * Writes, as `path` does, what came of asking for ABI version `wanted`: who asked, for what, which file answered,
     * what it serves, and the cure. `client` is borrowed and may be NULL. See docs/abi/versions.md#negotiation.
     * [any-thread, may-block, fork-child-ok]
     */
    uint64_t (CMETRICS_CALL *explain)(uint32_t wanted, const cmetrics_client_desc *client, char *buffer, uint64_t capacity);
    /**
     * Tells of every copy loaded in this process. Returns what `copy` returned when it stopped, or 0. It asks the
     * dynamic linker, whose lock a forked child may find taken. See docs/abi/one-root.md#who-is-there and
     * docs/abi/fork-and-unload.md#in-a-child. [any-thread, may-block]
     */
    cmetrics_status (CMETRICS_CALL *copies)(cmetrics_copy_fn copy, void *user);
    /**
     * An optional interface by name, as documented with it, for ever; or NULL if this copy has none of that name.
     * `name` is borrowed. See docs/abi/entry.md#extensions. [any-thread, lock-free, no-alloc, fork-child-ok]
     */
    const void *(CMETRICS_CALL *extension)(const cmetrics_text *name);
    /**
     * This copy's `cmetrics_get_api`, also where no symbol is exported. Its tables live for ever. [any-thread,
     * may-block, fork-child-ok]
     */
    const void *(CMETRICS_CALL *get_api)(uint32_t version);
};

/* ---- note ---- */

/** The first bytes of a slot. */
#define CMETRICS_NOTE_MAGIC "cmetrics-slot-1\0"

/** The type of the ELF note that leads to the slot, `CMT1`. */
#define CMETRICS_NOTE_TYPE 1129141297u

/**
 * The type of the ELF note of table sizes, `CMT2`. Its content is 32-bit numbers: for each version the version, the
 * size of its table, the number of vtables, and the size of each vtable in the order of the table.
 */
#define CMETRICS_NOTE_TYPE_TABLES 1129141298u

/** The copy is linked into a program or plugin and exports nothing. */
#define CMETRICS_SLOT_EMBEDDED 1u

/** The copy was named by `CMETRICS_LIBRARY`. */
#define CMETRICS_SLOT_FORCED 2u

/** The copy serves clients that the winner is too old for, and is part of the winner's reports. */
#define CMETRICS_SLOT_SATELLITE 4u

/**
 * One copy's place in the election. Offsets are self-relative, so that a copy that is still being loaded, and not yet
 * relocated, can be read. See docs/abi/one-root.md#how-copies-find-each-other.
 */
struct cmetrics_note_slot {
    /** `CMETRICS_NOTE_MAGIC`. */
    uint8_t magic[16];
    /** 128. */
    uint32_t size;
    /** `CMETRICS_SLOT_...`. */
    uint32_t flags;
    /** The oldest ABI version that the copy serves. */
    uint32_t oldest;
    /** The newest ABI version that the copy serves. */
    uint32_t newest;
    /** The copy's age among releases. */
    uint64_t rank;
    /** From this field to the copy's `cmetrics_get_api`. */
    int64_t entry_rel;
    /** The address of the winner's slot, or zero while nobody has won. */
    uint64_t provider;
    /** What build it is, NUL-padded. */
    uint8_t build_id[24];
    /** From this field to the copy's bootstrap table, which names the same `cmetrics_get_api`. */
    int64_t card_rel;
    /** Zero. */
    uint64_t zero[5];
};

/* ---- host ---- */

/**
 * What the provider offers to another copy of the library that becomes its satellite. Constant, and lives for ever.
 * Governed by docs/abi/entry.md#extensions, docs/abi/one-root.md#satellites.
 */
struct cmetrics_host {
    /** The `sizeof` of this struct in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /**
     * The root of this process, whatever scope the calling thread has entered. The reference is the caller's. NULL
     * only where the library has failed inside. [any-thread, may-block, fork-child-ok]
     */
    cmetrics_registry *(CMETRICS_CALL *process_root)(void);
};

/* ---- v1/metric ---- */

/** Expose an increment-by-value counter as a plain `counter` of its total. */
#define CMETRICS_METRIC_TOTAL_ONLY 1u

/** Take the name as it is: no `_total` and no `_seconds` is added. Prefixes still join. */
#define CMETRICS_METRIC_VERBATIM 2u

/** If it cannot be created, give a detached metric all the same. */
#define CMETRICS_METRIC_DETACHED_ON_ERROR 4u

/** Why an SDK dropped an amount: for a reason of its own. */
#define CMETRICS_REFUSED_OTHER 0

/** Why an SDK dropped an amount: it was negative. */
#define CMETRICS_REFUSED_NEGATIVE 1

/** Why an SDK dropped an amount: it was NaN or infinite. */
#define CMETRICS_REFUSED_NOT_FINITE 2

/** Why an SDK dropped an amount: the metric's type cannot hold it. */
#define CMETRICS_REFUSED_OUT_OF_RANGE 3

/** What metric is wanted. See docs/abi/versions.md#structs. */
struct cmetrics_metric_desc {
    /** The `sizeof` of this struct. */
    uint32_t struct_size;
    /** `CMETRICS_METRIC_...`. */
    uint32_t flags;
    /** One of `CMETRICS_KIND_...`. Required to create. */
    int32_t kind;
    /** One of `CMETRICS_PRIORITY_...`. A family has the most important of those asked for. */
    int32_t priority;
    /** `[a-zA-Z_:][a-zA-Z0-9_:]*`; with all prefixes and suffixes at most 512 bytes. Required. */
    cmetrics_text name;
    /** What it measures, at most 8192 bytes. The first that is not absent stands for the family. */
    cmetrics_text help;
    /**
     * For instance `bytes`; a name part, at most 64 bytes. It is told to visitors and changes no name. Durations have
     * `seconds`.
     */
    cmetrics_text unit;
    /** The metric's own labels. At most 64 with the inherited ones. */
    const cmetrics_label *labels;
    /** How many `labels`. */
    uint64_t n_labels;
    /** Who creates it. Borrowed; may be NULL. */
    cmetrics_client *owner;
};

/**
 * What metrics of every kind have in common. Governed by docs/abi/ownership.md#handles, docs/abi/threads.md#the-tags.
 */
struct cmetrics_metric_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /** Adds a reference. NULL is ignored. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *retain)(cmetrics_metric *metric);
    /**
     * Gives a reference back. The metric stays in its registries. NULL is ignored. [any-thread, lock-free,
     * fork-child-ok]
     */
    void (CMETRICS_CALL *release)(cmetrics_metric *metric);
    /**
     * The metric's number, never reused in this process. 0 for NULL.
     * [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    uint64_t (CMETRICS_CALL *id)(cmetrics_metric *metric);
    /** One of `CMETRICS_KIND_...`. 0 for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    int32_t (CMETRICS_CALL *kind)(cmetrics_metric *metric);
    /**
     * 1 while reports show it, 0 once it is detached or its root is gone. 0 for NULL. See
     * docs/abi/ownership.md#removal. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    int32_t (CMETRICS_CALL *attached)(cmetrics_metric *metric);
    /**
     * Tells of its family and its one point as they are now. Returns what the visitor returned, or INVALID_ARGUMENT.
     * [any-thread, may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *describe)(cmetrics_metric *metric, const cmetrics_visitor *visitor);
    /**
     * Counts one amount that the caller dropped before it reached an update, in
     * `cmetrics_refused_updates_total{reason}`. `reason` is one of `CMETRICS_REFUSED_...`. NULL is ignored. See
     * docs/abi/errors.md#what-is-counted. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    void (CMETRICS_CALL *refuse)(cmetrics_metric *metric, int32_t reason);
};

/* ---- v1/registry ---- */

/** The registry's labels win over those of the metrics and registries below it. */
#define CMETRICS_REGISTRY_LOCKED 1u

/**
 * What a registry adds to the names and labels below it. Both are part of its identity. See
 * docs/abi/versions.md#structs.
 */
struct cmetrics_registry_desc {
    /** The `sizeof` of this struct. */
    uint32_t struct_size;
    /** `CMETRICS_REGISTRY_...`. */
    uint32_t flags;
    /** Joins what follows with `_`, unless it ends in `_` or `:`. May be absent. At most 512 bytes. */
    cmetrics_text prefix;
    /** Default labels of all that is below. At most 64. */
    const cmetrics_label *labels;
    /** How many `labels`. */
    uint64_t n_labels;
    /** Who creates it. Borrowed; may be NULL. */
    cmetrics_client *owner;
};

/** Hears what a registry is. `desc` is lent for the call. Returns 0. See docs/abi/ownership.md#lent. */
typedef cmetrics_status (CMETRICS_CALL *cmetrics_describe_registry_fn)(void *user, const cmetrics_registry_desc *desc);

/**
 * Registries. NULL or removed registries fail with INVALID_ARGUMENT or GONE where there is a status. Governed by
 * docs/abi/ownership.md#handles, docs/abi/errors.md#the-object, docs/abi/threads.md#the-tags.
 */
struct cmetrics_registry_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /** Adds a reference. NULL is ignored. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *retain)(cmetrics_registry *registry);
    /**
     * Gives a reference back. Removes nothing, but the last reference to any registry of an isolated root ends that
     * root. NULL is ignored. [any-thread, may-block, fork-child-ok]
     */
    void (CMETRICS_CALL *release)(cmetrics_registry *registry);
    /**
     * The root of this process, or the one that this thread entered last with `scope_enter`. The reference is the
     * caller's. Never NULL from the library. See docs/abi/one-root.md. [any-thread, may-block, fork-child-ok]
     */
    cmetrics_registry *(CMETRICS_CALL *root)(const cmetrics_api_v1 *self);
    /**
     * Makes a new root of its own, for tests. `desc` may be NULL and has neither prefix nor labels. It lives while any
     * of its registries has a reference; afterwards its metrics are detached. See docs/abi/ownership.md#roots.
     * [any-thread, may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *isolated)(const cmetrics_api_v1 *self,
                                              const cmetrics_registry_desc *desc,
                                              cmetrics_registry **registry,
                                              cmetrics_error **error);
    /**
     * The child of this prefix and these labels (and LOCKED), made if it is not there; `*child` is the caller's. Fails
     * with INVALID_ARGUMENT, UNSUPPORTED or GONE. [any-thread, may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *child)(cmetrics_registry *registry,
                                           const cmetrics_registry_desc *desc,
                                           cmetrics_registry **child,
                                           cmetrics_error **error);
    /**
     * From now on `root` gives `registry`'s root on this thread. Scopes nest; each keeps its root alive until it is
     * left. For tests. See docs/abi/threads.md#scopes. [any-thread, may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *scope_enter)(const cmetrics_api_v1 *self,
                                                 cmetrics_registry *registry,
                                                 cmetrics_error **error);
    /**
     * Leaves the scope that this thread entered last, or does nothing. See docs/abi/threads.md#scopes. [any-thread,
     * may-block, fork-child-ok]
     */
    void (CMETRICS_CALL *scope_leave)(const cmetrics_api_v1 *self);
    /**
     * Caps the series of every family of this root, for creations from now on; beyond it they are LIMIT. 0 is without
     * limit, the default. INVALID_ARGUMENT on a registry that is no root. [any-thread, may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *limit_series)(cmetrics_registry *registry, uint64_t per_family, cmetrics_error **error);
    /**
     * The metric of this name and these labels, made if it is not there; `*metric` is the caller's. It is cast to the
     * handle of its kind. Fails with INVALID_ARGUMENT, UNSUPPORTED, CONFLICT, LIMIT or GONE; with
     * `CMETRICS_METRIC_DETACHED_ON_ERROR` and a known kind, status and error tell of it as ever and `*metric` is a
     * detached metric, which takes updates that no report shows. See docs/abi/errors.md#detached. [any-thread,
     * may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *metric)(cmetrics_registry *registry,
                                            const cmetrics_metric_desc *desc,
                                            cmetrics_metric **metric,
                                            cmetrics_error **error);
    /**
     * The metric of this name and these labels if it is there; `*metric` is the caller's. `kind` 0 is any. NOT_FOUND
     * makes no error object. CONFLICT where creating it would be. See docs/abi/errors.md#not-found. [any-thread,
     * may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *find)(cmetrics_registry *registry,
                                          const cmetrics_metric_desc *desc,
                                          cmetrics_metric **metric,
                                          cmetrics_error **error);
    /**
     * Takes `metric` out of this registry. It leaves the report when the last registry through which it was created
     * has let it go, and is detached for good then. NOT_FOUND if it was not created through this one. See
     * docs/abi/ownership.md#removal. [any-thread, may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *remove_metric)(cmetrics_registry *registry,
                                                   cmetrics_metric *metric,
                                                   cmetrics_error **error);
    /**
     * Removes the registry with all below it: metrics leave as by `remove_metric`, collectors as by
     * `collector->remove`. INVALID_ARGUMENT on a root. See docs/abi/ownership.md#removal. [any-thread, may-block]
     */
    cmetrics_status (CMETRICS_CALL *remove)(cmetrics_registry *registry, cmetrics_error **error);
    /**
     * Sets every metric of this registry and below to zero, one after the other. See
     * docs/abi/fork-and-unload.md#reset. [any-thread, may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *reset)(cmetrics_registry *registry, cmetrics_error **error);
    /**
     * The registry's number, never reused in this process. 0 for NULL.
     * [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    uint64_t (CMETRICS_CALL *id)(cmetrics_registry *registry);
    /**
     * Tells the full prefix and the merged labels of this registry, which a metric created in it gets. Returns what
     * `describe` returned, or INVALID_ARGUMENT. [any-thread, may-block, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *describe)(cmetrics_registry *registry,
                                              cmetrics_describe_registry_fn describe,
                                              void *user);
    /**
     * Tells of every family and point of this registry and below, in the order of a report. `options` may be NULL.
     * CANCELLED if the visitor stopped it. See docs/abi/threads.md#calling-back-in. [any-thread, may-block]
     */
    cmetrics_status (CMETRICS_CALL *visit)(cmetrics_registry *registry,
                                           const cmetrics_report_options *options,
                                           const cmetrics_visitor *visitor,
                                           cmetrics_error **error);
    /**
     * Writes the report of this registry and below to `sink` in chunks: families in byte order of name, series in
     * order of their labels. Nothing to report is no chunk. `options` may be NULL. CANCELLED if the sink stopped it or
     * the time was up; UNSUPPORTED for an unknown format. See docs/abi/threads.md#calling-back-in. [any-thread,
     * may-block]
     */
    cmetrics_status (CMETRICS_CALL *render)(cmetrics_registry *registry,
                                            const cmetrics_report_options *options,
                                            const cmetrics_sink *sink,
                                            cmetrics_error **error);
    /**
     * The media type of a format, lent for ever, for an HTTP Content-Type. UNSUPPORTED for an unknown one.
     * [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *content_type)(const cmetrics_api_v1 *self, int32_t format, cmetrics_text *media_type);
};

/* ---- v1/counter ---- */

/** Counts of events. Borrow the counter, cannot fail; NULL is ignored. Governed by docs/abi/threads.md#updates. */
struct cmetrics_counter_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /** Adds one event. Wraps at 2^64. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *inc)(cmetrics_counter *counter);
    /** Adds `n` events. Wraps at 2^64. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *add)(cmetrics_counter *counter, uint64_t n);
    /** The events so far. 0 for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    uint64_t (CMETRICS_CALL *value)(cmetrics_counter *counter);
};

/* ---- v1/value_counter ---- */

/**
 * Increment-by-value counters of integers. Borrow the counter, cannot fail; NULL is ignored. Governed by
 * docs/abi/threads.md#updates.
 */
struct cmetrics_int_counter_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /**
     * Adds `amount` to the total and 1 to the count. Both wrap at 2^64. [any-thread, lock-free, no-alloc, signal-safe,
     * fork-child-ok]
     */
    void (CMETRICS_CALL *add)(cmetrics_int_counter *counter, uint64_t amount);
    /**
     * Reads total and count; either pointer may be NULL. They differ by at most the updates in flight. Zeros for
     * NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    void (CMETRICS_CALL *read)(cmetrics_int_counter *counter, uint64_t *total, uint64_t *count);
};

/**
 * Increment-by-value counters of doubles. Borrow the counter, cannot fail; NULL is ignored. Governed by
 * docs/abi/threads.md#updates.
 */
struct cmetrics_float_counter_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /**
     * Adds `amount` to the total and 1 to the count. A negative, NaN or infinite amount is dropped and counted in
     * `cmetrics_refused_updates_total{reason}`; -0.0 is zero. See docs/abi/errors.md#what-is-counted. [any-thread,
     * lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    void (CMETRICS_CALL *add)(cmetrics_float_counter *counter, double amount);
    /**
     * Reads total and count; either pointer may be NULL. They differ by at most the updates in flight. Zeros for
     * NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    void (CMETRICS_CALL *read)(cmetrics_float_counter *counter, double *total, uint64_t *count);
};

/**
 * Increment-by-value counters of durations in nanoseconds. Borrow the counter, cannot fail; NULL is ignored. Governed
 * by docs/abi/threads.md#updates.
 */
struct cmetrics_duration_counter_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /**
     * Adds `ns` nanoseconds to the total and 1 to the count. The total wraps at 2^64. A negative amount is dropped and
     * counted in `cmetrics_refused_updates_total{reason}`. See docs/abi/errors.md#what-is-counted. [any-thread,
     * lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    void (CMETRICS_CALL *add)(cmetrics_duration_counter *counter, int64_t ns);
    /**
     * Reads the total in nanoseconds and the count; either pointer may be NULL. They differ by at most the updates in
     * flight. Zeros for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    void (CMETRICS_CALL *read)(cmetrics_duration_counter *counter, uint64_t *total_ns, uint64_t *count);
};

/* ---- v1/gauge ---- */

/** Integer gauges. Borrow the gauge, cannot fail; NULL is ignored. Governed by docs/abi/threads.md#updates. */
struct cmetrics_int_gauge_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /** Sets it. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *set)(cmetrics_int_gauge *gauge, int64_t value);
    /** Adds `value`. Wraps in two's complement. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *add)(cmetrics_int_gauge *gauge, int64_t value);
    /** Subtracts `value`. Wraps in two's complement. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *sub)(cmetrics_int_gauge *gauge, int64_t value);
    /** Adds 1. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *inc)(cmetrics_int_gauge *gauge);
    /** Subtracts 1. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *dec)(cmetrics_int_gauge *gauge);
    /** What it is now. 0 for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    int64_t (CMETRICS_CALL *value)(cmetrics_int_gauge *gauge);
};

/** Gauges of doubles. Borrow the gauge, cannot fail; NULL is ignored. Governed by docs/abi/threads.md#updates. */
struct cmetrics_float_gauge_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /** Sets it; NaN and infinities too. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *set)(cmetrics_float_gauge *gauge, double value);
    /**
     * Adds `value`. NaN and infinite amounts are dropped and counted in `cmetrics_refused_updates_total{reason}`. See
     * docs/abi/errors.md#what-is-counted. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    void (CMETRICS_CALL *add)(cmetrics_float_gauge *gauge, double value);
    /** Subtracts `value`, with the same care. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *sub)(cmetrics_float_gauge *gauge, double value);
    /** Adds 1.0. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *inc)(cmetrics_float_gauge *gauge);
    /** Subtracts 1.0. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *dec)(cmetrics_float_gauge *gauge);
    /** What it is now. 0 for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    double (CMETRICS_CALL *value)(cmetrics_float_gauge *gauge);
};

/**
 * Gauges of durations, in nanoseconds. Borrow the gauge, cannot fail; NULL is ignored. Governed by
 * docs/abi/threads.md#updates.
 */
struct cmetrics_duration_gauge_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /** Sets it to `ns` nanoseconds. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *set)(cmetrics_duration_gauge *gauge, int64_t ns);
    /**
     * Adds `ns` nanoseconds. Wraps in two's complement. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    void (CMETRICS_CALL *add)(cmetrics_duration_gauge *gauge, int64_t ns);
    /**
     * Subtracts `ns` nanoseconds. Wraps in two's complement. [any-thread, lock-free, no-alloc, signal-safe,
     * fork-child-ok]
     */
    void (CMETRICS_CALL *sub)(cmetrics_duration_gauge *gauge, int64_t ns);
    /** Adds one second, the base unit. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *inc)(cmetrics_duration_gauge *gauge);
    /** Subtracts one second, the base unit. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *dec)(cmetrics_duration_gauge *gauge);
    /** What it is now, in nanoseconds. 0 for NULL. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    int64_t (CMETRICS_CALL *value)(cmetrics_duration_gauge *gauge);
};

/* ---- v1/collector ---- */

/**
 * What the collector tells is a part of what is counted in several places: where a metric or another collector has a
 * series of the same name and labels, and its type is counter, summary or histogram, the numbers are added up.
 */
#define CMETRICS_COLLECTOR_ADDS 1u

/**
 * Tells `into` of families and their points, for one report: `into->family`, then `into->point` for each series.
 * Called on the thread that asked for the report, with no lock held, perhaps on several threads for several reports.
 * `options` and `into` are lent for the call; `options->timeout_ns` is what is left. What `into` returns nonzero for
 * was refused and counted; going on is allowed. Returns 0, or anything else for a failure, which drops what this call
 * told and is counted in `cmetrics_collector_errors_total{client}`. See docs/abi/threads.md#callbacks.
 */
typedef cmetrics_status (CMETRICS_CALL *cmetrics_collect_fn)(void *user,
                                                             const cmetrics_report_options *options,
                                                             const cmetrics_visitor *into);

/** Ends a callback's `user`: called exactly once, after the last use. See docs/abi/ownership.md#callbacks. */
typedef void (CMETRICS_CALL *cmetrics_drop_fn)(void *user);

/**
 * What a collector is. Names, suffixes, labels and help are those of the registry that it is added to, joined to what
 * it tells, without any suffix added; names that begin with `cmetrics_` are refused. Families of several collectors and
 * of metrics merge where name and type agree; otherwise what is there first, metrics before collectors, stays and the
 * other is dropped and counted.
 */
struct cmetrics_collector_desc {
    /** The `sizeof` of this struct. */
    uint32_t struct_size;
    /** `CMETRICS_COLLECTOR_...`. */
    uint32_t flags;
    /** Whose it is: closing the client removes it. Borrowed; may be NULL. */
    cmetrics_client *owner;
    /** Required. */
    cmetrics_collect_fn collect;
    /** May be NULL. */
    cmetrics_drop_fn drop;
    /** Passed to both untouched. */
    void *user;
};

/**
 * Collectors. Governed by docs/abi/ownership.md#handles, docs/abi/errors.md#the-object, docs/abi/threads.md#the-tags.
 */
struct cmetrics_collector_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /** Adds a reference. NULL is ignored. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *retain)(cmetrics_collector *collector);
    /**
     * Gives a reference back. The collector stays in its registry. NULL is ignored. [any-thread, lock-free,
     * fork-child-ok]
     */
    void (CMETRICS_CALL *release)(cmetrics_collector *collector);
    /**
     * Adds a collector to a registry; `*collector` is the caller's and may be released at once. `drop` is called only
     * if this succeeds: when the collector is removed, or its registry, client or root goes. `collector` may be NULL.
     * Fails with INVALID_ARGUMENT, UNSUPPORTED or GONE. See docs/abi/ownership.md#callbacks. [any-thread, may-block,
     * fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *add)(cmetrics_registry *registry,
                                         const cmetrics_collector_desc *desc,
                                         cmetrics_collector **collector,
                                         cmetrics_error **error);
    /**
     * Removes it and waits until it runs nowhere, except from inside itself; then calls `drop`, or lets the last
     * running call do so. Do not remove a collector from inside another that may wait for this one. Removing twice
     * does nothing. See docs/abi/fork-and-unload.md#unloading-a-plugin. [any-thread, may-block]
     */
    cmetrics_status (CMETRICS_CALL *remove)(cmetrics_collector *collector, cmetrics_error **error);
};

/* ---- v1/error ---- */

/** Errors. Governed by docs/abi/errors.md#the-object, docs/abi/ownership.md#handles. */
struct cmetrics_error_v1 {
    /** The `sizeof` of this vtable in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /** Adds a reference. NULL is ignored. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok] */
    void (CMETRICS_CALL *retain)(cmetrics_error *error);
    /** Gives a reference back. NULL is ignored. [any-thread, lock-free, fork-child-ok] */
    void (CMETRICS_CALL *release)(cmetrics_error *error);
    /**
     * Fills `*info` up to its `struct_size`, which the caller sets. Texts are lent until the error is released.
     * INVALID_ARGUMENT if either is NULL or the size is below 16. See docs/abi/ownership.md#lent. [any-thread,
     * lock-free, no-alloc, signal-safe, fork-child-ok]
     */
    cmetrics_status (CMETRICS_CALL *read)(const cmetrics_error *error, cmetrics_error_info *info);
};

/* ---- v1/api ---- */

/**
 * ABI version 1. Constant, and lives for ever. No pointer in it is NULL.
 *
 * For a test double: copy this struct and every vtable, put your functions in, and hand your struct on as the table.
 * Slots without a handle get the table that they were called on as `self`, so that a double embedded in a struct finds
 * its context there; every handle that a double gives out must be one that its own functions understand. See
 * docs/abi/entry.md#test-doubles and docs/abi/policy.md.
 */
struct cmetrics_api_v1 {
    /** The `sizeof` of this table in the library. */
    uint32_t struct_size;
    /** 1. */
    uint32_t version;
    /** Who acts. */
    const cmetrics_client_v1 *client;
    /** The tree of names and default labels; reports. */
    const cmetrics_registry_v1 *registry;
    /** What metrics of every kind have in common. */
    const cmetrics_metric_v1 *metric;
    /** Counts of events. */
    const cmetrics_counter_v1 *counter;
    /** Total and count of integer amounts. */
    const cmetrics_int_counter_v1 *int_counter;
    /** Total and count of amounts that are doubles. */
    const cmetrics_float_counter_v1 *float_counter;
    /** Total and count of durations. */
    const cmetrics_duration_counter_v1 *duration_counter;
    /** Integers that go up and down. */
    const cmetrics_int_gauge_v1 *int_gauge;
    /** Doubles that go up and down. */
    const cmetrics_float_gauge_v1 *float_gauge;
    /** Durations that go up and down. */
    const cmetrics_duration_gauge_v1 *duration_gauge;
    /** Families that a client computes when a report is made. */
    const cmetrics_collector_v1 *collector;
    /** What went wrong. */
    const cmetrics_error_v1 *error;
};

/* ---- the export ---- */

/**
 * The library's one export. Version 0 gives this copy's `cmetrics_bootstrap`, never NULL, without side effects. A
 * version that is served gives the process's provider's table for it, which lives for ever: cast it to
 * `const cmetrics_api_v1 *` for version 1. Any other version gives NULL; `bootstrap->explain` then says why. See
 * docs/abi/entry.md#the-one-export. [any-thread, may-block, fork-child-ok]
 */
CMETRICS_EXPORT const void *CMETRICS_CALL cmetrics_get_api(uint32_t version);

#ifdef __cplusplus
}
#endif

/* ---- layout ---- */

/* Checked wherever this header is compiled as C11 or C++11 or later, for a 64-bit target or for i386 with the System V
 * ABI. Other 32-bit targets align 64-bit numbers to 8 bytes, which would pad these structs: they are not promised. */
#if defined(__cplusplus) && (__cplusplus >= 201103L || (defined(_MSVC_LANG) && _MSVC_LANG >= 201103L))
#define CMETRICS_ASSERT_LAYOUT(condition) static_assert(condition, "the ABI of cmetrics: " #condition)
#elif !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define CMETRICS_ASSERT_LAYOUT(condition) _Static_assert(condition, "the ABI of cmetrics: " #condition)
#endif

#if defined(CMETRICS_ASSERT_LAYOUT) && (UINTPTR_MAX == UINT64_MAX || (defined(__i386__) && !defined(_WIN32)))
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_text) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_text, data) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_text, len) == 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_label) == 16 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_label, key) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_label, value) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_value) == 40 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_value, suffix) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_value, extra) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_value, type) == 24 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_value, zero) == 28 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_value, bits) == 32 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_error_info) == 56 + 5 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_info, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_info, flags) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_info, code) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_info, category) == 12);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_info, message) == 16);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_info, hint) == 24 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_info, subject) == 32 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_info, existing) == 40 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_info, requested) == 48 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_report_options) == 32 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_report_options, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_report_options, flags) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_report_options, format) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_report_options, verbosity) == 12);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_report_options, names) == 16);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_report_options, n_names) == 16 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_report_options, timeout_ns) == 24 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_sink) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_sink, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_sink, flags) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_sink, write) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_sink, user) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_family) == 48 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_family, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_family, flags) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_family, kind) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_family, type) == 12);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_family, priority) == 16);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_family, zero) == 20);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_family, name) == 24);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_family, help) == 32 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_family, unit) == 40 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_point) == 32 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_point, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_point, flags) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_point, id) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_point, labels) == 16);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_point, n_labels) == 16 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_point, values) == 24 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_point, n_values) == 24 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_visitor) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_visitor, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_visitor, flags) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_visitor, family) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_visitor, point) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_visitor, user) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_client_desc) == 40 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_desc, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_desc, flags) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_desc, name) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_desc, version) == 16 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_desc, language) == 24 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_desc, file) == 32 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_client_v1) == 8 + 5 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_v1, retain) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_v1, release) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_v1, open) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_v1, close) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_client_v1, noop_handles) == 8 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_copy) == 48 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_copy, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_copy, flags) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_copy, oldest) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_copy, newest) == 12);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_copy, rank) == 16);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_copy, path) == 24);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_copy, semver) == 32 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_copy, build_id) == 40 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_bootstrap) == 40 + 8 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, magic) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, oldest) == 24);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, newest) == 28);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, rank) == 32);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, semver) == 40);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, build_id) == 40 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, elect) == 40 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, path) == 40 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, explain) == 40 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, copies) == 40 + 5 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, extension) == 40 + 6 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_bootstrap, get_api) == 40 + 7 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_note_slot) == 128);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_note_slot, magic) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_note_slot, size) == 16);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_note_slot, flags) == 20);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_note_slot, oldest) == 24);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_note_slot, newest) == 28);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_note_slot, rank) == 32);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_note_slot, entry_rel) == 40);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_note_slot, provider) == 48);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_note_slot, build_id) == 56);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_note_slot, card_rel) == 80);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_note_slot, zero) == 88);
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_host) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_host, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_host, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_host, process_root) == 8);
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_metric_desc) == 48 + 5 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_desc, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_desc, flags) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_desc, kind) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_desc, priority) == 12);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_desc, name) == 16);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_desc, help) == 24 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_desc, unit) == 32 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_desc, labels) == 40 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_desc, n_labels) == 40 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_desc, owner) == 48 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_metric_v1) == 8 + 7 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_v1, retain) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_v1, release) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_v1, id) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_v1, kind) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_v1, attached) == 8 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_v1, describe) == 8 + 5 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_metric_v1, refuse) == 8 + 6 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_registry_desc) == 24 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_desc, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_desc, flags) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_desc, prefix) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_desc, labels) == 16 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_desc, n_labels) == 16 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_desc, owner) == 24 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_registry_v1) == 8 + 18 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, retain) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, release) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, root) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, isolated) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, child) == 8 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, scope_enter) == 8 + 5 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, scope_leave) == 8 + 6 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, limit_series) == 8 + 7 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, metric) == 8 + 8 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, find) == 8 + 9 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, remove_metric) == 8 + 10 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, remove) == 8 + 11 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, reset) == 8 + 12 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, id) == 8 + 13 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, describe) == 8 + 14 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, visit) == 8 + 15 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, render) == 8 + 16 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_registry_v1, content_type) == 8 + 17 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_counter_v1) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_counter_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_counter_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_counter_v1, inc) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_counter_v1, add) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_counter_v1, value) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_int_counter_v1) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_counter_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_counter_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_counter_v1, add) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_counter_v1, read) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_float_counter_v1) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_counter_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_counter_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_counter_v1, add) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_counter_v1, read) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_duration_counter_v1) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_counter_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_counter_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_counter_v1, add) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_counter_v1, read) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_int_gauge_v1) == 8 + 6 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_gauge_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_gauge_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_gauge_v1, set) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_gauge_v1, add) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_gauge_v1, sub) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_gauge_v1, inc) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_gauge_v1, dec) == 8 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_int_gauge_v1, value) == 8 + 5 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_float_gauge_v1) == 8 + 6 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_gauge_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_gauge_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_gauge_v1, set) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_gauge_v1, add) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_gauge_v1, sub) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_gauge_v1, inc) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_gauge_v1, dec) == 8 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_float_gauge_v1, value) == 8 + 5 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_duration_gauge_v1) == 8 + 6 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_gauge_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_gauge_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_gauge_v1, set) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_gauge_v1, add) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_gauge_v1, sub) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_gauge_v1, inc) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_gauge_v1, dec) == 8 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_duration_gauge_v1, value) == 8 + 5 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_collector_desc) == 8 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_desc, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_desc, flags) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_desc, owner) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_desc, collect) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_desc, drop) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_desc, user) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_collector_v1) == 8 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_v1, retain) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_v1, release) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_v1, add) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_collector_v1, remove) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_error_v1) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_v1, retain) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_v1, release) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_error_v1, read) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(sizeof(cmetrics_api_v1) == 8 + 12 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, struct_size) == 0);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, version) == 4);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, client) == 8);
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, registry) == 8 + 1 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, metric) == 8 + 2 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, counter) == 8 + 3 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, int_counter) == 8 + 4 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, float_counter) == 8 + 5 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, duration_counter) == 8 + 6 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, int_gauge) == 8 + 7 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, float_gauge) == 8 + 8 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, duration_gauge) == 8 + 9 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, collector) == 8 + 10 * sizeof(void *));
CMETRICS_ASSERT_LAYOUT(offsetof(cmetrics_api_v1, error) == 8 + 11 * sizeof(void *));
#endif

#ifdef CMETRICS_ASSERT_LAYOUT
#undef CMETRICS_ASSERT_LAYOUT
#endif

#endif /* CMETRICS_1_CMETRICS_H */
