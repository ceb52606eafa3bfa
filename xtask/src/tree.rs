// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The checkout: where it is, and where Cargo builds.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The checkout that this program was built from.
pub(crate) struct Tree {
    /// The folder of the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, which CARGO_TARGET_DIR or a configuration may have moved.
    pub(crate) target: PathBuf,
    /// What `cargo metadata --no-deps` says.
    pub(crate) metadata: Value,
}

impl Tree {
    /// Asks Cargo. Fails if there is no workspace, or its manifests do not parse.
    pub(crate) fn find() -> Result<Tree, String> {
        // Set by `cargo run`; the folder at build time serves a program that is started by hand.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).parent().map(Path::to_path_buf).unwrap_or_default();
        let out = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(&root)
            .output()
            .map_err(|e| format!("cargo metadata did not start: {e}"))?;
        if !out.status.success() {
            return Err(format!("cargo metadata failed:\n{}", String::from_utf8_lossy(&out.stderr)));
        }
        let metadata: Value =
            serde_json::from_slice(&out.stdout).map_err(|e| format!("cargo metadata printed no JSON: {e}"))?;
        let target = metadata["target_directory"].as_str().ok_or("cargo metadata names no target_directory")?;
        Ok(Tree { root, target: PathBuf::from(target), metadata })
    }

    /// A command that runs in the root.
    pub(crate) fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root);
        command
    }

    /// Cargo in the root, with the toolchain that built this program.
    pub(crate) fn cargo(&self) -> Command {
        self.command(cargo())
    }
}

fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The name of a shared library that Cargo or CMake builds as `stem`.
pub(crate) fn shared_library(stem: &str) -> String {
    format!("{}{stem}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

/// The name of an executable.
pub(crate) fn executable(stem: &str) -> String {
    format!("{stem}{}", std::env::consts::EXE_SUFFIX)
}
