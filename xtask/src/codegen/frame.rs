// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What stands around the chapters of the header.

use super::chapter::fill;
use super::source::{Names, Struct};

const OPENING: &str = r#"/* SPDX-FileCopyrightText: The cmetrics authors
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from interface/ by `cargo xtask codegen`. Do not edit.
 *
 * The binary interface of libcmetrics. The library exports one function, `cmetrics_get_api`, declared at the end:
 * version 0 gives a copy's `cmetrics_bootstrap`, version 1 gives `cmetrics_api_v1`, a struct of vtables. A program
 * either links the library and calls it, or finds the library at run time with cmetrics_load.h.
 *
 * # Rules of every version
 *
"#;

const MACROS: &str = r#" */
#ifndef CMETRICS_1_CMETRICS_H
#define CMETRICS_1_CMETRICS_H

#include <stddef.h>
#include <stdint.h>

/* The calling convention of every function and callback of the interface. */
#if defined(_WIN32) && !defined(__GNUC__)
#define CMETRICS_CALL __cdecl
#elif defined(_WIN32) && defined(__i386__)
#define CMETRICS_CALL __attribute__((cdecl))
#else
#define CMETRICS_CALL
#endif

/* How the one function of the library is declared. A program that links the library statically defines it as empty. */
#ifndef CMETRICS_EXPORT
#if defined(_WIN32)
#define CMETRICS_EXPORT __declspec(dllimport)
#elif defined(__GNUC__)
#define CMETRICS_EXPORT __attribute__((visibility("default")))
#else
#define CMETRICS_EXPORT
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- handles ---- */

"#;

const CLOSING: &str = r#"/* ---- the export ---- */

/**
 * The library's one export. Version 0 gives this copy's `cmetrics_bootstrap`, never NULL, without side effects. A
 * version that is served gives the process's provider's table for it, which lives for ever: cast it to
 * `const cmetrics_api_v1 *` for version 1. Any other version gives NULL; `bootstrap->explain` then says why. See
 * docs/abi/entry.md#the-one-export. [any-thread, may-block, fork-child-ok]
 */
CMETRICS_EXPORT const void *CMETRICS_CALL cmetrics_get_api(uint32_t version);

#ifdef __cplusplus
}
#endif

/* ---- layout ---- */

/* Checked wherever this header is compiled as C11 or C++11 or later, for a 64-bit target or for i386 with the System V
 * ABI. Other 32-bit targets align 64-bit numbers to 8 bytes, which would pad these structs: they are not promised. */
#if defined(__cplusplus) && (__cplusplus >= 201103L || (defined(_MSVC_LANG) && _MSVC_LANG >= 201103L))
#define CMETRICS_ASSERT_LAYOUT(condition) static_assert(condition, "the ABI of cmetrics: " #condition)
#elif !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define CMETRICS_ASSERT_LAYOUT(condition) _Static_assert(condition, "the ABI of cmetrics: " #condition)
#endif

#if defined(CMETRICS_ASSERT_LAYOUT) && (UINTPTR_MAX == UINT64_MAX || (defined(__i386__) && !defined(_WIN32)))
"#;

const END: &str = r#"#endif

#ifdef CMETRICS_ASSERT_LAYOUT
#undef CMETRICS_ASSERT_LAYOUT
#endif

#endif /* CMETRICS_1_CMETRICS_H */
"#;

/// Every struct by its plain name, so that chapters can point forward to one another.
pub(super) fn forward(structs: &[&Struct], names: &Names) -> String {
    let known = structs.iter().filter_map(|item| names.get(&item.name).ok());
    known.map(|name| format!("typedef struct {name} {name};\n")).collect()
}

pub(super) fn put_together(
    rules: &[String],
    forward: &str,
    opaque: &str,
    body: &str,
    assertions: &str,
) -> Result<String, String> {
    if rules.is_empty() {
        return Err("interface/src/lib.rs says no rules of every version".to_owned());
    }
    let rules: String = fill(rules, 116).iter().map(|line| format!(" * {line}\n").replace(" * \n", " *\n")).collect();
    let structs = format!("\n/* ---- structs, each described in its chapter ---- */\n\n{forward}\n");
    Ok([OPENING, &rules, MACROS, opaque, &structs, body, CLOSING, assertions, END].concat())
}
