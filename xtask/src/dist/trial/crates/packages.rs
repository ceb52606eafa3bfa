// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crates as packages: what each holds, what docs.rs makes of it, its own tests, and what Cargo says before it
//! publishes them.

use std::path::Path;
use std::process::Command;

use super::super::report::passed;
use super::super::{base, Outcome, Row, Trial};
use super::shelf::Shelf;
use crate::dist::crates::CRATES;
use crate::dist::source;
use crate::supply;
use crate::tree::Tree;

/// What each must hold.
const OWED: [&str; 6] = ["Cargo.toml", "Cargo.lock", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"];
/// What it may hold besides: Cargo's own, and Rust's sources in these folders.
const CARGOS: [&str; 3] = ["Cargo.toml.orig", ".cargo_vcs_info.json", "build.rs"];
const FOLDERS: [&str; 3] = ["src/", "tests/", "examples/"];
/// Whose tests travel. Those of the interface, which is types alone, compare it with texts elsewhere in the repository.
const TESTED: [&str; 3] = ["cmetrics-loader", "cmetrics-impl", "cmetrics"];

pub(super) fn contents(trial: &Trial<'_>) -> Vec<Row> {
    let files = CRATES.iter().filter_map(|name| trial.crate_file(name));
    files
        .map(|file| {
            Row::of(&base(&file), "what it holds", || {
                let mut tar = Command::new("tar");
                let done = trial.must("listing it", tar.arg("-tzf").arg(&file))?;
                let list = String::from_utf8_lossy(&done.stdout).into_owned();
                held(&list, base(&file).trim_end_matches(".crate")).and_then(passed)
            })
        })
        .collect()
}

/// Reads a list of files, each below the package's folder.
fn held(list: &str, folder: &str) -> Result<String, String> {
    let mut names = Vec::new();
    for line in list.lines() {
        let name = line.strip_prefix(&format!("{folder}/")).ok_or_else(|| format!("{line} lies beside its folder"))?;
        names.push(name);
    }
    if let Some(lacks) = OWED.iter().find(|owed| !names.contains(owed)) {
        return Err(format!("it has no {lacks}"));
    }
    let rust = |name: &str| name.ends_with(".rs") && FOLDERS.iter().any(|folder| name.starts_with(folder));
    match names.iter().find(|name| !OWED.contains(name) && !CARGOS.contains(name) && !rust(name)) {
        Some(stray) => Err(format!("{stray} has no business in it")),
        None => Ok(format!("{} files", names.len())),
    }
}

/// What is built of the unpacked crates.
pub(super) fn built(trial: &Trial<'_>, shelf: &Shelf<'_>) -> Vec<Row> {
    let artifact = format!("cmetrics-{}.crate", trial.manifest.version);
    let mut rows = vec![Row::of(&artifact, "documentation, as docs.rs builds it", || {
        let mut doc = shelf.cargo(&shelf.unpacked("cmetrics")?);
        doc.env("RUSTDOCFLAGS", "-D warnings").args(["doc", "--quiet", "--no-deps", "--all-features"]);
        trial.must("cargo doc", &mut doc)?;
        passed("no warnings")
    })];
    for name in TESTED {
        let artifact = format!("{name}-{}.crate", trial.manifest.version);
        rows.push(Row::of(&artifact, "its own tests", || tests(trial, &shelf.unpacked(name)?, name, shelf)));
    }
    rows
}

fn tests(trial: &Trial<'_>, folder: &Path, name: &str, shelf: &Shelf<'_>) -> Result<Outcome, String> {
    let mut cargo = shelf.cargo(folder);
    cargo.args(["test", "--quiet"]);
    // The feature `draft` of the others is for tests that stay at home.
    if name == "cmetrics" {
        cargo.arg("--all-features");
    }
    let text = trial.must(&format!("cargo test, {name}"), &mut cargo)?.text();
    let ran: u32 =
        text.lines().filter_map(|line| line.strip_prefix("test result: ok. ")).filter_map(first_number).sum();
    match ran {
        0 => Err("no test ran".to_owned()),
        ran => passed(format!("{ran} tests")),
    }
}

fn first_number(text: &str) -> Option<u32> {
    text.split_whitespace().next()?.parse().ok()
}

/// All of publishing but the upload, from a copy of what git tracks: each is built from what is packed.
pub(super) fn publish(trial: &Trial<'_>) -> Result<Outcome, String> {
    let root = trial.folder("crates/source")?;
    source::copy(trial.tree, &root)?;
    let copy = Tree { target: root.join("target"), root, metadata: serde_json::Value::Null };
    supply::publishable(&copy, &CRATES)?;
    passed("four packages, each built from what is packed; no warnings")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_and_what_is_too_much_is_named() {
        let list = |more: &str| OWED.iter().map(|name| format!("p/{name}\n")).collect::<String>() + more;
        assert_eq!(held(&list("p/tests/a/b.rs\n"), "p").unwrap(), "7 files");
        assert_eq!(held(&list("p/src/notes.txt\n"), "p").unwrap_err(), "src/notes.txt has no business in it");
        assert_eq!(held(&list("other\n"), "p").unwrap_err(), "other lies beside its folder");
        assert_eq!(held(&list("").replace("p/README.md\n", ""), "p").unwrap_err(), "it has no README.md");
    }
}
