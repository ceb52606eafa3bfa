// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A plugin in C that is linked to the shared library: no SDK, the header alone.

#include "plugin.h"

#include "metrics.h"

static const cmetrics_api_v1 *api;
static cmetrics_client *client;
static cmetrics_registry *root;
static cmetrics_counter *events;
static cmetrics_collector *collector;
static unsigned drops;

static cmetrics_status CMETRICS_CALL collect(void *user, const cmetrics_report_options *options,
                                             const cmetrics_visitor *into) {
    cmetrics_family family = {0};
    cmetrics_point point = {0};
    cmetrics_value value = {0};
    (void)user;
    (void)options;
    family.struct_size = sizeof family;
    family.type = CMETRICS_TYPE_GAUGE;
    family.name = text("election_collected");
    value.type = CMETRICS_VALUE_U64;
    value.bits = 42;
    point.struct_size = sizeof point;
    point.values = &value;
    point.n_values = 1;
    cmetrics_status status = into->family(into->user, &family);
    return status != CMETRICS_OK ? status : into->point(into->user, &point);
}

static void CMETRICS_CALL dropped(void *user) {
    ++*(unsigned *)user;
}

int32_t plugin_open(void) {
    cmetrics_client_desc desc = {0};
    cmetrics_collector_desc collector_desc = {0};
    api = cmetrics_get_api(1);
    if (api == NULL)
        return -1;
    desc.struct_size = sizeof desc;
    desc.name = text("election plugin");
    if (api->client->open(api, &desc, &client, NULL) != CMETRICS_OK)
        return -2;
    root = api->registry->root(api);
    events = counter_in(api, root, EVENTS);
    collector_desc.struct_size = sizeof collector_desc;
    collector_desc.owner = client;
    collector_desc.collect = collect;
    collector_desc.drop = dropped;
    collector_desc.user = &drops;
    drops = 0;
    return api->collector->add(root, &collector_desc, &collector, NULL) == CMETRICS_OK ? 0 : -3;
}

struct heard {
    unsigned events, collected;
};

static cmetrics_status CMETRICS_CALL hear_family(void *user, const cmetrics_family *family) {
    struct heard *heard = user;
    heard->events += family->name.len == 21 && memcmp(family->name.data, EVENTS "_total", 21) == 0;
    heard->collected += family->name.len == 18 && memcmp(family->name.data, "election_collected", 18) == 0;
    return CMETRICS_OK;
}

static cmetrics_status CMETRICS_CALL hear_point(void *user, const cmetrics_point *point) {
    (void)user;
    (void)point;
    return CMETRICS_OK;
}

int32_t plugin_record(uint64_t n) {
    struct heard heard = {0, 0};
    cmetrics_visitor visitor = {sizeof visitor, 0, hear_family, hear_point, &heard};
    for (uint64_t i = 0; i < n; i++)
        api->counter->inc(events);
    if (api->registry->visit(root, NULL, &visitor, NULL) != CMETRICS_OK)
        return -1;
    return heard.events == 1 && heard.collected == 1 ? 0 : -2;
}

int32_t plugin_close(void) {
    api->client->close(client);
    api->collector->release(collector);
    api->metric->release((cmetrics_metric *)events);
    api->registry->release(root);
    api->client->release(client);
    return drops == 1 ? 0 : -1;
}
