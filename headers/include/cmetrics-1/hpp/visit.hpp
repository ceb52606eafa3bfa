// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Families and series as they pass by, for callables that look at them and keep nothing.
#ifndef CMETRICS_1_HPP_VISIT_HPP
#define CMETRICS_1_HPP_VISIT_HPP

#include "report.hpp"

#include <cstddef>
#include <iterator>

namespace cmetrics {

/// A label; its texts are lent for the call.
struct LabelView {
    std::string_view name;
    std::string_view value;

    explicit LabelView(const cmetrics_label &label) noexcept
        : name(detail::view(label.key)), value(detail::view(label.value)) {}
};

/// One sample of a series; its texts are lent for the call.
struct SampleView {
    /// "", "_sum", "_count", "_bucket" and so on.
    std::string_view suffix;
    Number value;
    /// A label of this sample alone; an empty name is none.
    LabelView extra;

    explicit SampleView(const cmetrics_value &sample) noexcept
        : suffix(detail::view(sample.suffix)), value(detail::number(sample)), extra(sample.extra) {}
};

/// A row of what the library lends, each seen as a `View`.
template <typename View, typename Raw>
class Views {
  public:
    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = View;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = View;

        explicit iterator(const Raw *at) noexcept : at_(at) {}
        View operator*() const noexcept { return View(*at_); }
        iterator &operator++() noexcept { return ++at_, *this; }
        iterator operator++(int) noexcept { return iterator(at_++); }
        bool operator==(const iterator &other) const noexcept { return at_ == other.at_; }
        bool operator!=(const iterator &other) const noexcept { return at_ != other.at_; }

      private:
        const Raw *at_;
    };

    Views(const Raw *first, std::uint64_t n) noexcept : first_(first), size_(static_cast<std::size_t>(n)) {}
    iterator begin() const noexcept { return iterator(first_); }
    iterator end() const noexcept { return iterator(first_ + size_); }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    View operator[](std::size_t at) const noexcept { return View(first_[at]); }

  private:
    const Raw *first_;
    std::size_t size_;
};

/// What the series that follow have in common; lent for the call.
struct FamilyView {
    /// The full name as in the TYPE line.
    std::string_view name;
    std::string_view help;
    std::string_view unit;
    /// One of CMETRICS_TYPE_….
    std::int32_t type;
    /// One of CMETRICS_KIND_…, or 0 where a collector told of it.
    std::int32_t kind;
    Priority priority;

    explicit FamilyView(const cmetrics_family &family) noexcept
        : name(detail::view(family.name)), help(detail::view(family.help)), unit(detail::view(family.unit)),
          type(family.type), kind(family.kind), priority(static_cast<Priority>(family.priority)) {}
};

/// One series of the family that was told last; lent for the call.
class SeriesView {
  public:
    explicit SeriesView(const cmetrics_point &point) noexcept : point_(point) {}

    /// The metric's number, never reused; 0 where a collector told of it.
    std::uint64_t id() const noexcept { return point_.id; }
    /// All labels in the order of their names: for (const auto [name, value] : series.labels()).
    Views<LabelView, cmetrics_label> labels() const noexcept { return {point_.labels, point_.n_labels}; }
    /// In the order of exposition.
    Views<SampleView, cmetrics_value> samples() const noexcept { return {point_.values, point_.n_values}; }
    /// The value of a label; empty where it is not there.
    std::string_view label(std::string_view name) const noexcept {
        for (const LabelView label : labels()) {
            if (label.name == name) {
                return label.value;
            }
        }
        return {};
    }

  private:
    const cmetrics_point &point_;
};

namespace detail {

/// A visitor that hands on to two callables.
template <typename OnFamily, typename OnSeries>
class VisitTo {
  public:
    VisitTo(OnFamily &on_family, OnSeries &on_series) noexcept : on_family_(on_family), on_series_(on_series) {}
    cmetrics_visitor visitor() noexcept {
        auto visitor = sized<cmetrics_visitor>();
        visitor.family = family;
        visitor.point = point;
        visitor.user = this;
        return visitor;
    }
    Guarded guarded;
    /// A callable returned false.
    bool stopped = false;

  private:
    static cmetrics_status CMETRICS_CALL family(void *user, const cmetrics_family *told) noexcept {
        auto *self = static_cast<VisitTo *>(user);
        return self->hand(self->on_family_, FamilyView(*told));
    }
    static cmetrics_status CMETRICS_CALL point(void *user, const cmetrics_point *told) noexcept {
        auto *self = static_cast<VisitTo *>(user);
        return self->hand(self->on_series_, SeriesView(*told));
    }
    template <typename Call, typename View>
    cmetrics_status hand(Call &call, const View &view) noexcept {
        const cmetrics_status status = guarded.run([&] { return call(view); });
        stopped = stopped || status != CMETRICS_OK;
        return status;
    }
    OnFamily &on_family_;
    OnSeries &on_series_;
};

} // namespace detail
} // namespace cmetrics

#endif // CMETRICS_1_HPP_VISIT_HPP
