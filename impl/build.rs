// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How the shared library is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    // Cargo hands a library's link arguments on to every cdylib that links it: a plugin with a copy in it (without
    // `export`) keeps its own name, and can be unloaded.
    let alone = std::env::var_os("CARGO_FEATURE_EXPORT").is_some();
    if alone && matches!(os.as_str(), "linux" | "android" | "freebsd") {
        // The name that programs linked to it ask for, for ever.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libcmetrics.so.1");
        // Handles, tables and fork handlers point into it for as long as the process lives.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        // A sanitizer's runtime is in the program, not in its libraries.
        if std::env::var_os("CARGO_CFG_SANITIZE").is_none() {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,defs");
        }
    }
}
