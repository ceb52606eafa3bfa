/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Numbers of the test kit: how they are spelled, and when two are the same. Included by cmetrics_testing.h.
 */
#ifndef CMETRICS_1_TESTING_NUMBER_H
#define CMETRICS_1_TESTING_NUMBER_H

#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A number as a sample has it. Made by `cmetrics_test_u64` and the functions after it. */
typedef struct cmetrics_test_number {
    /** One of `CMETRICS_VALUE_...`. */
    int32_t type;
    /** Read as `type` says. */
    uint64_t bits;
} cmetrics_test_number;

/** So many bytes hold any number that is spelled, with its NUL. */
#define CMETRICS_TEST_SPELLED 48

CMETRICS_INLINE cmetrics_test_number cmetrics_test_number_of(int32_t type, uint64_t bits) {
    cmetrics_test_number number;
    number.type = type;
    number.bits = bits;
    return number;
}

CMETRICS_INLINE cmetrics_test_number cmetrics_test_u64(uint64_t value) {
    return cmetrics_test_number_of(CMETRICS_VALUE_U64, value);
}

CMETRICS_INLINE cmetrics_test_number cmetrics_test_i64(int64_t value) {
    return cmetrics_test_number_of(CMETRICS_VALUE_I64, (uint64_t)value);
}

CMETRICS_INLINE cmetrics_test_number cmetrics_test_f64(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return cmetrics_test_number_of(CMETRICS_VALUE_F64, bits);
}

/** A duration in nanoseconds. */
CMETRICS_INLINE cmetrics_test_number cmetrics_test_ns(int64_t ns) {
    return cmetrics_test_number_of(CMETRICS_VALUE_I64_NS, (uint64_t)ns);
}

/** The number as a double, durations in seconds. Beyond 2^53 it rounds. */
CMETRICS_INLINE double cmetrics_test_double(cmetrics_test_number number) {
    double value;
    switch (number.type) {
    case CMETRICS_VALUE_I64:
        return (double)(int64_t)number.bits;
    case CMETRICS_VALUE_F64:
        memcpy(&value, &number.bits, sizeof value);
        return value;
    case CMETRICS_VALUE_U64_NS:
        return (double)number.bits / 1e9;
    case CMETRICS_VALUE_I64_NS:
        return (double)(int64_t)number.bits / 1e9;
    default:
        return (double)number.bits;
    }
}

/* Sign, whole seconds or units, and billionths of one, of what is no double. */
typedef struct cmetrics_test_parts {
    int negative;
    uint64_t whole;
    uint64_t billionths;
} cmetrics_test_parts;

CMETRICS_INLINE cmetrics_test_parts cmetrics_test_parts_of(cmetrics_test_number number) {
    cmetrics_test_parts parts;
    int is_signed = number.type == CMETRICS_VALUE_I64 || number.type == CMETRICS_VALUE_I64_NS;
    int is_time = number.type == CMETRICS_VALUE_U64_NS || number.type == CMETRICS_VALUE_I64_NS;
    parts.negative = is_signed && (int64_t)number.bits < 0;
    parts.whole = parts.negative ? 0 - number.bits : number.bits;
    parts.billionths = 0;
    if (is_time) {
        parts.billionths = parts.whole % 1000000000u;
        parts.whole /= 1000000000u;
    }
    return parts;
}

/**
 * Is it the same number? Integers and durations exactly; where one of both is a double, as doubles, durations in
 * seconds. NaN is the same as NaN.
 */
CMETRICS_INLINE int cmetrics_test_equal(cmetrics_test_number a, cmetrics_test_number b) {
    if (a.type == CMETRICS_VALUE_F64 || b.type == CMETRICS_VALUE_F64) {
        double x = cmetrics_test_double(a);
        double y = cmetrics_test_double(b);
        return (x <= y && x >= y) || (x != x && y != y);
    } else {
        cmetrics_test_parts x = cmetrics_test_parts_of(a);
        cmetrics_test_parts y = cmetrics_test_parts_of(b);
        return x.negative == y.negative && x.whole == y.whole && x.billionths == y.billionths;
    }
}

