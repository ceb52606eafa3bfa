// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! cargo-fuzz, and the targets that it builds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::step;
use crate::tools;
use crate::tree::Tree;

const CARGO_FUZZ: (&str, &str) = ("cargo-fuzz", "0.13.1");
/// Whether the targets build for this machine: they call Linux, and read modules of x86-64.
pub(crate) const BUILDS_HERE: bool = cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"));
const TRIPLE: &str = "x86_64-unknown-linux-gnu";
/// All is built in one unit each, and the library instrumented: on a busy machine that takes its time.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// The standard library is not instrumented, which rustc has to be told is meant. Globals get no red zones: the election
/// reads the program's own segments from end to end, notes and slots, which lie among them.
const FLAGS: &str = "-Cunsafe-allow-abi-mismatch=sanitizer -Cllvm-args=-asan-globals=0";
/// Of each allocation a few frames are kept, which is much quicker than all.
const SANITIZER: &str = "malloc_context_size=8";

/// The targets, built, and where things go.
pub(crate) struct Kit<'a> {
    pub(crate) tree: &'a Tree,
    /// `fuzz` below the target folder.
    pub(crate) folder: PathBuf,
}

impl<'a> Kit<'a> {
    pub(crate) fn ready(tree: &'a Tree) -> Result<Kit<'a>, String> {
        if !BUILDS_HERE {
            return Err(
                "the targets are built with AddressSanitizer for Linux on x86-64\n--> run this there".to_owned()
            );
        }
        tools::compilers()?;
        let kit = Kit { tree, folder: tree.target.join("fuzz") };
        let cargo_fuzz = kit.cargo_fuzz()?;
        let mut build = tree.command(cargo_fuzz);
        build.args(["build", "--fuzz-dir", "fuzz", "--target-dir"]).arg(kit.folder.join("build"));
        // The sanitizer's flags are of the nightly compiler, and in the stable one all the same.
        build.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", FLAGS);
        let done = step::attempt_within(LIMIT, "building the fuzz targets", &mut build)?;
        if !done.ok {
            return Err(done.story("if crates are missing, cargo needs the network, or a mirror"));
        }
        Ok(kit)
    }

    fn cargo_fuzz(&self) -> Result<PathBuf, String> {
        let (name, version) = CARGO_FUZZ;
        let folder = self.folder.join("tools").join(format!("{name}-{version}"));
        let file = folder.join("bin").join(name);
        if !file.is_file() {
            let mut install = self.tree.cargo();
            install.args(["install", "--locked", "--quiet", "--root"]).arg(&folder).arg(format!("{name}@{version}"));
            let done = step::attempt_within(LIMIT, &format!("building {name} {version}"), &mut install)?;
            if !done.ok {
                return Err(done.story("cargo needs the network, or a mirror"));
            }
        }
        Ok(file)
    }

    /// A target, to be run in the root of the checkout.
    pub(crate) fn command(&self, target: &str) -> Command {
        let program = self.folder.join("build").join(TRIPLE).join("release").join(target);
        let mut command = self.tree.command(self.shown(&program));
        command.env("ASAN_OPTIONS", SANITIZER);
        command
    }

    /// A path as it is shown and passed: from the root of the checkout, where it is below that.
    pub(crate) fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.tree.root).unwrap_or(path).to_path_buf()
    }

    /// What is committed for a target.
    pub(crate) fn committed(&self, target: &str) -> PathBuf {
        self.tree.root.join("fuzz/corpus").join(target)
    }

    /// What runs here have learnt.
    pub(crate) fn learnt(&self, target: &str) -> PathBuf {
        self.folder.join("corpus").join(target)
    }
}

/// Makes a folder, with those above it.
pub(crate) fn make(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: could not be made: {e}", folder.display()))
}

/// How many files there are.
pub(crate) fn count(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, |entries| entries.flatten().filter(|entry| entry.path().is_file()).count())
}
