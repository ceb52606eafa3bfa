// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What Debian's packages are, of whatever architecture, without installing them: the fields, the files and their modes,
//! the sums, the symbols; whether two architectures can stand side by side; and what lintian says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::report::passed;
use super::super::{base, Outcome, Row, Trial};
use super::Pair;
use crate::dist::deb::{DEVELOPMENT, RUNTIME, SOURCE};
use crate::dist::platform::Platform;

/// What lintian says of every package whose first upload closes no wish of Debian's own list: these are not uploaded there.
const NOT_OURS: &str = "initial-upload-closes-no-bugs";

pub(super) fn rows(trial: &Trial<'_>, pairs: &[Pair]) -> Vec<Row> {
    let mut rows = Vec::new();
    for pair in pairs {
        for (name, file) in [(RUNTIME, &pair.runtime), (DEVELOPMENT, &pair.development)] {
            let package = Package { trial, platform: pair.platform, name, file };
            rows.extend(package.rows());
        }
    }
    if let [one, other] = pairs {
        let artifact = "both packages of both architectures";
        rows.push(Row::of(artifact, "they can be installed side by side", || side_by_side(trial, one, other)));
    }
    rows
}

/// One package.
struct Package<'a> {
    trial: &'a Trial<'a>,
    platform: Platform,
    name: &'a str,
    file: &'a Path,
}

impl Package<'_> {
    fn rows(&self) -> Vec<Row> {
        let artifact = base(self.file);
        let mut rows = vec![
            Row::of(&artifact, "fields", || self.fields()),
            Row::of(&artifact, "files, owners and modes", || {
                let text = self.deb("--contents", &[])?;
                contents(&text, self.name, &multiarch(self.platform)).and_then(passed)
            }),
            Row::of(&artifact, "every file has its sum", || self.sums()),
        ];
        if self.name == RUNTIME {
            rows.push(Row::of(&artifact, "the library and its symbols", || self.symbols()));
        }
        rows.push(Row::of(&artifact, "lintian", || self.lintian()));
        rows
    }

    fn deb(&self, flag: &str, more: &[&str]) -> Result<String, String> {
        let mut command = Command::new("dpkg-deb");
        let done = self.trial.must(&format!("dpkg-deb {flag}"), command.arg(flag).arg(self.file).args(more))?;
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }

    /// The files, and in `DEBIAN` what dpkg reads.
    fn unpacked(&self) -> Result<PathBuf, String> {
        unpacked(self.trial, self.file)
    }

    fn fields(&self) -> Result<Outcome, String> {
        let text = self.deb("--field", &[])?;
        let version = format!("{}-1", self.trial.manifest.version);
        let (section, depends) = match self.name {
            RUNTIME => ("libs", "libc6 (>= 2.17)".to_owned()),
            _ => ("libdevel", format!("{RUNTIME} (= {version})")),
        };
        let owed = [
            ("Package", self.name),
            ("Source", SOURCE),
            ("Version", &version),
            ("Architecture", self.platform.debian().unwrap_or_default()),
            ("Homepage", env!("CARGO_PKG_REPOSITORY")),
            ("Priority", "optional"),
            ("Section", section),
            ("Multi-Arch", "same"),
            ("Depends", &depends),
        ];
        for (field, value) in owed {
            let line = format!("{field}: {value}");
            if !text.lines().any(|there| there == line) {
                return Err(format!("there is no line {line:?} in\n{text}"));
            }
        }
        if let Some(long) = text.lines().find(|line| line.chars().count() > 80) {
            return Err(format!("a line is longer than a terminal: {long}"));
        }
        passed(format!("{version}, {depends}"))
    }

    fn sums(&self) -> Result<Outcome, String> {
        let root = self.unpacked()?;
        let mut check = Command::new("md5sum");
        self.trial
            .must("comparing the sums", check.current_dir(&root).args(["--check", "--strict", "DEBIAN/md5sums"]))?;
        let text = read(&root.join("DEBIAN/md5sums"))?;
        let summed = text.lines().count();
        let files = self.deb("--contents", &[])?.lines().filter(|line| line.starts_with('-')).count();
        if summed == files && files > 0 {
            passed(format!("{files} files"))
        } else {
            Err(format!("{files} files, {summed} sums"))
        }
    }

    /// It is for the architecture that its package says, and exports what `symbols` says.
    fn symbols(&self) -> Result<Outcome, String> {
        let root = self.unpacked()?;
        let library = root.join(format!("usr/lib/{}/libcmetrics.so.1", multiarch(self.platform)));
        let header = self.trial.must("reading the library", Command::new("readelf").arg("-h").arg(&library))?.text();
        let machine = if self.platform == Platform::LinuxX64 { "X86-64" } else { "AArch64" };
        if !header.lines().any(|line| line.contains("Machine:") && line.contains(machine)) {
            return Err(format!("it is not for {machine}:\n{header}"));
        }
        let nm = self.trial.must("what it exports", Command::new("nm").args(["-D", "--defined-only"]).arg(&library))?;
        let exported: Vec<String> =
            nm.text().lines().filter_map(|line| Some(line.split_whitespace().last()?.to_owned())).collect();
        let text = read(&root.join("DEBIAN/symbols"))?;
        let said: Vec<String> =
            text.lines().filter_map(|line| Some(line.strip_prefix(' ')?.split_once("@Base ")?.0.to_owned())).collect();
        if exported != said {
            return Err(format!("it exports {exported:?}, and its symbols file says {said:?}"));
        }
        passed(format!("{machine}, {}", said.join(", ")))
    }

    fn lintian(&self) -> Result<Outcome, String> {
        if let Some(lacks) = self.trial.lacks(&[("lintian", "lintian")]) {
            return Ok(lacks);
        }
        let mut lintian = Command::new("lintian");
        lintian.args(["--no-cfg", "--allow-root", "--fail-on", "error,warning", "--suppress-tags", NOT_OURS]);
        let done = self.trial.attempt("lintian", lintian.arg(self.file))?;
        let told = |line: &&str| ["E: ", "W: "].iter().any(|kind| line.starts_with(kind));
        let text = done.text();
        match text.lines().find(told) {
            None if done.ok => passed("no errors, no warnings"),
            Some(line) => Err(format!("{line}\n{text}")),
            None => Err(done.story("")),
        }
    }
}

