// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "case.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

// nlohmann-json reads the file: a kept library, found on the system or taken from PyPI by CMakeLists.txt.
#include <nlohmann/json.hpp>

namespace worker {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char *, 7> kKinds = {"counter",   "int_counter", "float_counter", "duration_counter",
                                                "int_gauge", "float_gauge", "duration_gauge"};
constexpr std::array<const char *, 3> kLanguages = {"python", "rust", "cpp"};
constexpr std::array<const char *, 5> kPriorities = {"critical", "high", "normal", "low", "debug"};

std::string read(const std::string &file) {
    const auto why = [&file] { return BadCase(file + ": cannot be read: " + std::strerror(errno)); };
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> in(std::fopen(file.c_str(), "rb"), std::fclose);
    if (!in)
        throw why();
    std::string text;
    std::array<char, 65536> part;
    while (const std::size_t n = std::fread(part.data(), 1, part.size(), in.get()))
        text.append(part.data(), n);
    if (std::ferror(in.get()))
        throw why();
    return text;
}

// Reads metrics.json, with the file and the place at hand for what is wrong.
class Reader {
  public:
    explicit Reader(std::string file) : file_(std::move(file)) {}

    Json parse(const std::string &text) const {
        try {
            return Json::parse(text);
        } catch (const Json::parse_error &error) {
            const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
            throw BadCase(file_ + ":" + std::to_string(1 + std::count(text.begin(), end, '\n')) + ": " + error.what());
        }
    }

    void need(bool ok, const std::string &where, const std::string &what) const {
        if (!ok)
            throw BadCase(file_ + ": " + where + ": " + what);
    }

    std::string text(const Json &object, const char *key, const std::string &where) const {
        const auto found = object.find(key);
        need(found != object.end() && found->is_string(), where, std::string(key) + ": a text is wanted");
        return found->get<std::string>();
    }

    Labels labels(const Json &object, const std::string &where) const {
        const auto found = object.find("labels");
        need(found != object.end() && found->is_object(), where, "labels: texts by name are wanted");
        Labels out;
        for (const auto &[key, value] : found->items()) {
            need(value.is_string(), where, "labels: texts by name are wanted");
            out.emplace_back(key, value.get<std::string>());
        }
        return out;
    }

    // The place of the text among those that are known.
    template <std::size_t N>
    std::size_t one_of(const std::array<const char *, N> &known, const Json &object, const char *key,
                       const std::string &where) const {
        const std::string value = text(object, key, where);
        const auto found = std::find(known.begin(), known.end(), value);
        need(found != known.end(), where, std::string("unknown ") + key + " \"" + value + "\"");
        return static_cast<std::size_t>(found - known.begin());
    }

    Metric metric(const Json &entry, const std::string &where) const {
        Metric out;
        out.language = kLanguages[one_of(kLanguages, entry, "language", where)];
        out.kind = static_cast<Kind>(one_of(kKinds, entry, "kind", where));
        out.priority = kPriorities[one_of(kPriorities, entry, "priority", where)];
        out.registry = text(entry, "registry", where);
        out.name = text(entry, "name", where);
        out.help = text(entry, "help", where);
        out.labels = labels(entry, where);
        const auto flags = entry.find("flags");
        need(flags != entry.end() && flags->is_array(), where, "flags: an array is wanted");
        out.total_only = out.verbatim = false;
        for (const Json &flag : *flags) {
            out.total_only = out.total_only || flag == "total_only";
            out.verbatim = out.verbatim || flag == "verbatim";
            need(flag == "total_only" || flag == "verbatim", where, "unknown flag " + flag.dump());
        }
        return out;
    }

  private:
    std::string file_;
};

} // namespace

const char *name_of(Kind kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}

Case read_case(const std::string &folder) {
    Case out;
    const std::string file = folder + "/metrics.json";
    const Reader reader(file);
    const Json document = reader.parse(read(file));
    const auto member = [&](const char *key, bool (*is)(const Json &), const char *wanted) -> const Json & {
        const auto found = document.is_object() ? document.find(key) : document.end();
        reader.need(found != document.end() && is(*found), key, std::string(wanted) + " is wanted");
        return *found;
    };
    const Json &registries = member("registries", [](const Json &json) { return json.is_object(); }, "an object");
    for (const auto &[name, path] : registries.items()) {
        const std::string where = "registry " + name;
        reader.need(path.is_array(), where, "a path of {prefix, labels} is wanted");
        std::vector<Step> &steps = out.registries[name];
        for (const Json &step : path) {
            reader.need(step.is_object(), where, "a path of {prefix, labels} is wanted");
            steps.push_back({reader.text(step, "prefix", where), reader.labels(step, where)});
        }
    }
    for (const Json &entry : member("metrics", [](const Json &json) { return json.is_array(); }, "an array")) {
        const std::string where = "metric " + std::to_string(out.metrics.size());
        reader.need(entry.is_object() && entry.contains("id") && entry["id"] == out.metrics.size(), where,
                    "its id is not its place in the array");
        out.metrics.push_back(reader.metric(entry, where));
        const std::string &registry = out.metrics.back().registry;
        reader.need(out.registries.count(registry) == 1, where, "unknown registry \"" + registry + "\"");
    }
    const std::string trace = folder + "/trace.csv";
    out.rows = read_trace(trace, read(trace), out.metrics);
    const auto ordered = [](const Row &row) { return row.op == Op::set || row.op == Op::remove; };
    out.tail = static_cast<std::size_t>(std::find_if(out.rows.begin(), out.rows.end(), ordered) - out.rows.begin());
    return out;
}

} // namespace worker
