// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The tree of prefixes and default labels, and what is made in it.
#ifndef CMETRICS_1_HPP_REGISTRY_HPP
#define CMETRICS_1_HPP_REGISTRY_HPP

#include "collector.hpp"
#include "gauge.hpp"
#include "value_counter.hpp"
#include "visit.hpp"

#include <ostream>

namespace cmetrics {

template <typename M>
class Family;

/// What a metric made in a registry gets: the full prefix and the merged labels.
struct RegistryInfo {
    std::string prefix;
    Labels labels;
};

/// A node of the tree. A copy is the same registry; releasing it removes nothing.
class Registry {
  public:
    Registry(detail::Handle<cmetrics_registry> handle, detail::Handle<cmetrics_client> owner) noexcept
        : handle_(std::move(handle)), owner_(std::move(owner)) {}

    /// A new root of its own, for tests. It ends with its last registry.
    static Result<Registry> try_isolated() { return isolated_on(detail::load(), {}); }

    /// The child of this prefix (none if empty) and these default labels, made if it is not there. `locked` labels win
    /// over those of what is below.
    Result<Registry> try_child(std::string_view prefix, const Labels &labels = {}, bool locked = false) const {
        const auto lent = detail::lend(labels);
        auto desc = detail::sized<cmetrics_registry_desc>();
        desc.flags = locked ? CMETRICS_REGISTRY_LOCKED : 0;
        desc.prefix = detail::lend(prefix);
        desc.labels = lent.data();
        desc.n_labels = lent.size();
        desc.owner = owner_.raw();
        cmetrics_registry *raw = nullptr;
        auto made = attempt([&](cmetrics_error **error) { return slots()->child(this->raw(), &desc, &raw, error); });
        if (!made) {
            return made.error();
        }
        return Registry({api(), raw}, owner_);
    }

    /// The metric of this kind, name and labels, made if it is not there. `M` is Counter, IntCounter and so on.
    template <typename M>
    Result<M> try_metric(std::string_view name, const MetricOptions &options = {}) const {
        const auto labels = detail::lend(options.labels);
        const auto desc = describe_metric<M>(name, options, labels);
        cmetrics_metric *made = nullptr;
        const auto done = attempt([&](cmetrics_error **error) { return slots()->metric(raw(), &desc, &made, error); });
        if (made == nullptr) {
            return done.ok() ? Failure{} : done.error();
        }
        if (!done) {
            detail::warn_once(done.error().told() + "; the metric is detached");
        }
        if (api() == detail::noop()) {
            ++detail::noop_handles();
        }
        return M(detail::Handle<cmetrics_metric>(api(), made));
    }

    /// The metric of this kind, name and labels if it is there.
    template <typename M>
    Result<std::optional<M>> try_find(std::string_view name, const MetricOptions &options = {}) const {
        const auto labels = detail::lend(options.labels);
        const auto desc = describe_metric<M>(name, options, labels);
        cmetrics_metric *found = nullptr;
        const auto done = attempt([&](cmetrics_error **error) { return slots()->find(raw(), &desc, &found, error); });
        if (!done && done.error().code != CMETRICS_NOT_FOUND) {
            return done.error();
        }
        return done ? std::optional<M>(M(detail::Handle<cmetrics_metric>(api(), found))) : std::nullopt;
    }

    /// A family with these label names, whose members are made as they are asked for. See family.hpp.
    template <typename M>
    Family<M> family(std::string_view name, std::vector<std::string> label_names, MetricOptions options = {}) const;

    /// Takes a metric out of this registry; it leaves the report with the last registry that made it.
    Result<void> try_remove(const Metric &metric) const {
        return attempt([&](cmetrics_error **e) { return slots()->remove_metric(raw(), metric.raw(), e); });
    }
    /// Removes this registry with all below it. Not for a root.
    Result<void> try_remove_all() const {
        return attempt([&](cmetrics_error **e) { return slots()->remove(raw(), e); });
    }
    /// Sets every metric of this registry and below to zero.
    Result<void> try_reset() const {
        return attempt([&](cmetrics_error **e) { return slots()->reset(raw(), e); });
    }
    /// Caps the series of every family of this root; 0 is without limit.
    Result<void> try_limit_series(std::uint64_t per_family) const {
        return attempt([&](cmetrics_error **e) { return slots()->limit_series(raw(), per_family, e); });
    }

