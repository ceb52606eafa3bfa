// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include <cmetrics-1/cmetrics_load.h>
#include <cmetrics-1/cmetrics_testing.h>

const cmetrics_api_v1 *other_table(void);

const cmetrics_api_v1 *other_table(void) {
    const cmetrics_api_v1 *api;
    return cmetrics_load(NULL, &api, NULL, 0) == CMETRICS_OK ? api : NULL;
}
