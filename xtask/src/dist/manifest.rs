// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What was made: sizes and sums, for people and for programs.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Sums as `sha256sum --check` reads them.
pub(crate) const SUMS: &str = "SHA256SUMS";
/// The same for programs, with what it was made from.
pub(crate) const MANIFEST: &str = "manifest.json";

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Artifact {
    pub(crate) file: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// All of them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) version: String,
    /// The commit, and whether anything was changed since.
    pub(crate) revision: String,
    /// Whether a second build, in other folders, gave the same bytes.
    pub(crate) reproduced: bool,
    /// The compiler of each platform.
    pub(crate) compilers: Vec<(String, String)>,
    pub(crate) artifacts: Vec<Artifact>,
}

impl Manifest {
    /// Writes it, and the sums, beside the files.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), String> {
        let write = |name: &str, text: String| {
            std::fs::write(folder.join(name), text).map_err(|e| format!("{}: {e}", folder.join(name).display()))
        };
        write(SUMS, self.artifacts.iter().map(|one| format!("{}  {}\n", one.sha256, one.file)).collect())?;
        let json = serde_json::to_string_pretty(self).map_err(|e| format!("{MANIFEST}: {e}"))?;
        write(MANIFEST, json + "\n")
    }

    /// Reads it, and fails if a file is not what it says.
    pub(crate) fn read(folder: &Path) -> Result<Manifest, String> {
        let file = folder.join(MANIFEST);
        let text = std::fs::read_to_string(&file)
            .map_err(|e| format!("{}: {e}\n--> make the artifacts first: cargo xtask dist", file.display()))?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", file.display()))?;
        for artifact in &manifest.artifacts {
            let there = measure(&folder.join(&artifact.file))?;
            if there != *artifact {
                return Err(format!(
                    "{}: not the file that {MANIFEST} tells of\n--> make the artifacts anew: cargo xtask dist",
                    artifact.file
                ));
            }
        }
        Ok(manifest)
    }

    /// A table for people.
    pub(crate) fn table(&self) -> String {
        let wide = self.artifacts.iter().map(|one| one.file.len()).max().unwrap_or_default();
        let mut text = String::new();
        for Artifact { file, bytes, sha256 } in &self.artifacts {
            text.push_str(&format!("{file:wide$}  {bytes:>9}  {}\n", &sha256[..16]));
        }
        text
    }
}

/// Every file of a folder, by name.
pub(crate) fn measure_all(folder: &Path) -> Result<Vec<Artifact>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.file_name().is_some_and(|name| name != SUMS && name != MANIFEST));
    files.sort();
    files.iter().map(|file| measure(file)).collect()
}

fn measure(file: &Path) -> Result<Artifact, String> {
    let content = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let sha256 = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
    let file = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Artifact { file, bytes: content.len() as u64, sha256 })
}

/// Which files differ between two builds, if any.
pub(crate) fn differences(first: &[Artifact], second: &[Artifact]) -> Vec<String> {
    let mut names: Vec<&str> = first.iter().chain(second).map(|one| one.file.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let of = |all: &[Artifact], name: &str| all.iter().find(|one| one.file == name).cloned();
    names.retain(|name| of(first, name) != of(second, name));
    names.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn a_file_that_differs_and_one_that_is_missing_are_named() {
        let one = folder(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let two = folder(&[("a", "1"), ("b", "other")]);
        let (one, two) = (measure_all(one.path()).unwrap(), measure_all(two.path()).unwrap());
        assert_eq!(differences(&one, &two), ["b", "c"]);
        assert!(differences(&one, &one).is_empty());
    }

    #[test]
    fn what_was_changed_afterwards_is_named() {
        let place = folder(&[("a", "1")]);
        let artifacts = measure_all(place.path()).unwrap();
        assert_eq!(artifacts[0].sha256, "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");
        let manifest = Manifest {
            version: "1".into(),
            revision: "r".into(),
            reproduced: true,
            compilers: vec![("p".into(), "c".into())],
            artifacts,
        };
        manifest.write(place.path()).unwrap();
        assert_eq!(Manifest::read(place.path()).unwrap().artifacts, manifest.artifacts);
        std::fs::write(place.path().join("a"), "2").unwrap();
        let why = Manifest::read(place.path()).unwrap_err();
        assert!(why.starts_with("a: not the file"), "{why}");
    }
}
