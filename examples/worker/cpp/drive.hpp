// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "part.hpp"

namespace worker {

// Progress, on standard error.
void say(const std::string &text);

// Replays the whole case, each row by exactly one part: the body on `threads` threads per part, all at once, then the
// tail in order. Throws BadCase or PartFailed.
void replay(const std::vector<Part> &parts, const std::string &folder, std::int32_t threads);

} // namespace worker
