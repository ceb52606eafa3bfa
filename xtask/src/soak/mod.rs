// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask soak`: one process in which everything comes and goes for long, and what it took at the end.
//!
//! The program is C++ (`compat-tests/soak/`), through the public headers and on the library as it is released: what a user
//! runs. It tells samples; they are judged here.

mod judge;
mod told;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use judge::Verdict;
use told::Told;

use crate::tree::{shared_library, Tree};
use crate::{step, tools};

const SOURCE: &str = "compat-tests/soak/soak.cpp";

/// Let threads, metrics, registries and collectors come and go for minutes, and judge what the process took
///
/// Exits 1 unless memory is flat, sums are exact, and no thread and no descriptor is left. Linux only.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How long it runs
    #[arg(long, default_value_t = 10.0, value_name = "N")]
    minutes: f64,
    /// Run the controls instead, 20 seconds each: what leaks memory, a sum or a descriptor on purpose must be told
    #[arg(long, conflicts_with = "minutes")]
    control: bool,
}

pub(crate) fn run(tree: &Tree, args: &Args) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err("the soak reads /proc: run it on Linux".to_owned());
    }
    let folder = tree.target.join("soak");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let program = compile(tree, &folder.join("soak"), &["-O2"])?;
    let library = release(tree)?;
    if args.control {
        return controls(tree, &program, &library);
    }
    let seconds = args.minutes * 60.0;
    let told = soak(tree, &program, &library, seconds, None)?;
    let file = folder.join("samples.jsonl");
    std::fs::write(&file, &told.text).map_err(|e| format!("{}: {e}", file.display()))?;
    let verdicts = judge::all(&told);
    print!("{}", table(&told, &verdicts));
    println!("the samples are in {}", file.strip_prefix(&tree.root).unwrap_or(&file).display());
    if verdicts.iter().all(|verdict| verdict.good) {
        Ok(())
    } else {
        Err(String::new())
    }
}

/// Compiles the program with more flags, a sanitizer's for instance.
pub(crate) fn compile(tree: &Tree, program: &Path, flags: &[&str]) -> Result<PathBuf, String> {
    tools::compilers()?;
    let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
    let mut compile = tree.command(compiler);
    compile.args(["-std=c++17", "-g", "-Wall", "-Wextra", "-pedantic", "-Werror", "-I", "headers/include", SOURCE]);
    compile.args(flags).arg("-o").arg(program).args(["-pthread", "-ldl"]);
    step::must("compiling the soak", &mut compile, "")?;
    Ok(program.to_path_buf())
}

/// The library as it is released.
pub(crate) fn release(tree: &Tree) -> Result<PathBuf, String> {
    let mut build = tree.cargo();
    build.args(["build", "--release", "--locked", "-p", "cmetrics-impl"]);
    step::must("building the library as it is released", &mut build, "")?;
    Ok(tree.target.join("release").join(shared_library("cmetrics")))
}

fn soak(tree: &Tree, program: &Path, library: &Path, seconds: f64, control: Option<&str>) -> Result<Told, String> {
    let mut command = Command::new(program);
    command.current_dir(&tree.root).env("CMETRICS_LIBRARY", library);
    // A hundred samples and more, and not so many that looking is what the process does.
    command.args(["--seconds", &seconds.to_string(), "--every", &(seconds / 150.0).clamp(0.1, 5.0).to_string()]);
    if let Some(control) = control {
        command.args(["--control", control]);
    }
    let what = format!("soaking for {:.1} min", seconds / 60.0);
    let limit = Duration::from_secs_f64(seconds + 300.0);
    let done = step::attempt_within(limit, &what, &mut command)?;
    // It exits 1 for what is judged here again, with the numbers.
    let told = Told::read(&String::from_utf8_lossy(&done.stdout)).map_err(|why| done.story(&why))?;
    if !done.stderr.is_empty() {
        eprint!("{}", String::from_utf8_lossy(&done.stderr));
    }
    Ok(told)
}

/// Each control must be told by the verdict that is there for it, and by no other.
fn controls(tree: &Tree, program: &Path, library: &Path) -> Result<(), String> {
    let mut missed = Vec::new();
    for (control, concern) in [("memory", "memory"), ("memory", "heap"), ("sum", "sums"), ("descriptor", "descriptors")]
    {
        let told = soak(tree, program, library, 20.0, Some(control))?;
        let verdicts = judge::all(&told);
        let found = verdicts.iter().find(|verdict| verdict.what == concern);
        let seen = found.is_some_and(|verdict| !verdict.good);
        println!("{control:<12}{:<10}{}", if seen { "told" } else { "MISSED" }, found.map_or("", |v| v.why.as_str()));
        if !seen {
            missed.push(control);
        }
    }
    if missed.is_empty() {
        Ok(())
    } else {
        Err(format!("what was done wrong on purpose was not told: {}", missed.join(", ")))
    }
}

/// What was done, and each verdict.
fn table(told: &Told, verdicts: &[Verdict]) -> String {
    let counts: Vec<String> =
        told.end.counts.iter().map(|(name, n)| format!("{n} {}", name.replace('_', " "))).collect();
    let mut text =
        format!("{:.1} minutes, {} samples: {}\n\n", told.end.seconds / 60.0, told.samples.len(), counts.join(", "));
    for verdict in verdicts {
        let word = if verdict.good { "good" } else { "BAD" };
        text.push_str(&format!("{:<14}{word:<6}{}\n", verdict.what, verdict.why));
    }
    text
}
