// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A client in C: client [load FILE | folder FOLDER]...: loads files, adds folders to those that Windows looks through, and
// then asks cmetrics_load. Prints the status, the file that provides, what a counter came to, and the report.

#include <cmetrics-1/cmetrics_load.h>

static void prepare(const WCHAR *what, const WCHAR *path) {
    if (lstrcmpW(what, L"load") == 0 && LoadLibraryW(path) != NULL)
        return;
    if (lstrcmpW(what, L"folder") == 0 && AddDllDirectory(path) != NULL)
        return;
    printf("cannot %ls %ls: Windows error %lu\n", what, path, GetLastError());
    exit(3);
}

static unsigned long long count(const cmetrics_api_v1 *api) {
    cmetrics_registry *root = api->registry->root(api);
    cmetrics_metric_desc desc;
    cmetrics_metric *metric = NULL;
    unsigned long long value;
    memset(&desc, 0, sizeof desc);
    desc.struct_size = sizeof desc;
    desc.kind = CMETRICS_KIND_COUNTER;
    desc.name.data = "election_events";
    desc.name.len = 15;
    api->registry->metric(root, &desc, &metric, NULL);
    api->counter->add((cmetrics_counter *)metric, 4);
    value = api->counter->value((cmetrics_counter *)metric);
    api->metric->release(metric);
    api->registry->release(root);
    return value;
}

// What is linked with -municode begins here: other letters than those of the system's code page arrive.
int wmain(int argc, wchar_t **argv) {
    static char report[16384], path[CMETRICS_PATH_CAPACITY];
    const cmetrics_api_v1 *api;
    cmetrics_status status;
    HMODULE module = NULL;
    int i;
    for (i = 1; i + 1 < argc; i += 2)
        prepare(argv[i], argv[i + 1]);
    status = cmetrics_load(NULL, &api, report, sizeof report);
    if (status == CMETRICS_OK)
        GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                           (const WCHAR *)(const void *)api, &module);
    if (module == NULL || !cmetrics_module_file(module, path, (int)sizeof path))
        path[0] = 0;
    printf("status %ld\npath %s\nevents %llu\n%s\n", (long)status, path, count(api), report);
    return 0;
}
