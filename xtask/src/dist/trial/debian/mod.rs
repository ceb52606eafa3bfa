// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Debian's packages: what they are, and what a user has of them in a fresh Debian with nothing else of ours: the quick
//! starts are compiled and run, the headers are removed, and the library, until nothing is left.

mod files;
mod root;

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::prefix::both;
use super::report::passed;
use super::{base, Outcome, Row, Trial};
use crate::dist::deb::{DEVELOPMENT, RUNTIME};
use crate::dist::platform::Platform;
use root::Root;

/// What is built in the root: how, by which line of shell, and whether the library is linked. The header of C finds it at
/// run time whatever is linked, and a linker may leave out what a program does not call.
const PROGRAMS: [(&str, &str, Option<bool>); 4] = [
    ("linked-c", "cc -std=c11 -o linked-c quickstart.c $(pkg-config --cflags --libs cmetrics-1) -pthread", None),
    (
        "linked-cpp",
        "c++ -std=c++17 -o linked-cpp quickstart.cpp $(pkg-config --cflags --libs cmetrics-1) -pthread",
        Some(true),
    ),
    ("found-c", "cc -std=c99 -o found-c quickstart.c -ldl -pthread", Some(false)),
    ("found-cpp", "c++ -std=c++17 -o found-cpp quickstart.cpp -ldl -pthread", Some(false)),
];

/// The two packages of one architecture.
pub(super) struct Pair {
    pub(super) platform: Platform,
    pub(super) runtime: PathBuf,
    pub(super) development: PathBuf,
}

impl Pair {
    fn made(trial: &Trial<'_>, platform: Platform) -> Option<Pair> {
        let architecture = platform.debian()?;
        let file = |package: &str| {
            let version = &trial.manifest.version;
            trial.artifact(&format!("{package}_{version}-1_{architecture}.deb"))
        };
        Some(Pair { platform, runtime: file(RUNTIME)?, development: file(DEVELOPMENT)? })
    }
}

pub(super) fn run(trial: &Trial<'_>) -> Vec<Row> {
    let all = [Platform::LinuxX64, Platform::LinuxArm64];
    let pairs: Vec<Pair> = all.into_iter().filter_map(|platform| Pair::made(trial, platform)).collect();
    let mut rows = files::rows(trial, &pairs);
    let here = if cfg!(target_arch = "aarch64") { Platform::LinuxArm64 } else { Platform::LinuxX64 };
    if let Some(pair) = pairs.iter().find(|pair| pair.platform == here) {
        rows.extend(in_a_root(trial, pair));
    }
    rows
}

fn in_a_root(trial: &Trial<'_>, pair: &Pair) -> Vec<Row> {
    let artifact = format!("both packages of {}, in a fresh Debian", pair.platform.debian().unwrap_or_default());
    let root = match Root::fresh(trial) {
        Ok(Ok(root)) => root,
        Ok(Err(outcome)) => return vec![Row::of(&artifact, "using them", || Ok(outcome))],
        Err(why) => return vec![Row::of(&artifact, "making the Debian", || Err(why))],
    };
    let mut before = BTreeSet::new();
    // Each stands on what the one before it left behind.
    vec![
        Row::of(&artifact, "nothing of ours is there before", || {
            before = root.files()?;
            match before.iter().find(|name| name.contains("cmetrics")) {
                Some(name) => Err(format!("the root has {name}")),
                None => passed(format!("{} files and folders", before.len())),
            }
        }),
        Row::of(&artifact, "installing them", || install(trial, &root, pair, &before)),
        Row::of(&artifact, "C and C++ by pkg-config, and with headers alone", || compile(trial, &root)),
        Row::of(&artifact, "C and C++ by CMake", || cmake(trial, &root)),
        Row::of(&artifact, "what a package of theirs depends on", || dependencies(&root, &trial.manifest.version)),
        Row::of(&artifact, "with the library alone", || library_alone(trial, &root)),
        Row::of(&artifact, "removing them leaves nothing", || remove(trial, &root, &before)),
    ]
}

fn install(trial: &Trial<'_>, root: &Root<'_>, pair: &Pair, before: &BTreeSet<String>) -> Result<Outcome, String> {
    for file in [&pair.runtime, &pair.development] {
        let to = root.desk().join(base(file));
        std::fs::copy(file, &to).map_err(|e| format!("{}: {e}", to.display()))?;
    }
    for file in ["examples/c/quickstart.c", "examples/cpp/quickstart.cpp", "compat-tests/installed/CMakeLists.txt"] {
        trial.copy(file, &root.desk())?;
    }
    let done = root.sh("dpkg -i", &format!("dpkg -i {} {}", base(&pair.runtime), base(&pair.development)))?;
    quiet(&done.text())?;
    // Neither says a word where all is well; the second compares every file with its sum.
    for line in ["dpkg --audit", "dpkg --verify libcmetrics1 libcmetrics-dev"] {
        let text = root.sh(line, line)?.text();
        if !text.trim().is_empty() {
            return Err(format!("{line}: {text}"));
        }
    }
    known_to_the_linker(root, true)?;
    let listed = root.sh("dpkg -L", &format!("dpkg -L {RUNTIME} {DEVELOPMENT}"))?;
    let listed: BTreeSet<String> =
        String::from_utf8_lossy(&listed.stdout).lines().map(|name| name.trim_start_matches('/').to_owned()).collect();
    let new: Vec<String> = root.files()?.difference(before).cloned().collect();
    match new.iter().find(|name| !listed.contains(*name)) {
        Some(name) => Err(format!("{name} is new, and no package says that it is its own")),
        None => passed(format!("{} files and folders, all of theirs", new.len())),
    }
}

