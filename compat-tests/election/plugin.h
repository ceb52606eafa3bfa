// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What a plugin that comes and goes exports, in C (plugin.c) and in Rust (embedded/). Each returns 0 if it went well.

#ifndef ELECTION_PLUGIN_H
#define ELECTION_PLUGIN_H

#include <stdint.h>

// Opens a client, gets the counter, registers a collector of the family `election_collected`.
__attribute__((visibility("default"))) int32_t plugin_open(void);
// Adds `n` events to the counter and visits the root.
__attribute__((visibility("default"))) int32_t plugin_record(uint64_t n);
// Closes the client and lets go of all that is held.
__attribute__((visibility("default"))) int32_t plugin_close(void);

#endif
