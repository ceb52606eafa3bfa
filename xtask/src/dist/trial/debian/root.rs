// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A fresh Debian of this machine's release in a folder: made once by debootstrap with the compilers that a user has, kept
//! as it was made, and copied for each trial. What runs in it sees no network and none of this machine's files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::{Outcome, Trial};
use crate::step::{self, Done};

/// What is there beside Debian's least: what builds a program, and nothing of ours.
const PACKAGES: &str = "gcc,g++,libc6-dev,make,pkg-config,cmake,dpkg-dev";
/// Folders whose content is the system's own book-keeping, or no files at all.
const BOOKS: [&str; 5] = ["dev", "proc", "try", "var/lib/dpkg", "var/log"];
/// Files that are made anew from what is installed.
const CACHES: [&str; 2] = ["etc/ld.so.cache", "var/cache/ldconfig/aux-cache"];

/// The copy for this trial.
pub(super) struct Root<'a> {
    trial: &'a Trial<'a>,
    pub(super) folder: PathBuf,
}

impl<'a> Root<'a> {
    /// Copies the clean one, and makes that first if need be. What this machine lacks for it is told as an outcome.
    pub(super) fn fresh(trial: &'a Trial<'a>) -> Result<Result<Root<'a>, Outcome>, String> {
        let programs = [("debootstrap", "debootstrap"), ("unshare", "util-linux"), ("apt-get", "apt")];
        if let Some(lacks) = trial.lacks(&programs) {
            return Ok(Err(lacks));
        }
        if step::ask(Command::new("id").arg("-u")).as_deref() != Some("0") {
            return Ok(Err(Outcome::NotRun("a root of its own is made by root alone (run this as root)".to_owned())));
        }
        let (suite, mirror) = match of_this_machine() {
            Ok(both) => both,
            Err(why) => return Ok(Err(Outcome::NotRun(why))),
        };
        let kept = trial.kept("debian")?;
        let (clean, stamp) = (kept.join("clean"), kept.join("clean.txt"));
        let wanted = format!("{suite} with {PACKAGES}\n");
        if std::fs::read_to_string(&stamp).unwrap_or_default() != wanted {
            remove(&clean)?;
            let mut make = Command::new("unshare");
            // In a space of mounts of its own: none of what it mounts can stay behind.
            make.args(["--mount", "debootstrap", "--variant=minbase"]).arg(format!("--include={PACKAGES}"));
            let done = trial.attempt("making a Debian", make.arg(&suite).arg(&clean).arg(&mirror))?;
            if !done.ok {
                return Ok(Err(Outcome::NotRun(format!(
                    "debootstrap gave no {suite} (it needs {mirror}): {}",
                    done.text().lines().last().unwrap_or_default()
                ))));
            }
            std::fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))?;
        }
        let folder = kept.join("work");
        remove(&folder)?;
        let mut copy = Command::new("cp");
        trial.must("copying the Debian", copy.args(["-a", "--reflink=auto"]).arg(&clean).arg(&folder))?;
        let root = Root { trial, folder };
        std::fs::create_dir_all(root.desk()).map_err(|e| format!("{}: {e}", root.desk().display()))?;
        Ok(Ok(root))
    }

    /// Where a user of it works: `/try`.
    pub(super) fn desk(&self) -> PathBuf {
        self.folder.join("try")
    }

    /// A program in it, in `/try`, whose environment is as after a login.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("unshare");
        command.env_clear().env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        command.envs([("LC_ALL", "C.UTF-8"), ("HOME", "/root"), ("DEBIAN_FRONTEND", "noninteractive")]);
        command.args(["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]);
        command.arg(format!("--root={}", self.folder.display())).args(["--wd=/try", program]);
        command
    }

    /// Runs a line of shell in it, which must succeed.
    pub(super) fn sh(&self, what: &str, line: &str) -> Result<Done, String> {
        self.trial.must(what, self.command("sh").args(["-ec", line]))
    }

    /// Every file, folder and link in it that a package may have brought.
    pub(super) fn files(&self) -> Result<BTreeSet<String>, String> {
        let said = step::ask(Command::new("find").current_dir(&self.folder).args([".", "-printf", "%P\\n"]));
        let said = said.ok_or_else(|| format!("{}: find failed", self.folder.display()))?;
        let ours = |name: &&str| {
            let within = |folder: &&str| name.strip_prefix(*folder).is_some_and(|r| r.is_empty() || r.starts_with('/'));
            !name.is_empty() && !BOOKS.iter().any(within) && !CACHES.contains(name)
        };
        Ok(said.lines().filter(ours).map(str::to_owned).collect())
    }
}

/// The release that runs here, and where apt takes it from.
fn of_this_machine() -> Result<(String, String), String> {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let (id, suite) = (value(&release, "ID"), value(&release, "VERSION_CODENAME"));
    let (Some("debian"), Some(suite)) = (id, suite) else {
        return Err("this is no Debian, whose release a fresh one could be of (run this on Debian)".to_owned());
    };
    let mut apt = Command::new("apt-get");
    apt.args(["indextargets", "--format", "$(CODENAME) $(COMPONENT) $(REPO_URI)", "Created-By: Packages"]);
    let said = step::ask(&mut apt).unwrap_or_default();
    let main = said.lines().find_map(|line| line.strip_prefix(&format!("{suite} main ")));
    let mirror = main.ok_or_else(|| format!("apt knows no source of {suite} (see /etc/apt/sources.list)"))?;
    Ok((suite.to_owned(), mirror.to_owned()))
}

/// What a line `NAME=value` or `NAME="value"` says.
fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut found = text.lines().filter_map(|line| line.split_once('=')).filter(|(key, _)| *key == name);
    found.next().map(|(_, value)| value.trim_matches('"'))
}

fn remove(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_read_with_and_without_quotes() {
        let text = "PRETTY_NAME=\"Debian\"\nVERSION_CODENAME=bookworm\nID=\"debian\"\n";
        assert_eq!(value(text, "VERSION_CODENAME"), Some("bookworm"));
        assert_eq!(value(text, "ID"), Some("debian"));
        assert_eq!(value(text, "VERSION"), None);
    }
}
