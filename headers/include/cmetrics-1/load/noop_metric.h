/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The no-op functions of metrics: updates vanish, numbers read 0. Included by noop.h.
 */
#ifndef CMETRICS_1_LOAD_NOOP_METRIC_H
#define CMETRICS_1_LOAD_NOOP_METRIC_H

#include "../cmetrics.h"

/* In C++ one copy of each function for each module (hidden, so that `static` data in it does not pin a plugin, and code
 * in it is the plugin's own); in C one for each translation unit. */
#ifndef __cplusplus
#define CMETRICS_INLINE static inline
#define CMETRICS_CAST(type, value) ((type)(value))
#define CMETRICS_SIZE(type) ((uint32_t)sizeof(type))
#else
#if defined(__GNUC__) && !defined(_WIN32)
#define CMETRICS_INLINE __attribute__((visibility("hidden"))) inline
#else
#define CMETRICS_INLINE inline
#endif
#define CMETRICS_CAST(type, value) reinterpret_cast<type>(value)
#define CMETRICS_SIZE(type) static_cast<uint32_t>(sizeof(type))
extern "C" {
#endif

/* One address for each kind of metric, so that `kind` can tell; number 0 is every registry, client and collector. */
CMETRICS_INLINE char *cmetrics_noop_handles(void) {
    static char handles[8];
    return handles;
}

CMETRICS_INLINE void cmetrics_noop_no_error(cmetrics_error **error) {
    if (error != NULL) {
        *error = NULL;
    }
}

/* metric */

CMETRICS_INLINE uint64_t CMETRICS_CALL cmetrics_noop_metric_id(cmetrics_metric *metric) {
    (void)metric;
    return 0;
}

CMETRICS_INLINE int32_t CMETRICS_CALL cmetrics_noop_metric_kind(cmetrics_metric *metric) {
    return metric == NULL ? 0 : (int32_t)(CMETRICS_CAST(char *, metric) - cmetrics_noop_handles());
}

CMETRICS_INLINE int32_t CMETRICS_CALL cmetrics_noop_metric_attached(cmetrics_metric *metric) {
    (void)metric;
    return 0;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_metric_describe(cmetrics_metric *metric,
                                                                            const cmetrics_visitor *visitor) {
    (void)metric;
    (void)visitor;
    return CMETRICS_OK;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_metric_refuse(cmetrics_metric *metric, int32_t reason) {
    (void)metric;
    (void)reason;
}

/* counter */

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_counter_inc(cmetrics_counter *counter) {
    (void)counter;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_counter_add(cmetrics_counter *counter, uint64_t n) {
    (void)counter;
    (void)n;
}

CMETRICS_INLINE uint64_t CMETRICS_CALL cmetrics_noop_counter_value(cmetrics_counter *counter) {
    (void)counter;
    return 0;
}

/* value counters */

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_int_counter_add(cmetrics_int_counter *counter, uint64_t amount) {
    (void)counter;
    (void)amount;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_int_counter_read(cmetrics_int_counter *counter, uint64_t *total,
                                                                  uint64_t *count) {
    (void)counter;
    if (total != NULL) {
        *total = 0;
    }
    if (count != NULL) {
        *count = 0;
    }
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_float_counter_add(cmetrics_float_counter *counter, double amount) {
    (void)counter;
    (void)amount;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_float_counter_read(cmetrics_float_counter *counter, double *total,
                                                                    uint64_t *count) {
    (void)counter;
    if (total != NULL) {
        *total = 0;
    }
    if (count != NULL) {
        *count = 0;
    }
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_duration_counter_add(cmetrics_duration_counter *counter, int64_t ns) {
    (void)counter;
    (void)ns;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_duration_counter_read(cmetrics_duration_counter *counter,
                                                                       uint64_t *total, uint64_t *count) {
    (void)counter;
    if (total != NULL) {
        *total = 0;
    }
    if (count != NULL) {
        *count = 0;
    }
}

/* gauges */

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_int_gauge_take(cmetrics_int_gauge *gauge, int64_t value) {
    (void)gauge;
    (void)value;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_int_gauge_step(cmetrics_int_gauge *gauge) {
    (void)gauge;
}

CMETRICS_INLINE int64_t CMETRICS_CALL cmetrics_noop_int_gauge_value(cmetrics_int_gauge *gauge) {
    (void)gauge;
    return 0;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_float_gauge_take(cmetrics_float_gauge *gauge, double value) {
    (void)gauge;
    (void)value;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_float_gauge_step(cmetrics_float_gauge *gauge) {
    (void)gauge;
}

CMETRICS_INLINE double CMETRICS_CALL cmetrics_noop_float_gauge_value(cmetrics_float_gauge *gauge) {
    (void)gauge;
    return 0;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_duration_gauge_take(cmetrics_duration_gauge *gauge, int64_t value) {
    (void)gauge;
    (void)value;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_duration_gauge_step(cmetrics_duration_gauge *gauge) {
    (void)gauge;
}

CMETRICS_INLINE int64_t CMETRICS_CALL cmetrics_noop_duration_gauge_value(cmetrics_duration_gauge *gauge) {
    (void)gauge;
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_LOAD_NOOP_METRIC_H */
