// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The compiler for each platform: the one that runs this program, where rustup has the platform's standard library, or
//! else Debian's, which has that of arm64 and the sources from which to build any other.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::debian_rust;
use super::platform::Platform;
use crate::step;
use crate::tree::Tree;

/// A compiler that makes code for one platform.
#[derive(Debug, Clone)]
pub(crate) struct Toolchain {
    /// Another rustc than Cargo's own.
    rustc: Option<PathBuf>,
    /// The standard library is built together with the code.
    builds_std: bool,
    /// Where its own sources lie, which debug symbols would name.
    pub(crate) folder: Option<PathBuf>,
    /// What `rustc --version` says.
    pub(crate) version: String,
}

impl Toolchain {
    /// Finds it, or fetches Debian's where that can be had.
    pub(crate) fn of(tree: &Tree, platform: Platform) -> Result<Toolchain, String> {
        let rustc = PathBuf::from(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        if has_std(&rustc, platform.triple()) {
            return Ok(Toolchain { version: version(&rustc)?, rustc: None, builds_std: false, folder: None });
        }
        let debians = debian_rust::compiler(tree).map_err(|why| {
            let triple = platform.triple();
            format!(
                "no standard library of Rust for {triple}: rustup has none here, and Debian's compiler cannot be had \
                 instead: {why}\n--> rustup target add {triple}"
            )
        })?;
        Ok(Toolchain {
            version: format!("{} (Debian's)", version(&debians.rustc)?),
            builds_std: !has_std(&debians.rustc, platform.triple()),
            rustc: Some(debians.rustc),
            folder: Some(debians.folder),
        })
    }

    /// Makes a Cargo, or what runs one, build with it.
    pub(crate) fn apply(&self, command: &mut Command) {
        if let Some(rustc) = &self.rustc {
            command.env("RUSTC", rustc);
        }
        if self.builds_std {
            command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
        }
    }
}

fn has_std(rustc: &Path, triple: &str) -> bool {
    let folder = step::ask(Command::new(rustc).args(["--print", "target-libdir", "--target", triple]));
    // The folder is named whether or not it is there.
    folder.is_some_and(|folder| Path::new(&folder).is_dir())
}

fn version(rustc: &Path) -> Result<String, String> {
    step::ask(Command::new(rustc).arg("--version")).ok_or_else(|| format!("{} does not run", rustc.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standard_library_is_there_for_this_machine_and_not_for_a_made_up_one() {
        let rustc = PathBuf::from(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        let here = step::ask(Command::new(&rustc).args(["--print", "host-tuple"])).unwrap();
        assert!(has_std(&rustc, &here));
        assert!(!has_std(&rustc, "no-such-target"));
        assert!(version(&rustc).unwrap().starts_with("rustc 1."));
    }
}
