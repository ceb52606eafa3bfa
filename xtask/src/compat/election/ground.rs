// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The programs, and copies of the library in every form.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::{child, compile, Lab};
use crate::step;
use crate::tools;

/// What every source of the folder needs.
const FLAGS: [&str; 1] = ["-D_GNU_SOURCE"];

/// Everything that the tests stand on, built.
pub(super) struct Ground {
    folder: PathBuf,
    include: PathBuf,
    sources: PathBuf,
    /// This tree's library.
    pub(super) now: PathBuf,
    /// The same, one higher in rank, which serves one version more.
    pub(super) later: PathBuf,
    /// The same as `now`, one lower in rank.
    pub(super) older: PathBuf,
    /// A plugin with a copy in it.
    pub(super) embedded: PathBuf,
    archive: PathBuf,
}

impl Ground {
    pub(super) fn ready(lab: &Lab<'_>) -> Result<Ground, String> {
        let folder = lab.folder("election")?;
        let sources = lab.tree.root.join("compat-tests/election");
        let (now, later) = (lab.library()?, lab.draft()?);
        let older = folder.join("older/libcmetrics.so.1");
        write_older(&now, &older)?;
        let built = embedded(lab, &sources.join("embedded"), &folder.join("embedded"))?;
        let (embedded, archive) = (built.join("libelection_embedded.so"), built.join("libelection_embedded.a"));
        Ok(Ground { folder, include: lab.include(), sources, now, later, older, embedded, archive })
    }

    /// A path in this part's folder, whose own folder is there.
    pub(super) fn path(&self, name: &str) -> Result<PathBuf, String> {
        let path = self.folder.join(name);
        let folder = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(path)
    }

    /// Compiles one source to `name`, a program or a shared object.
    pub(super) fn compile(&self, source: &str, name: &str, more: &[&str]) -> Result<PathBuf, String> {
        let flags: Vec<&str> = FLAGS.iter().chain(more).copied().collect();
        compile::compile(&self.sources.join(source), &self.path(name)?, &self.include, &flags)
    }

    /// The program, with a copy of the library linked into it and no symbols left.
    pub(super) fn stripped(&self, source: &str, name: &str) -> Result<PathBuf, String> {
        let archive = self.archive.display().to_string();
        let reference = "-Wl,-u,embedded_record,-u,embedded_root,--gc-sections";
        let program = self.compile(source, name, &[&archive, reference, "-lgcc_s", "-lutil", "-lrt", "-lm"])?;
        child::must(Command::new("strip").arg("--strip-all").arg(&program))?;
        Ok(program)
    }

    /// `n` copies of a file in folders of their own, each worked on by `work`.
    pub(super) fn copies(
        &self,
        kind: &str,
        file: &Path,
        n: usize,
        work: impl Fn(&Path) -> Option<Command>,
    ) -> Result<Vec<String>, String> {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut all = Vec::new();
        for i in 1..=n {
            let copy = self.path(&format!("copies/{kind}/{i}/{name}"))?;
            replace(file, &copy)?;
            if let Some(mut command) = work(&copy) {
                child::must(&mut command)?;
            }
            all.push(copy.display().to_string());
        }
        Ok(all)
    }

    /// Copies that nobody worked on.
    pub(super) fn plain(&self, kind: &str, file: &Path, n: usize) -> Result<Vec<String>, String> {
        self.copies(kind, file, n, |_| None)
    }
}

/// Whether the machine has patchelf, and what to say if not.
pub(super) fn patchelf() -> Result<(), &'static str> {
    tools::on_path("patchelf").map(|_| ()).ok_or("no patchelf (apt-get install patchelf)")
}

/// Puts a copy of `from` at `to`, as a file of its own: a process that has the old one mapped keeps it.
pub(super) fn replace(from: &Path, to: &Path) -> Result<(), String> {
    let fresh = to.with_extension("fresh");
    std::fs::copy(from, &fresh).map_err(|e| format!("{}: {e}", from.display()))?;
    std::fs::rename(&fresh, to).map_err(|e| format!("{}: {e}", to.display()))
}

/// The part in Rust with a copy in it. It is a workspace of its own, with this tree's lock file.
fn embedded(lab: &Lab<'_>, package: &Path, target: &Path) -> Result<PathBuf, String> {
    let (from, to) = (lab.tree.root.join("Cargo.lock"), package.join("Cargo.lock"));
    std::fs::copy(&from, &to).map_err(|e| format!("{}: {e}", from.display()))?;
    let mut cargo = lab.tree.cargo();
    cargo.args(["build", "--quiet", "--manifest-path"]).arg(package.join("Cargo.toml"));
    cargo.arg("--target-dir").arg(target);
    step::must("building a plugin with a copy in it", &mut cargo, "")?;
    Ok(target.join("debug"))
}

/// A library that differs from `now` in its rank alone, which is one less: in its slot and in its bootstrap table.
fn write_older(now: &Path, older: &Path) -> Result<(), String> {
    let mut bytes = std::fs::read(now).map_err(|e| format!("{}: {e}", now.display()))?;
    // In the slot 32 bytes after its magic begins, in the table 24: interface, NoteSlot and Bootstrap.
    let slot = rank_at(&bytes, b"cmetrics-slot-1\0\x80\0\0\0", 32)?;
    let card = rank_at(&bytes, b"\0\0\0\0cmetrics-abi-0\0\0", 28)?;
    for at in [slot, card] {
        let rank = u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or_default());
        let less = rank.checked_sub(1).ok_or("the library's rank is 0")?;
        bytes[at..at + 8].copy_from_slice(&less.to_le_bytes());
    }
    if let Some(folder) = older.parent() {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let fresh = older.with_extension("fresh");
    std::fs::write(&fresh, bytes).map_err(|e| format!("{}: {e}", fresh.display()))?;
    std::fs::rename(&fresh, older).map_err(|e| format!("{}: {e}", older.display()))
}

/// Where the rank stands that follows the one place of `magic`.
fn rank_at(bytes: &[u8], magic: &[u8], offset: usize) -> Result<usize, String> {
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(magic)).collect();
    match places[..] {
        [at] if at + offset + 8 <= bytes.len() => Ok(at + offset),
        _ => Err(format!("the library has {} places that begin {:?}", places.len(), String::from_utf8_lossy(magic))),
    }
}

#[cfg(test)]
mod tests {
    use super::rank_at;

    #[test]
    fn a_rank_has_one_place() {
        assert_eq!(rank_at(b"..magic...12345678", b"magic", 8), Ok(10));
        assert!(rank_at(b"magic magic 12345678", b"magic", 8).unwrap_err().contains("2 places"));
        assert!(rank_at(b"..magic...1234567", b"magic", 8).is_err());
    }
}