/// What dpkg says has no complaint.
fn quiet(text: &str) -> Result<(), String> {
    let complaint = |line: &&str| ["warning", "error", "depends"].iter().any(|word| line.contains(word));
    match text.lines().find(complaint) {
        Some(line) => Err(format!("dpkg says: {line}")),
        None => Ok(()),
    }
}

fn known_to_the_linker(root: &Root<'_>, wanted: bool) -> Result<(), String> {
    let text = root.sh("ldconfig -p", "ldconfig -p")?.text();
    let known = text.lines().find(|line| line.contains("libcmetrics.so.1 "));
    match (known, wanted) {
        (None, true) => Err("the dynamic linker does not know libcmetrics.so.1".to_owned()),
        (Some(line), false) => Err(format!("the dynamic linker still knows it: {}", line.trim())),
        _ => Ok(()),
    }
}

/// The programs print what they should.
fn run_all(trial: &Trial<'_>, root: &Root<'_>, folder: &str) -> Result<(), String> {
    for way in ["linked", "found"] {
        let program = |language: &str| root.command(&format!("/try/{folder}{way}-{language}"));
        both(trial, &mut program("c"), &mut program("cpp"))?;
    }
    Ok(())
}

fn compile(trial: &Trial<'_>, root: &Root<'_>) -> Result<Outcome, String> {
    for (name, line, linked) in PROGRAMS {
        root.sh(&format!("compiling {name}"), line)?;
        let needs = root.sh(&format!("reading {name}"), &format!("readelf -d {name}"))?.text();
        if linked.is_some_and(|linked| needs.contains("[libcmetrics.so.1]") != linked) {
            return Err(format!(
                "{name} was to {} the library:\n{needs}",
                if linked == Some(true) { "link" } else { "find" }
            ));
        }
    }
    run_all(trial, root, "")?;
    passed("cmetrics-1.pc, and nothing but the headers")
}

fn cmake(trial: &Trial<'_>, root: &Root<'_>) -> Result<Outcome, String> {
    root.sh("configuring", "cmake -S . -B build")?;
    root.sh("building", "cmake --build build")?;
    run_all(trial, root, "build/")?;
    passed("find_package, both targets")
}

/// What dpkg-shlibdeps, which Debian's packages are made with, reads from `symbols`.
fn dependencies(root: &Root<'_>, version: &str) -> Result<Outcome, String> {
    let line =
        "mkdir -p debian; printf 'Source: theirs\\n\\nPackage: theirs\\nArchitecture: any\\n' > debian/control; \
                dpkg-shlibdeps -O linked-cpp";
    let done = root.sh("dpkg-shlibdeps", line)?;
    let said = String::from_utf8_lossy(&done.stdout).trim().to_owned();
    let owed = format!("{RUNTIME} (>= {version})");
    if said.contains(&owed) {
        passed(said.trim_start_matches("shlibs:Depends="))
    } else {
        Err(format!("dpkg-shlibdeps owes {owed}, and says {}", done.text()))
    }
}

fn library_alone(trial: &Trial<'_>, root: &Root<'_>) -> Result<Outcome, String> {
    quiet(&root.sh("removing the headers", &format!("dpkg -r {DEVELOPMENT}"))?.text())?;
    let left: Vec<String> = root.files()?.into_iter().filter(|name| name.contains("cmetrics")).collect();
    if let Some(name) = left.iter().find(|name| !name.ends_with("/libcmetrics.so.1") && !name.contains(RUNTIME)) {
        return Err(format!("{name} is left of {DEVELOPMENT}"));
    }
    run_all(trial, root, "")?;
    run_all(trial, root, "build/")?;
    passed("the same programs run")
}

fn remove(trial: &Trial<'_>, root: &Root<'_>, before: &BTreeSet<String>) -> Result<Outcome, String> {
    // The other one went whole when it was removed: it has nothing to configure.
    quiet(&root.sh("purging the library", &format!("dpkg --purge {RUNTIME}"))?.text())?;
    let left = root.sh("what dpkg remembers", "dpkg --get-selections '*cmetrics*' 2>/dev/null")?.text();
    if !left.trim().is_empty() {
        return Err(format!("dpkg remembers {left}"));
    }
    let after = root.files()?;
    let differ: Vec<&String> = after.symmetric_difference(before).collect();
    if !differ.is_empty() {
        return Err(format!("before and after differ in {differ:?}"));
    }
    known_to_the_linker(root, false)?;
    // The programs are still there: one cannot start, one tells where it has looked.
    for (name, owed) in [("linked-cpp", "libcmetrics.so.1: cannot open"), ("found-c", "no usable libcmetrics")] {
        let done =
            trial.attempt(&format!("{name}, without the library"), &mut root.command(&format!("/try/{name}")))?;
        if done.ok || !done.text().contains(owed) {
            return Err(done.story(&format!("it was to fail with: {owed}")));
        }
    }
    passed("the root is as it was")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_of_dpkg_is_found() {
        assert!(quiet("Selecting previously unselected package libcmetrics1.\nSetting up libcmetrics1 ...\n").is_ok());
        let why = quiet("Unpacking\ndpkg: warning: while removing x, directory not empty\n").unwrap_err();
        assert!(why.contains("directory not empty"), "{why}");
    }
}
