// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the figures were made on. No names of hosts, and no paths.

use std::process::Command;

use crate::step;
use crate::tree::Tree;

/// Names and values, for the head of a report.
pub(super) fn describe(tree: &Tree, python: Option<Command>) -> Vec<(String, String)> {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| model(&text));
    let python = python.and_then(|mut python| step::ask(python.arg("--version"))).and_then(|text| first(&text));
    let here = named([
        ("CPU", cpu),
        ("processors", Some(processors().to_string())),
        ("load when the run began", load()),
        ("system", ask("uname", &["-sr"])),
        ("C library", ask("getconf", &["GNU_LIBC_VERSION"])),
        ("Python", python),
        ("Go", ask("go", &["version"])),
    ]);
    here.chain(built(tree)).collect()
}

/// What the programs and the library were built from and with.
pub(super) fn built(tree: &Tree) -> Vec<(String, String)> {
    let version = tree.metadata["packages"].as_array().and_then(|all| {
        let ours = all.iter().find(|package| package["name"] == "cmetrics-impl")?;
        ours["version"].as_str().map(str::to_owned)
    });
    let commit = step::ask(tree.command("git").args(["rev-parse", "--short", "HEAD"]));
    let changed = step::ask(tree.command("git").args(["status", "--porcelain", "impl", "rust-binding", "interface"]));
    let changed = changed.is_some_and(|list| !list.is_empty());
    let library = version.map(|version| {
        let commit = commit.map_or_else(String::new, |commit| format!(", commit {commit}"));
        format!("{version}{commit}{}", if changed { " and changes" } else { "" })
    });
    named([("Rust", ask("rustc", &["--version"])), ("C and C++", ask("c++", &["--version"])), ("cmetrics", library)])
        .collect()
}

fn named<const N: usize>(all: [(&str, Option<String>); N]) -> impl Iterator<Item = (String, String)> + use<'_, N> {
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)))
}

fn ask(program: &str, args: &[&str]) -> Option<String> {
    step::ask(Command::new(program).args(args)).and_then(|text| first(&text))
}

pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The average number of programs that wanted to run in the last minute.
fn load() -> Option<String> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next().map(str::to_owned)
}

fn model(cpuinfo: &str) -> Option<String> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn first(text: &str) -> Option<String> {
    text.lines().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_model_is_what_follows_the_colon() {
        assert_eq!(super::model("processor\t: 0\nmodel name\t: AMD EPYC\nflags: x\n"), Some("AMD EPYC".to_owned()));
        assert_eq!(super::model("CPU part : 0xd0c\n"), None);
    }
}
