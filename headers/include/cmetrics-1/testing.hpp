// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Test your instrumentation: what a piece of code told its metrics, and what a report would show. Header-only, C++17,
// of any test framework or none. The kits of the other languages have the same words and give the same messages.
//
//     void handle(const std::string &path) { // the code under test asks for the root, as programs do
//         cmetrics::root().counter("requests", {"", {{"path", path}}}).inc();
//     }
//
//     const cmetrics::testing::ScopedRoot root; // this thread's root while it lives
//     handle("/a");
//     cmetrics::testing::assert_metric(root, "requests_total", {{"path", "/a"}}, 1);
//
//     const auto before = cmetrics::testing::Snapshot::of(root);
//     handle("/b");
//     std::cout << before.diff(cmetrics::testing::Snapshot::of(root)); // new requests_total{path="/b"} 1
//
//   a root of its own                Registry::isolated
//   one that root() gives            ScopedRoot, Scope
//   everything that a registry holds Snapshot, and the Diff of two
//   one number                       check_metric, assert_metric: they tell near misses
//   the whole report                 check_report, assert_report: against a golden file
//   every update in order            Recorder
//   a registry that keeps nothing    noop
//   GoogleTest, Catch2               testing_gtest.hpp, testing_catch2.hpp
#ifndef CMETRICS_1_TESTING_HPP
#define CMETRICS_1_TESTING_HPP

#include "hpp/testing/value.hpp"
#include "hpp/testing/snapshot.hpp"
#include "hpp/testing/diff.hpp"
#include "hpp/testing/recorder.hpp"
#include "hpp/testing/scoped_root.hpp"
#include "hpp/testing/check.hpp"
#include "hpp/testing/unified.hpp"
#include "hpp/testing/golden.hpp"

#endif // CMETRICS_1_TESTING_HPP
