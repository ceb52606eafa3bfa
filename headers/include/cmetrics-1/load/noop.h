/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The no-op table: what a program goes on with where no library is found, or where CMETRICS_DISABLE is set. Every
 * handle is there (never NULL), every update vanishes, every number reads 0, every report is empty and succeeds.
 * Included by cmetrics_load.h.
 */
#ifndef CMETRICS_1_LOAD_NOOP_H
#define CMETRICS_1_LOAD_NOOP_H

#include "../cmetrics.h"

#include <string.h>

#include "noop_metric.h"

#ifdef __cplusplus
extern "C" {
#endif

/* references */

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_client_keep(cmetrics_client *client) {
    (void)client;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_registry_keep(cmetrics_registry *registry) {
    (void)registry;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_metric_keep(cmetrics_metric *metric) {
    (void)metric;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_collector_keep(cmetrics_collector *collector) {
    (void)collector;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_error_keep(cmetrics_error *error) {
    (void)error;
}

/* client */

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_client_open(const cmetrics_api_v1 *self,
                                                                        const cmetrics_client_desc *desc,
                                                                        cmetrics_client **client,
                                                                        cmetrics_error **error) {
    (void)self;
    (void)desc;
    cmetrics_noop_no_error(error);
    if (client == NULL) {
        return CMETRICS_INVALID_ARGUMENT;
    }
    *client = CMETRICS_CAST(cmetrics_client *, cmetrics_noop_handles());
    return CMETRICS_OK;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_client_noop_handles(const cmetrics_api_v1 *self,
                                                                     cmetrics_client *client, uint64_t handles) {
    (void)self;
    (void)client;
    (void)handles;
}

/* registry */

CMETRICS_INLINE cmetrics_registry *CMETRICS_CALL cmetrics_noop_registry_root(const cmetrics_api_v1 *self) {
    (void)self;
    return CMETRICS_CAST(cmetrics_registry *, cmetrics_noop_handles());
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_isolated(const cmetrics_api_v1 *self,
                                                                              const cmetrics_registry_desc *desc,
                                                                              cmetrics_registry **isolated,
                                                                              cmetrics_error **error) {
    (void)self;
    (void)desc;
    cmetrics_noop_no_error(error);
    if (isolated == NULL) {
        return CMETRICS_INVALID_ARGUMENT;
    }
    *isolated = CMETRICS_CAST(cmetrics_registry *, cmetrics_noop_handles());
    return CMETRICS_OK;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_child(cmetrics_registry *registry,
                                                                           const cmetrics_registry_desc *desc,
                                                                           cmetrics_registry **child,
                                                                           cmetrics_error **error) {
    (void)registry;
    (void)desc;
    cmetrics_noop_no_error(error);
    if (child == NULL) {
        return CMETRICS_INVALID_ARGUMENT;
    }
    *child = CMETRICS_CAST(cmetrics_registry *, cmetrics_noop_handles());
    return CMETRICS_OK;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_scope_enter(const cmetrics_api_v1 *self,
                                                                                 cmetrics_registry *registry,
                                                                                 cmetrics_error **error) {
    (void)self;
    (void)registry;
    cmetrics_noop_no_error(error);
    return CMETRICS_OK;
}

CMETRICS_INLINE void CMETRICS_CALL cmetrics_noop_registry_scope_leave(const cmetrics_api_v1 *self) {
    (void)self;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_limit_series(cmetrics_registry *registry,
                                                                                  uint64_t per_family,
                                                                                  cmetrics_error **error) {
    (void)registry;
    (void)per_family;
    cmetrics_noop_no_error(error);
    return CMETRICS_OK;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_metric(cmetrics_registry *registry,
                                                                            const cmetrics_metric_desc *desc,
                                                                            cmetrics_metric **metric,
                                                                            cmetrics_error **error) {
    int32_t kind = desc == NULL ? 0 : desc->kind;
    (void)registry;
    cmetrics_noop_no_error(error);
    if (metric == NULL) {
        return CMETRICS_INVALID_ARGUMENT;
    }
    if (kind < CMETRICS_KIND_COUNTER || kind > CMETRICS_KIND_DURATION_GAUGE) {
        kind = 0;
    }
    *metric = CMETRICS_CAST(cmetrics_metric *, cmetrics_noop_handles() + kind);
    return CMETRICS_OK;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_find(cmetrics_registry *registry,
                                                                          const cmetrics_metric_desc *desc,
                                                                          cmetrics_metric **metric,
                                                                          cmetrics_error **error) {
    (void)registry;
    (void)desc;
    cmetrics_noop_no_error(error);
    if (metric != NULL) {
        *metric = NULL;
    }
    return CMETRICS_NOT_FOUND;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_remove_metric(cmetrics_registry *registry,
                                                                                   cmetrics_metric *metric,
                                                                                   cmetrics_error **error) {
    (void)registry;
    (void)metric;
    cmetrics_noop_no_error(error);
    return CMETRICS_OK;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_change(cmetrics_registry *registry,
                                                                            cmetrics_error **error) {
    (void)registry;
    cmetrics_noop_no_error(error);
    return CMETRICS_OK;
}

CMETRICS_INLINE uint64_t CMETRICS_CALL cmetrics_noop_registry_id(cmetrics_registry *registry) {
    (void)registry;
    return 0;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_describe(cmetrics_registry *registry,
                                                                              cmetrics_describe_registry_fn describe,
                                                                              void *user) {
    cmetrics_registry_desc desc;
    (void)registry;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = CMETRICS_SIZE(cmetrics_registry_desc);
    return describe == NULL ? CMETRICS_INVALID_ARGUMENT : describe(user, &desc);
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_visit(cmetrics_registry *registry,
                                                                           const cmetrics_report_options *options,
                                                                           const cmetrics_visitor *visitor,
                                                                           cmetrics_error **error) {
    (void)registry;
    (void)options;
    (void)visitor;
    cmetrics_noop_no_error(error);
    return CMETRICS_OK;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_render(cmetrics_registry *registry,
                                                                            const cmetrics_report_options *options,
                                                                            const cmetrics_sink *sink,
                                                                            cmetrics_error **error) {
    (void)registry;
    (void)options;
    (void)sink;
    cmetrics_noop_no_error(error);
    return CMETRICS_OK;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_registry_content_type(const cmetrics_api_v1 *self,
                                                                                  int32_t format,
                                                                                  cmetrics_text *media_type) {
    (void)self;
    if (media_type == NULL) {
        return CMETRICS_INVALID_ARGUMENT;
    }
    if (format != CMETRICS_FORMAT_PROMETHEUS_TEXT) {
        return CMETRICS_UNSUPPORTED;
    }
    media_type->data = "text/plain; version=0.0.4; charset=utf-8";
    media_type->len = strlen(media_type->data);
    return CMETRICS_OK;
}

/* collector: it will never run, so that its `user` is done with at once */

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_collector_add(cmetrics_registry *registry,
                                                                          const cmetrics_collector_desc *desc,
                                                                          cmetrics_collector **collector,
                                                                          cmetrics_error **error) {
    (void)registry;
    cmetrics_noop_no_error(error);
    if (desc == NULL) {
        return CMETRICS_INVALID_ARGUMENT;
    }
    if (collector != NULL) {
        *collector = CMETRICS_CAST(cmetrics_collector *, cmetrics_noop_handles());
    }
    if (desc->drop != NULL) {
        desc->drop(desc->user);
    }
    return CMETRICS_OK;
}

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_collector_remove(cmetrics_collector *collector,
                                                                             cmetrics_error **error) {
    (void)collector;
    cmetrics_noop_no_error(error);
    return CMETRICS_OK;
}

/* error */

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_noop_error_read(const cmetrics_error *error,
                                                                       cmetrics_error_info *info) {
    (void)error;
    (void)info;
    return CMETRICS_INVALID_ARGUMENT;
}

/** The no-op table. Lives as long as the module that this is compiled into. One for each module in C++, for each
 * translation unit in C. */
CMETRICS_INLINE const cmetrics_api_v1 *cmetrics_noop(void) {
    static const cmetrics_client_v1 client_slots = {CMETRICS_SIZE(cmetrics_client_v1), 1,
                                                    cmetrics_noop_client_keep,         cmetrics_noop_client_keep,
                                                    cmetrics_noop_client_open,         cmetrics_noop_client_keep,
                                                    cmetrics_noop_client_noop_handles};
    static const cmetrics_registry_v1 registry_slots = {
        CMETRICS_SIZE(cmetrics_registry_v1),  1,
        cmetrics_noop_registry_keep,          cmetrics_noop_registry_keep,
        cmetrics_noop_registry_root,          cmetrics_noop_registry_isolated,
        cmetrics_noop_registry_child,         cmetrics_noop_registry_scope_enter,
        cmetrics_noop_registry_scope_leave,   cmetrics_noop_registry_limit_series,
        cmetrics_noop_registry_metric,        cmetrics_noop_registry_find,
        cmetrics_noop_registry_remove_metric, cmetrics_noop_registry_change,
        cmetrics_noop_registry_change,        cmetrics_noop_registry_id,
        cmetrics_noop_registry_describe,      cmetrics_noop_registry_visit,
        cmetrics_noop_registry_render,        cmetrics_noop_registry_content_type};
    static const cmetrics_metric_v1 metric_slots = {CMETRICS_SIZE(cmetrics_metric_v1), 1,
                                                    cmetrics_noop_metric_keep,         cmetrics_noop_metric_keep,
                                                    cmetrics_noop_metric_id,           cmetrics_noop_metric_kind,
                                                    cmetrics_noop_metric_attached,     cmetrics_noop_metric_describe,
                                                    cmetrics_noop_metric_refuse};
    static const cmetrics_counter_v1 counter_slots = {CMETRICS_SIZE(cmetrics_counter_v1), 1, cmetrics_noop_counter_inc,
                                                      cmetrics_noop_counter_add, cmetrics_noop_counter_value};
    static const cmetrics_int_counter_v1 int_counter_slots = {
        CMETRICS_SIZE(cmetrics_int_counter_v1), 1, cmetrics_noop_int_counter_add, cmetrics_noop_int_counter_read};
    static const cmetrics_float_counter_v1 float_counter_slots = {
        CMETRICS_SIZE(cmetrics_float_counter_v1), 1, cmetrics_noop_float_counter_add, cmetrics_noop_float_counter_read};
    static const cmetrics_duration_counter_v1 duration_counter_slots = {CMETRICS_SIZE(cmetrics_duration_counter_v1), 1,
                                                                        cmetrics_noop_duration_counter_add,
                                                                        cmetrics_noop_duration_counter_read};
    static const cmetrics_int_gauge_v1 int_gauge_slots = {
        CMETRICS_SIZE(cmetrics_int_gauge_v1), 1,
        cmetrics_noop_int_gauge_take,         cmetrics_noop_int_gauge_take,
        cmetrics_noop_int_gauge_take,         cmetrics_noop_int_gauge_step,
        cmetrics_noop_int_gauge_step,         cmetrics_noop_int_gauge_value};
    static const cmetrics_float_gauge_v1 float_gauge_slots = {
        CMETRICS_SIZE(cmetrics_float_gauge_v1), 1,
        cmetrics_noop_float_gauge_take,         cmetrics_noop_float_gauge_take,
        cmetrics_noop_float_gauge_take,         cmetrics_noop_float_gauge_step,
        cmetrics_noop_float_gauge_step,         cmetrics_noop_float_gauge_value};
    static const cmetrics_duration_gauge_v1 duration_gauge_slots = {
        CMETRICS_SIZE(cmetrics_duration_gauge_v1), 1,
        cmetrics_noop_duration_gauge_take,         cmetrics_noop_duration_gauge_take,
        cmetrics_noop_duration_gauge_take,         cmetrics_noop_duration_gauge_step,
        cmetrics_noop_duration_gauge_step,         cmetrics_noop_duration_gauge_value};
    static const cmetrics_collector_v1 collector_slots = {
        CMETRICS_SIZE(cmetrics_collector_v1), 1,
        cmetrics_noop_collector_keep,         cmetrics_noop_collector_keep,
        cmetrics_noop_collector_add,          cmetrics_noop_collector_remove};
    static const cmetrics_error_v1 error_slots = {CMETRICS_SIZE(cmetrics_error_v1), 1, cmetrics_noop_error_keep,
                                                  cmetrics_noop_error_keep, cmetrics_noop_error_read};
    static const cmetrics_api_v1 table = {CMETRICS_SIZE(cmetrics_api_v1),
                                          1,
                                          &client_slots,
                                          &registry_slots,
                                          &metric_slots,
                                          &counter_slots,
                                          &int_counter_slots,
                                          &float_counter_slots,
                                          &duration_counter_slots,
                                          &int_gauge_slots,
                                          &float_gauge_slots,
                                          &duration_gauge_slots,
                                          &collector_slots,
                                          &error_slots};
    return &table;
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_LOAD_NOOP_H */
