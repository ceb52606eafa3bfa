// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A test double. The code under test gets a table like any other and counts; one counter of it is a fake that writes
// down what is done to it, and everything else goes to the library.

#include "check.h"

// ---- the code under test: it knows of a table and nothing else ----

static int serve(const cmetrics_api_v1 *metrics, unsigned requests) {
    cmetrics_registry *root = metrics->registry->root(metrics);
    cmetrics_metric_desc taken = wanted(CMETRICS_KIND_COUNTER, "requests");
    cmetrics_metric_desc failed = wanted(CMETRICS_KIND_COUNTER, "errors");
    cmetrics_metric *counter = NULL, *errors = NULL;
    int sound = metrics->registry->metric(root, &taken, &counter, NULL) == CMETRICS_OK &&
                metrics->registry->metric(root, &failed, &errors, NULL) == CMETRICS_OK;
    for (unsigned i = 0; sound && i < requests; i++) {
        metrics->counter->inc((cmetrics_counter *)counter);
        if (i % 2 == 1)
            metrics->counter->add((cmetrics_counter *)errors, 1);
    }
    if (sound) {
        metrics->counter->add((cmetrics_counter *)counter, 100);
        sound = metrics->metric->kind(counter) == CMETRICS_KIND_COUNTER && metrics->metric->attached(counter) == 1 &&
                metrics->counter->value((cmetrics_counter *)counter) == requests + 100;
    }
    metrics->metric->release(counter);
    metrics->metric->release(errors);
    metrics->registry->release(root);
    return sound;
}

// ---- the double ----

// The faked counter. A handle of it is its address.
struct fake {
    uint64_t value;
    unsigned made, incs, adds, reads;
    int64_t references;
};

// The table comes first: slots without a handle find the rest through `self`.
struct table {
    cmetrics_api_v1 api;
    cmetrics_client_v1 client;
    cmetrics_registry_v1 registry;
    cmetrics_metric_v1 metric;
    cmetrics_counter_v1 counter;
    cmetrics_int_counter_v1 int_counter;
    cmetrics_float_counter_v1 float_counter;
    cmetrics_duration_counter_v1 duration_counter;
    cmetrics_int_gauge_v1 int_gauge;
    cmetrics_float_gauge_v1 float_gauge;
    cmetrics_duration_gauge_v1 duration_gauge;
    cmetrics_collector_v1 collector;
    cmetrics_error_v1 error;
    cmetrics_registry *root;
    unsigned roots;
};

// Slots with a handle know of no table, so that the fake counter is found by its address.
static struct fake fake;

static int is_fake(const void *handle) {
    return handle == &fake;
}

static cmetrics_registry *CMETRICS_CALL fake_root(const cmetrics_api_v1 *self) {
    struct table *table = (struct table *)self;
    table->roots++;
    api->registry->retain(table->root);
    return table->root;
}

static cmetrics_status CMETRICS_CALL fake_make(cmetrics_registry *registry, const cmetrics_metric_desc *desc,
                                               cmetrics_metric **metric, cmetrics_error **error) {
    if (desc->name.len != 8 || memcmp(desc->name.data, "requests", 8) != 0)
        return api->registry->metric(registry, desc, metric, error);
    fake.made++;
    fake.references++;
    *metric = (cmetrics_metric *)&fake;
    if (error != NULL)
        *error = NULL;
    return CMETRICS_OK;
}

static void CMETRICS_CALL fake_retain(cmetrics_metric *metric) {
    if (is_fake(metric))
        fake.references++;
    else
        api->metric->retain(metric);
}

static void CMETRICS_CALL fake_release(cmetrics_metric *metric) {
    if (is_fake(metric))
        fake.references--;
    else
        api->metric->release(metric);
}

static uint64_t CMETRICS_CALL fake_id(cmetrics_metric *metric) {
    return is_fake(metric) ? UINT64_MAX : api->metric->id(metric);
}

static int32_t CMETRICS_CALL fake_kind(cmetrics_metric *metric) {
    return is_fake(metric) ? CMETRICS_KIND_COUNTER : api->metric->kind(metric);
}

static int32_t CMETRICS_CALL fake_attached(cmetrics_metric *metric) {
    return is_fake(metric) ? 1 : api->metric->attached(metric);
}

static cmetrics_status CMETRICS_CALL fake_describe(cmetrics_metric *metric, const cmetrics_visitor *visitor) {
    return is_fake(metric) ? CMETRICS_UNSUPPORTED : api->metric->describe(metric, visitor);
}

static void CMETRICS_CALL fake_refuse(cmetrics_metric *metric, int32_t reason) {
    if (!is_fake(metric))
        api->metric->refuse(metric, reason);
}

static void CMETRICS_CALL fake_add(cmetrics_counter *counter, uint64_t n) {
    if (!is_fake(counter)) {
        api->counter->add(counter, n);
        return;
    }
    fake.adds++;
    fake.value += n;
}

static void CMETRICS_CALL fake_inc(cmetrics_counter *counter) {
    if (!is_fake(counter)) {
        api->counter->inc(counter);
        return;
    }
    fake.incs++;
    fake.value++;
}

static uint64_t CMETRICS_CALL fake_value(cmetrics_counter *counter) {
    if (!is_fake(counter))
        return api->counter->value(counter);
    fake.reads++;
    return fake.value;
}

// Copies every vtable, so that any slot can be replaced, and replaces those that the fake counter can reach.
static void double_of(struct table *table, cmetrics_registry *root) {
#define COPY(vtable)                                                                                                   \
    table->vtable = *api->vtable;                                                                                      \
    table->api.vtable = &table->vtable
    table->api = *api;
    COPY(client);
    COPY(registry);
    COPY(metric);
    COPY(counter);
    COPY(int_counter);
    COPY(float_counter);
    COPY(duration_counter);
    COPY(int_gauge);
    COPY(float_gauge);
    COPY(duration_gauge);
    COPY(collector);
    COPY(error);
#undef COPY
    table->registry.root = fake_root;
    table->registry.metric = fake_make;
    table->metric.retain = fake_retain;
    table->metric.release = fake_release;
    table->metric.id = fake_id;
    table->metric.kind = fake_kind;
    table->metric.attached = fake_attached;
    table->metric.describe = fake_describe;
    table->metric.refuse = fake_refuse;
    table->counter.inc = fake_inc;
    table->counter.add = fake_add;
    table->counter.value = fake_value;
    table->root = root;
}

// ---- the test ----

int main(void) {
    struct table table = {0};
    cmetrics_registry *root;
    load();
    root = isolated();
    double_of(&table, root);

    CHECK(serve(&table.api, 6));
    CHECK(table.roots == 1 && fake.made == 1 && fake.references == 0);
    CHECK(fake.incs == 6 && fake.adds == 1 && fake.reads == 1 && fake.value == 106);
    // The other counter is the library's, and so is the report, in which the fake does not show.
    CHECK_SAME(report(root), "# HELP errors_total \n# TYPE errors_total counter\nerrors_total 3\n");

    // What the double did not replace works through it: slots with a `self` too.
    cmetrics_text media_type = {0};
    CHECK(table.api.registry->content_type(&table.api, CMETRICS_FORMAT_PROMETHEUS_TEXT, &media_type) == CMETRICS_OK);
    CHECK(media_type.len != 0);
    cmetrics_registry *other = NULL;
    CHECK(table.api.registry->isolated(&table.api, NULL, &other, NULL) == CMETRICS_OK);
    CHECK(serve(api, 0) && fake.made == 1); // The library's own table is as it was.
    api->registry->release(other);
    api->registry->release(root);
    return finish();
}
