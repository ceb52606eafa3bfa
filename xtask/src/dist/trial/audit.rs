// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every wheel, as those tools judge it that indexes and packagers use, and by what its own files say.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::platform::Platform;
use super::files;
use super::report::passed;
use super::{wheels, Outcome, Row, Trial};
use clap::ValueEnum;

pub(super) fn run(trial: &Trial<'_>) -> Vec<Row> {
    let made = |platform: &Platform| Some((*platform, wheels::file(trial, *platform)?));
    let all = Platform::value_variants().iter().filter_map(made);
    all.flat_map(|(platform, wheel)| of(trial, platform, &wheel)).collect()
}

fn of(trial: &Trial<'_>, platform: Platform, wheel: &Path) -> Vec<Row> {
    let artifact = super::base(wheel);
    let row = |check: &str, run: &dyn Fn() -> Result<Outcome, String>| Row::of(&artifact, check, run);
    let library = library(trial, platform);
    let reads = |check: &str| {
        let (folder, library) = (trial.kept("audit")?, library.as_ref()?);
        let mut python = trial.kit.command("python", &folder);
        python.arg("-I").arg(trial.source("wheel_files.py")).arg(check);
        python.arg(wheel).arg(&trial.manifest.version).arg(library);
        let done = trial.must(&format!("reading the wheel: {check}"), &mut python)?;
        passed(String::from_utf8_lossy(&done.stdout).trim())
    };
    let mut rows = vec![
        row("twine check --strict", &|| {
            let text = tool(trial, "twine", &["check", "--strict"], wheel)?;
            if text.contains("PASSED") {
                passed("passed")
            } else {
                Err(format!("twine says\n{text}"))
            }
        }),
        row("abi3audit --strict", &|| stable(&tool(trial, "abi3audit", &["--strict", "--summary"], wheel)?)),
        row("metadata: version, licences, description, tags", &|| reads("metadata")),
        row("RECORD has the sum of every file", &|| reads("record")),
        row("its library is the archive's", &|| reads("library")),
        row("types are there, and no tests or caches", &|| reads("contents")),
        row("hardening of the compiled module", &|| files::hardening(platform, &module(trial, platform, wheel)?)),
    ];
    if platform.is_windows() {
        rows.push(row("what its module asks of the system", &|| {
            files::asks_of_windows(&module(trial, platform, wheel)?).and_then(passed)
        }));
    } else {
        rows.push(row("its module has the system's unwinder", &|| {
            let mut readelf = Command::new("readelf");
            let text =
                trial.must("its dynamic section", readelf.args(["-W", "-d"]).arg(module(trial, platform, wheel)?))?;
            unwinder(&text.text()).and_then(passed)
        }));
        rows.push(row("auditwheel show", &|| {
            let text = tool(trial, "auditwheel", &["show"], wheel)?;
            consistent(&text, &artifact).and_then(passed)
        }));
    }
    rows
}

/// The archive's library for the same platform.
fn library(trial: &Trial<'_>, platform: Platform) -> Result<PathBuf, String> {
    let prefix = trial.unpacked(platform, &format!("audit/{}", platform.name()))?;
    Ok(prefix.join(if platform.is_windows() { "bin" } else { "lib" }).join(platform.library()))
}

/// The wheel's compiled module, unpacked.
fn module(trial: &Trial<'_>, platform: Platform, wheel: &Path) -> Result<PathBuf, String> {
    let folder = trial.folder(&format!("audit/{}-wheel", platform.name()))?;
    trial.unpack(wheel, &folder)?;
    let names = ["_cmetrics.abi3.so", "_cmetrics.pyd"].map(|name| folder.join("cmetrics").join(name));
    names.into_iter().find(|file| file.is_file()).ok_or_else(|| "it has no compiled module".to_owned())
}

fn tool(trial: &Trial<'_>, program: &str, arguments: &[&str], wheel: &Path) -> Result<String, String> {
    let mut command = trial.kit.command(program, &trial.kept("audit")?);
    // Lines that are cut to a terminal's width could not be read.
    command.args(arguments).arg(wheel).env("COLUMNS", "1000").env("NO_COLOR", "1").env("TERM", "dumb");
    Ok(trial.must(&format!("{program} {}", arguments.join(" ")), &mut command)?.text())
}

/// abi3audit looked at something, and found it to use the stable interface alone.
fn stable(text: &str) -> Result<Outcome, String> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let number = |after: &str| -> Option<u32> { words.split(after).next()?.split_whitespace().last()?.parse().ok() };
    match (number(" extensions scanned"), number(" ABI version mismatches"), number(" ABI violations")) {
        (Some(scanned), Some(0), Some(0)) if scanned > 0 => passed(format!("{scanned} scanned, no violations")),
        _ => Err(format!("abi3audit says\n{text}")),
    }
}

/// Which one unwinds: CPython before 3.14 ends threads by the system's, and another does not understand it.
fn unwinder(readelf: &str) -> Result<String, String> {
    let owed = "libgcc_s.so.1";
    let needs = readelf.lines().any(|line| line.contains("(NEEDED)") && line.contains(&format!("[{owed}]")));
    needs.then(|| owed.to_owned()).ok_or_else(|| format!("it does not need {owed}, so that it has one of its own"))
}

/// auditwheel's own tag for it is one of those in its name.
fn consistent(text: &str, name: &str) -> Result<String, String> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let tag =
        words.split("consistent with the following platform tag: \"").nth(1).and_then(|rest| rest.split('"').next());
    let tag = tag.ok_or_else(|| format!("auditwheel names no tag:\n{text}"))?;
    let named = name.trim_end_matches(".whl").rsplit('-').next().unwrap_or_default();
    if named.split('.').any(|one| one == tag) {
        Ok(tag.to_owned())
    } else {
        Err(format!("auditwheel says that it is {tag}, its name {named}:\n{text}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_tag_than_the_name_s_is_refused() {
        let name = "cmetrics-1-cp39-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl";
        let text = |tag: &str| format!("x\nis consistent with the following platform tag:\n\"{tag}\".\n\nmore");
        assert_eq!(consistent(&text("manylinux_2_17_x86_64"), name).unwrap(), "manylinux_2_17_x86_64");
        assert!(consistent(&text("manylinux_2_28_x86_64"), name).is_err());
        assert!(consistent(&text("linux_x86_64"), name).is_err());
        assert!(consistent("nothing", name).is_err());
    }

    #[test]
    fn nothing_scanned_is_no_proof() {
        let text = |n: u32, bad: u32| {
            format!("a.whl: {n} extensions scanned;\n 0 ABI version mismatches and {bad} ABI\n violations found")
        };
        assert!(stable(&text(1, 0)).is_ok());
        assert!(stable(&text(0, 0)).is_err());
        assert!(stable(&text(1, 2)).is_err());
        assert!(stable("").is_err());
    }
}
