// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What comes in from others, and what goes out to crates.io: cargo-deny's checks of the dependencies, by `deny.toml`, and
//! what Cargo says of the packages before they are published.

use std::path::Path;
use std::process::Command;

use crate::step;
use crate::tree::Tree;

/// The program that checks dependencies, and its version: built by `cargo install`.
pub(crate) const DENY: (&str, &str) = ("cargo-deny", "0.20.2");

/// What a check came to that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With what was said.
    Passed(String),
    /// It could not be done here, for this reason.
    NotRun(String),
}

/// A check of cargo-deny: what it is called, whose manifest it reads, and what it looks at.
const CHECKS: [(&str, &str, &[&str]); 3] = [
    ("licences, doubles and sources of what is published and tested", "Cargo.toml", &["licenses", "bans", "sources"]),
    // Peers that are measured bring what they want, and are in nothing that is published.
    ("licences and sources of the benchmarks", "benchmarks/Cargo.toml", &["licenses", "sources"]),
    ("known flaws of dependencies", "Cargo.toml", &["advisories"]),
];

/// Runs every check of the dependencies with `tool`, a cargo-deny. Each is told by its name, with what it came to, or with
/// why it failed.
pub(crate) fn deny(tree: &Tree, tool: &Path) -> Vec<(&'static str, Result<Outcome, String>)> {
    CHECKS.iter().map(|(what, manifest, checks)| (*what, deny_one(tree, tool, what, manifest, checks))).collect()
}

fn deny_one(tree: &Tree, tool: &Path, what: &str, manifest: &str, checks: &[&str]) -> Result<Outcome, String> {
    let mut deny = tree.command(tool);
    deny.args(["--locked", "--all-features", "--manifest-path", manifest, "--config", "deny.toml", "check"]);
    // What one workspace is allowed and has no need of, another may.
    deny.args(["--allow", "license-not-encountered", "--allow", "license-exception-not-encountered"]).args(checks);
    let done = step::attempt(what, &mut deny)?;
    verdict(done.ok, &done.text(), checks)
        .map_err(|why| format!("{}\n--> {why}", done.story("deny.toml says what is allowed, and why")))
}

/// What cargo-deny's exit and words come to. A success has to name every check that was asked for: one that checked
/// nothing has failed.
fn verdict(ok: bool, text: &str, checks: &[&str]) -> Result<Outcome, String> {
    if let Some(line) = text.lines().find(|line| line.contains("failed to fetch advisory database")) {
        let address = line.split_whitespace().find(|word| word.starts_with("https://")).unwrap_or("its address");
        return Ok(Outcome::NotRun(format!("the database of known flaws could not be fetched from {address}")));
    }
    if !ok {
        return Err("take another dependency or version; what is to be allowed gets its reason there".to_owned());
    }
    let said = text.lines().rev().find(|line| line.contains(" ok")).unwrap_or_default();
    let passed = |check: &&str| said.split(", ").any(|word| word.trim() == format!("{check} ok"));
    match checks.iter().find(|check| !passed(check)) {
        None => Ok(Outcome::Passed(said.trim().to_owned())),
        Some(check) => Err(format!("cargo-deny did not say that {check} was looked at")),
    }
}

/// Lets Cargo do all of publishing these packages but the upload: each is built from what is packed. Fails on any warning
/// that is not of the tests which stay here on purpose.
pub(crate) fn publishable(tree: &Tree, packages: &[&str]) -> Result<(), String> {
    let mut cargo = tree.cargo();
    // What is committed is what is published; here the working tree is tried as it is.
    cargo.args(["publish", "--dry-run", "--locked", "--allow-dirty"]);
    for package in packages {
        cargo.args(["-p", package]);
    }
    publishable_by(&mut cargo, packages)
}

fn publishable_by(cargo: &mut Command, packages: &[&str]) -> Result<(), String> {
    let done = step::must("publishing the crates, without the upload", cargo, "")?;
    unforeseen(&done.text(), packages).map_err(|why| done.story(&why))
}

/// Fails where Cargo has warned, and where it would not have uploaded one of the packages.
fn unforeseen(text: &str, packages: &[&str]) -> Result<(), String> {
    let stays =
        |line: &str| line.contains("ignoring test `") && line.ends_with("is not included in the published package");
    let warnings = text.lines().filter(|line| line.trim_start().starts_with("warning: "));
    let dry = "warning: aborting upload due to dry run";
    if let Some(line) = warnings.map(str::trim).find(|line| *line != dry && !stays(line)) {
        return Err(format!("crates.io's users would meet this too: {line}"));
    }
    let uploaded = |package: &&&str| text.contains(&format!("Uploading {package} v"));
    match packages.iter().find(|package| !uploaded(package)) {
        None => Ok(()),
        Some(package) => Err(format!("Cargo did not come as far as to upload {package}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_names_every_check() {
        let said = "warning[duplicate]: a\nbans ok, licenses ok, sources ok\n";
        let passed = Ok(Outcome::Passed("bans ok, licenses ok, sources ok".to_owned()));
        assert_eq!(verdict(true, said, &["licenses", "bans", "sources"]), passed);
        assert_eq!(verdict(true, "licenses ok\n", &["licenses"]), Ok(Outcome::Passed("licenses ok".to_owned())));
        let why = verdict(true, "licenses ok, sources ok\n", &["bans"]).unwrap_err();
        assert_eq!(why, "cargo-deny did not say that bans was looked at");
        assert!(verdict(true, "", &["bans"]).is_err());
        assert!(verdict(false, "bans FAILED, licenses ok, sources ok\n", &["bans"]).is_err());
        // An exit that does not fit its words fails as well.
        assert!(verdict(true, "bans FAILED, licenses ok\n", &["bans"]).is_err());
    }

    #[test]
    fn a_database_that_is_out_of_reach_is_no_verdict() {
        let said =
            "2026-01-01 [ERROR] failed to fetch advisory database https://example.org/db with cli: failed to clone\n";
        let why = "the database of known flaws could not be fetched from https://example.org/db".to_owned();
        assert_eq!(verdict(false, said, &["advisories"]), Ok(Outcome::NotRun(why)));
        assert!(verdict(false, "error[vulnerability]: a\nadvisories FAILED\n", &["advisories"]).is_err());
    }

    #[test]
    fn only_foreseen_warnings_pass() {
        let good = "warning: ignoring test `a` as `tests/a.rs` is not included in the published package\n   \
                    Uploading one v0.1.0 (/x)\nwarning: aborting upload due to dry run\n";
        assert_eq!(unforeseen(good, &["one"]), Ok(()));
        let lacks = unforeseen(good, &["one", "two"]).unwrap_err();
        assert_eq!(lacks, "Cargo did not come as far as to upload two");
        let warned = format!("{good}warning: manifest has no description\n");
        assert!(unforeseen(&warned, &["one"]).unwrap_err().ends_with("warning: manifest has no description"));
        let left = "warning: ignoring example `a` as `examples/a.rs` is not included in the published package\n";
        assert!(unforeseen(&format!("{good}{left}"), &["one"]).is_err());
    }

    #[test]
    #[cfg(unix)]
    fn a_cargo_that_fails_is_told_with_its_words() {
        let run = |script: &str| publishable_by(Command::new("sh").args(["-c", script]), &["one"]);
        assert_eq!(run("echo 'Uploading one v0.1.0'"), Ok(()));
        assert!(run("echo no network; exit 101").unwrap_err().contains("no network"));
        assert!(run("true").unwrap_err().contains("did not come as far"));
    }
}
