/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Frozen: a client of ABI version 1 in C. It makes a metric of every kind, counts, reads, reports, and has calls fail
 * that must fail. What it prints is the same in every language and on every library: transcript.txt.
 */
#include <cmetrics-1/cmetrics_load.h>

static const cmetrics_api_v1 *api;

static cmetrics_text text(const char *chars) {
    cmetrics_text lent;
    lent.data = chars;
    lent.len = strlen(chars);
    return lent;
}

static cmetrics_client *opened(void) {
    cmetrics_client_desc desc;
    cmetrics_client *client = NULL;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.name = text("frozen");
    desc.version = text("1.0");
    desc.language = text("c");
    if (api->client->open(api, &desc, &client, NULL) != CMETRICS_OK) printf("open: failed\n");
    return client;
}

static cmetrics_registry *child(cmetrics_registry *parent, cmetrics_client *owner) {
    cmetrics_registry_desc desc;
    cmetrics_registry *registry = NULL;
    cmetrics_label label;
    label.key = text("rank");
    label.value = text("0");
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.prefix = text("frozen");
    desc.labels = &label;
    desc.n_labels = 1;
    desc.owner = owner;
    if (api->registry->child(parent, &desc, &registry, NULL) != CMETRICS_OK) printf("child: failed\n");
    return registry;
}

static cmetrics_status make(cmetrics_registry *in, int32_t kind, const char *name, const char *help,
                            cmetrics_client *owner, cmetrics_metric **metric, cmetrics_error **error) {
    cmetrics_metric_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = kind;
    desc.name = text(name);
    desc.help = text(help);
    desc.owner = owner;
    return api->registry->metric(in, &desc, metric, error);
}

static void *made(cmetrics_registry *in, int32_t kind, const char *name, const char *help, cmetrics_client *owner) {
    cmetrics_metric *metric = NULL;
    if (make(in, kind, name, help, owner, &metric, NULL) != CMETRICS_OK) printf("%s: failed\n", name);
    return metric;
}

/* The number of a failure, and whether the error names `offender` and the client. Gives the error back. */
static void failed(const char *what, cmetrics_status status, cmetrics_error *error, const char *offender) {
    static char subject[512], existing[512];
    cmetrics_error_info info;
    memset(&info, 0, sizeof info);
    info.struct_size = sizeof info;
    subject[0] = existing[0] = '\0';
    if (api->error->read(error, &info) == CMETRICS_OK) {
        snprintf(subject, sizeof subject, "%.*s", (int)info.subject.len, info.subject.len == 0 ? "" : info.subject.data);
        snprintf(existing, sizeof existing, "%.*s", (int)info.existing.len,
                 info.existing.len == 0 ? "" : info.existing.data);
    }
    printf("%s: %ld, names the offender: %d, names the client: %d\n", what, (long)status,
           strstr(subject, offender) != NULL, strstr(existing, "frozen") != NULL);
    api->error->release(error);
}

static cmetrics_status CMETRICS_CALL print(void *user, const uint8_t *bytes, uint64_t len) {
    (void)user;
    return fwrite(bytes, 1, (size_t)len, stdout) == len ? CMETRICS_OK : 1;
}

static void report(cmetrics_registry *registry) {
    cmetrics_report_options options;
    cmetrics_sink sink;
    memset(&options, 0, sizeof options);
    memset(&sink, 0, sizeof sink);
    options.struct_size = sizeof options;
    options.flags = CMETRICS_REPORT_NO_SELF;
    sink.struct_size = sizeof sink;
    sink.write = print;
    if (api->registry->render(registry, &options, &sink, NULL) != CMETRICS_OK) printf("render: failed\n");
}

