// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What a call for each increment costs in loops that do something, beside the increment in line and one add for many.
// For docs/decisions/0009-inline-path.md.
#include <cmetrics-1/cmetrics.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "../c/rounds.h"
#include "sequence.hpp"

namespace {

/// The data that the loops go over, the same for everyone: in the first-level cache, so that the loops are as short as
/// such loops get.
struct Data {
    std::array<double, 1024> floats{}; // a multiple of eight
    std::string numbers;
    Data() {
        for (std::size_t i = 0; i < floats.size(); i++) {
            floats[i] = static_cast<double>(i % 7) + 0.5;
        }
        std::uint32_t state = 1;
        while (numbers.size() < 8000) {
            state = state * 1664525 + 1013904223;
            numbers += std::to_string((state >> 8) % 100000) + ',';
        }
    }
};

const Data data;
Layout all;

/// Counts nothing.
struct Nothing {
    void one() {}
    void end() {}
};
/// As the SDK does it.
struct Call {
    const cmetrics::Counter &counter;
    explicit Call(void *what) : counter(*static_cast<cmetrics::Counter *>(what)) {}
    void one() { counter.inc(); }
    void end() {}
};
template <bool Clear>
struct InLine {
    const Inline &counter;
    explicit InLine(void *what) : counter(*static_cast<Inline *>(what)) {}
    void one() { add_one<Clear>(all, counter); }
    void end() {}
};
/// Counts in a variable and adds it after a thousand.
struct Later {
    const cmetrics::Counter &counter;
    std::uint64_t n = 0;
    explicit Later(void *what) : counter(*static_cast<cmetrics::Counter *>(what)) {}
    void one() {
        // As dear as a loop's own variable, and not left out by the compiler.
        n++;
        __asm__ volatile("" : "+r"(n));
    }
    void end() { counter.add(std::exchange(n, 0)); }
};
struct Work : Nothing {
    explicit Work(void *) {}
    void one() { __asm__ volatile("" : : : "memory"); }
};

/// Each of these does what a loop does n times, and tells `count` each time.
template <typename Count>
void bare(void *what, std::uint64_t n) {
    Count count(what);
    for (std::uint64_t i = 1; i <= n; i++) {
        count.one();
        if (i % 1024 == 0) {
            count.end();
        }
    }
    count.end();
}

/// Sums of eight floats, in registers that a call does not keep.
template <typename Count>
void sums(void *what, std::uint64_t n) {
    Count count(what);
    double a = 0, b = 0, c = 0, d = 0;
    for (std::uint64_t i = 1; i <= n; i++) {
        const double *from = &data.floats[i * 8 % data.floats.size()];
        a += from[0] * from[4];
        b += from[1] * from[5];
        c += from[2] * from[6];
        d += from[3] * from[7];
        count.one();
        if (i % 1024 == 0) {
            count.end();
        }
    }
    count.end();
    double sum = a + b + c + d;
    __asm__ volatile("" : : "x"(sum));
}

/// Numbers out of a text, counted one by one.
template <typename Count>
void numbers(void *what, std::uint64_t n) {
    Count count(what);
    std::uint64_t sum = 0;
    std::size_t at = 0;
    for (std::uint64_t i = 1; i <= n; i++) {
        std::uint64_t number = 0;
        while (data.numbers[at] != ',') {
            number = number * 10 + static_cast<std::uint64_t>(data.numbers[at++] - '0');
        }
        at = at + 1 == data.numbers.size() ? 0 : at + 1;
        sum += number;
        count.one();
        if (i % 1024 == 0) {
            count.end();
        }
    }
    count.end();
    __asm__ volatile("" : : "r"(sum));
}

void fallback(void *metric) {
    static_cast<cmetrics::Counter *>(metric)->inc();
}

} // namespace

int main(int argc, char **argv) {
    const auto opened = cmetrics::try_root();
    if (!opened) {
        std::fprintf(stderr, "there is nothing to measure: %s\n", opened.error().message.c_str());
        return 1;
    }
    all = layout();
    const auto root = cmetrics::Registry::isolated();
    auto counter = root.counter("called");
    auto sum = root.counter("summed");
    char *slot = all.memory + 4096;
    Inline inlined{&slot, &counter, fallback};
    std::vector<contestant> everyone;
    const auto add = [&](const char *name, auto work, auto call, auto line, auto clears, auto later) {
        everyone.push_back({name, "no counter", work, nullptr});
        everyone.push_back({name, "cmetrics", call, &counter});
        everyone.push_back({name, "in line", line, &inlined});
        everyone.push_back({name, "in line, clearing", clears, &inlined});
        everyone.push_back({name, "cmetrics, add after 1024", later, &sum});
    };
    add("nothing else", bare<Work>, bare<Call>, bare<InLine<false>>, bare<InLine<true>>, bare<Later>);
    add("sums of floats", sums<Work>, sums<Call>, sums<InLine<false>>, sums<InLine<true>>, sums<Later>);
    add("numbers in text", numbers<Work>, numbers<Call>, numbers<InLine<false>>, numbers<InLine<true>>, numbers<Later>);
    const int status = rounds_play(everyone.data(), everyone.size(), argc, argv);
    // What this measures is of worth only if nothing was called and nothing lost.
    std::uint64_t total = 0;
    for (std::uint32_t stripe = 0; stripe < all.stripes; stripe++) {
        total += *reinterpret_cast<std::uint64_t *>(slot + (std::size_t{stripe} << 16));
    }
    std::fprintf(stderr, "in line: %llu, called: %llu\n", static_cast<unsigned long long>(total),
                 static_cast<unsigned long long>(counter.value()));
    return status;
}
