// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crates, in empty projects: `cargo add cmetrics`, four lines, `cargo run`, with nothing installed and with the
//! system's library; with the oldest Rust that is promised; and what crates.io and docs.rs do with them.

mod packages;
mod shelf;

use std::path::PathBuf;
use std::process::Command;

use super::report::passed;
use super::{same, Outcome, Row, Trial};
use crate::dist::crates::CRATES;
use crate::dist::platform::Platform;
use crate::step;
use crate::tools;
use shelf::Shelf;

/// What the four lines print.
const REPORT: &str = "# HELP requests_total Requests that came in.\n# TYPE requests_total counter\nrequests_total 1\n";
/// What the part in C adds.
const PART: &str = "part_starts_total 1\n";

pub(super) fn run(trial: &Trial<'_>) -> Vec<Row> {
    if !CRATES.iter().all(|name| trial.crate_file(name).is_some()) {
        return Vec::new();
    }
    let mut rows = packages::contents(trial);
    let artifact = "cmetrics, added to an empty project";
    match Shelf::ready(trial) {
        Ok(shelf) => {
            rows.extend([
                Row::of(artifact, "embedded, nothing installed", || embedded(trial, &shelf)),
                Row::of(artifact, "not embedded, nothing installed", || nothing(trial, &shelf)),
                Row::of(artifact, "not embedded, the system's library", || installed(trial, &shelf)),
                Row::of(artifact, "embedded and the system's library", || one_root(trial, &shelf)),
                Row::of(artifact, "embedded, with the oldest Rust", || oldest(trial, &shelf)),
            ]);
            rows.extend(packages::built(trial, &shelf));
        }
        Err(why) => rows.push(Row::of(artifact, "laying the crates out", || Err(why))),
    }
    rows.push(Row::of("the crates", "cargo publish --dry-run", || packages::publish(trial)));
    rows
}

fn embedded(trial: &Trial<'_>, shelf: &Shelf<'_>) -> Result<Outcome, String> {
    let folder = shelf.project("embedded", &[&["cmetrics", "--features", "embedded"]], "four-lines.rs")?;
    let done = trial.must("cargo run", shelf.cargo(&folder).args(["run", "--quiet"]))?;
    same(&done.stdout, REPORT)?;
    // It is the crate that was packed, as a user's lock file would hold it.
    let lock = folder.join("Cargo.lock");
    let lock = std::fs::read_to_string(&lock).map_err(|e| format!("{}: {e}", lock.display()))?;
    for name in ["cmetrics", "cmetrics-impl", "cmetrics-loader", "cmetrics-interface"] {
        if !lock.contains(trial.crate_sum(name)?) {
            return Err(format!("Cargo.lock has not the sum of the packed {name}:\n{lock}"));
        }
    }
    passed(format!("it reports; {} crates in all", lock.matches("[[package]]").count() - 1))
}

/// The program that tells what is logged, built without a copy in it.
fn told(shelf: &Shelf<'_>, name: &str) -> Result<PathBuf, String> {
    let folder = shelf.project(name, &[&["cmetrics"], &["log"]], "told.rs")?;
    shelf.built(&folder)
}

fn nothing(trial: &Trial<'_>, shelf: &Shelf<'_>) -> Result<Outcome, String> {
    let program = told(shelf, "nothing")?;
    if let Some(line) = step::ask(Command::new("ldconfig").arg("-p"))
        .unwrap_or_default()
        .lines()
        .find(|line| line.contains("libcmetrics.so.1 "))
    {
        return Ok(Outcome::NotRun(format!("this machine has one: {} (remove that package)", line.trim())));
    }
    let done = trial.must("running it", &mut Command::new(program))?;
    same(&done.stdout, "")?;
    let text = done.text();
    for owed in
        ["WARN: no metrics are kept", "CMETRICS_LIBRARY: not set", "beside the module: /", "system search path: "]
    {
        if !text.contains(owed) {
            return Err(done.story(&format!("it was to log {owed}")));
        }
    }
    match text.matches("no metrics are kept").count() {
        1 => passed("no report, and one warning that says where it looked"),
        times => Err(done.story(&format!("it warned {times} times"))),
    }
}