int main(void) {
    char why[8192];
    cmetrics_client *client;
    cmetrics_registry *root = NULL, *registry;
    cmetrics_metric *again = NULL;
    cmetrics_error *error = NULL;
    cmetrics_status status;
    uint64_t total, count;
    double sum;
    if (cmetrics_load(NULL, &api, why, sizeof why) != CMETRICS_OK) {
        fputs(why, stderr);
        return 1;
    }
    client = opened();
    if (api->registry->isolated(api, NULL, &root, NULL) != CMETRICS_OK) return 1;
    registry = child(root, client);

    cmetrics_counter *counter = made(registry, CMETRICS_KIND_COUNTER, "steps", "Steps", client);
    cmetrics_int_counter *ints = made(registry, CMETRICS_KIND_INT_COUNTER, "tokens", "Tokens", client);
    cmetrics_float_counter *floats = made(registry, CMETRICS_KIND_FLOAT_COUNTER, "cost", "Cost", client);
    cmetrics_duration_counter *durations = made(registry, CMETRICS_KIND_DURATION_COUNTER, "wait", "Waits", client);
    cmetrics_int_gauge *depth = made(registry, CMETRICS_KIND_INT_GAUGE, "depth", "Depth", client);
    cmetrics_float_gauge *level = made(registry, CMETRICS_KIND_FLOAT_GAUGE, "level", "Level", client);
    cmetrics_duration_gauge *skew = made(registry, CMETRICS_KIND_DURATION_GAUGE, "skew", "Skew", client);

    api->counter->inc(counter);
    api->counter->add(counter, 41);
    printf("counter: %llu\n", (unsigned long long)api->counter->value(counter));
    api->int_counter->add(ints, 12);
    api->int_counter->add(ints, 0);
    api->int_counter->read(ints, &total, &count);
    printf("int counter: %llu in %llu\n", (unsigned long long)total, (unsigned long long)count);
    api->float_counter->add(floats, 0.5);
    api->float_counter->add(floats, 0.25);
    api->float_counter->add(floats, -1.0); /* refused */
    api->float_counter->read(floats, &sum, &count);
    printf("float counter: %.2f in %llu\n", sum, (unsigned long long)count);
    api->duration_counter->add(durations, 1500000000);
    api->duration_counter->add(durations, 7);
    api->duration_counter->read(durations, &total, &count);
    printf("duration counter: %llu ns in %llu\n", (unsigned long long)total, (unsigned long long)count);
    api->int_gauge->set(depth, 5);
    api->int_gauge->add(depth, 4);
    api->int_gauge->sub(depth, 13);
    api->int_gauge->inc(depth);
    api->int_gauge->dec(depth);
    printf("int gauge: %lld\n", (long long)api->int_gauge->value(depth));
    api->float_gauge->set(level, 3.0);
    api->float_gauge->add(level, 0.5);
    api->float_gauge->sub(level, 1.25);
    printf("float gauge: %.2f\n", api->float_gauge->value(level));
    api->duration_gauge->set(skew, 1000);
    api->duration_gauge->sub(skew, 1345);
    printf("duration gauge: %lld ns\n", (long long)api->duration_gauge->value(skew));

    status = make(registry, CMETRICS_KIND_COUNTER, "steps", "", client, &again, &error);
    printf("the same again: %ld, same metric: %d\n", (long)status, (void *)again == (void *)counter);
    api->metric->release(again);
    status = make(registry, CMETRICS_KIND_INT_GAUGE, "steps", "", client, &again, &error);
    failed("conflict", status, error, "steps");
    status = make(registry, CMETRICS_KIND_COUNTER, "not a name", "", client, &again, &error);
    failed("bad name", status, error, "not a name");
    status = make(registry, CMETRICS_KIND_COUNTER, "helpless", "", client, &again, &error);
    printf("without help: %ld\n", (long)status);
    status = api->registry->remove_metric(registry, again, NULL);
    printf("removed: %ld, attached: %ld\n", (long)status, (long)api->metric->attached(again));
    api->metric->release(again);
    report(root);
    status = api->registry->remove(registry, NULL);
    status = make(registry, CMETRICS_KIND_COUNTER, "late", "", client, &again, &error);
    printf("in a removed registry: %ld\n", (long)status);
    api->error->release(error);

    api->metric->release((cmetrics_metric *)counter);
    api->metric->release((cmetrics_metric *)ints);
    api->metric->release((cmetrics_metric *)floats);
    api->metric->release((cmetrics_metric *)durations);
    api->metric->release((cmetrics_metric *)depth);
    api->metric->release((cmetrics_metric *)level);
    api->metric->release((cmetrics_metric *)skew);
    api->registry->release(registry);
    api->registry->release(root);
    api->client->close(client);
    api->client->release(client);
    printf("done\n");
    return 0;
}