    /// Writes the report of this registry and below: `write(std::string_view chunk)` returns nothing, or false to stop.
    /// What it throws is thrown here.
    template <typename Write, std::enable_if_t<std::is_invocable_v<Write &, std::string_view>, int> = 0>
    Result<void> try_render_to(Write &&write, const ReportOptions &options = {}) const {
        detail::SinkTo<std::remove_reference_t<Write>> to(write);
        const cmetrics_sink sink = to.sink();
        const detail::LentOptions lent(options);
        auto done = attempt([&](cmetrics_error **e) { return slots()->render(raw(), lent.get(), &sink, e); });
        to.guarded.rethrow();
        return done;
    }
    /// The same into a stream, as it is made. CANCELLED if the stream fails.
    Result<void> try_render_to(std::ostream &out, const ReportOptions &options = {}) const {
        return try_render_to(
            [&](std::string_view chunk) {
                return out.write(chunk.data(), static_cast<std::streamsize>(chunk.size())).good();
            },
            options);
    }
    /// The report of this registry and below.
    Result<std::string> try_render(const ReportOptions &options = {}) const {
        std::string text;
        auto done = try_render_to([&](std::string_view chunk) { text += chunk; }, options);
        if (!done) {
            return done.error();
        }
        return text;
    }
    /// The same as data.
    Result<std::vector<FamilySnapshot>> try_snapshot(const ReportOptions &options = {}) const {
        detail::Keeper keeper;
        const cmetrics_visitor visitor = keeper.visitor();
        const detail::LentOptions lent(options);
        auto done = attempt([&](cmetrics_error **e) { return slots()->visit(raw(), lent.get(), &visitor, e); });
        keeper.guarded.rethrow();
        if (!done) {
            return done.error();
        }
        return std::move(keeper.families);
    }
    /// Calls `on_family(const FamilyView &)`, then `on_series(const SeriesView &)` for each of its series, in the order
    /// of a report. Nothing is copied. Either returns nothing, or false to end the visit, which is no failure. What
    /// they throw is thrown here.
    template <typename OnFamily, typename OnSeries>
    Result<void> try_visit(OnFamily &&on_family, OnSeries &&on_series, const ReportOptions &options = {}) const {
        detail::VisitTo<std::remove_reference_t<OnFamily>, std::remove_reference_t<OnSeries>> to(on_family, on_series);
        const cmetrics_visitor visitor = to.visitor();
        const detail::LentOptions lent(options);
        auto done = attempt([&](cmetrics_error **e) { return slots()->visit(raw(), lent.get(), &visitor, e); });
        to.guarded.rethrow();
        return to.stopped ? Result<void>() : std::move(done);
    }
    /// Adds `code(Collect &)`, which is called whenever a report is made, perhaps on several threads at once.
    template <typename Code>
    Result<Collector> try_collector(Code code) const {
        return detail::add_collector(handle_, owner_.raw(), std::move(code));
    }

    RegistryInfo describe() const {
        RegistryInfo info;
        slots()->describe(raw(), hear, &info);
        return info;
    }
    /// Its number, never reused in this process.
    std::uint64_t id() const noexcept { return slots()->id(raw()); }

    bool operator==(const Registry &other) const noexcept { return handle_ == other.handle_; }
    bool operator!=(const Registry &other) const noexcept { return handle_ != other.handle_; }
    const cmetrics_api_v1 *api() const noexcept { return handle_.api(); }
    cmetrics_registry *raw() const noexcept { return handle_.raw(); }

    Result<Counter> try_counter(std::string_view name, const MetricOptions &options = {}) const {
        return try_metric<Counter>(name, options);
    }
    Result<IntCounter> try_int_counter(std::string_view name, const MetricOptions &options = {}) const {
        return try_metric<IntCounter>(name, options);
    }
    Result<FloatCounter> try_float_counter(std::string_view name, const MetricOptions &options = {}) const {
        return try_metric<FloatCounter>(name, options);
    }
    Result<DurationCounter> try_duration_counter(std::string_view name, const MetricOptions &options = {}) const {
        return try_metric<DurationCounter>(name, options);
    }
    Result<IntGauge> try_int_gauge(std::string_view name, const MetricOptions &options = {}) const {
        return try_metric<IntGauge>(name, options);
    }
    Result<FloatGauge> try_float_gauge(std::string_view name, const MetricOptions &options = {}) const {
        return try_metric<FloatGauge>(name, options);
    }
    Result<DurationGauge> try_duration_gauge(std::string_view name, const MetricOptions &options = {}) const {
        return try_metric<DurationGauge>(name, options);
    }