/* The fewest digits that read back as `size`, which is finite and above zero, and the power of ten of the first. */
CMETRICS_INLINE int cmetrics_test_shortest(double size, char digits[24]) {
    int length;
    for (length = 1;; ++length) {
        char text[40];
        char again[48];
        const char *at = text;
        unsigned long long number = 0;
        int power;
        int more;
        snprintf(text, sizeof text, "%.*e", length - 1, size);
        // A comma may stand for the point.
        for (; *at != 'e'; ++at) {
            number = *at >= '0' && *at <= '9' ? 10 * number + (unsigned long long)(*at - '0') : number;
        }
        power = atoi(at + 1);
        // Where doubles become sparser, above a power of two, the next number may read back where the nearest does not.
        for (more = 0; more < 2; ++more) {
            double back;
            snprintf(again, sizeof again, "%llue%d", number + (unsigned)more, power - (length - 1));
            back = strtod(again, NULL);
            if (length == 17 || (back <= size && back >= size)) {
                power += snprintf(digits, 24, "%llu", number + (unsigned)more) - length;
                return power;
            }
        }
    }
}

CMETRICS_INLINE void cmetrics_test_put_double(cmetrics_test_text *text, double value) {
    char digits[24];
    double size = value < 0 ? -value : value;
    uint64_t bits;
    int power;
    int length;
    if (value != value) {
        cmetrics_test_puts(text, "NaN");
        return;
    }
    memcpy(&bits, &value, sizeof bits);
    if (size > 1.7976931348623157e308) {
        cmetrics_test_puts(text, bits >> 63 ? "-Inf" : "+Inf");
        return;
    }
    cmetrics_test_puts(text, bits >> 63 ? "-" : "");
    if (!(size > 0)) {
        cmetrics_test_puts(text, "0");
        return;
    }
    power = cmetrics_test_shortest(size, digits);
    length = (int)strlen(digits);
    while (length > 1 && digits[length - 1] == '0') {
        digits[--length] = 0;
    }
    if (size < 1e-5 || size >= 1e16) {
        char end[16];
        snprintf(end, sizeof end, power < 0 ? "e%d" : "e+%d", power);
        cmetrics_test_put(text, digits, 1);
        cmetrics_test_puts(text, length > 1 ? "." : "");
        cmetrics_test_puts(text, digits + 1);
        cmetrics_test_puts(text, end);
        return;
    }
    if (power < 0) {
        int before = 1 - power;
        cmetrics_test_put(text, "0.00000", (size_t)before);
        cmetrics_test_puts(text, digits);
    } else if (power >= length - 1) {
        int after = power - length + 1;
        cmetrics_test_puts(text, digits);
        cmetrics_test_put(text, "0000000000000000", (size_t)after);
    } else {
        cmetrics_test_put(text, digits, (size_t)power + 1);
        cmetrics_test_puts(text, ".");
        cmetrics_test_puts(text, digits + power + 1);
    }
}

/**
 * Appends a number as a report spells it: integers and seconds exactly, doubles in their shortest form, which is `NaN`,
 * `+Inf` and `-Inf` for those that are no numbers.
 */
CMETRICS_INLINE void cmetrics_test_put_number(cmetrics_test_text *text, cmetrics_test_number number) {
    char spelled[CMETRICS_TEST_SPELLED];
    cmetrics_test_parts parts;
    int length;
    if (number.type == CMETRICS_VALUE_F64) {
        cmetrics_test_put_double(text, cmetrics_test_double(number));
        return;
    }
    parts = cmetrics_test_parts_of(number);
    length = snprintf(spelled, sizeof spelled, "%s%llu.%09llu", parts.negative ? "-" : "",
                      (unsigned long long)parts.whole, (unsigned long long)parts.billionths);
    while (spelled[length - 1] == '0') {
        --length;
    }
    // Nine zeros are no fraction: the point goes too.
    length -= spelled[length - 1] == '.';
    cmetrics_test_put(text, spelled, (size_t)length);
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_TESTING_NUMBER_H */
