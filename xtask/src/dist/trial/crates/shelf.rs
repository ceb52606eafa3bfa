// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A shelf that stands for crates.io: our crates as they were packed, beside what they and their tests depend on, in the
//! versions of Cargo.lock. Cargo reads it instead of crates.io (source replacement), so that `cargo add cmetrics` is the
//! user's own command, and writes what it would write for a user.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::{base, Trial};
use crate::dist::crates::CRATES;

/// The shelf, and a folder outside of any workspace whose projects take from it.
pub(super) struct Shelf<'a> {
    trial: &'a Trial<'a>,
    crates: PathBuf,
    projects: PathBuf,
    /// Where Cargo builds.
    target: PathBuf,
}

impl<'a> Shelf<'a> {
    /// Fills it. What others wrote is kept from an earlier trial, until Cargo.lock changes; what Cargo built too, until a
    /// crate of ours does: of a replaced source it looks at versions alone.
    pub(super) fn ready(trial: &'a Trial<'a>) -> Result<Shelf<'a>, String> {
        let lock = trial.tree.root.join("Cargo.lock");
        let lock = std::fs::read_to_string(&lock).map_err(|e| format!("{}: {e}", lock.display()))?;
        let crates = kept_while(trial, "crates/shelf", &lock, |crates| {
            let mut vendor = trial.kit.cargo(&trial.tree.root);
            vendor.args(["vendor", "--locked", "--quiet"]).arg(crates);
            trial.must("collecting what the crates depend on", &mut vendor).map(|_| ())
        })?;
        let mut sums = String::new();
        for name in CRATES {
            sums += &trial.shelve(name, &crates)?;
        }
        let target = kept_while(trial, "crates/target", &sums, |_| Ok(()))?;
        // Cargo takes a folder below a workspace for a part of it, and a new project would be entered there.
        let projects = std::env::temp_dir().join(format!("cmetrics-try-{}", std::process::id()));
        let folder = projects.join(".cargo");
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let config = format!(
            "[source.crates-io]\nreplace-with = \"shelf\"\n[source.shelf]\ndirectory = {:?}\n",
            crates.display().to_string()
        );
        std::fs::write(folder.join("config.toml"), config).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(Shelf { trial, crates, projects, target })
    }

    /// Cargo in a folder, which takes from the shelf alone.
    pub(super) fn cargo(&self, folder: &Path) -> Command {
        let mut cargo = self.trial.kit.cargo(folder);
        self.alone(&mut cargo, &self.target);
        cargo
    }

    /// The same of another toolchain, which rustup has.
    pub(super) fn cargo_of(&self, toolchain: &str, folder: &Path) -> Command {
        let mut cargo = Command::new("rustup");
        cargo.current_dir(folder).args(["run", toolchain, "cargo"]);
        self.alone(&mut cargo, &self.target.join(toolchain));
        cargo
    }

    fn alone(&self, cargo: &mut Command, target: &Path) {
        for name in ["RUSTC", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "CARGO_BUILD_RUSTFLAGS"] {
            cargo.env_remove(name);
        }
        cargo.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true");
    }

    /// A new project, made as a user makes one: `cargo init`, `cargo add`, and the program.
    pub(super) fn project(&self, name: &str, add: &[&[&str]], program: &str) -> Result<PathBuf, String> {
        let folder = self.projects.join(name);
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        self.trial.must("cargo init", self.cargo(&folder).args(["init", "--vcs", "none", "--name", name]))?;
        for words in add {
            self.trial.must(&format!("cargo add {}", words.join(" ")), self.cargo(&folder).arg("add").args(*words))?;
        }
        let main = folder.join("src/main.rs");
        std::fs::copy(self.trial.source(program), &main).map_err(|e| format!("{}: {e}", main.display()))?;
        Ok(folder)
    }

    /// The program of a project, built.
    pub(super) fn built(&self, folder: &Path) -> Result<PathBuf, String> {
        let name = base(folder);
        self.trial.must(&format!("building {name}"), self.cargo(folder).args(["build", "--quiet"]))?;
        Ok(self.target.join("debug").join(name))
    }

    /// One of our crates, unpacked among the projects.
    pub(super) fn unpacked(&self, name: &str) -> Result<PathBuf, String> {
        let name = format!("{name}-{}", self.trial.manifest.version);
        let to = self.projects.join(&name);
        if !to.exists() {
            super::super::super::tarball::copy_tree(&self.crates.join(&name), &to)?;
        }
        Ok(to)
    }
}

impl Drop for Shelf<'_> {
    fn drop(&mut self) {
        // What is left of it is in the system's own folder for such things.
        let _ = std::fs::remove_dir_all(&self.projects);
    }
}

impl Trial<'_> {
    /// The file of one of our crates.
    pub(super) fn crate_file(&self, name: &str) -> Option<PathBuf> {
        let file = format!("{name}-{}.crate", self.manifest.version);
        self.artifact(&file).filter(|found| base(found) == file)
    }

    /// Its sum, as Cargo.lock has it.
    pub(super) fn crate_sum(&self, name: &str) -> Result<&str, String> {
        let file = format!("{name}-{}.crate", self.manifest.version);
        let found = self.manifest.artifacts.iter().find(|one| one.file == file);
        found.map(|one| one.sha256.as_str()).ok_or_else(|| format!("{file} was not made"))
    }

    /// Unpacks it on the shelf, with the note that Cargo wants there. Gives its sum.
    fn shelve(&self, name: &str, shelf: &Path) -> Result<String, String> {
        let sum = self.crate_sum(name)?;
        let file = self.crate_file(name).ok_or_else(|| format!("{name} was not packed"))?;
        let folder = shelf.join(format!("{name}-{}", self.manifest.version));
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        self.must(
            &format!("unpacking {}", base(&file)),
            Command::new("tar").arg("-xzf").arg(&file).arg("-C").arg(shelf),
        )?;
        let note = serde_json::json!({ "files": {}, "package": sum }).to_string();
        let to = folder.join(".cargo-checksum.json");
        std::fs::write(&to, note).map_err(|e| format!("{}: {e}", to.display()))?;
        Ok(format!("{sum}\n"))
    }
}

/// A folder of the trial that is made anew by `make` when `what` it is of has changed.
fn kept_while(
    trial: &Trial<'_>,
    name: &str,
    what: &str,
    make: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let folder = trial.kept(name)?;
    let stamp = folder.with_extension("of");
    if std::fs::read_to_string(&stamp).unwrap_or_default() != what {
        trial.folder(name)?;
        make(&folder)?;
        std::fs::write(&stamp, what).map_err(|e| format!("{}: {e}", stamp.display()))?;
    }
    Ok(folder)
}
