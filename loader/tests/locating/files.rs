// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Libraries and other files for the cases.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Compiles `mock.c` to `folder/name` with these macros and further options of the compiler.
pub(crate) fn mock(folder: &Path, name: &str, options: &[&str]) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::create_dir_all(folder).unwrap();
    let file = folder.join(name);
    let done = Command::new("cc")
        .args(["-shared", "-fPIC", "-std=gnu11", "-Wall", "-Werror", "-I"])
        .arg(here.join("../headers/include"))
        .args(options)
        .arg("-o")
        .arg(&file)
        .arg(here.join("tests/locating/mock.c"))
        .status()
        .expect("these tests need a C compiler named cc");
    assert!(done.success(), "mock.c with {options:?}");
    file
}

/// The library that the workspace builds, in the profile of these tests.
pub(crate) fn real() -> &'static Path {
    static REAL: OnceLock<PathBuf> = OnceLock::new();
    REAL.get_or_init(|| {
        let exe = std::env::current_exe().unwrap();
        let folder = exe.ancestors().nth(2).unwrap();
        let release = folder.ends_with("release");
        let done = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "-p", "cmetrics-impl", "--target-dir"])
            .arg(folder.parent().unwrap())
            .args(release.then_some("--release"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .unwrap();
        assert!(done.success(), "cargo build -p cmetrics-impl");
        folder.join("libcmetrics.so")
    })
}

/// A copy of the real library.
pub(crate) fn copy_of_real(folder: &Path, name: &str) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    let file = folder.join(name);
    std::fs::copy(real(), &file).unwrap();
    file
}

/// A folder that goes at the end of the test.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}
