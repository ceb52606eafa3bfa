/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What one language's part of the worker is to the host: a table of functions, the same from a Rust plugin, a C++ plugin and
 * an embedded Python. No function here carries a metric: parts and host meet in the root registry of cmetrics alone.
 *
 * A part replays the rows of a case's trace.csv whose metric is of its language. The rows are numbered from 0; row r stands on
 * line r + 2 of the file. The tail begins with the first `set` or `remove`: before it the order of rows does not matter.
 *
 * Functions that can fail write a message, cut to `capacity` bytes with its NUL, to `error`. They may be called from any
 * thread; the host calls `open` first, `close` last, and `tail_row` from one thread at a time. */
#ifndef WORKER_PLUGIN_H
#define WORKER_PLUGIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WORKER_VERSION 1

/* The call did what it says. */
#define WORKER_OK 0
/* It could not; `error` says why. */
#define WORKER_FAILED 1
/* The case is at fault; `error` names its file and line. */
#define WORKER_BAD_CASE 2

/* How large a case is. Every part counts for itself, and the host compares. */
typedef struct worker_case_size {
  int64_t metrics;
  int64_t rows;
  int64_t tail; /* the first row of the tail; `rows` if there is none */
} worker_case_size;

/* What a part sees of the library. */
typedef struct worker_touch_result {
  uint64_t root;  /* the id of the root registry */
  uint64_t total; /* the counter `worker_touches_total` after this touch */
} worker_touch_result;

typedef struct worker_part {
  uint32_t struct_size;
  uint32_t version; /* WORKER_VERSION */
  const char *language; /* "python", "rust" or "cpp", as in metrics.json */
  /* Reads the case and creates this language's metrics. */
  int32_t (*open)(const char *case_dir, worker_case_size *size, char *error, uint64_t capacity);
  /* Replays this language's rows before the tail on `threads` threads and waits for them. How many rows, or -1. */
  int64_t (*run_body)(int32_t threads, char *error, uint64_t capacity);
  /* Replays row `row` if it is this language's. 1 if it was, 0 if not, -1 on failure. */
  int32_t (*tail_row)(int64_t row, char *error, uint64_t capacity);
  /* Lets go of the case. The metrics stay. */
  void (*close)(void);
  /* Counts 1 in `worker_touches_total`: what first use of the library comes to. */
  int32_t (*touch)(worker_touch_result *result, char *error, uint64_t capacity);
  /* On each of `threads` threads, `rounds` times: gets each of the metrics 0 .. `metrics` - 1 anew and updates it once.
   * Metric i is of kind i % 7, in the order of the kinds' numbers; tests/stress.py has the names and the amounts. */
  int32_t (*stress)(int32_t threads, int32_t metrics, int32_t rounds, char *error, uint64_t capacity);
} worker_part;

/* The one symbol that a plugin exports. The table lives as long as the plugin. */
#define WORKER_PART_SYMBOL "worker_part_v1"
const worker_part *worker_part_v1(void);

#ifdef __cplusplus
}
#endif
#endif
