// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// satellite FIRST LATER: FIRST, which serves version 1 alone, is used and provides; then version 2 is asked of LATER, which
// is to become its satellite. Prints nothing if there is one report that has what both recorded.

#include "../election/metrics.h"

static cmetrics_status CMETRICS_CALL find_satellite(void *user, const cmetrics_copy *copy) {
    unsigned *seen = user;
    *seen |= copy->flags & (CMETRICS_COPY_SATELLITE | CMETRICS_COPY_WINNER);
    REQUIRE((copy->flags & CMETRICS_COPY_SATELLITE) == 0 || copy->newest == 2, "the older copy is the satellite");
    return CMETRICS_OK;
}

int main(int argc, char **argv) {
    struct copy first, later;
    REQUIRE(argc == 3, "usage: satellite FIRST LATER");
    load_copy(&first, argv[1]);
    record(table(&first), 3);
    load_copy(&later, argv[2]);
    REQUIRE(table(&later) == table(&first), "version 1 is not the provider's");
    REQUIRE(first.get_api(2) == NULL, "the provider serves version 2");
    // A later table begins as that of version 1 does.
    const cmetrics_api_v1 *two = later.get_api(2);
    REQUIRE(two != NULL && two->version == 2, "no table of version 2");
    cmetrics_registry *root = two->registry->root(two);
    cmetrics_counter *counter = counter_in(two, root, "later_events");
    two->counter->inc(counter);
    REQUIRE(reported(table(&first), EVENTS "_total") == 3, "the provider's counter is not in its report");
    REQUIRE(reported(table(&first), "later_events_total") == 1, "the satellite's counter is not in the provider's report");
    REQUIRE(reported(two, EVENTS "_total") == 3, "the provider's counter is not in the satellite's report");
    unsigned seen = 0;
    card(&first)->copies(find_satellite, &seen);
    REQUIRE(seen == (CMETRICS_COPY_SATELLITE | CMETRICS_COPY_WINNER), "no copy is listed as a satellite");
    return 0;
}
