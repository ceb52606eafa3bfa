// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Metrics for a process of many languages: the C++ API, header-only, C++17.
//
//     auto engine = cmetrics::root().child("engine", {{"model", "small"}});
//     auto requests = engine.counter("requests", "Requests that came in");
//     auto errors = engine.counter_family("errors", {"status"});
//     requests.inc();
//     errors.with("timeout").inc();
//     std::cout << cmetrics::render();
//
// Handles are counted: a copy is the same thing, and all may be used from any thread. An update is one call into the
// library, without a lock, an allocation or a look-up.
//
// The library is found at run time (docs/abi/locating.md), or linked where CMETRICS_LINK is defined. Where there is
// none, root() goes on with metrics that keep nothing, and warns once (warning.hpp); try_root() tells why.
//
// Functions throw cmetrics::Error, which carries the whole story. Each has a try_ form that returns a Result instead;
// where exceptions are off (-fno-exceptions), only those are there, and none needs RTTI.
#ifndef CMETRICS_1_CMETRICS_HPP
#define CMETRICS_1_CMETRICS_HPP

#include "hpp/text.hpp"
#include "hpp/error.hpp"
#include "hpp/result.hpp"
#include "hpp/warning.hpp"
#include "hpp/library.hpp"
#include "hpp/options.hpp"
#include "hpp/handle.hpp"
#include "hpp/report.hpp"
#include "hpp/visit.hpp"
#include "hpp/metric.hpp"
#include "hpp/counter.hpp"
#include "hpp/timer.hpp"
#include "hpp/gauge_guard.hpp"
#include "hpp/value_counter.hpp"
#include "hpp/gauge.hpp"
#include "hpp/collector.hpp"
#include "hpp/registry.hpp"
#include "hpp/family.hpp"
#include "hpp/builder.hpp"
#include "hpp/scope.hpp"
#include "hpp/client.hpp"

#endif // CMETRICS_1_CMETRICS_HPP
