// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How many instructions the library takes for one operation, counted by valgrind's callgrind: steady where times are not.
//!
//! The programs of `benchmarks/instructions` and `benchmarks/ours/bin` do each operation n times and 2 n times; the
//! difference over n is what one takes. Under valgrind no thread has restartable sequences, so that cells stay cold: what
//! is counted is the fallback. `cargo xtask test` holds the counts against `budget`.

mod budget;
mod callgrind;

use std::path::{Path, PathBuf};
use std::process::Command;

use super::ready;
use crate::step;
use crate::tools;
use crate::tree::{executable, Tree};

/// What one operation takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Count {
    /// Which program did it.
    program: String,
    case: String,
    instructions: f64,
}

/// Checks by name.
pub(crate) type Verdicts = Vec<(String, Result<(), String>)>;

/// What came of counting.
pub(crate) enum Outcome {
    /// It cannot be counted here, and why.
    LeftOut(String),
    Counted(Vec<Count>),
}

/// Builds the library and the programs, and counts.
pub(crate) fn count(tree: &Tree) -> Result<Outcome, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(Outcome::LeftOut("the budgets are for x86-64 Linux".to_owned()));
    }
    let Some(valgrind) = tools::on_path("valgrind") else {
        return Ok(Outcome::LeftOut(format!("valgrind is not on PATH; {}", tools::VALGRIND.cure())));
    };
    tools::compilers()?;
    let library = ready::library(tree)?;
    let folder = ready::folder(tree).join("instructions");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut counts = Vec::new();
    for (name, program) in [("C", c(tree, &folder)?), ("C++", cpp(tree, &folder)?), ("Rust", rust(tree)?)] {
        let mut run = tree.command(&program);
        run.env("CMETRICS_LIBRARY", &library).env_remove("CMETRICS_DISABLE");
        let laps = callgrind::laps(&valgrind, &run, &folder.join("counts"))?;
        counts.extend(per_operation(name, &laps)?);
    }
    Ok(Outcome::Counted(counts))
}

/// `cargo xtask bench --instructions`: prints the counts beside the budget, and writes them into it if asked.
pub(super) fn run(tree: &Tree, bless: bool) -> Result<(), String> {
    let counts = match count(tree)? {
        Outcome::LeftOut(why) => return Err(format!("nothing was counted: {why}")),
        Outcome::Counted(counts) => counts,
    };
    let budget = budget::read(&tree.root).unwrap_or_default();
    print!("{}", budget::beside(&counts, &budget));
    if bless {
        budget::write(&tree.root, &counts)?;
    }
    Ok(())
}

/// Each operation, and whether it is within its budget.
pub(crate) fn verdicts(tree: &Tree, counts: &[Count]) -> Result<Verdicts, String> {
    Ok(budget::verdicts(counts, &budget::read(&tree.root)?))
}

fn c(tree: &Tree, folder: &Path) -> Result<PathBuf, String> {
    native(tree, folder, "CC", "cc", &["-std=c11"], "table.c")
}

fn cpp(tree: &Tree, folder: &Path) -> Result<PathBuf, String> {
    native(tree, folder, "CXX", "c++", &["-std=c++17"], "sdk.cpp")
}

fn native(
    tree: &Tree,
    folder: &Path,
    variable: &str,
    usual: &str,
    standard: &[&str],
    source: &str,
) -> Result<PathBuf, String> {
    let program = folder.join(executable(source));
    let mut build = tree.command(std::env::var(variable).unwrap_or_else(|_| usual.to_owned()));
    build.args(standard).args(["-O2", "-Wall", "-Wextra", "-Werror", "-I", "headers/include"]);
    build.arg(format!("benchmarks/instructions/{source}")).arg("-o").arg(&program).arg("-ldl");
    step::must(&format!("building {source} for callgrind"), &mut build, "")?;
    Ok(program)
}

fn rust(tree: &Tree) -> Result<PathBuf, String> {
    let target = ready::folder(tree).join("build");
    let mut build: Command = tree.cargo();
    build.current_dir(tree.root.join("benchmarks")).args(["build", "--release", "--locked"]);
    build.args(["-p", "cmetrics-benchmarks-ours", "--bin", "instructions", "--target-dir"]).arg(&target);
    step::must("building the Rust program for callgrind", &mut build, "")?;
    Ok(target.join("release").join(executable("instructions")))
}

/// Two runs of each case, one longer than the other.
fn per_operation(program: &str, laps: &[callgrind::Lap]) -> Result<Vec<Count>, String> {
    let mut counts: Vec<Count> = Vec::new();
    for (at, first) in laps.iter().enumerate() {
        if counts.iter().any(|count| count.case == first.case) {
            continue;
        }
        let second = laps[at + 1..].iter().find(|lap| lap.case == first.case && lap.operations > first.operations);
        let second = second.ok_or_else(|| format!("{program}: only one run of {}", first.case))?;
        let more = second.instructions.saturating_sub(first.instructions) as f64;
        let instructions = more / (second.operations - first.operations) as f64;
        counts.push(Count { program: program.to_owned(), case: first.case.clone(), instructions });
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::callgrind::Lap;
    use super::*;

    fn lap(case: &str, operations: u64, instructions: u64) -> Lap {
        Lap { case: case.to_owned(), operations, instructions }
    }

    #[test]
    fn what_both_runs_have_in_common_is_no_part_of_an_operation() {
        let laps = [lap("inc", 10, 1210), lap("add", 10, 500), lap("inc", 20, 1420), lap("add", 20, 600)];
        let counts = per_operation("C", &laps).unwrap();
        let found: Vec<(&str, f64)> = counts.iter().map(|count| (count.case.as_str(), count.instructions)).collect();
        assert_eq!(found, [("inc", 21.0), ("add", 10.0)]);
    }

    #[test]
    fn a_case_with_one_run_is_an_error() {
        assert!(per_operation("C", &[lap("inc", 10, 1210)]).unwrap_err().contains("only one run of inc"));
    }
}
