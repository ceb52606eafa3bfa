// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Releases of the past, rebuilt from the repository's own history: `compat-tests/releases.toml` names them.

use std::path::PathBuf;

use super::sdk::{self, Client};
use super::{child, Lab};
use crate::step;
use crate::tree::shared_library;

const LIST: &str = "compat-tests/releases.toml";

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Release {
    /// What it is called in the matrix.
    pub(super) version: String,
    /// All forty digits.
    pub(super) commit: String,
}

/// A release, built.
pub(super) struct Built {
    /// `…/libcmetrics.so.1`.
    pub(super) library: PathBuf,
    /// Its headers.
    pub(super) include: PathBuf,
    /// The frozen clients, of its SDKs.
    pub(super) clients: Vec<Client>,
}

/// All releases that the list names.
pub(super) fn releases(lab: &Lab<'_>) -> Result<Vec<Release>, String> {
    let text = std::fs::read_to_string(lab.tree.root.join(LIST)).map_err(|e| format!("{LIST}: {e}"))?;
    parse(&text)
}

/// The few lines of TOML that the list is written in.
fn parse(text: &str) -> Result<Vec<Release>, String> {
    let mut releases: Vec<Release> = Vec::new();
    for (number, line) in text.lines().map(str::trim).enumerate() {
        let wrong = || format!("{LIST}, line {}: `{line}` is not understood", number + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line == "[[release]]" {
            releases.push(Release { version: String::new(), commit: String::new() });
            continue;
        }
        let (key, value) = line.split_once('=').ok_or_else(wrong)?;
        let value = value.trim().strip_prefix('"').and_then(|value| value.strip_suffix('"')).ok_or_else(wrong)?;
        let release = releases.last_mut().ok_or_else(wrong)?;
        match key.trim() {
            "version" => release.version = value.to_owned(),
            "commit" if value.len() == 40 => release.commit = value.to_owned(),
            _ => return Err(wrong()),
        }
    }
    match releases.iter().find(|release| release.version.is_empty() || release.commit.is_empty()) {
        Some(release) => Err(format!("{LIST}: a release lacks its version or commit: {release:?}")),
        None => Ok(releases),
    }
}

/// Why a release cannot be built here, if it cannot.
pub(super) fn absent(lab: &Lab<'_>, release: &Release) -> Option<String> {
    let mut git = lab.tree.command("git");
    git.args(["cat-file", "-e", &format!("{}^{{commit}}", release.commit)]);
    let short = &release.commit[..12];
    step::ask(&mut git).is_none().then(|| format!("commit {short} is not in this clone"))
}

/// Exports the tree of a release, unless this has been done.
pub(super) fn export(lab: &Lab<'_>, release: &Release) -> Result<PathBuf, String> {
    let folder = lab.folder(&release.commit[..12])?;
    let root = folder.join("tree");
    if !root.is_dir() {
        let (archive, fresh) = (folder.join("tree.tar"), lab.folder(&format!("{}/tree.new", &release.commit[..12]))?);
        let mut git = lab.tree.command("git");
        child::must(git.args(["archive", "--format=tar", "--output"]).arg(&archive).arg(&release.commit))?;
        child::must(lab.tree.command("tar").arg("-xf").arg(&archive).arg("-C").arg(&fresh))?;
        std::fs::rename(&fresh, &root).map_err(|e| format!("{}: {e}", root.display()))?;
    }
    Ok(root)
}

/// Builds the library and the clients of a release, or takes what was built before.
pub(super) fn build(lab: &Lab<'_>, release: &Release) -> Result<Built, String> {
    let (folder, root) = (lab.folder(&release.commit[..12])?, export(lab, release)?);
    let what = format!("building the library of {}", release.version);
    let mut cargo = lab.tree.cargo();
    cargo.args(["build", "--locked", "-p", "cmetrics-impl"]).current_dir(&root);
    step::must(&what, cargo.env("CARGO_TARGET_DIR", folder.join("target")), "")?;
    let built = folder.join("target/debug").join(shared_library("cmetrics"));
    let library = lab.folder(&format!("{}/lib", &release.commit[..12]))?.join("libcmetrics.so.1");
    std::fs::copy(&built, &library).map_err(|e| format!("{}: {e}", built.display()))?;
    let clients = sdk::of(lab, &root, &folder, &library)?;
    Ok(Built { library, include: root.join("headers/include"), clients })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_and_what_is_wrong_with_it_is_told() {
        let commit = "0123456789012345678901234567890123456789";
        let text = format!("# Releases\n[[release]]\nversion = \"1.0.0\"\ncommit = \"{commit}\"\n");
        assert_eq!(parse(&text).unwrap(), [Release { version: "1.0.0".to_owned(), commit: commit.to_owned() }]);
        for bad in ["version = \"1\"", "[[release]]\nversion = 1", "[[release]]\ncommit = \"abc\"", "[[release]]"] {
            assert!(parse(bad).unwrap_err().starts_with(LIST), "{bad}");
        }
    }
}
