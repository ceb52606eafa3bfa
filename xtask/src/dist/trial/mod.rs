// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask dist --try`: each artifact, installed and used on the platform that it is for, as far as this machine can
//! stand for it. What cannot be run here is told as such, with the reason and the cure.
//!
//! A file per part. A part gives rows; `report` prints them.

mod arm64;
mod audit;
mod crates;
mod debian;
mod files;
mod musl;
mod oldest;
mod prefix;
mod report;
mod supply;
mod wheels;
mod windows;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use clap::ValueEnum;

use super::kit::Kit;
use super::manifest::Manifest;
use super::platform::Platform;
use super::tarball;
use crate::step::{self, Done};
use crate::tools;
use crate::tree::Tree;
pub(crate) use report::{Outcome, Row};

/// The longest that one program may take, a whole system that is installed included.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// A part of the trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// What the built files are: size, exports, what they need, hardening, what runs when they are loaded
    Files,
    /// The archives in an odd prefix: CMake, pkg-config and plain compilers
    Prefix,
    /// A program built against the oldest header, on this library
    Oldest,
    /// The wheel in every CPython at hand, alone and beside the system's library
    Wheels,
    /// Every wheel by auditwheel, twine and abi3audit, and by its own files
    Audit,
    /// The archive, the wheel and the packages for arm64, under qemu
    Arm64,
    /// The archives for musl, in a root that has nothing else
    Musl,
    /// The archive and the wheel for Windows, under Wine
    Windows,
    /// What the artifacts are made of
    Supply,
    /// Debian's packages, in a fresh Debian with nothing else of ours
    Debian,
    /// The crates, in empty projects: with and without the library
    Crates,
}

/// Everything that a part needs.
pub(crate) struct Trial<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) kit: Kit<'a>,
    pub(crate) manifest: Manifest,
    /// Where the artifacts are.
    artifacts: PathBuf,
    /// A folder for what is tried.
    lab: PathBuf,
}

pub(crate) fn run(tree: &Tree, only: &[Part]) -> Result<(), String> {
    let artifacts = super::folder(tree);
    let manifest = Manifest::read(&artifacts)?;
    let kit = Kit::ready(tree)?;
    let trial = Trial { tree, kit, manifest, artifacts, lab: tree.target.join("dist/try") };
    let mut rows = Vec::new();
    for part in Part::value_variants().iter().filter(|part| only.is_empty() || only.contains(part)) {
        rows.extend(match part {
            Part::Files => files::run(&trial),
            Part::Prefix => prefix::run(&trial),
            Part::Oldest => oldest::run(&trial),
            Part::Wheels => wheels::run(&trial),
            Part::Audit => audit::run(&trial),
            Part::Arm64 => arm64::run(&trial),
            Part::Musl => musl::run(&trial),
            Part::Windows => windows::run(&trial),
            Part::Supply => supply::run(&trial),
            Part::Debian => debian::run(&trial),
            Part::Crates => crates::run(&trial),
        });
    }
    report::tell(tree, &trial.manifest, &rows)
}

impl Trial<'_> {
    /// The artifact whose name ends so, if it was made.
    pub(crate) fn artifact(&self, ending: &str) -> Option<PathBuf> {
        let found = self.manifest.artifacts.iter().find(|one| one.file.ends_with(ending));
        found.map(|one| self.artifacts.join(&one.file))
    }

    /// The name of a platform's archive.
    pub(crate) fn archive_name(&self, platform: Platform) -> String {
        let ending = if platform.is_windows() { "zip" } else { "tar.gz" };
        format!("cmetrics-{}-{}.{ending}", self.manifest.version, platform.name())
    }

    /// Every platform whose archive was made.
    pub(crate) fn platforms(&self) -> Vec<Platform> {
        let made = |platform: &&Platform| self.artifact(&self.archive_name(**platform)).is_some();
        Platform::value_variants().iter().filter(made).copied().collect()
    }

    /// A platform's archive, unpacked as a user would below `lab/NAME`: the prefix.
    pub(crate) fn unpacked(&self, platform: Platform, name: &str) -> Result<PathBuf, String> {
        let file = self.archive_name(platform);
        let archive = self.artifact(&file).ok_or_else(|| format!("{file} was not made"))?;
        let folder = self.folder(name)?;
        self.unpack(&archive, &folder)?;
        Ok(folder.join(file.trim_end_matches(".zip").trim_end_matches(".tar.gz")))
    }

    /// Unpacks a .tar.gz, a .zip or a wheel.
    pub(crate) fn unpack(&self, archive: &Path, folder: &Path) -> Result<(), String> {
        let mut command = if archive.extension().is_some_and(|e| e == "gz") {
            let mut tar = Command::new("tar");
            tar.arg("-xzf").arg(archive).arg("-C").arg(folder);
            tar
        } else {
            let mut python = self.kit.command("python", folder);
            python.args(["-I", "-m", "zipfile", "-e"]).arg(archive).arg(folder);
            python
        };
        self.must(&format!("unpacking {}", base(archive)), &mut command).map(|_| ())
    }

    /// A folder below the trial's own, empty.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.lab.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        self.kept(name)
    }

    /// A folder below the trial's own, with what an earlier trial left there.
    pub(crate) fn kept(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.lab.join(name);
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(folder)
    }

    /// A file of `compat-tests/installed`: what is used here alone.
    pub(crate) fn source(&self, name: &str) -> PathBuf {
        self.tree.root.join("compat-tests/installed").join(name)
    }

    /// Copies a file or a folder of the tree into a folder of the trial, so that nothing of the tree is found by chance.
    pub(crate) fn copy(&self, from: &str, to: &Path) -> Result<PathBuf, String> {
        let to = to.join(base(Path::new(from)));
        tarball::copy_tree(&self.tree.root.join(from), &to)?;
        Ok(to)
    }

    /// Runs a program that must succeed, without what would lead a search for the library elsewhere.
    pub(crate) fn must(&self, what: &str, command: &mut Command) -> Result<Done, String> {
        let done = self.attempt(what, command)?;
        if done.ok {
            Ok(done)
        } else {
            Err(done.story(""))
        }
    }

    /// The same, whatever comes of it.
    pub(crate) fn attempt(&self, what: &str, command: &mut Command) -> Result<Done, String> {
        let set: Vec<_> = command.get_envs().map(|(name, _)| name.to_owned()).collect();
        for name in ["CMETRICS_LIBRARY", "CMETRICS_DISABLE", "LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONPATH", "CPATH"] {
            if !set.iter().any(|there| there == name) {
                command.env_remove(name);
            }
        }
        step::attempt_within(LIMIT, what, command)
    }

    /// `Some` with what to install if one of these programs, each with Debian's package, is missing.
    pub(crate) fn lacks(&self, programs: &[(&str, &str)]) -> Option<Outcome> {
        let (program, package) = programs.iter().find(|(program, _)| tools::on_path(program).is_none())?;
        Some(Outcome::NotRun(format!("{program} is not installed (apt-get install {package})")))
    }
}

/// What a program printed must be this text.
pub(crate) fn same(found: &[u8], expected: &str) -> Result<(), String> {
    let found = String::from_utf8_lossy(found).replace('\r', "");
    if found == expected {
        Ok(())
    } else {
        Err(format!("it printed\n{found}and should have printed\n{expected}"))
    }
}

/// What the quick start of C prints.
pub(crate) const QUICK_START: &str = "# HELP requests_total Requests served\n# TYPE requests_total counter\n\
                                      requests_total{endpoint=\"generate\"} 1\n";

/// A file's name.
pub(crate) fn base(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
