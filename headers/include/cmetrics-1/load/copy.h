/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Whether what a file gives is a copy of cmetrics, and whether its tables are whole. Included by cmetrics_load.h.
 */
#ifndef CMETRICS_1_LOAD_COPY_H
#define CMETRICS_1_LOAD_COPY_H

#if defined(_WIN32)
#include "system_windows.h"
#else
#include "system_posix.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The bootstrap table of `get_api`, or NULL with what is wrong in `why`. What a stranger gives is read without harm. */
CMETRICS_INLINE const cmetrics_bootstrap *cmetrics_check_bootstrap(cmetrics_get_api_fn get_api, cmetrics_report *why) {
    const void *given = get_api(0);
    const cmetrics_bootstrap *card = CMETRICS_CAST(const cmetrics_bootstrap *, given);
    const char *wrong = NULL;
    if (given == NULL) {
        wrong = "gives no bootstrap table";
    } else if (CMETRICS_CAST(uintptr_t, given) % sizeof(void *) != 0) {
        wrong = "gives a bootstrap table at an odd address";
    } else if (!cmetrics_in_module(CMETRICS_CAST(uintptr_t, given), sizeof(cmetrics_bootstrap))) {
        wrong = "gives a bootstrap table that no module holds";
    } else if (card->struct_size < sizeof(cmetrics_bootstrap)) {
        wrong = "gives a bootstrap table that is too small";
    } else if (card->version != 0) {
        wrong = "gives a bootstrap table of another version";
    } else if (memcmp(card->magic, CMETRICS_MAGIC, sizeof card->magic) != 0) {
        wrong = "gives a bootstrap table of another magic";
    } else if (card->oldest < 1 || card->oldest > card->newest) {
        wrong = "gives a bootstrap table with no range of versions";
    } else if (!cmetrics_in_module(CMETRICS_CAST(uintptr_t, card->semver), 1) ||
               !cmetrics_in_module(CMETRICS_CAST(uintptr_t, card->build_id), 1) ||
               !cmetrics_in_module(CMETRICS_CAST(uintptr_t, card->elect), 1) ||
               !cmetrics_in_module(CMETRICS_CAST(uintptr_t, card->path), 1) ||
               !cmetrics_in_module(CMETRICS_CAST(uintptr_t, card->explain), 1) ||
               !cmetrics_in_module(CMETRICS_CAST(uintptr_t, card->copies), 1) ||
               !cmetrics_in_module(CMETRICS_CAST(uintptr_t, card->extension), 1) ||
               !cmetrics_in_module(CMETRICS_CAST(uintptr_t, card->get_api), 1)) {
        wrong = "gives a bootstrap table with a pointer that leads nowhere";
    }
    if (wrong != NULL) {
        cmetrics_report_add(why, "is another project's library: its cmetrics_get_api %s", wrong);
        return NULL;
    }
    return card;
}

/* Whether a vtable is there and has all slots that this header knows. */
CMETRICS_INLINE int cmetrics_is_whole(const void *vtable, size_t known) {
    uint32_t size = 0;
    if (vtable != NULL) {
        memcpy(&size, vtable, sizeof size);
    }
    return size >= known;
}

/* Whether a table of version 1 has all slots that this header knows. Version 1 has one size, so that a shorter table is
 * no older library but a broken one: it is refused, not completed. */
CMETRICS_INLINE int cmetrics_is_whole_v1(const cmetrics_api_v1 *api) {
    return cmetrics_is_whole(api, sizeof *api) && api->version >= 1 &&
           cmetrics_is_whole(api->client, sizeof *api->client) &&
           cmetrics_is_whole(api->registry, sizeof *api->registry) &&
           cmetrics_is_whole(api->metric, sizeof *api->metric) &&
           cmetrics_is_whole(api->counter, sizeof *api->counter) &&
           cmetrics_is_whole(api->int_counter, sizeof *api->int_counter) &&
           cmetrics_is_whole(api->float_counter, sizeof *api->float_counter) &&
           cmetrics_is_whole(api->duration_counter, sizeof *api->duration_counter) &&
           cmetrics_is_whole(api->int_gauge, sizeof *api->int_gauge) &&
           cmetrics_is_whole(api->float_gauge, sizeof *api->float_gauge) &&
           cmetrics_is_whole(api->duration_gauge, sizeof *api->duration_gauge) &&
           cmetrics_is_whole(api->collector, sizeof *api->collector) &&
           cmetrics_is_whole(api->error, sizeof *api->error);
}

/* The provider of the process among the loaded copies, as `copies` tells of it. */
typedef struct cmetrics_provider {
    cmetrics_range range;
    int found;
} cmetrics_provider;

CMETRICS_INLINE cmetrics_status CMETRICS_CALL cmetrics_hear_copy(void *user, const cmetrics_copy *copy) {
    cmetrics_provider *provider = CMETRICS_CAST(cmetrics_provider *, user);
    if ((copy->flags & CMETRICS_COPY_WINNER) != 0) {
        provider->found = 1;
        provider->range.oldest = copy->oldest;
        provider->range.newest = copy->newest;
    }
    return CMETRICS_OK;
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_LOAD_COPY_H */
