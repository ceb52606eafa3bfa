// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include <cmetrics-1/cmetrics.hpp>
#include <cmetrics-1/testing.hpp>

cmetrics::Counter other_counter();

cmetrics::Counter other_counter() {
    return cmetrics::try_root().value().counter("shared");
}
