// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Every case of the table that the test kits of all languages share.
#include "check.hpp"

#include <cmetrics-1/testing.hpp>

#include <cstdlib>
#include <fstream>

namespace kit = cmetrics::testing;

namespace {

/// `text` up to the first `end` and what follows it.
std::pair<std::string, std::string> split(const std::string &text, char end = ' ') {
    const auto at = text.find(end);
    return at == std::string::npos ? std::pair(text, std::string())
                                   : std::pair(text.substr(0, at), text.substr(at + 1));
}

/// `NAME{KEY="VALUE",…}` as in a report.
std::pair<std::string, cmetrics::Labels> series(const std::string &text) {
    auto [name, rest] = split(text, '{');
    cmetrics::Labels labels;
    while (!rest.empty() && rest != "}") {
        const auto [key, quoted] = split(rest, '=');
        std::string value;
        std::size_t at = 1;
        for (; quoted[at] != '"'; ++at) {
            at += quoted[at] == '\\' ? 1 : 0;
            value += quoted[at - 1] == '\\' && quoted[at] == 'n' ? '\n' : quoted[at];
        }
        labels.emplace_back(key, value);
        rest = quoted.substr(at + 1);
        rest.erase(0, rest[0] == ',' ? 1 : 0);
    }
    return {name, labels};
}

double number(std::string text) {
    return std::strtod(text.c_str(), nullptr); // reads NaN and +Inf too
}

kit::Value value(const std::string &text) {
    if (text.find_first_of(".eNI") != std::string::npos) {
        return number(text);
    }
    return text[0] == '-' ? kit::Value(std::stoll(text)) : kit::Value(std::stoull(text));
}

class Case {
  public:
    void update(const std::string &line) {
        // Label values hold spaces; a kind, amounts, and what follows the last brace do not.
        const auto [kind, rest] = split(line);
        const auto brace = rest.rfind('}');
        const auto end = brace == std::string::npos ? rest.find(' ') : brace + 1;
        const auto [name, labels] = series(rest.substr(0, end));
        std::string amounts = rest.substr(end + 1);
        do {
            const auto [amount, more] = split(amounts);
            update(kind, name, cmetrics::MetricOptions("", labels), amount);
            amounts = more;
        } while (!amounts.empty());
    }
    void remove(const std::string &line) {
        const auto [kind, text] = split(line);
        const auto [name, labels] = series(text);
        const cmetrics::MetricOptions options("", labels);
        if (kind == "counter") {
            root_.remove(root_.counter(name, options));
        } else if (kind == "int_gauge") {
            root_.remove(root_.int_gauge(name, options));
        } else {
            CHECK(!"a kind that the table removes");
        }
    }
    void snapshot() { snapshot_ = kit::Snapshot::of(root_); }
    std::string diff() const { return snapshot_->diff(kit::Snapshot::of(root_)).to_string(); }
    std::string assert_(const std::string &line) const {
        const auto at = line.rfind(' ');
        const auto [name, labels] = series(line.substr(0, at));
        return kit::check_metric(root_, name, labels, value(line.substr(at + 1))).message();
    }

  private:
    void update(const std::string &kind, const std::string &name, const cmetrics::MetricOptions &options,
                const std::string &amount) {
        const auto ns = [&] { return std::chrono::nanoseconds(std::stoll(amount)); };
        if (kind == "counter") {
            root_.counter(name, options).add(std::stoull(amount));
        } else if (kind == "int_counter") {
            root_.int_counter(name, options).add(std::stoull(amount));
        } else if (kind == "float_counter") {
            root_.float_counter(name, options).add(number(amount));
        } else if (kind == "duration_counter") {
            root_.duration_counter(name, options).add(ns());
        } else if (kind == "int_gauge") {
            root_.int_gauge(name, options).set(std::stoll(amount));
        } else if (kind == "float_gauge") {
            root_.float_gauge(name, options).set(number(amount));
        } else if (kind == "duration_gauge") {
            root_.duration_gauge(name, options).set(ns());
        } else {
            CHECK(!"a kind of the table");
        }
    }

    cmetrics::Registry root_ = cmetrics::Registry::isolated();
    std::optional<kit::Snapshot> snapshot_;
};

/// The last question of a case, what was answered, and what is expected.
struct Question {
    std::string asked, answer, expected;

    void judge() {
        if (!asked.empty()) {
            ++check::done;
            if (answer != expected) {
                ++check::failed;
                std::cerr << asked << "\n--- answer\n" << answer << "\n--- expected\n" << expected << "\n---\n";
            }
        }
        *this = Question();
    }
};

} // namespace

int main() {
    const char *table = std::getenv("CMETRICS_MESSAGES");
    std::ifstream lines(table == nullptr ? "" : table);
    std::optional<Case> now;
    Question question;
    int cases = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') {
            continue;
        }
        const auto [command, rest] = split(line);
        if (command == "|") {
            question.expected += (question.expected.empty() ? "" : "\n") + rest;
            continue;
        }
        question.judge();
        if (command == "case") {
            ++cases;
            now.emplace();
        } else if (command == "metric") {
            now->update(rest);
        } else if (command == "remove") {
            now->remove(rest);
        } else if (command == "snapshot") {
            now->snapshot();
        } else if (command == "diff") {
            question = {line, now->diff(), ""};
        } else if (command == "assert") {
            question = {line, now->assert_(rest), ""};
        } else {
            CHECK(!"a command of the table");
        }
    }
    question.judge();
    CHECK(cases >= 20 && check::done >= 40);
    return check::finish();
}
