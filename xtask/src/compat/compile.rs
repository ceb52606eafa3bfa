// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Builds clients, plugins and mocks: C and C++ with the machine's compiler, Rust with Cargo and the lock file of the
//! tree whose SDK is used.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{child, Lab};
use crate::step;
use crate::tree::{executable, Tree};

/// What may be linked, and how: strict, and with debug information for whoever looks at a crash.
const WARNINGS: [&str; 6] = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-O1", "-g1"];

/// Compiles one source of `compat-tests` to `out`, against the headers below `include`. A `.c` is C11, a `.cpp` C++17;
/// an `out` that ends in `.so` or `.so.1` is a shared object.
pub(super) fn c(lab: &Lab<'_>, source: &str, out: &Path, include: &Path, more: &[&str]) -> Result<PathBuf, String> {
    let file = lab.tree.root.join("compat-tests").join(source);
    compile(&file, out, include, more)
}

/// The same, of any source.
pub(super) fn compile(source: &Path, out: &Path, include: &Path, more: &[&str]) -> Result<PathBuf, String> {
    let in_c = source.extension().is_some_and(|extension| extension == "c");
    let (variable, usual, standard) = if in_c { ("CC", "cc", "-std=c11") } else { ("CXX", "c++", "-std=c++17") };
    let compiler = std::env::var_os(variable).unwrap_or_else(|| OsString::from(usual));
    let mut command = Command::new(compiler);
    command.arg(standard).args(WARNINGS).arg("-I").arg(include);
    let name = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if name.contains(".so") {
        command.args(["-fPIC", "-shared", "-fvisibility=hidden"]);
    }
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    command.arg("-o").arg(out).arg(source).args(more).args(["-ldl", "-pthread"]);
    child::must(&mut command).map(|_| out.to_path_buf())
}

/// Builds the bins (name, source of `compat-tests`) as clients of the crates below `sdk`, into `folder`. Returns where
/// the programs are.
pub(super) fn rust(tree: &Tree, sdk: &Path, folder: &Path, bins: &[(&str, &str)]) -> Result<PathBuf, String> {
    let package = folder.join("rust");
    let mut manifest = format!(
        "# Written by cargo xtask compat.\n[package]\nname = \"compat-clients\"\nversion = \"0.0.0\"\n\
         edition = \"2021\"\npublish = false\n\n[workspace]\n\n[profile.dev]\ndebug = \"line-tables-only\"\n\n\
         [dependencies]\ncmetrics = {{ path = {0:?} }}\ncmetrics-interface = {{ path = {1:?} }}\n\
         cmetrics-loader = {{ path = {2:?} }}\n",
        sdk.join("rust-binding"),
        sdk.join("interface"),
        sdk.join("loader"),
    );
    for (name, source) in bins {
        let path = tree.root.join("compat-tests").join(source);
        manifest.push_str(&format!("\n[[bin]]\nname = {name:?}\npath = {path:?}\n"));
    }
    std::fs::create_dir_all(&package).map_err(|e| format!("{}: {e}", package.display()))?;
    let toml = package.join("Cargo.toml");
    if !std::fs::read_to_string(&toml).is_ok_and(|old| old == manifest) {
        std::fs::write(&toml, manifest).map_err(|e| format!("{}: {e}", toml.display()))?;
        // The versions of the tree's own lock file; Cargo adds this package and takes out what it does not need.
        let (from, to) = (sdk.join("Cargo.lock"), package.join("Cargo.lock"));
        std::fs::copy(&from, &to).map_err(|e| format!("{}: {e}", from.display()))?;
    }
    let target = package.join("target");
    let mut cargo = tree.cargo();
    cargo.args(["build", "--quiet", "--manifest-path"]).arg(&toml).arg("--target-dir").arg(&target);
    step::must("building the clients in Rust", &mut cargo, "")?;
    Ok(target.join("debug"))
}

/// A program that Cargo built.
pub(super) fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(executable(name))
}
