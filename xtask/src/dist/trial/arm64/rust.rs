// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Rust for arm64: the library's own tests, and the SDK in a program that finds the archive's library.

use std::path::Path;
use std::process::Command;

use super::super::report::passed;
use super::super::{Outcome, Row};
use super::{Ground, PLATFORM};
use crate::dist::toolchain::Toolchain;
use crate::step;

/// The program of README.md.
const DOCUMENT: &str = "README.md";

pub(super) fn run(ground: &Ground<'_>, artifact: &str) -> Vec<Row> {
    let checks = ["the library's own tests, under qemu", "the Rust SDK's quick start, under qemu"];
    let toolchain = match Toolchain::of(ground.trial.tree, PLATFORM) {
        Ok(toolchain) => toolchain,
        Err(why) => {
            let lacks = || Ok(Outcome::NotRun(why.replace('\n', " ")));
            return checks.map(|check| Row::of(artifact, check, lacks)).into();
        }
    };
    vec![
        Row::of(artifact, checks[0], || tests(ground, &toolchain)),
        Row::of(artifact, checks[1], || sdk(ground, &toolchain)),
    ]
}

/// Cargo with Zig as the linker.
fn cargo(ground: &Ground<'_>, toolchain: &Toolchain, command: &str, folder: &Path) -> Result<Command, String> {
    let mut cargo = ground.trial.kit.command("cargo-zigbuild", folder);
    cargo.args([command, "--locked", "--target", &PLATFORM.zig_triple()]);
    cargo.env("CARGO_TARGET_DIR", ground.trial.kept("arm64/target")?).env("CARGO_PROFILE_DEV_DEBUG", "0");
    cargo.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", ground.runner());
    toolchain.apply(&mut cargo);
    Ok(cargo)
}

fn tests(ground: &Ground<'_>, toolchain: &Toolchain) -> Result<Outcome, String> {
    let tree = ground.trial.tree;
    let mut build = cargo(ground, toolchain, "test", &tree.root)?;
    build.args(["-p", "cmetrics-impl", "--lib", "--test", "abi", "--no-run"]);
    ground.trial.must("building the library's tests for arm64", &mut build)?;
    let mut run = cargo(ground, toolchain, "test", &tree.root)?;
    run.args(["-p", "cmetrics-impl", "--lib", "--test", "abi"]);
    let done = ground.trial.must("the library's tests, under qemu", &mut run)?;
    counted(&done.text()).and_then(passed)
}

/// The sum of what every test program of Cargo says.
fn counted(text: &str) -> Result<String, String> {
    let results: Vec<&str> = text.lines().filter(|line| line.starts_with("test result: ok. ")).collect();
    let number = |line: &&str, word: &str| -> Option<u32> {
        line.split(&format!(" {word}")).next()?.split_whitespace().last()?.parse().ok()
    };
    let sum = |word: &str| results.iter().filter_map(|line| number(line, word)).sum::<u32>();
    match (results.len(), sum("passed")) {
        (2, ran) if ran > 0 => Ok(format!("{ran} tests")),
        _ => Err(format!("two test programs were to run\n{text}")),
    }
}

/// A project of someone else, with the SDK as the tree has it and the program of README.md.
fn sdk(ground: &Ground<'_>, toolchain: &Toolchain) -> Result<Outcome, String> {
    let (trial, root) = (ground.trial, &ground.trial.tree.root);
    let folder = trial.folder("arm64/sdk")?;
    let document = std::fs::read_to_string(root.join(DOCUMENT)).map_err(|e| format!("{DOCUMENT}: {e}"))?;
    let program = document.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next());
    let program = program.ok_or_else(|| format!("{DOCUMENT} has no program in Rust"))?;
    let manifest = format!(
        "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\ncmetrics = {{ path = {:?} \
         }}\n\n[workspace]\n",
        root.join("rust-binding")
    );
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).map_err(|e| format!("{}: {e}", folder.join(name).display()))
    };
    std::fs::create_dir_all(folder.join("src")).map_err(|e| format!("{}: {e}", folder.display()))?;
    write("Cargo.toml", &manifest)?;
    write("src/main.rs", program)?;
    // The versions that are tested here.
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).map_err(|e| format!("Cargo.lock: {e}"))?;
    let lock = step::ask(trial.kit.cargo(&folder).args(["metadata", "--format-version", "1", "--offline"]));
    lock.ok_or("cargo metadata of a program with the SDK failed")?;
    let mut run = cargo(ground, toolchain, "run", &folder)?;
    run.arg("--quiet").env("CMETRICS_LIBRARY", ground.library());
    let done = trial.must("the Rust SDK's quick start, under qemu", &mut run)?;
    let report = String::from_utf8_lossy(&done.stdout).into_owned();
    let owed = ["engine_requests_total{model=\"small\"} 1", "engine_latency_seconds_count{model=\"small\"} 1"];
    match owed.iter().find(|line| !report.lines().any(|there| there == **line)) {
        Some(line) => Err(format!("the quick start of Rust owes {line}, and printed\n{report}")),
        None => passed("README.md's program, with the archive's library"),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn both_programs_must_have_run() {
        let one = "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s\n";
        assert!(counted(one).is_err());
        assert_eq!(counted(&one.repeat(2)).unwrap(), "10 tests");
        assert!(counted(&one.repeat(2).replace("ok. 5", "FAILED. 5")).is_err());
        assert!(counted(&one.repeat(2).replace(" 5 ", " 0 ")).is_err());
    }
}
