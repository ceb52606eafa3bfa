// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Compiles where prometheus-cpp's headers are.
#include <prometheus/counter.h>
#include <prometheus/registry.h>
