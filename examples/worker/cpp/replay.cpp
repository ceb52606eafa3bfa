// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "replay.hpp"

#include <atomic>
#include <map>

#include "threads.hpp"

namespace worker {

Replay::Replay(const std::string &folder) : case_(read_case(folder)), client_("worker", "0.1.0") {
    // A client goes on without a library; a worker that is to report does not.
    cmetrics::try_root().value();
    const cmetrics::Registry root = client_.root();
    std::map<std::string, cmetrics::Registry> registries;
    for (const auto &[name, path] : case_.registries) {
        cmetrics::Registry registry = root;
        for (const Step &step : path) {
            registry = registry.child(step.prefix, step.labels);
        }
        registries.emplace(name, std::move(registry));
    }
    for (const Metric &metric : case_.metrics) {
        std::optional<Mine> mine;
        if (metric.language == "cpp") {
            const cmetrics::Registry &registry = registries.at(metric.registry);
            mine = Mine{registry, create(registry, metric)};
        }
        mine_.push_back(std::move(mine));
    }
}

std::int64_t Replay::run_body(std::int32_t threads) const {
    std::vector<const Row *> rows;
    for (std::size_t i = 0; i < case_.tail; ++i) {
        if (mine_[case_.rows[i].metric])
            rows.push_back(&case_.rows[i]);
    }
    std::atomic<std::int64_t> replayed{0};
    on_threads(threads, [&](std::size_t first) {
        std::int64_t own = 0;
        for (std::size_t i = first; i < rows.size(); i += static_cast<std::size_t>(threads), ++own) {
            update(mine_[rows[i]->metric]->handle, rows[i]->op, rows[i]->amount);
        }
        replayed += own;
    });
    return replayed;
}

bool Replay::tail_row(std::int64_t row) const {
    const Row &wanted = case_.rows.at(static_cast<std::size_t>(row));
    const std::optional<Mine> &mine = mine_[wanted.metric];
    if (!mine)
        return false;
    if (wanted.op == Op::remove) {
        std::visit([&](const auto &metric) { mine->registry.remove(metric); }, mine->handle);
    } else {
        update(mine->handle, wanted.op, wanted.amount);
    }
    return true;
}

} // namespace worker
