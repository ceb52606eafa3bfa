// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The programs that a machine must have, and the command that installs a missing one there.

use std::path::{Path, PathBuf};

/// Something to install, under its name for each package manager.
pub(crate) struct Package {
    apt: &'static str,
    dnf: &'static str,
    /// The whole command: not everything comes from Homebrew on macOS.
    macos: &'static str,
}

pub(crate) const COMPILERS: Package =
    Package { apt: "build-essential", dnf: "gcc gcc-c++ make", macos: "xcode-select --install" };
pub(crate) const PYTHON: Package =
    Package { apt: "python3 python3-venv", dnf: "python3", macos: "brew install python3" };
pub(crate) const PYTHON_DEVELOPMENT: Package =
    Package { apt: "python3-dev", dnf: "python3-devel", macos: "brew install python3" };
pub(crate) const ABIGAIL: Package =
    Package { apt: "abigail-tools", dnf: "libabigail", macos: "there is no libabigail for macOS: run this on Linux" };
pub(crate) const VALGRIND: Package =
    Package { apt: "valgrind", dnf: "valgrind", macos: "there is no valgrind for macOS on new processors" };

impl Package {
    /// The command that installs it here.
    pub(crate) fn cure(&self) -> String {
        if cfg!(target_os = "macos") {
            format!("install it: {}", self.macos)
        } else if on_path("dnf").is_some() {
            format!("install it: dnf install {}", self.dnf)
        } else {
            format!("install it: apt-get install {} (or what your system calls it)", self.apt)
        }
    }
}

/// Fails with the cure unless there are a C and a C++ compiler.
pub(crate) fn compilers() -> Result<(), String> {
    for (variable, names) in [("CC", ["cc", "gcc", "clang"]), ("CXX", ["c++", "g++", "clang++"])] {
        let there = std::env::var_os(variable).is_some() || names.iter().any(|name| on_path(name).is_some());
        if !there {
            let language = if variable == "CC" { "C" } else { "C++" };
            return Err(format!(
                "no {language} compiler: none of {} is on PATH, and {variable} names none\n--> {}",
                names.join(", "),
                COMPILERS.cure()
            ));
        }
    }
    Ok(())
}

/// The first file of this name on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    every_on_path(name).into_iter().next()
}

/// Every file of this name on PATH, in its order.
pub(crate) fn every_on_path(name: &str) -> Vec<PathBuf> {
    let name = crate::tree::executable(name);
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(&name)).filter(|file| is_program(file)).collect()
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

/// The variable through which the dynamic linker takes more folders, and its value with `folders` before what is set.
pub(crate) fn linker_path(folders: &[&Path]) -> (&'static str, std::ffi::OsString) {
    let name = if cfg!(target_os = "macos") {
        "DYLD_LIBRARY_PATH"
    } else if cfg!(windows) {
        "PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    let mut all: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    if let Some(set) = std::env::var_os(name) {
        all.extend(std::env::split_paths(&set).filter(|folder| !folder.as_os_str().is_empty()));
    }
    // A folder with the separator in its name cannot be told to any linker; the program then says what it lacks.
    (name, std::env::join_paths(all).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_not_found_and_cargo_is() {
        assert!(on_path("cargo").is_some());
        assert!(on_path("no-such-program-here").is_none());
    }

    #[test]
    fn the_linkers_folders_come_first_and_none_is_empty() {
        let (_, value) = linker_path(&[Path::new("first"), Path::new("second")]);
        let folders: Vec<PathBuf> = std::env::split_paths(&value).collect();
        assert_eq!(&folders[..2], [PathBuf::from("first"), PathBuf::from("second")]);
        assert!(folders.iter().all(|folder| !folder.as_os_str().is_empty()));
    }
}
