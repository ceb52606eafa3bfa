// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A double that notes every update in order, and one that keeps nothing.
#ifndef CMETRICS_1_HPP_TESTING_RECORDER_HPP
#define CMETRICS_1_HPP_TESTING_RECORDER_HPP

#include "snapshot.hpp"

namespace cmetrics::testing {

/// One update of a metric, as a Recorder noted it.
struct Event {
    /// What it did: "inc", "dec", "add", "sub" or "set".
    std::string operation;
    /// The metric's full name, as it stands in the TYPE line: requests_total, latency_seconds.
    std::string name;
    /// All labels of the metric in the order of their names.
    Labels labels;
    /// Name and labels, spelled as in a report.
    std::string series;
    /// By how much, or to what. An inc or dec has 1, which is one second for a duration. What the library refuses (a
    /// negative amount of a counter) is noted all the same.
    Value amount;

    /// As `add requests_total{path="/a"} 3`.
    std::string to_string() const { return operation + " " + series + " " + amount.to_string(); }
    friend std::ostream &operator<<(std::ostream &out, const Event &event) { return out << event.to_string(); }
};

/// A registry whose updates are noted and passed on to the library: those of handles that were made through it or below
/// it by this program or plugin. Where a Scope makes it this thread's root, root() and Client::root() of this program
/// or plugin are noted too. A copy is the same recorder; handles may outlive it.
class Recorder {
  public:
    /// UNAVAILABLE where there is no library, or metrics are disabled.
    static Result<Recorder> try_make() {
        auto loaded = cmetrics::detail::load();
        if (!loaded) {
            return loaded.error();
        }
        cmetrics_test_recorder *raw = cmetrics_test_recorder_begin(*loaded);
        if (raw == nullptr) {
            return detail::failed(CMETRICS_UNAVAILABLE,
                                  "making a recorder: metrics are disabled in this process, or memory ran out");
        }
        cmetrics::detail::table_of() = [](const cmetrics_api_v1 *api, cmetrics_registry *root) {
            return cmetrics_test_table_of(api, root);
        };
        return Recorder(raw);
    }
#if CMETRICS_HAS_EXCEPTIONS
    Recorder() : Recorder(try_make().value()) {}
#endif

    /// The registry to hand to the code under test.
    const Registry &registry() const noexcept { return shared_->registry; }
    /// What was noted so far.
    std::vector<Event> events() const { return events(false); }
    /// What was noted since the last time.
    std::vector<Event> take() const { return events(true); }
    /// The same, each as `add requests_total{path="/a"} 3`.
    std::vector<std::string> take_texts() const {
        std::vector<std::string> texts;
        for (const Event &event : take()) {
            texts.push_back(event.to_string());
        }
        return texts;
    }

  private:
    struct Shared {
        explicit Shared(cmetrics_test_recorder *of)
            : raw(of), registry({&of->api, of->api.registry->root(&of->api)}, {}) {}
        Shared(const Shared &) = delete;
        ~Shared() { cmetrics_test_recorder_end(raw); }

        cmetrics_test_recorder *raw;
        Registry registry;
    };

    explicit Recorder(cmetrics_test_recorder *raw) : shared_(std::make_shared<Shared>(raw)) {}

    std::vector<Event> events(bool take) const {
        std::size_t n = 0;
        const std::unique_ptr<cmetrics_test_event, void (*)(void *)> noted(
            cmetrics_test_recorder_events(shared_->raw, take ? 1 : 0, &n), std::free);
        std::vector<Event> all;
        all.reserve(n);
        for (const cmetrics_test_event *event = noted.get(); event != noted.get() + n; ++event) {
            all.push_back({event->operation, event->name, cmetrics::detail::copy(event->labels, event->n_labels),
                           event->series, Value(event->amount)});
        }
        return all;
    }

    std::shared_ptr<Shared> shared_;
};

/// A registry that takes everything and keeps nothing: every report of it is empty, every metric detached and 0.
inline Registry noop() {
    const cmetrics_api_v1 *api = cmetrics::detail::noop();
    return {{api, api->registry->root(api)}, {}};
}

} // namespace cmetrics::testing

#endif // CMETRICS_1_HPP_TESTING_RECORDER_HPP
