// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Reports that lambdas look at as they pass by, and reports that go into streams.
#include "check.hpp"

#include <iomanip>
#include <sstream>
#include <stdexcept>

static cmetrics::ReportOptions all() {
    cmetrics::ReportOptions options;
    options.verbosity = cmetrics::Priority::debug;
    options.own_families = false;
    return options;
}

static void families_and_series_pass_by_in_the_order_of_a_report() {
    const auto root = cmetrics::Registry::isolated();
    root.counter("requests", {"Requests", {{"path", "/a"}, {"code", "200"}}}).add(3);
    root.counter("requests", {"", {{"path", "/b"}, {"code", "200"}}}).add(4);
    root.duration_counter("latency", {"", {}, cmetrics::Priority::high}).add(std::chrono::milliseconds(250));
    std::ostringstream seen;
    root.visit(
        [&](const cmetrics::FamilyView &family) {
            seen << family.name << ' ' << family.type << ' ' << family.help << ' ' << family.unit << '\n';
            CHECK(family.kind == CMETRICS_KIND_COUNTER || family.priority == cmetrics::Priority::high);
        },
        [&](const cmetrics::SeriesView &series) {
            CHECK(series.id() != 0);
            for (const auto [name, value] : series.labels()) {
                seen << name << '=' << value << ' ';
            }
            for (const auto &sample : series.samples()) {
                seen << sample.suffix << sample.value.index() << ' ';
            }
            seen << series.label("path") << series.label("none") << series.labels().size() << '\n';
        },
        all());
    CHECK_EQUAL(seen.str(), "latency_seconds 3  seconds\n"
                            "_sum3 _count0 0\n"
                            "requests_total 1 Requests \n"
                            "code=200 path=/a 0 /a2\n"
                            "code=200 path=/b 0 /b2\n");
}

static void samples_have_labels_of_their_own() {
    const auto root = cmetrics::Registry::isolated();
    const auto collector = root.collector([](cmetrics::Collect &out) {
        out.family("rpc_seconds", CMETRICS_TYPE_HISTOGRAM);
        out.point({}, {{"_bucket", std::uint64_t{3}, {"le", "0.1"}}, {"_bucket", std::uint64_t{4}, {"le", "+Inf"}}});
    });
    std::string seen;
    root.visit([](const cmetrics::FamilyView &) {},
               [&](const cmetrics::SeriesView &series) {
                   CHECK(series.labels().empty() && series.id() == 0);
                   const auto samples = series.samples();
                   for (auto at = samples.begin(); at != samples.end(); at++) {
                       seen += std::string((*at).extra.name) + "=" + std::string((*at).extra.value) + ";";
                   }
                   CHECK(samples[1].value == cmetrics::Number(std::uint64_t{4}));
               });
    CHECK_EQUAL(seen, "le=0.1;le=+Inf;");
}

static void a_visit_ends_where_a_callable_says_so() {
    const auto root = cmetrics::Registry::isolated();
    root.counter("a");
    root.counter("b");
    int families = 0;
    int series = 0;
    const auto count = [&](const cmetrics::SeriesView &) { ++series; };
    root.visit([&](const cmetrics::FamilyView &) { return ++families < 2; }, count, all());
    CHECK(families == 2 && series == 1);
    root.visit([](const cmetrics::FamilyView &) {}, [&](const cmetrics::SeriesView &) { return ++series < 2; }, all());
    CHECK_EQUAL(series, 2);
    try {
        root.visit([](const cmetrics::FamilyView &) { throw std::runtime_error("enough"); }, count);
        CHECK(false);
    } catch (const std::runtime_error &error) {
        CHECK_EQUAL(std::string(error.what()), "enough");
    }
    const auto child = root.child("c");
    child.remove_all();
    CHECK_EQUAL(child.try_visit([](const auto &) {}, [](const auto &) {}).error().code, CMETRICS_GONE);
}

static void a_registry_streams_its_report() {
    const auto root = cmetrics::Registry::isolated();
    root.counter("requests", "Requests").add(3);
    std::ostringstream out;
    out << std::setw(200) << root;
    CHECK_EQUAL(out.str(), root.render());
    CHECK(root.try_render_to(out, all()).ok());
    CHECK_EQUAL(out.str(), root.render() + root.render(all()));

    std::ostringstream broken;
    broken.setstate(std::ios_base::badbit);
    CHECK_EQUAL(root.try_render_to(broken).error().code, CMETRICS_CANCELLED);
    const auto child = root.child("gone");
    child.remove_all();
    std::ostringstream failed;
    CHECK(!(failed << child) && failed.str().empty());
}

int main() {
    families_and_series_pass_by_in_the_order_of_a_report();
    samples_have_labels_of_their_own();
    a_visit_ends_where_a_callable_says_so();
    a_registry_streams_its_report();
    return check::finish();
}