/// The archive's library, as a system would have it.
fn prefix(trial: &Trial<'_>) -> Result<Option<PathBuf>, String> {
    let platform = if cfg!(target_arch = "aarch64") { Platform::LinuxArm64 } else { Platform::LinuxX64 };
    if !trial.platforms().contains(&platform) {
        return Ok(None);
    }
    trial.unpacked(platform, "crates/prefix").map(Some)
}

fn without_library() -> Result<Outcome, String> {
    Ok(Outcome::NotRun("the archive of this machine's platform was not made (cargo xtask dist)".to_owned()))
}

fn installed(trial: &Trial<'_>, shelf: &Shelf<'_>) -> Result<Outcome, String> {
    let Some(prefix) = prefix(trial)? else { return without_library() };
    let program = told(shelf, "installed")?;
    let library = prefix.join("lib/libcmetrics.so.1");
    let ways = [("CMETRICS_LIBRARY", library.clone()), ("LD_LIBRARY_PATH", prefix.join("lib"))];
    for (name, value) in ways {
        let done = trial.must(&format!("with {name}"), Command::new(&program).env(name, value))?;
        same(&done.stdout, REPORT)?;
        if !done.text().contains(&library.display().to_string()) {
            return Err(done.story("it was to name that library"));
        }
    }
    passed("found by CMETRICS_LIBRARY and by the system's path")
}

fn one_root(trial: &Trial<'_>, shelf: &Shelf<'_>) -> Result<Outcome, String> {
    let Some(prefix) = prefix(trial)? else { return without_library() };
    let both = shelf.project("both", &[&["cmetrics", "--features", "embedded"], &["log"]], "told.rs")?;
    let program = shelf.built(&both)?;
    let (lib, library) = (prefix.join("lib"), prefix.join("lib/libcmetrics.so.1").display().to_string());
    let alone = trial.must("without the library", &mut Command::new(&program))?;
    same(&alone.stdout, REPORT)?;
    let found = trial.must("with the library", Command::new(&program).env("LD_LIBRARY_PATH", &lib))?;
    same(&found.stdout, REPORT)?;
    if alone.text().contains(&library) || !found.text().contains(&library) {
        return Err(format!(
            "{}\n{}",
            alone.story("this has the copy in it"),
            found.story("this was to take the system's")
        ));
    }
    // A part in C that comes first, and counts in the system's: the report of the program in Rust has both.
    let part = prefix.join("libpart.so");
    let mut cc = Command::new("cc");
    cc.args(["-std=c99", "-shared", "-fPIC", "-I"]).arg(prefix.join("include")).arg("-o").arg(&part);
    trial.must("compiling a part in C", cc.arg(trial.source("part.c")).arg("-ldl"))?;
    let mut together = Command::new(&program);
    let done = trial.must("both at once", together.env("LD_LIBRARY_PATH", &lib).env("LD_PRELOAD", &part))?;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    if text.contains(PART) && text.contains("requests_total 1\n") {
        passed("the system's copy serves, and a part in C shares its root")
    } else {
        Err(done.story("one report was to have what both counted"))
    }
}

/// The Rust that the packages promise, if rustup has it.
fn oldest(trial: &Trial<'_>, shelf: &Shelf<'_>) -> Result<Outcome, String> {
    let none = Vec::new();
    let packages = trial.tree.metadata["packages"].as_array().unwrap_or(&none);
    let ours = packages.iter().find(|package| package["name"] == "cmetrics");
    let promised = ours.and_then(|package| package["rust_version"].as_str()).ok_or("cmetrics promises no Rust")?;
    let cure = format!("rustup toolchain install {promised} --profile minimal");
    if tools::on_path("rustup").is_none() {
        return Ok(Outcome::NotRun(format!("there is no rustup to have Rust {promised} from")));
    }
    let listed = step::ask(Command::new("rustup").args(["toolchain", "list"])).unwrap_or_default();
    let of = |line: &&str| line.starts_with(&format!("{promised}.")) || line.starts_with(&format!("{promised}-"));
    let Some(toolchain) = listed.lines().find(of).and_then(|line| line.split_whitespace().next()) else {
        return Ok(Outcome::NotRun(format!("rustup has no Rust {promised} ({cure})")));
    };
    let folder = shelf.project("oldest", &[&["cmetrics", "--features", "embedded"]], "four-lines.rs")?;
    let done = trial.must("cargo run, of the oldest", shelf.cargo_of(toolchain, &folder).args(["run", "--quiet"]))?;
    same(&done.stdout, REPORT)?;
    passed(toolchain)
}
