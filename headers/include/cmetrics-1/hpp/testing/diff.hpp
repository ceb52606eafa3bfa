// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What differs between two snapshots.
#ifndef CMETRICS_1_HPP_TESTING_DIFF_HPP
#define CMETRICS_1_HPP_TESTING_DIFF_HPP

#include "snapshot.hpp"

#include <new>

namespace cmetrics::testing {

/// One difference between two snapshots.
struct Change {
    /// The sample as it was; none where it is new.
    std::optional<SnapshotSample> was;
    /// The sample as it is; none where it is gone.
    std::optional<SnapshotSample> is;
};

/// Differences in the order of a report that holds the samples of both snapshots.
class Diff {
  public:
    Diff(const Snapshot &before, const Snapshot &after) {
        cmetrics_test_diff made{};
        const bool whole = cmetrics_test_diff_make(before.raw(), after.raw(), &made) == CMETRICS_OK;
        if (whole) {
            text_ = detail::written([&](cmetrics_test_text *text) { cmetrics_test_put_diff(text, &made); });
            for (std::size_t i = 0; i < made.n; ++i) {
                const cmetrics_test_change &change = made.changes[i];
                changes_.push_back({sample(before, change.was), sample(after, change.is)});
            }
        }
        cmetrics_test_diff_free(&made);
#if CMETRICS_HAS_EXCEPTIONS
        if (!whole) {
            throw std::bad_alloc();
        }
#endif
    }

    bool empty() const noexcept { return changes_.empty(); }
    const std::vector<Change> &changes() const noexcept { return changes_; }
    /// A line for each change: `SERIES OLD -> NEW`, `new SERIES VALUE`, `gone SERIES VALUE`. Empty where nothing
    /// changed.
    const std::string &to_string() const noexcept { return text_; }
    friend std::ostream &operator<<(std::ostream &out, const Diff &diff) { return out << diff.to_string(); }

  private:
    static std::optional<SnapshotSample> sample(const Snapshot &of, const cmetrics_test_sample *raw) {
        return raw == nullptr ? std::nullopt : std::optional<SnapshotSample>(std::in_place, of.snapshot_, raw);
    }

    std::vector<Change> changes_;
    std::string text_;
};

inline Diff Snapshot::diff(const Snapshot &later) const {
    return {*this, later};
}

} // namespace cmetrics::testing

#endif // CMETRICS_1_HPP_TESTING_DIFF_HPP
