// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How the shared library is linked, and what the election can be written for.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    // The formats and machines that src/election can find other copies on.
    println!("cargo::rustc-check-cfg=cfg(elf, macho, pe)");
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    if matches!(arch.as_str(), "x86_64" | "aarch64") {
        match os.as_str() {
            "linux" | "android" | "freebsd" => println!("cargo::rustc-cfg=elf"),
            "macos" | "ios" => println!("cargo::rustc-cfg=macho"),
            "windows" => println!("cargo::rustc-cfg=pe"),
            _ => {}
        }
    }
    // Where cells can become hot: src/cell/rseq.rs.
    println!("cargo::rustc-check-cfg=cfg(striped, loom)");
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    if os == "linux" && arch == "x86_64" && var("CARGO_CFG_TARGET_ENV") == "gnu" {
        // Not x32, whose pointers are half as wide.
        if var("CARGO_CFG_TARGET_POINTER_WIDTH") == "64" {
            println!("cargo::rustc-cfg=striped");
        }
    }
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
