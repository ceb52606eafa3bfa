/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Texts of the test kit, which grow as they are written. Included by cmetrics_testing.h.
 */
#ifndef CMETRICS_1_TESTING_TEXT_H
#define CMETRICS_1_TESTING_TEXT_H

#include "../cmetrics_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A text that grows. All zero is the empty one; `cmetrics_test_text_free` ends it. Where memory runs out `failed` is 1
 * and what is written from then on is lost.
 */
typedef struct cmetrics_test_text {
    /** Ends in a NUL once something was written; NULL before. */
    char *bytes;
    /** Without the NUL. */
    size_t len;
    size_t capacity;
    int failed;
} cmetrics_test_text;

/** Gives the memory back and makes the text empty. */
CMETRICS_INLINE void cmetrics_test_text_free(cmetrics_test_text *text) {
    free(text->bytes);
    memset(text, 0, sizeof *text);
}

/** Appends `len` bytes. */
CMETRICS_INLINE void cmetrics_test_put(cmetrics_test_text *text, const char *bytes, size_t len) {
    if (text->failed) {
        return;
    }
    if (text->capacity - text->len <= len) {
        size_t capacity = 2 * text->capacity + len + 64;
        char *grown = CMETRICS_CAST(char *, realloc(text->bytes, capacity));
        if (grown == NULL) {
            text->failed = 1;
            return;
        }
        text->bytes = grown;
        text->capacity = capacity;
    }
    if (len != 0) {
        memcpy(text->bytes + text->len, bytes, len);
    }
    text->len += len;
    text->bytes[text->len] = 0;
}

/** Appends a text that ends in a NUL. */
CMETRICS_INLINE void cmetrics_test_puts(cmetrics_test_text *text, const char *chars) {
    cmetrics_test_put(text, chars, strlen(chars));
}

/** Appends a number in decimal. */
CMETRICS_INLINE void cmetrics_test_put_size(cmetrics_test_text *text, size_t number) {
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    cmetrics_test_puts(text, digits);
}

/** Appends `name{key="value",…}`, spelled as in a report; the name alone where there are no labels. */
CMETRICS_INLINE void cmetrics_test_put_series(cmetrics_test_text *text, const char *name, const cmetrics_label *labels,
                                              size_t n_labels) {
    size_t i;
    uint64_t at;
    cmetrics_test_puts(text, name);
    for (i = 0; i < n_labels; ++i) {
        cmetrics_test_puts(text, i == 0 ? "{" : ",");
        cmetrics_test_put(text, labels[i].key.data, (size_t)labels[i].key.len);
        cmetrics_test_puts(text, "=\"");
        for (at = 0; at < labels[i].value.len; ++at) {
            const char *byte = labels[i].value.data + at;
            if (*byte == '\n') {
                cmetrics_test_puts(text, "\\n");
                continue;
            }
            if (*byte == '\\' || *byte == '"') {
                cmetrics_test_puts(text, "\\");
            }
            cmetrics_test_put(text, byte, 1);
        }
        cmetrics_test_puts(text, "\"");
    }
    if (n_labels != 0) {
        cmetrics_test_puts(text, "}");
    }
}

/** Is it the same text? */
CMETRICS_INLINE int cmetrics_test_same(cmetrics_text a, cmetrics_text b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, (size_t)a.len) == 0);
}

/** Below 0, 0 or above, as `a` stands before, at or after `b` in the order of bytes. */
CMETRICS_INLINE int cmetrics_test_order(cmetrics_text a, cmetrics_text b) {
    size_t common = (size_t)(a.len < b.len ? a.len : b.len);
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/** Lends a text that ends in a NUL. */
CMETRICS_INLINE cmetrics_text cmetrics_test_lend(const char *chars) {
    cmetrics_text lent;
    lent.data = chars;
    lent.len = chars == NULL ? 0 : strlen(chars);
    return lent;
}

/** Copies what is written, as much as `capacity` holds with a NUL. `into` may be NULL where `capacity` is 0. */
CMETRICS_INLINE void cmetrics_test_hand_out(const cmetrics_test_text *text, char *into, size_t capacity) {
    size_t len = text->len;
    if (capacity == 0) {
        return;
    }
    if (len >= capacity) {
        len = capacity - 1;
    }
    if (len != 0) {
        memcpy(into, text->bytes, len);
    }
    into[len] = 0;
}

#ifdef __cplusplus
}
#endif

#endif /* CMETRICS_1_TESTING_TEXT_H */
