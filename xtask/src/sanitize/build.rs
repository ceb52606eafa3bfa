// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Rust code that is built for a sanitizer, in a target folder of its own, with the toolchain that is active.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Bench;
use crate::step;
use crate::tree::Tree;

const RUST_SRC: &str = "rustup component add rust-src";

/// A sanitizer that rustc knows.
#[derive(Debug, Clone)]
pub(super) struct Instrumented {
    name: &'static str,
    /// What the machine is called, without which build scripts and macros would be watched too.
    host: String,
    target: PathBuf,
    /// The standard library is built for it as well.
    whole: bool,
}

impl Instrumented {
    /// Memory: the standard library as it comes will do, since its allocations and copies are watched all the same.
    pub(super) fn address(bench: &Bench<'_>) -> Result<Instrumented, String> {
        Instrumented::new(bench, "address", false)
    }

    /// Threads: what the standard library orders has to be seen, or everything behind its locks looks unordered. `Err`
    /// with the cure if its source is not there.
    pub(super) fn thread(bench: &Bench<'_>) -> Result<Instrumented, String> {
        let sysroot = step::ask(Command::new("rustc").args(["--print", "sysroot"])).unwrap_or_default();
        if !Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.lock").is_file() {
            return Err(format!(
                "the standard library's source is not here, and without it every lock of it is a false alarm: {RUST_SRC}"
            ));
        }
        Instrumented::new(bench, "thread", true)
    }

    fn new(bench: &Bench<'_>, name: &'static str, whole: bool) -> Result<Instrumented, String> {
        let version = step::ask(Command::new("rustc").arg("-vV")).ok_or("rustc -vV failed")?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
        Ok(Instrumented { name, host: host.to_owned(), target: bench.folder.join(name), whole })
    }

    /// What `-fsanitize=` and `-Zsanitizer=` are given.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Cargo with a command, for this sanitizer. The variable lets a stable compiler take what is not stable yet.
    pub(super) fn cargo(&self, tree: &Tree, command: &str) -> Command {
        let mut cargo = tree.cargo();
        cargo.arg(command);
        if self.whole {
            cargo.arg("-Zbuild-std");
        }
        cargo.args(["--locked", "--target", &self.host]);
        cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", format!("-Zsanitizer={}", self.name));
        cargo.env("CARGO_TARGET_DIR", &self.target).env_remove("CMETRICS_LIBRARY");
        cargo
    }

    /// Builds packages. The folder of what was built.
    pub(super) fn build(&self, tree: &Tree, packages: &[&str]) -> Result<PathBuf, String> {
        let mut cargo = self.cargo(tree, "build");
        for package in packages {
            cargo.args(["-p", package]);
        }
        self.make(&format!("building {} for {}", packages.join(", "), self.name), &mut cargo)?;
        Ok(self.target.join(&self.host).join("debug"))
    }

    /// The library under the name that programs ask for, in a folder of its own.
    pub(super) fn library(&self, tree: &Tree) -> Result<PathBuf, String> {
        let built = self.build(tree, &["cmetrics-impl"])?.join("libcmetrics.so");
        let folder = self.target.join("lib");
        let file = folder.join("libcmetrics.so.1");
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        std::fs::copy(&built, &file).map_err(|e| format!("{}: {e}", built.display()))?;
        Ok(file)
    }

    /// A step that builds. It may take long where the standard library is built too.
    pub(super) fn make(&self, what: &str, command: &mut Command) -> Result<(), String> {
        let limit = std::time::Duration::from_secs(40 * 60);
        let done = step::attempt_within(limit, what, command)?;
        if done.ok {
            Ok(())
        } else {
            Err(done
                .story("a sanitizer needs a rustc that has its runtime, and the network for what is not fetched yet"))
        }
    }
}