    Family<Counter> counter_family(std::string_view name, std::vector<std::string> label_names,
                                   MetricOptions options = {}) const;
    Family<IntCounter> int_counter_family(std::string_view name, std::vector<std::string> label_names,
                                          MetricOptions options = {}) const;
    Family<FloatCounter> float_counter_family(std::string_view name, std::vector<std::string> label_names,
                                              MetricOptions options = {}) const;
    Family<DurationCounter> duration_counter_family(std::string_view name, std::vector<std::string> label_names,
                                                    MetricOptions options = {}) const;
    Family<IntGauge> int_gauge_family(std::string_view name, std::vector<std::string> label_names,
                                      MetricOptions options = {}) const;
    Family<FloatGauge> float_gauge_family(std::string_view name, std::vector<std::string> label_names,
                                          MetricOptions options = {}) const;
    Family<DurationGauge> duration_gauge_family(std::string_view name, std::vector<std::string> label_names,
                                                MetricOptions options = {}) const;

#if CMETRICS_HAS_EXCEPTIONS
    static Registry isolated() { return try_isolated().value(); }
    Registry child(std::string_view prefix, const Labels &labels = {}, bool locked = false) const {
        return try_child(prefix, labels, locked).value();
    }
    template <typename M>
    M metric(std::string_view name, const MetricOptions &options = {}) const {
        return try_metric<M>(name, options).value();
    }
    template <typename M>
    std::optional<M> find(std::string_view name, const MetricOptions &options = {}) const {
        return try_find<M>(name, options).value();
    }
    Counter counter(std::string_view name, const MetricOptions &o = {}) const { return metric<Counter>(name, o); }
    IntCounter int_counter(std::string_view name, const MetricOptions &o = {}) const {
        return metric<IntCounter>(name, o);
    }
    FloatCounter float_counter(std::string_view name, const MetricOptions &o = {}) const {
        return metric<FloatCounter>(name, o);
    }
    DurationCounter duration_counter(std::string_view name, const MetricOptions &o = {}) const {
        return metric<DurationCounter>(name, o);
    }
    IntGauge int_gauge(std::string_view name, const MetricOptions &o = {}) const { return metric<IntGauge>(name, o); }
    FloatGauge float_gauge(std::string_view name, const MetricOptions &o = {}) const {
        return metric<FloatGauge>(name, o);
    }
    DurationGauge duration_gauge(std::string_view name, const MetricOptions &o = {}) const {
        return metric<DurationGauge>(name, o);
    }
    void remove(const Metric &metric) const { try_remove(metric).value(); }
    void remove_all() const { try_remove_all().value(); }
    void reset() const { try_reset().value(); }
    void limit_series(std::uint64_t per_family) const { try_limit_series(per_family).value(); }
    std::string render(const ReportOptions &options = {}) const { return try_render(options).value(); }
    template <typename Write, std::enable_if_t<std::is_invocable_v<Write &, std::string_view>, int> = 0>
    void render_to(Write &&write, const ReportOptions &options = {}) const {
        try_render_to(std::forward<Write>(write), options).value();
    }
    void render_to(std::ostream &out, const ReportOptions &options = {}) const { try_render_to(out, options).value(); }
    template <typename OnFamily, typename OnSeries>
    void visit(OnFamily &&on_family, OnSeries &&on_series, const ReportOptions &options = {}) const {
        try_visit(std::forward<OnFamily>(on_family), std::forward<OnSeries>(on_series), options).value();
    }
    std::vector<FamilySnapshot> snapshot(const ReportOptions &options = {}) const {
        return try_snapshot(options).value();
    }
    template <typename Code>
    Collector collector(Code code) const {
        return try_collector(std::move(code)).value();
    }
#endif

  private:
    friend class Client;

    static Result<Registry> isolated_on(const Result<const cmetrics_api_v1 *> &loaded,
                                        detail::Handle<cmetrics_client> owner) {
        if (!loaded) {
            return loaded.error();
        }
        const cmetrics_api_v1 *api = loaded.value();
        auto desc = detail::sized<cmetrics_registry_desc>();
        desc.owner = owner.raw();
        cmetrics_registry *raw = nullptr;
        auto made = detail::attempt(
            api, [&](cmetrics_error **error) { return api->registry->isolated(api, &desc, &raw, error); });
        if (!made) {
            return made.error();
        }
        return Registry({api, raw}, std::move(owner));
    }

    template <typename M>
    cmetrics_metric_desc describe_metric(std::string_view name, const MetricOptions &options,
                                         const std::vector<cmetrics_label> &labels) const noexcept {
        auto desc = detail::sized<cmetrics_metric_desc>();
        desc.flags = (options.total_only ? CMETRICS_METRIC_TOTAL_ONLY : 0) |
                     (options.verbatim ? CMETRICS_METRIC_VERBATIM : 0) |
                     (options.detached_on_error ? CMETRICS_METRIC_DETACHED_ON_ERROR : 0);
        desc.kind = static_cast<std::int32_t>(M::kind_of);
        desc.priority = static_cast<std::int32_t>(options.priority);
        desc.name = detail::lend(name);
        desc.help = detail::lend(std::string_view(options.help));
        desc.unit = detail::lend(std::string_view(options.unit));
        desc.labels = labels.data();
        desc.n_labels = labels.size();
        desc.owner = owner_.raw();
        return desc;
    }

    static cmetrics_status CMETRICS_CALL hear(void *user, const cmetrics_registry_desc *told) noexcept {
        detail::Guarded guarded;
        return guarded.run([&] {
            auto *info = static_cast<RegistryInfo *>(user);
            info->prefix = detail::view(told->prefix);
            info->labels = detail::copy(told->labels, told->n_labels);
        });
    }

    template <typename Call>
    Result<void> attempt(Call call) const {
        return detail::attempt(api(), call);
    }
    const cmetrics_registry_v1 *slots() const noexcept { return api()->registry; }

    detail::Handle<cmetrics_registry> handle_;
    detail::Handle<cmetrics_client> owner_;
};

/// Streams the report of a registry and below, at normal verbosity. Where it fails, the stream does.
inline std::ostream &operator<<(std::ostream &out, const Registry &registry) {
    if (!registry.try_render_to(out)) {
        out.setstate(std::ios_base::failbit);
    }
    return out;
}

} // namespace cmetrics

#endif // CMETRICS_1_HPP_REGISTRY_HPP