/// The folder of libraries that Debian has for an architecture.
fn multiarch(platform: Platform) -> String {
    platform.triple().replace("-unknown", "")
}

fn unpacked(trial: &Trial<'_>, file: &Path) -> Result<PathBuf, String> {
    let folder = trial.folder(&format!("debian/files/{}", base(file)))?;
    trial.must("unpacking", Command::new("dpkg-deb").arg("--raw-extract").arg(file).arg(&folder))?;
    Ok(folder)
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))
}

/// Reads the list that dpkg-deb prints: whose each file is, its mode, its time, its place.
fn contents(text: &str, package: &str, multiarch: &str) -> Result<String, String> {
    let documents = format!("./usr/share/doc/{package}/");
    let library = format!("./usr/lib/{multiarch}/");
    let places: &[&str] = match package {
        RUNTIME => &[&library, &documents],
        _ => &[&library, &documents, "./usr/include/cmetrics-1/"],
    };
    let (mut names, mut folders, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [mode, owner, _, day, hour, name, ..] = words[..] else { return Err(format!("what is this: {line}")) };
        if owner != "root/root" {
            return Err(format!("{name} belongs to {owner}"));
        }
        let wanted = match &mode[..1] {
            "d" => "drwxr-xr-x",
            "l" => "lrwxrwxrwx",
            _ => "-rw-r--r--",
        };
        if mode != wanted {
            return Err(format!("{name} has the mode {mode}"));
        }
        if !places.iter().any(|place| name.starts_with(place) || (mode.starts_with('d') && place.starts_with(name))) {
            return Err(format!("{name} lies where nothing of this package should"));
        }
        if mode.starts_with('d') {
            folders.push(name);
        }
        names.push(name);
        times.push(format!("{day} {hour}"));
    }
    if let Some(empty) =
        folders.iter().find(|folder| !names.iter().any(|n| n.len() > folder.len() && n.starts_with(**folder)))
    {
        return Err(format!("{empty} is empty"));
    }
    for owed in ["copyright", "changelog.gz", "changelog.Debian.gz"] {
        if !names.contains(&format!("{documents}{owed}").as_str()) {
            return Err(format!("{documents} has no {owed}"));
        }
    }
    times.sort_unstable();
    times.dedup();
    if times.len() != 1 {
        return Err(format!("they are of several times: {times:?}"));
    }
    Ok(format!("{} files and links, {} folders", names.len() - folders.len(), folders.len()))
}

