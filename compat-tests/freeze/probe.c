/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A library through whose functions every type of the header is reached, for tools that compare the debug information of
 * two libraries. It is compiled from the header as it was frozen and from the header as it is, and never run. It is C99,
 * so that the header's own assertions are no obstacle to a header that was changed on purpose. */
#include <cmetrics-1/cmetrics.h>

#define PROBE __attribute__((visibility("default")))

PROBE const cmetrics_api_v1 *probe_api_v1(void);
PROBE const cmetrics_bootstrap *probe_bootstrap(void);
PROBE const cmetrics_note_slot *probe_slot(void);
PROBE const cmetrics_host *probe_host(void);
PROBE cmetrics_get_api_fn probe_entry(void);

const cmetrics_api_v1 *probe_api_v1(void) { return 0; }
const cmetrics_bootstrap *probe_bootstrap(void) { return 0; }
const cmetrics_note_slot *probe_slot(void) { return 0; }
const cmetrics_host *probe_host(void) { return 0; }
cmetrics_get_api_fn probe_entry(void) { return cmetrics_get_api; }
