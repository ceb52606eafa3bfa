// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// One of two files that include all headers: both must get the same library.

#include <cmetrics-1/cmetrics_load.h>
#include <cmetrics-1/cmetrics_testing.h>

const cmetrics_api_v1 *other_table(void);

int main(void) {
    const cmetrics_api_v1 *api;
    char report[4096];
    if (cmetrics_load(NULL, &api, report, sizeof report) != CMETRICS_OK) {
        fputs(report, stderr);
        return 1;
    }
    return api == other_table() && api != cmetrics_noop() ? 0 : 2;
}
