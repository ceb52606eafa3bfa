// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Whether a metric is what a test expects.
#ifndef CMETRICS_1_HPP_TESTING_CHECK_HPP
#define CMETRICS_1_HPP_TESTING_CHECK_HPP

#include "diff.hpp"
#include "recorder.hpp"

namespace cmetrics::testing {

/// What a check came to: it holds, or why not.
class [[nodiscard]] Checked {
  public:
    /// It holds.
    Checked() = default;
    /// It does not, and this is why.
    explicit Checked(std::string message) : message_(std::move(message)), ok_(false) {}

    bool ok() const noexcept { return ok_; }
    explicit operator bool() const noexcept { return ok_; }
    /// Why it does not hold; empty where it does.
    const std::string &message() const noexcept { return message_; }
    friend std::ostream &operator<<(std::ostream &out, const Checked &checked) { return out << checked.message_; }

  private:
    std::string message_;
    bool ok_ = true;
};

/// Where a check looks: a registry (a ScopedRoot, for instance), a snapshot, a recorder.
class Observed {
  public:
    Observed(const Registry &registry) : snapshot_(Snapshot::try_of(registry)) {}
    Observed(const Recorder &recorder) : Observed(recorder.registry()) {}
    Observed(Snapshot snapshot) : snapshot_(std::move(snapshot)) {}

    /// What is there; GONE if the registry was removed.
    const Result<Snapshot> &snapshot() const noexcept { return snapshot_; }
    friend std::ostream &operator<<(std::ostream &out, const Observed &observed) {
        return observed.snapshot_ ? out << *observed.snapshot_ : out << observed.snapshot_.error().message;
    }

  private:
    Result<Snapshot> snapshot_;
};

/// Whether the one sample of this name and these labels is `expected`. The name is the sample's as it stands in a
/// report. Labels that are not given may be anything, but exactly one series must match; an empty value asks that the
/// label is not there. If not, the message tells what there is instead.
inline Checked check_metric(const Observed &where, std::string_view name, const Labels &labels, const Value &expected) {
    if (!where.snapshot()) {
        return Checked(where.snapshot().error().message);
    }
    const auto lent = cmetrics::detail::lend(labels);
    const std::string called(name);
    bool holds = false;
    std::string message = detail::written([&](cmetrics_test_text *text) {
        holds = cmetrics_test_check_in(where.snapshot()->raw(), called.c_str(), lent.data(), lent.size(),
                                       expected.raw(), text) != 0;
    });
    return holds ? Checked() : Checked(std::move(message));
}
/// The same of a metric of any labels, which has one series.
inline Checked check_metric(const Observed &where, std::string_view name, const Value &expected) {
    return check_metric(where, name, Labels(), expected);
}

#if CMETRICS_HAS_EXCEPTIONS
/// What an assertion throws; what() is the message of its check.
class AssertionFailed : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};
#endif

/// Throws AssertionFailed, or tells it on standard error and ends the program where exceptions are off, unless it
/// holds.
inline void require(const Checked &checked) {
    if (!checked) {
#if CMETRICS_HAS_EXCEPTIONS
        throw AssertionFailed(checked.message());
#else
        std::fprintf(stderr, "%s\n", checked.message().c_str());
        std::abort();
#endif
    }
}

/// Asserts what check_metric checks, for tests of no framework; those of GoogleTest and Catch2 have testing_gtest.hpp
/// and testing_catch2.hpp.
inline void assert_metric(const Observed &where, std::string_view name, const Labels &labels, const Value &expected) {
    require(check_metric(where, name, labels, expected));
}
inline void assert_metric(const Observed &where, std::string_view name, const Value &expected) {
    require(check_metric(where, name, expected));
}

} // namespace cmetrics::testing

#endif // CMETRICS_1_HPP_TESTING_CHECK_HPP