/// What lies under one name in the packages of both architectures is the same (`Multi-Arch: same`).
fn side_by_side(trial: &Trial<'_>, one: &Pair, other: &Pair) -> Result<Outcome, String> {
    let mut shared = 0;
    for (a, b) in [(&one.runtime, &other.runtime), (&one.development, &other.development)] {
        let (mut a, b) = (sums(trial, a)?, sums(trial, b)?);
        a.retain(|name, _| b.contains_key(name));
        if let Some((name, _)) = a.iter().find(|(name, sum)| b[*name] != **sum) {
            return Err(format!("{name} differs"));
        }
        shared += a.len();
    }
    if shared == 0 {
        return Err("they share no file, not even their licences".to_owned());
    }
    passed(format!("{shared} files that they share are the same"))
}

/// Sums by name.
fn sums(trial: &Trial<'_>, file: &Path) -> Result<BTreeMap<String, String>, String> {
    let text = read(&unpacked(trial, file)?.join("DEBIAN/md5sums"))?;
    Ok(text.lines().filter_map(|line| line.split_once("  ")).map(|(sum, name)| (name.into(), sum.into())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "drwxr-xr-x root/root 0 2026-01-01 00:00 ./\n\
                        drwxr-xr-x root/root 0 2026-01-01 00:00 ./usr/lib/m/\n\
                        -rw-r--r-- root/root 9 2026-01-01 00:00 ./usr/lib/m/libcmetrics.so.1\n\
                        -rw-r--r-- root/root 9 2026-01-01 00:00 ./usr/share/doc/libcmetrics1/changelog.Debian.gz\n\
                        -rw-r--r-- root/root 9 2026-01-01 00:00 ./usr/share/doc/libcmetrics1/changelog.gz\n\
                        -rw-r--r-- root/root 9 2026-01-01 00:00 ./usr/share/doc/libcmetrics1/copyright\n";

    #[test]
    fn each_flaw_of_the_files_is_named() {
        let of = |text: &str| contents(text, RUNTIME, "m");
        assert_eq!(of(GOOD).unwrap(), "4 files and links, 2 folders");
        let flaws = [
            (GOOD.replacen("root/root 9", "you/root 9", 1), "belongs to you/root"),
            (GOOD.replacen("-rw-r--r--", "-rwxr-xr-x", 1), "has the mode -rwxr-xr-x"),
            (GOOD.replace("./usr/lib/m/lib", "./usr/lib/lib"), "lies where nothing"),
            (GOOD.replace("./usr/lib/m/libcmetrics.so.1", "./usr/share/doc/libcmetrics1/x"), "./usr/lib/m/ is empty"),
            (GOOD.replace("libcmetrics1/copyright", "libcmetrics1/licence"), "has no copyright"),
            (GOOD.replacen("00:00 ./usr", "00:01 ./usr", 1), "several times"),
            ("nonsense\n".to_owned(), "what is this: nonsense"),
        ];
        for (text, why) in flaws {
            let said = of(&text).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }
}
