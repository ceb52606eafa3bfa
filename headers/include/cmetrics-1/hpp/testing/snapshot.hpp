// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// All that a registry holds at one moment.
#ifndef CMETRICS_1_HPP_TESTING_SNAPSHOT_HPP
#define CMETRICS_1_HPP_TESTING_SNAPSHOT_HPP

#include "value.hpp"

#include <memory>

namespace cmetrics::testing {

class Diff;

namespace detail {

struct FreeSnapshot {
    void operator()(cmetrics_test_snapshot *snapshot) const noexcept {
        cmetrics_test_snapshot_free(snapshot);
        delete snapshot;
    }
};

inline Failure failed(std::int32_t code, std::string message) {
    Failure failure;
    failure.code = code;
    failure.category = CMETRICS_CATEGORY_FIX_CALL;
    failure.message = std::move(message);
    return failure;
}

} // namespace detail

/// One line of a report: a sample's name, its labels and its number. It keeps its snapshot alive.
class SnapshotSample {
  public:
    SnapshotSample(std::shared_ptr<const cmetrics_test_snapshot> snapshot, const cmetrics_test_sample *sample) noexcept
        : snapshot_(std::move(snapshot)), sample_(sample) {}

    /// As it stands in the report: requests_total, latency_seconds_sum.
    std::string_view name() const noexcept { return sample_->name; }
    /// The series' labels in the order of their names, then the sample's own (le, quantile) if it has one.
    Labels labels() const { return cmetrics::detail::copy(sample_->labels, sample_->n_labels); }
    /// The value of a label; empty where it is not there.
    std::string_view label(std::string_view key) const noexcept {
        return cmetrics::detail::view(cmetrics_test_label_of(sample_, cmetrics::detail::lend(key)));
    }
    Value value() const noexcept { return Value(sample_->value); }
    /// Name and labels, spelled as in the report.
    std::string_view series() const noexcept { return cmetrics::detail::view(sample_->series); }
    /// The line of the report.
    std::string to_string() const {
        return detail::written([&](cmetrics_test_text *text) { cmetrics_test_put_sample(text, sample_); });
    }
    friend std::ostream &operator<<(std::ostream &out, const SnapshotSample &sample) {
        return out << sample.to_string();
    }

  private:
    std::shared_ptr<const cmetrics_test_snapshot> snapshot_;
    const cmetrics_test_sample *sample_;
};

/// What a report of verbosity debug holds, without the library's own families. A copy is the same snapshot.
class Snapshot {
  public:
    /// What a registry holds now. GONE if it was removed.
    static Result<Snapshot> try_of(const Registry &registry) {
        std::shared_ptr<cmetrics_test_snapshot> taken(new cmetrics_test_snapshot(), detail::FreeSnapshot());
        auto done = cmetrics::detail::attempt(registry.api(), [&](cmetrics_error **error) {
            return cmetrics_test_snapshot_take(registry.api(), registry.raw(), taken.get(), error);
        });
        if (!done) {
            return done.error();
        }
        return Snapshot(std::move(taken));
    }
#if CMETRICS_HAS_EXCEPTIONS
    static Snapshot of(const Registry &registry) { return try_of(registry).value(); }
#endif

    /// Every sample, in the order of a report.
    std::vector<SnapshotSample> samples() const {
        std::vector<SnapshotSample> all;
        for (std::size_t i = 0; i < snapshot_->n; ++i) {
            all.emplace_back(snapshot_, snapshot_->samples + i);
        }
        return all;
    }
    bool empty() const noexcept { return snapshot_->n == 0; }
    /// The samples of a name that have all these labels. An empty value asks that the label is not there.
    std::vector<SnapshotSample> matching(std::string_view name, const Labels &labels = {}) const {
        const auto lent = cmetrics::detail::lend(labels);
        const std::string called(name);
        std::vector<SnapshotSample> found;
        for (std::size_t i = 0; i < snapshot_->n; ++i) {
            const cmetrics_test_sample *sample = snapshot_->samples + i;
            if (cmetrics_test_matches(sample, called.c_str(), lent.data(), lent.size()) != 0) {
                found.emplace_back(snapshot_, sample);
            }
        }
        return found;
    }
    /// The one sample of a name that has all these labels. Labels that are not given may be anything; an empty value
    /// asks that the label is not there. NOT_FOUND if there is none, or more than one: the message tells what there is
    /// instead.
    Result<SnapshotSample> try_get(std::string_view name, const Labels &labels = {}) const {
        const auto lent = cmetrics::detail::lend(labels);
        const std::string called(name);
        const cmetrics_test_sample *found = nullptr;
        std::string message = detail::written([&](cmetrics_test_text *text) {
            found = cmetrics_test_find(snapshot_.get(), called.c_str(), lent.data(), lent.size(), text);
        });
        if (found == nullptr) {
            return detail::failed(CMETRICS_NOT_FOUND, std::move(message));
        }
        return SnapshotSample(snapshot_, found);
    }
#if CMETRICS_HAS_EXCEPTIONS
    SnapshotSample get(std::string_view name, const Labels &labels = {}) const { return try_get(name, labels).value(); }
#endif
    /// What changed from this snapshot to a later one. See diff.hpp.
    Diff diff(const Snapshot &later) const;

    /// The lines of a report that has no HELP and TYPE.
    std::string to_string() const {
        return detail::written([&](cmetrics_test_text *text) { cmetrics_test_put_snapshot(text, snapshot_.get()); });
    }
    friend std::ostream &operator<<(std::ostream &out, const Snapshot &snapshot) { return out << snapshot.to_string(); }

    /// For the functions of cmetrics_testing.h, lent.
    const cmetrics_test_snapshot *raw() const noexcept { return snapshot_.get(); }

  private:
    friend class Diff;

    explicit Snapshot(std::shared_ptr<const cmetrics_test_snapshot> snapshot) noexcept
        : snapshot_(std::move(snapshot)) {}

    std::shared_ptr<const cmetrics_test_snapshot> snapshot_;
};

} // namespace cmetrics::testing

#endif // CMETRICS_1_HPP_TESTING_SNAPSHOT_HPP
