// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A copy of what git tracks, as it is now: what lies beside it by chance is in no artifact, and two copies in folders of
//! other names show whether a path has found its way into one.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step;
use crate::tree::Tree;

/// Where one build happens.
pub(crate) struct Place {
    /// The copy of the tree.
    pub(crate) source: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// Where artifacts are laid together.
    pub(crate) stage: PathBuf,
    /// The artifacts.
    pub(crate) out: PathBuf,
    /// The time that everything in them has: that of the last commit, in seconds since 1970.
    pub(crate) seconds: u64,
}

impl Place {
    /// Makes the folders below `folder`, and copies the tree. What an earlier run compiled is kept.
    pub(crate) fn ready(tree: &Tree, folder: &Path) -> Result<Place, String> {
        let place = Place {
            source: folder.join("source"),
            target: folder.join("target"),
            stage: folder.join("stage"),
            out: folder.join("out"),
            seconds: seconds(tree)?,
        };
        for fresh in [&place.source, &place.stage, &place.out] {
            if fresh.exists() {
                std::fs::remove_dir_all(fresh).map_err(|e| format!("{}: {e}", fresh.display()))?;
            }
            std::fs::create_dir_all(fresh).map_err(|e| format!("{}: {e}", fresh.display()))?;
        }
        copy(tree, &place.source)?;
        Ok(place)
    }

    /// A folder below `stage`, made anew.
    pub(crate) fn staged(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.stage.join(name);
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(folder)
    }
}

/// When the last commit was made.
fn seconds(tree: &Tree) -> Result<u64, String> {
    let said = step::ask(tree.command("git").args(["log", "-1", "--format=%ct"]));
    said.and_then(|text| text.parse().ok())
        .ok_or_else(|| "git names no commit: dist is made from a checkout".to_owned())
}

/// Copies all that git tracks, as it is now, into a folder.
pub(crate) fn copy(tree: &Tree, to: &Path) -> Result<(), String> {
    let listed = step::ask(tree.command("git").args(["ls-files", "-z"])).ok_or("git ls-files failed")?;
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (tree.root.join(name), to.join(name));
        // Deleted, and not yet committed.
        let Ok(meta) = from.symlink_metadata() else { continue };
        let folder = to.parent().unwrap_or(&to);
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        if meta.is_symlink() {
            link(&from, &to)?;
        } else {
            // With its time, so that Cargo sees what has changed.
            std::fs::copy(&from, &to).map_err(|e| format!("{name}: {e}"))?;
            let times = std::fs::FileTimes::new().set_modified(meta.modified().map_err(|e| format!("{name}: {e}"))?);
            let file = std::fs::File::options().write(true).open(&to).map_err(|e| format!("{name}: {e}"))?;
            file.set_times(times).map_err(|e| format!("{name}: {e}"))?;
        }
    }
    Ok(())
}

fn link(from: &Path, to: &Path) -> Result<(), String> {
    let done = step::ask(Command::new("cp").arg("-P").arg(from).arg(to));
    done.map(|_| ()).ok_or_else(|| format!("{}: the link could not be copied", from.display()))
}

/// Is what git tracks as it was committed?
pub(crate) fn is_clean(tree: &Tree) -> bool {
    step::ask(tree.command("git").args(["status", "--porcelain", "--untracked-files=no"])).is_some_and(|s| s.is_empty())
}

/// The commit, as `git describe` tells it.
pub(crate) fn revision(tree: &Tree) -> String {
    let said = step::ask(tree.command("git").args(["rev-parse", "--short=12", "HEAD"])).unwrap_or_default();
    if is_clean(tree) {
        said
    } else {
        format!("{said}, changed since")
    }
}
