// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Builds the limits as a shared library: a call into it is what a call into libcmetrics is.

use std::path::PathBuf;
use std::process::Command;

fn main() {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR"));
    let source = "../limits/limits.c";
    println!("cargo:rerun-if-changed={source}");
    println!("cargo:rerun-if-changed=../limits/limits.h");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let mut command = Command::new(&compiler);
    command.args(["-O2", "-fPIC", "-shared", source, "-o"]).arg(out.join("liblimits.so"));
    let built = command.status();
    assert!(
        built.is_ok_and(|status| status.success()),
        "{command:?} failed: it builds the limits, and needs a C compiler"
    );
    println!("cargo:rustc-link-search=native={}", out.display());
    println!("cargo:rustc-link-lib=dylib=limits");
    println!("cargo:rustc-link-arg=-Wl,-rpath,{}", out.display());
}
