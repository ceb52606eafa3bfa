// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A collector that feeds a family of type histogram, which the library has no kind for, into the report. The program
// prints that report.

#include "check.h"

#define BUCKETS 4

// What an engine keeps by itself: how many requests were at most so slow, not yet summed up.
struct histogram {
    const char *method;
    uint64_t within[BUCKETS];
    uint64_t sum_ns;
};

struct engine {
    struct histogram histograms[2];
    unsigned collected;
    unsigned dropped;
};

static const char *const bounds[BUCKETS] = {"0.005", "0.1", "1", "+Inf"};

static cmetrics_value value(const char *suffix, int32_t type, uint64_t bits) {
    cmetrics_value told = {0};
    told.suffix = text(suffix);
    told.type = type;
    told.bits = bits;
    return told;
}

static cmetrics_status tell_histogram(const struct histogram *histogram, const cmetrics_visitor *into) {
    cmetrics_label method = label("method", histogram->method);
    cmetrics_value values[BUCKETS + 2];
    cmetrics_point point = {0};
    uint64_t count = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        count += histogram->within[i];
        values[i] = value("_bucket", CMETRICS_VALUE_U64, count);
        values[i].extra = label("le", bounds[i]);
    }
    values[BUCKETS] = value("_sum", CMETRICS_VALUE_U64_NS, histogram->sum_ns);
    values[BUCKETS + 1] = value("_count", CMETRICS_VALUE_U64, count);
    point.struct_size = sizeof point;
    point.labels = &method;
    point.n_labels = 1;
    point.values = values;
    point.n_values = BUCKETS + 2;
    return into->point(into->user, &point);
}

static cmetrics_status CMETRICS_CALL collect(void *user, const cmetrics_report_options *options,
                                             const cmetrics_visitor *into) {
    struct engine *engine = user;
    cmetrics_family family = {0};
    cmetrics_status status;
    (void)options;
    engine->collected++;
    family.struct_size = sizeof family;
    family.type = CMETRICS_TYPE_HISTOGRAM;
    family.name = text("request_duration_seconds");
    family.help = text("How long requests took");
    family.unit = text("seconds");
    status = into->family(into->user, &family);
    for (size_t i = 0; status == 0 && i < 2; i++)
        status = tell_histogram(&engine->histograms[i], into);
    return status;
}

static void CMETRICS_CALL drop(void *user) {
    ((struct engine *)user)->dropped++;
}

static const char expected[] =
    "# HELP engine_queue_depth Requests that wait\n"
    "# TYPE engine_queue_depth gauge\n"
    "engine_queue_depth{model=\"llama\"} 3\n"
    "# HELP engine_request_duration_seconds How long requests took\n"
    "# TYPE engine_request_duration_seconds histogram\n"
    "engine_request_duration_seconds_bucket{method=\"chat\",model=\"llama\",le=\"0.005\"} 0\n"
    "engine_request_duration_seconds_bucket{method=\"chat\",model=\"llama\",le=\"0.1\"} 12\n"
    "engine_request_duration_seconds_bucket{method=\"chat\",model=\"llama\",le=\"1\"} 19\n"
    "engine_request_duration_seconds_bucket{method=\"chat\",model=\"llama\",le=\"+Inf\"} 20\n"
    "engine_request_duration_seconds_sum{method=\"chat\",model=\"llama\"} 4.250000001\n"
    "engine_request_duration_seconds_count{method=\"chat\",model=\"llama\"} 20\n"
    "engine_request_duration_seconds_bucket{method=\"embed\",model=\"llama\",le=\"0.005\"} 2\n"
    "engine_request_duration_seconds_bucket{method=\"embed\",model=\"llama\",le=\"0.1\"} 2\n"
    "engine_request_duration_seconds_bucket{method=\"embed\",model=\"llama\",le=\"1\"} 2\n"
    "engine_request_duration_seconds_bucket{method=\"embed\",model=\"llama\",le=\"+Inf\"} 2\n"
    "engine_request_duration_seconds_sum{method=\"embed\",model=\"llama\"} 0.006\n"
    "engine_request_duration_seconds_count{method=\"embed\",model=\"llama\"} 2\n"
    "# HELP engine_requests_total Requests that were taken\n"
    "# TYPE engine_requests_total counter\n"
    "engine_requests_total{model=\"llama\"} 22\n";

int main(void) {
    // Told out of order: the report sorts its series.
    struct engine engine = {{{"embed", {2, 0, 0, 0}, 6000000}, {"chat", {0, 12, 7, 1}, 4250000001u}}, 0, 0};
    cmetrics_label model = label("model", "llama");
    cmetrics_registry_desc below = {sizeof below, 0, text("engine"), &model, 1, NULL};
    cmetrics_collector_desc desc = {sizeof desc, 0, NULL, collect, drop, &engine};
    cmetrics_registry *root, *registry = NULL;
    cmetrics_collector *collector = NULL;
    cmetrics_metric_desc requests = wanted(CMETRICS_KIND_COUNTER, "requests");
    cmetrics_metric_desc depth = wanted(CMETRICS_KIND_INT_GAUGE, "queue_depth");
    cmetrics_metric *counter = NULL, *gauge = NULL;

    load();
    root = isolated();
    CHECK(api->registry->child(root, &below, &registry, NULL) == CMETRICS_OK);
    requests.help = text("Requests that were taken");
    depth.help = text("Requests that wait");
    CHECK(api->registry->metric(registry, &requests, &counter, NULL) == CMETRICS_OK);
    CHECK(api->registry->metric(registry, &depth, &gauge, NULL) == CMETRICS_OK);
    api->counter->add((cmetrics_counter *)counter, 22);
    api->int_gauge->set((cmetrics_int_gauge *)gauge, 3);
    CHECK(api->collector->add(registry, &desc, &collector, NULL) == CMETRICS_OK);

    CHECK_SAME(report(root), expected);
    CHECK_SAME(report(registry), expected);
    CHECK(engine.collected == 2);
    fputs(report(root), stdout);

    CHECK(api->collector->remove(collector, NULL) == CMETRICS_OK);
    CHECK(engine.dropped == 1);
    CHECK(!has(report(root), "histogram") && engine.collected == 3);

    api->collector->release(collector);
    release(counter);
    release(gauge);
    api->registry->release(registry);
    api->registry->release(root);
    return finish();
}
